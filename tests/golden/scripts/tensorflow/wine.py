"""Predict `target` with the network `wine`.

Tells three cultivars of wine from thirteen chemical measurements. Run it in its own folder; it saves
`wine.savedmodel`, which takes raw rows. Written by specrun 0.0.0 (spec d39b56e43582).
"""

from argparse import ArgumentParser

import tensorflow as tf
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--epochs", type=int, default=40)
parser.add_argument("--batch-size", type=int, default=16)
args = parser.parse_args()
tf.random.set_seed(42)
random = tf.random.Generator.from_seed(42)

# Data
NUMBERS = [
    "alcohol",
    "malic_acid",
    "ash",
    "alcalinity_of_ash",
    "magnesium",
    "total_phenols",
    "flavanoids",
    "nonflavanoid_phenols",
    "proanthocyanins",
    "color_intensity",
    "hue",
    "od280_od315_of_diluted_wines",
    "proline",
]
CLASSES = [0, 1, 2]
data = load_wine(as_frame=True).frame
data = data.rename(columns={"od280/od315_of_diluted_wines": "od280_od315_of_diluted_wines"})
train, test = train_test_split(data, test_size=0.25, random_state=42, stratify=data["target"])


class Network(tf.Module):
    """Encodes raw columns by what it learnt of the training rows; the layers make scores of that."""

    def __init__(self, rows):
        super().__init__()
        self.mean = {name: rows[name].mean() for name in NUMBERS}
        self.scale = {name: max(rows[name].std(ddof=0) or 1, 1e-07) for name in NUMBERS}
        self.dense_kernel = tf.Variable(glorot_uniform(13, 16))
        self.dense_bias = tf.Variable(tf.zeros(16))
        self.dense_1_kernel = tf.Variable(glorot_uniform(16, len(CLASSES)))
        self.dense_1_bias = tf.Variable(tf.zeros(len(CLASSES)))

    def encode(self, columns):
        encoded = {name: (tf.cast(columns[name], tf.float32) - self.mean[name]) / self.scale[name] for name in NUMBERS}
        return tf.concat(list(encoded.values()), -1)

    def __call__(self, x, training=False):
        x = tf.nn.relu(x @ self.dense_kernel + self.dense_bias)
        x = tf.nn.experimental.general_dropout(x, 0.2, random.uniform) if training else x
        return x @ self.dense_1_kernel + self.dense_1_bias

    def loss(self, x, y, training=False):
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, self(x, training)))


def glorot_uniform(*shape):
    return tf.random.uniform(shape, -1.0, 1.0) * (6 / sum(shape)) ** 0.5


def tensors(rows):
    columns = {name: tf.constant(rows[[name]].to_numpy()) for name in NUMBERS}
    return network.encode(columns), rows["target"].map(CLASSES.index).to_numpy()


@tf.function
def train_epoch(batches):
    total = 0.0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = network.loss(x, y, training=True)
        step.assign_add(1)
        size = 0.01 * tf.sqrt(1 - 0.999**step) / (1 - 0.9**step)
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
accuracy = tf.reduce_mean(tf.cast(tf.argmax(network(x), -1) == y, tf.float32))
print(f"test loss {network.loss(x, y):.4f}, accuracy {accuracy:.4f}")

# The saved model takes raw rows
inputs = {name: tf.TensorSpec([None, 1], tf.float32) for name in NUMBERS}
network.predict = tf.function(lambda columns: tf.nn.softmax(network(network.encode(columns))), [inputs])
tf.saved_model.save(network, "wine.savedmodel")
