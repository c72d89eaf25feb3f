"""Predict `Score` with the network `wide-and-deep`.

The score of a hotel review, learnt by heart (wide) and by traits (deep) at once. Run it in its own folder; it
saves `wide-and-deep.savedmodel`, which takes raw rows. Written by specrun 0.0.0 (spec 5c1c677db5a8).
"""

from argparse import ArgumentParser

import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/hotel_reviews.csv")
parser.add_argument("--epochs", type=int, default=30)
parser.add_argument("--batch-size", type=int, default=16)
args = parser.parse_args()
tf.random.set_seed(5)
random = tf.random.Generator.from_seed(5)

# Data
NUMBERS = ["Hotel stars", "Nr. rooms", "Helpful votes"]
BOOLEANS = ["Free internet", "Casino"]
CATEGORIES = ["Traveler type", "Period of stay"]
EMBEDDED = ["User country"]
CROSSES = ["company_and_season"]
CLASSES = [1, 2, 3, 4, 5]
data = pd.read_csv(
    args.data,
    sep=";",
    decimal=",",
    usecols=NUMBERS + BOOLEANS + CATEGORIES + EMBEDDED + ["Score"],
    na_filter=False,
    converters={c: str.strip for c in BOOLEANS + CATEGORIES + EMBEDDED},
)
train, test = train_test_split(data, test_size=0.25, random_state=42, stratify=data["Score"])


class Network(tf.Module):
    """Encodes raw columns by what it learnt of the training rows; the layers make scores of that."""

    def __init__(self, rows):
        super().__init__()
        self.mean = {name: rows[name].mean() for name in NUMBERS}
        self.scale = {name: max(rows[name].std(ddof=0) or 1, 1e-07) for name in NUMBERS}
        self.vocabulary = {name: sorted(rows[name].unique()) for name in CATEGORIES + EMBEDDED}
        self.lookup = {
            name: tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(texts, tf.range(1, len(texts) + 1)), 0)
            for name, texts in self.vocabulary.items()
        }
        self.embeddings = {
            name: tf.Variable(tf.random.uniform([len(self.vocabulary[name]) + 1, 4], -0.05, 0.05)) for name in EMBEDDED
        }
        width = sum(len(self.vocabulary[name]) + 1 for name in CATEGORIES) + 60
        self.dense_kernel = tf.Variable(glorot_uniform(9, 16))
        self.dense_bias = tf.Variable(tf.zeros(16))
        self.traits_kernel = tf.Variable(glorot_uniform(16, 8))
        self.traits_bias = tf.Variable(tf.zeros(8))
        self.dense_1_kernel = tf.Variable(glorot_uniform(8 + width, len(CLASSES)))
        self.dense_1_bias = tf.Variable(tf.zeros(len(CLASSES)))

    def encode(self, columns):
        encoded = {name: (tf.cast(columns[name], tf.float32) - self.mean[name]) / self.scale[name] for name in NUMBERS}
        encoded |= {name: tf.cast(columns[name] == "YES", tf.float32) for name in BOOLEANS}
        for name in CATEGORIES:
            encoded[name] = tf.one_hot(tf.squeeze(self.lookup[name][columns[name]], -1), len(self.vocabulary[name]) + 1)
        encoded |= {name: self.lookup[name][columns[name]] for name in EMBEDDED}
        for name in CROSSES:
            crossed = tf.sparse.cross_hashed([columns["Traveler type"], columns["Period of stay"]], 60)
            encoded[name] = tf.one_hot(tf.squeeze(tf.sparse.to_dense(crossed), -1), 60)
        return {
            "deep": tf.concat([encoded[name] for name in NUMBERS + BOOLEANS], -1),
            "wide": tf.concat([encoded[name] for name in CATEGORIES + CROSSES], -1),
        } | {name: encoded[name] for name in EMBEDDED}

    def __call__(self, given, training=False):
        vectors = {name: tf.gather(self.embeddings[name], tf.squeeze(given[name], -1)) for name in self.embeddings}
        joined_deep = tf.concat([given["deep"], *vectors.values()], -1)
        x = tf.nn.relu(joined_deep @ self.dense_kernel + self.dense_bias)
        x = tf.nn.experimental.general_dropout(x, 0.3, random.uniform) if training else x
        x = tf.nn.relu(x @ self.traits_kernel + self.traits_bias)
        x = tf.concat([x, given["wide"]], -1)
        return x @ self.dense_1_kernel + self.dense_1_bias

    def loss(self, x, y, training=False):
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, self(x, training)))


def glorot_uniform(*shape):
    return tf.random.uniform(shape, -1.0, 1.0) * (6 / sum(shape)) ** 0.5


def squared(gradient):
    """The square of a gradient; of a row that was looked up several times, the sum of the squares, as Keras has it."""
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient**2
    return tf.convert_to_tensor(tf.IndexedSlices(gradient.values**2, gradient.indices, gradient.dense_shape))


def tensors(rows):
    columns = {name: tf.constant(rows[[name]].to_numpy()) for name in NUMBERS + BOOLEANS + CATEGORIES + EMBEDDED}
    return network.encode(columns), rows["Score"].map(CLASSES.index).to_numpy()


@tf.function
def train_epoch(batches):
    total = 0.0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = network.loss(x, y, training=True)
        step.assign_add(1)
        size = 0.001 * tf.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        for v, g, m, s in zip(variables, tape.gradient(loss, variables), momentums, velocities):
            m.assign_add((tf.convert_to_tensor(g) - m) * (1 - 0.9))
            s.assign_add((squared(g) - s) * (1 - 0.999))
            v.assign_sub(size * m / (tf.sqrt(s) + 1e-07))
        total += loss * tf.cast(len(y), tf.float32)
    return total / len(train)


# Training
network = Network(train)
variables = network.trainable_variables
momentums, velocities = ([tf.Variable(tf.zeros_like(v)) for v in variables] for _ in range(2))
step = tf.Variable(0.0)
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=5).batch(args.batch_size)
for epoch in range(args.epochs):
    print(f"epoch {epoch + 1}: loss {train_epoch(batches):.4f}")
x, y = tensors(test)
accuracy = tf.reduce_mean(tf.cast(tf.argmax(network(x), -1) == y, tf.float32))
print(f"test loss {network.loss(x, y):.4f}, accuracy {accuracy:.4f}")

# The saved model takes raw rows
inputs = {name: tf.TensorSpec([None, 1], tf.float32) for name in NUMBERS}
inputs |= {name: tf.TensorSpec([None, 1], tf.string) for name in BOOLEANS + CATEGORIES + EMBEDDED}
network.predict = tf.function(lambda columns: tf.nn.softmax(network(network.encode(columns))), [inputs])
tf.saved_model.save(network, "wide-and-deep.savedmodel")
