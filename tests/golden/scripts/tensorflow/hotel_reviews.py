"""Predict `Score` with the network `hotel-reviews`.

The score of a hotel review, from the reviewer, the hotel and the stay. Run it in its own folder; it saves
`hotel-reviews.savedmodel`, which takes raw rows. Written by specrun 0.0.0 (spec 8e0d5a85b47c).
"""

from argparse import ArgumentParser

import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/hotel_reviews.csv")
parser.add_argument("--epochs", type=int, default=4)
parser.add_argument("--batch-size", type=int, default=1)
args = parser.parse_args()
tf.random.set_seed(42)

# Data
NUMBERS = ["Nr. reviews", "Nr. hotel reviews", "Helpful votes", "Hotel stars", "Nr. rooms", "Member years"]
BOOLEANS = ["Pool", "Gym", "Tennis court", "Spa", "Casino", "Free internet"]
CATEGORIES = [
    "User country",
    "Period of stay",
    "Traveler type",
    "Hotel name",
    "User continent",
    "Review month",
    "Review weekday",
]
CLASSES = [1, 2, 3, 4, 5]
data = pd.read_csv(args.data, sep=";", decimal=",", na_filter=False, dtype={c: str for c in BOOLEANS + CATEGORIES})
train, test = train_test_split(data, test_size=0.33, random_state=42)


class Network(tf.Module):
    """Encodes raw columns by what it learnt of the training rows; the layers make scores of that."""

    def __init__(self, rows):
        super().__init__()
        self.mean = {name: rows[name].mean() for name in NUMBERS}
        self.scale = {name: max(rows[name].std(ddof=0) or 1, 1e-07) for name in NUMBERS}
        self.vocabulary = {name: sorted(rows[name].unique()) for name in CATEGORIES}
        self.lookup = {
            name: tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(texts, tf.range(1, len(texts) + 1)), 0)
            for name, texts in self.vocabulary.items()
        }
        width = len(NUMBERS + BOOLEANS) + sum(len(self.vocabulary[name]) + 1 for name in CATEGORIES)
        self.dense_kernel = tf.Variable(glorot_uniform(width, 8))
        self.dense_bias = tf.Variable(tf.zeros(8))
        self.dense_1_kernel = tf.Variable(glorot_uniform(8, len(CLASSES)))
        self.dense_1_bias = tf.Variable(tf.zeros(len(CLASSES)))

    def encode(self, columns):
        encoded = {name: (tf.cast(columns[name], tf.float32) - self.mean[name]) / self.scale[name] for name in NUMBERS}
        encoded |= {name: tf.cast(columns[name] == "YES", tf.float32) for name in BOOLEANS}
        for name in CATEGORIES:
            encoded[name] = tf.one_hot(tf.squeeze(self.lookup[name][columns[name]], -1), len(self.vocabulary[name]) + 1)
        return tf.concat(list(encoded.values()), -1)

    def __call__(self, x):
        x = tf.nn.relu(x @ self.dense_kernel + self.dense_bias)
        return x @ self.dense_1_kernel + self.dense_1_bias

    def loss(self, x, y):
        return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, self(x)))


def glorot_uniform(*shape):
    return tf.random.uniform(shape, -1.0, 1.0) * (6 / sum(shape)) ** 0.5


def tensors(rows):
    columns = {name: tf.constant(rows[[name]].to_numpy()) for name in NUMBERS + BOOLEANS + CATEGORIES}
    return network.encode(columns), tf.one_hot(rows["Score"].map(CLASSES.index), len(CLASSES))


@tf.function
def train_epoch(batches):
    total = 0.0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = network.loss(x, y)
        step.assign_add(1)
        size = 0.001 * tf.sqrt(1 - 0.999**step) / (1 - 0.9**step)
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
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=42).batch(args.batch_size)
for epoch in range(args.epochs):
    print(f"epoch {epoch + 1}: loss {train_epoch(batches):.4f}")
x, y = tensors(test)
accuracy = tf.reduce_mean(tf.cast(tf.argmax(network(x), -1) == tf.argmax(y, -1), tf.float32))
print(f"test loss {network.loss(x, y):.4f}, accuracy {accuracy:.4f}")

# The saved model takes raw rows
inputs = {name: tf.TensorSpec([None, 1], tf.float32) for name in NUMBERS}
inputs |= {name: tf.TensorSpec([None, 1], tf.string) for name in BOOLEANS + CATEGORIES}
network.predict = tf.function(lambda columns: tf.nn.softmax(network(network.encode(columns))), [inputs])
tf.saved_model.save(network, "hotel-reviews.savedmodel")
