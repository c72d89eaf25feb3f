"""Predict `Minutes`, `Late` and `Mood` with the network `deliveries`.

How long a delivery takes, whether it is late, and how it is taken, by one network. Run it in its own folder;
it saves `deliveries.savedmodel`, which takes raw rows. Written by specrun 0.0.0 (spec 19d0b711030f).
"""

from argparse import ArgumentParser

import numpy as np
import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/deliveries.csv")
parser.add_argument("--epochs", type=int, default=60)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
tf.random.set_seed(1)
# Else TensorFlow makes one sum of the losses, whose last digit hangs on which of them is there first
tf.config.optimizer.set_experimental_options({"arithmetic_optimization": False})

# Data
CATEGORIES = ["Vehicle", "Weekday"]
BUCKETED = ["Hour"]
NUMBERS = ["Distance in km", "Weight in kg", "Floor", "Promised minutes"]
LATE_CLASSES = ["no", "yes"]
MOOD_CLASSES = ["annoyed", "content", "delighted"]
data = pd.read_csv(args.data, na_filter=False, dtype={c: str for c in CATEGORIES + ["Late", "Mood"]})
train, test = train_test_split(data, test_size=0.25, random_state=42)
train, validation = train_test_split(train, test_size=0.13333333333333333, random_state=42)


class Network(tf.Module):
    """Encodes raw columns by what it learnt of the training rows; the layers make scores of that."""

    def __init__(self, rows):
        super().__init__()
        self.vocabulary = {name: sorted(rows[name].unique()) for name in CATEGORIES}
        self.lookup = {
            name: tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(texts, tf.range(1, len(texts) + 1)), 0)
            for name, texts in self.vocabulary.items()
        }
        self.mean = {name: rows[name].mean() for name in NUMBERS}
        self.scale = {name: max(rows[name].std(ddof=0) or 1, 1e-07) for name in NUMBERS}
        width = len(NUMBERS) + sum(len(self.vocabulary[name]) + 1 for name in CATEGORIES) + 7
        self.dense_kernel = tf.Variable(glorot_uniform(width, 64))
        self.dense_bias = tf.Variable(tf.zeros(64))
        self.way_kernel = tf.Variable(glorot_uniform(64, 32))
        self.way_bias = tf.Variable(tf.zeros(32))
        self.dense_1_kernel = tf.Variable(glorot_uniform(32, 16))
        self.dense_1_bias = tf.Variable(tf.zeros(16))
        self.minutes_kernel = tf.Variable(glorot_uniform(32, 1))
        self.minutes_bias = tf.Variable(tf.zeros(1))
        self.late_kernel = tf.Variable(glorot_uniform(16, 1))
        self.late_bias = tf.Variable(tf.zeros(1))
        self.mood_kernel = tf.Variable(glorot_uniform(16, len(MOOD_CLASSES) - 1))
        self.mood_bias = tf.Variable(tf.zeros(len(MOOD_CLASSES) - 1))

    def encode(self, columns):
        encoded = {}
        for name in CATEGORIES:
            encoded[name] = tf.one_hot(tf.squeeze(self.lookup[name][columns[name]], -1), len(self.vocabulary[name]) + 1)
        for name in BUCKETED:
            bucket = tf.math.count_nonzero(tf.cast(columns[name], tf.float32) >= [8, 10, 12, 14, 16, 19], -1)
            encoded[name] = tf.one_hot(bucket, 7)
        encoded |= {name: (tf.cast(columns[name], tf.float32) - self.mean[name]) / self.scale[name] for name in NUMBERS}
        return {"features": tf.concat(list(encoded.values()), -1)}

    def __call__(self, given):
        x = tf.nn.relu(given["features"] @ self.dense_kernel + self.dense_bias)
        way = tf.nn.relu(x @ self.way_kernel + self.way_bias)
        dense_1 = tf.nn.relu(way @ self.dense_1_kernel + self.dense_1_bias)
        minutes = way @ self.minutes_kernel + self.minutes_bias
        late = dense_1 @ self.late_kernel + self.late_bias
        mood = dense_1 @ self.mood_kernel + self.mood_bias
        return {"minutes": minutes, "late": late, "mood": mood}

    def measures(self, x, y):
        scores = self(x)
        error = tf.abs(y["minutes"] - scores["minutes"])
        return {
            "loss": tf.reduce_mean(
                0.1 * tf.reduce_mean(tf.where(error <= 1, error**2 / 2, error - 0.5), -1)
                + tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y["late"], scores["late"]), -1)
                + tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y["mood"], scores["mood"]), -1)
            ),
            "minutes_mean_absolute_error": tf.reduce_mean(tf.abs(y["minutes"] - scores["minutes"])),
            "late_accuracy": tf.reduce_mean(tf.cast((scores["late"] > 0) == (y["late"] > 0), tf.float32)),
            "late_auc": auc(y["late"], tf.sigmoid(scores["late"])),
            "mood_binary_accuracy": tf.reduce_mean(tf.cast((scores["mood"] > 0) == (y["mood"] > 0), tf.float32)),
        }


