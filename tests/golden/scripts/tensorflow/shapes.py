"""Predict `label` with the network `shapes`.

Which shape a small picture shows, from its pixels, by two convolutions. Run it in its own folder; it saves
`shapes.savedmodel`, which takes raw rows. Written by specrun 0.0.0 (spec 7b6586244607).
"""

from argparse import ArgumentParser
from glob import escape, glob
from math import prod
from os.path import basename, dirname, join

import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/shapes")
parser.add_argument("--epochs", type=int, default=40)
parser.add_argument("--batch-size", type=int, default=16)
args = parser.parse_args()
tf.random.set_seed(1)
random = tf.random.Generator.from_seed(1)

# Data
IMAGES = ["image"]
CLASSES = ["circle", "square", "triangle"]
data = pd.DataFrame({"image": sorted(glob(join(escape(args.data), "*", "*")))})
data["label"] = [basename(dirname(path)) for path in data["image"]]
train, test = train_test_split(data, test_size=0.25, random_state=1, stratify=data["label"])


class Network(tf.Module):
    """Encodes raw columns; the layers make scores of that."""

    def __init__(self):
        super().__init__()
        self.conv2d_kernel = tf.Variable(glorot_uniform(3, 3, 3, 16))
        self.conv2d_bias = tf.Variable(tf.zeros(16))
        self.conv2d_1_kernel = tf.Variable(glorot_uniform(3, 3, 16, 32))
        self.conv2d_1_bias = tf.Variable(tf.zeros(32))
        self.dense_kernel = tf.Variable(glorot_uniform(512, 32))
        self.dense_bias = tf.Variable(tf.zeros(32))
        self.dense_1_kernel = tf.Variable(glorot_uniform(32, len(CLASSES)))
        self.dense_1_bias = tf.Variable(tf.zeros(len(CLASSES)))

    def encode(self, columns):
        encoded = {name: columns[name] * (1 / 255) for name in IMAGES}
        return encoded["image"]

    def __call__(self, x, training=False):
        x = tf.where(random.uniform([len(x), 1, 1, 1]) < 0.5, tf.reverse(x, [2]), x) if training else x
        x = translated(x, 0.1, 0.1) if training else x
        x = tf.nn.relu(tf.nn.conv2d(x, self.conv2d_kernel, 1, "VALID") + self.conv2d_bias)
        x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        x = tf.nn.relu(tf.nn.conv2d(x, self.conv2d_1_kernel, 1, "VALID") + self.conv2d_1_bias)
        x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        x = tf.reshape(x, [-1, 512])
        x = tf.nn.relu(x @ self.dense_kernel + self.dense_bias)
        return x @ self.dense_1_kernel + self.dense_1_bias

    def loss(self, x, y, training=False):
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, self(x, training)))


def glorot_uniform(*shape):
    limit = (6 / prod(shape[:-2]) / (shape[-2] + shape[-1])) ** 0.5
    return tf.random.uniform(shape, -limit, limit)


def translated(images, height, width):
    """Images moved by up to these shares of their height and width; what is laid bare mirrors what is beside it."""
    down = random.uniform([len(images)], -height, height) * images.shape[1]
    right = random.uniform([len(images)], -width, width) * images.shape[2]
    one, zero = tf.ones([len(images)]), tf.zeros([len(images)])
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([one, zero, -right, zero, one, -down, zero, zero], 1),
        output_shape=images.shape[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )


def tensors(rows):
    columns = {
        name: tf.stack(
            [
                tf.image.resize(
                    tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False), (24, 24)
                )
                for path in rows[name]
            ]
        )
        for name in IMAGES
    }
    return network.encode(columns), rows["label"].map(CLASSES.index).to_numpy()


@tf.function
def train_epoch(batches):
    total = 0.0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = network.loss(x, y, training=True)
        step.assign_add(1)
        size = 0.003 * tf.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        for v, g, m, s in zip(variables, tape.gradient(loss, variables), momentums, velocities):
            m.assign_add((g - m) * (1 - 0.9))
            s.assign_add((g**2 - s) * (1 - 0.999))
            v.assign_sub(size * m / (tf.sqrt(s) + 1e-07))
        total += loss * tf.cast(len(y), tf.float32)
    return total / len(train)


# Training
network = Network()
variables = network.trainable_variables
momentums, velocities = ([tf.Variable(tf.zeros_like(v)) for v in variables] for _ in range(2))
step = tf.Variable(0.0)
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=1).batch(args.batch_size)
for epoch in range(args.epochs):
    print(f"epoch {epoch + 1}: loss {train_epoch(batches):.4f}")
x, y = tensors(test)
accuracy = tf.reduce_mean(tf.cast(tf.argmax(network(x), -1) == y, tf.float32))
print(f"test loss {network.loss(x, y):.4f}, accuracy {accuracy:.4f}")

# The saved model takes raw rows
inputs = {name: tf.TensorSpec([None, 24, 24, 3], tf.float32) for name in IMAGES}
network.predict = tf.function(lambda columns: tf.nn.softmax(network(network.encode(columns))), [inputs])
tf.saved_model.save(network, "shapes.savedmodel")
