"""Predict `target` with the network `digits`.

Reads a handwritten digit from the 64 grey values of a picture of 8 by 8 pixels. Run it in its own folder; it
saves `digits.savedmodel`, which takes raw rows. Written by specrun 0.0.0 (spec 7c61ee11a6ac).
"""

from argparse import ArgumentParser

import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
tf.random.set_seed(42)
random = tf.random.Generator.from_seed(42)

# Data
NUMBERS = [
    "pixel_0_0",
    "pixel_0_1",
    "pixel_0_2",
    "pixel_0_3",
    "pixel_0_4",
    "pixel_0_5",
    "pixel_0_6",
    "pixel_0_7",
    "pixel_1_0",
    "pixel_1_1",
    "pixel_1_2",
    "pixel_1_3",
    "pixel_1_4",
    "pixel_1_5",
    "pixel_1_6",
    "pixel_1_7",
    "pixel_2_0",
    "pixel_2_1",
    "pixel_2_2",
    "pixel_2_3",
    "pixel_2_4",
    "pixel_2_5",
    "pixel_2_6",
    "pixel_2_7",
    "pixel_3_0",
    "pixel_3_1",
    "pixel_3_2",
    "pixel_3_3",
    "pixel_3_4",
    "pixel_3_5",
    "pixel_3_6",
    "pixel_3_7",
    "pixel_4_0",
    "pixel_4_1",
    "pixel_4_2",
    "pixel_4_3",
    "pixel_4_4",
    "pixel_4_5",
    "pixel_4_6",
    "pixel_4_7",
    "pixel_5_0",
    "pixel_5_1",
    "pixel_5_2",
    "pixel_5_3",
    "pixel_5_4",
    "pixel_5_5",
    "pixel_5_6",
    "pixel_5_7",
    "pixel_6_0",
    "pixel_6_1",
    "pixel_6_2",
    "pixel_6_3",
    "pixel_6_4",
    "pixel_6_5",
    "pixel_6_6",
    "pixel_6_7",
    "pixel_7_0",
    "pixel_7_1",
    "pixel_7_2",
    "pixel_7_3",
    "pixel_7_4",
    "pixel_7_5",
    "pixel_7_6",
    "pixel_7_7",
]
CLASSES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
data = load_digits(as_frame=True).frame
train, test = train_test_split(data, test_size=0.25, random_state=42, stratify=data["target"])


class Network(tf.Module):
    """Encodes raw columns by what it learnt of the training rows; the layers make scores of that."""

    def __init__(self, rows):
        super().__init__()
        self.minimum = {name: rows[name].min() for name in NUMBERS}
        self.scale = {name: max(rows[name].max() - rows[name].min() or 1, 1e-07) for name in NUMBERS}
        self.dense_kernel = tf.Variable(glorot_uniform(64, 64))
        self.dense_bias = tf.Variable(tf.zeros(64))
        self.dense_1_kernel = tf.Variable(glorot_uniform(64, 32))
        self.dense_1_bias = tf.Variable(tf.zeros(32))
        self.dense_2_kernel = tf.Variable(glorot_uniform(32, len(CLASSES)))
        self.dense_2_bias = tf.Variable(tf.zeros(len(CLASSES)))

    def encode(self, columns):
        encoded = {}
        for name in NUMBERS:
            encoded[name] = (tf.cast(columns[name], tf.float32) - self.minimum[name]) / self.scale[name]
        return tf.concat(list(encoded.values()), -1)

    def __call__(self, x, training=False):
        x = tf.nn.relu(x @ self.dense_kernel + self.dense_bias)
        x = tf.nn.experimental.general_dropout(x, 0.3, random.uniform) if training else x
        x = tf.nn.relu(x @ self.dense_1_kernel + self.dense_1_bias)
        return x @ self.dense_2_kernel + self.dense_2_bias

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
accuracy = tf.reduce_mean(tf.cast(tf.argmax(network(x), -1) == y, tf.float32))
print(f"test loss {network.loss(x, y):.4f}, accuracy {accuracy:.4f}")

# The saved model takes raw rows
inputs = {name: tf.TensorSpec([None, 1], tf.float32) for name in NUMBERS}
network.predict = tf.function(lambda columns: tf.nn.softmax(network(network.encode(columns))), [inputs])
tf.saved_model.save(network, "digits.savedmodel")