def glorot_uniform(*shape):
    return tf.random.uniform(shape, -1.0, 1.0) * (6 / sum(shape)) ** 0.5


def auc(y, probabilities):
    """The area under the ROC curve, by 200 thresholds as Keras has them."""
    thresholds = tf.concat([[-1e-7], tf.range(1.0, 199.0) / 199, [1 + 1e-7]], 0)
    found = tf.cast(tf.reshape(probabilities, [-1, 1]) > thresholds, tf.float32)
    y = tf.reshape(y, [-1, 1])
    hits = tf.math.divide_no_nan(tf.reduce_sum(found * y, 0), tf.reduce_sum(y))
    alarms = tf.math.divide_no_nan(tf.reduce_sum(found * (1 - y), 0), tf.reduce_sum(1 - y))
    return tf.reduce_sum((alarms[:-1] - alarms[1:]) * (hits[:-1] + hits[1:]) / 2)


def tensors(rows):
    columns = {name: tf.constant(rows[[name]].to_numpy()) for name in CATEGORIES + BUCKETED + NUMBERS}
    # A class in an order becomes a 1 for each class but the last that it is above
    labels = {
        "minutes": rows[["Minutes"]].to_numpy("float32"),
        "late": rows[["Late"]].map(LATE_CLASSES.index).to_numpy("float32"),
        "mood": np.tri(len(MOOD_CLASSES), len(MOOD_CLASSES) - 1, -1, "float32")[rows["Mood"].map(MOOD_CLASSES.index)],
    }
    return network.encode(columns), labels


@tf.function
def train_epoch(batches):
    total = 0.0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = network.measures(x, y)["loss"]
        step.assign_add(1)
        size = 0.003 * tf.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        for v, g, m, s in zip(variables, tape.gradient(loss, variables), momentums, velocities):
            m.assign_add((g - m) * (1 - 0.9))
            s.assign_add((g**2 - s) * (1 - 0.999))
            v.assign_sub(size * m / (tf.sqrt(s) + 1e-07))
        total += loss * tf.cast(len(y["minutes"]), tf.float32)
    return total / len(train)


# Training
network = Network(train)
variables = network.trainable_variables
momentums, velocities = ([tf.Variable(tf.zeros_like(v)) for v in variables] for _ in range(2))
step = tf.Variable(0.0)
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=1).batch(args.batch_size)
held_out = tensors(validation)
best, waited, kept = float("inf"), 0, [v.numpy() for v in network.variables]
for epoch in range(args.epochs):
    logs = {"loss": float(train_epoch(batches))}
    logs |= {f"val_{name}": float(value) for name, value in network.measures(*held_out).items()}
    print(f"epoch {epoch + 1}:", logs)
    waited += 1
    if logs["val_loss"] < best:
        best, waited, kept = logs["val_loss"], 0, [v.numpy() for v in network.variables]
    elif waited >= 10:
        break
for v, value in zip(network.variables, kept):
    v.assign(value)
print({name: float(value) for name, value in network.measures(*tensors(test)).items()})

# The saved model takes raw rows
inputs = {name: tf.TensorSpec([None, 1], tf.string) for name in CATEGORIES}
inputs |= {name: tf.TensorSpec([None, 1], tf.float32) for name in BUCKETED + NUMBERS}


@tf.function(input_signature=[inputs])
def predict(columns):
    scores = network(network.encode(columns))
    return {"minutes": scores["minutes"], "late": tf.sigmoid(scores["late"]), "mood": tf.sigmoid(scores["mood"])}


network.predict = predict
tf.saved_model.save(network, "deliveries.savedmodel")
