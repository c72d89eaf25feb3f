"""Predict `Replaced` with the network `bicycle-repairs`.

Which parts of a bicycle have to be replaced, any number of them at once. Run it in its own folder; it saves
`bicycle-repairs.savedmodel`, which takes raw rows. Written by specrun 0.0.0 (spec 4a40f149d6ee).
"""

from argparse import ArgumentParser

import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/bicycle_repairs.csv")
parser.add_argument("--epochs", type=int, default=30)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
tf.random.set_seed(1)

# Data
CATEGORIES = ["Kind"]
NUMBERS = ["Years", "Km since service"]
BOOLEANS = ["Ridden in rain"]
CLASSES = ["brake pads", "cable", "chain", "light", "tyre"]
data = pd.read_csv(args.data, na_filter=False, dtype={c: str for c in CATEGORIES + BOOLEANS + ["Replaced"]})
train, test = train_test_split(data, test_size=0.25, random_state=42)


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
        width = len(NUMBERS + BOOLEANS) + sum(len(self.vocabulary[name]) + 1 for name in CATEGORIES)
        self.dense_kernel = tf.Variable(glorot_uniform(width, 32))
        self.dense_bias = tf.Variable(tf.zeros(32))
        self.dense_1_kernel = tf.Variable(glorot_uniform(32, 32))
        self.dense_1_bias = tf.Variable(tf.zeros(32))
        self.dense_2_kernel = tf.Variable(glorot_uniform(32, len(CLASSES)))
        self.dense_2_bias = tf.Variable(tf.zeros(len(CLASSES)))

    def encode(self, columns):
        encoded = {}
        for name in CATEGORIES:
            encoded[name] = tf.one_hot(tf.squeeze(self.lookup[name][columns[name]], -1), len(self.vocabulary[name]) + 1)
        encoded |= {name: (tf.cast(columns[name], tf.float32) - self.mean[name]) / self.scale[name] for name in NUMBERS}
        encoded |= {name: tf.cast(columns[name] == "yes", tf.float32) for name in BOOLEANS}
        return tf.concat(list(encoded.values()), -1)

    def __call__(self, x):
        x = tf.nn.relu(x @ self.dense_kernel + self.dense_bias)
        x = tf.nn.relu(x @ self.dense_1_kernel + self.dense_1_bias)
        return x @ self.dense_2_kernel + self.dense_2_bias

    def measures(self, x, y):
        scores = self(x)
        return {
            "loss": tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, scores)),
            "binary_accuracy": tf.reduce_mean(tf.cast((scores > 0) == (y > 0), tf.float32)),
            "auc": auc(y, tf.sigmoid(scores)),
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
    columns = {name: tf.constant(rows[[name]].to_numpy()) for name in CATEGORIES + NUMBERS + BOOLEANS}
    labels = rows["Replaced"].str.get_dummies("|").reindex(columns=CLASSES, fill_value=0).to_numpy("float32")
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
        total += loss * tf.cast(len(y), tf.float32)
    return total / len(train)


# Training
network = Network(train)
variables = network.trainable_variables
momentums, velocities = ([tf.Variable(tf.zeros_like(v)) for v in variables] for _ in range(2))
step = tf.Variable(0.0)
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=1).batch(args.batch_size)
for epoch in range(args.epochs):
    print(f"epoch {epoch + 1}: loss {train_epoch(batches):.4f}")
print({name: float(value) for name, value in network.measures(*tensors(test)).items()})

# The saved model takes raw rows
inputs = {name: tf.TensorSpec([None, 1], tf.string) for name in CATEGORIES + BOOLEANS}
inputs |= {name: tf.TensorSpec([None, 1], tf.float32) for name in NUMBERS}
network.predict = tf.function(lambda columns: tf.sigmoid(network(network.encode(columns))), [inputs])
tf.saved_model.save(network, "bicycle-repairs.savedmodel")
