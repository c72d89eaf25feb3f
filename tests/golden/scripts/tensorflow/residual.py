"""Predict `target` with the network `residual`.

Handwritten digits by blocks that add to what they were given. Run it in its own folder; it saves
`residual.savedmodel`, which takes raw rows. Written by specrun 0.0.0 (spec 8c32329fc9a0).
"""

from argparse import ArgumentParser

import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--batch-size", type=int, default=64)
args = parser.parse_args()
tf.random.set_seed(3)
random = tf.random.Generator.from_seed(3)

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
train, test = train_test_split(data, test_size=0.2, random_state=3, stratify=data["target"])
train, validation = train_test_split(train, test_size=0.125, random_state=3, stratify=train["target"])


class Network(tf.Module):
    """Encodes raw columns; the layers make scores of that."""

    def __init__(self):
        super().__init__()
        self.stem_kernel = tf.Variable(glorot_uniform(64, 48))
        self.stem_bias = tf.Variable(tf.zeros(48))
        self.layer_normalization_gamma = tf.Variable(tf.ones(48))
        self.layer_normalization_beta = tf.Variable(tf.zeros(48))
        self.dense_kernel = tf.Variable(glorot_uniform(48, 48))
        self.dense_bias = tf.Variable(tf.zeros(48))
        self.residual_1_inner_kernel = tf.Variable(glorot_uniform(48, 48))
        self.residual_1_inner_bias = tf.Variable(tf.zeros(48))
        self.layer_normalization_1_gamma = tf.Variable(tf.ones(48))
        self.layer_normalization_1_beta = tf.Variable(tf.zeros(48))
        self.dense_1_kernel = tf.Variable(glorot_uniform(48, 48))
        self.dense_1_bias = tf.Variable(tf.zeros(48))
        self.residual_2_inner_kernel = tf.Variable(glorot_uniform(48, 48))
        self.residual_2_inner_bias = tf.Variable(tf.zeros(48))
        self.layer_normalization_2_gamma = tf.Variable(tf.ones(48))
        self.layer_normalization_2_beta = tf.Variable(tf.zeros(48))
        self.dense_2_kernel = tf.Variable(glorot_uniform(48, 48))
        self.dense_2_bias = tf.Variable(tf.zeros(48))
        self.residual_3_inner_kernel = tf.Variable(glorot_uniform(48, 48))
        self.residual_3_inner_bias = tf.Variable(tf.zeros(48))
        self.layer_normalization_3_gamma = tf.Variable(tf.ones(48))
        self.layer_normalization_3_beta = tf.Variable(tf.zeros(48))
        self.dense_3_kernel = tf.Variable(glorot_uniform(48, 48))
        self.dense_3_bias = tf.Variable(tf.zeros(48))
        self.residual_4_inner_kernel = tf.Variable(glorot_uniform(48, 48))
        self.residual_4_inner_bias = tf.Variable(tf.zeros(48))
        self.layer_normalization_4_gamma = tf.Variable(tf.ones(48))
        self.layer_normalization_4_beta = tf.Variable(tf.zeros(48))
        self.dense_4_kernel = tf.Variable(glorot_uniform(48, len(CLASSES)))
        self.dense_4_bias = tf.Variable(tf.zeros(len(CLASSES)))

    def encode(self, columns):
        encoded = {name: tf.clip_by_value(tf.cast(columns[name], tf.float32), 0.0, 16.0) for name in NUMBERS}
        return {"features": tf.concat(list(encoded.values()), -1)}

    def __call__(self, given, training=False):
        x = given["features"] * 0.0625
        stem = x @ self.stem_kernel + self.stem_bias
        x = normalized(stem, self.layer_normalization_gamma, self.layer_normalization_beta, 0.001)
        x = tf.nn.gelu(x @ self.dense_kernel + self.dense_bias)
        x = tf.nn.experimental.general_dropout(x, 0.1, random.uniform) if training else x
        x = x @ self.residual_1_inner_kernel + self.residual_1_inner_bias
        add = stem + x
        x = normalized(add, self.layer_normalization_1_gamma, self.layer_normalization_1_beta, 0.001)
        x = tf.nn.gelu(x @ self.dense_1_kernel + self.dense_1_bias)
        x = tf.nn.experimental.general_dropout(x, 0.1, random.uniform) if training else x
        x = x @ self.residual_2_inner_kernel + self.residual_2_inner_bias
        add_1 = add + x
        x = normalized(add_1, self.layer_normalization_2_gamma, self.layer_normalization_2_beta, 0.001)
        x = tf.nn.gelu(x @ self.dense_2_kernel + self.dense_2_bias)
        x = tf.nn.experimental.general_dropout(x, 0.1, random.uniform) if training else x
        x = x @ self.residual_3_inner_kernel + self.residual_3_inner_bias
        add_2 = add_1 + x
        x = normalized(add_2, self.layer_normalization_3_gamma, self.layer_normalization_3_beta, 0.001)
        x = tf.nn.gelu(x @ self.dense_3_kernel + self.dense_3_bias)
        x = tf.nn.experimental.general_dropout(x, 0.1, random.uniform) if training else x
        x = x @ self.residual_4_inner_kernel + self.residual_4_inner_bias
        x = add_2 + x
        x = normalized(x, self.layer_normalization_4_gamma, self.layer_normalization_4_beta, 0.001)
        return x @ self.dense_4_kernel + self.dense_4_bias

    def measures(self, x, y, training=False):
        scores = self(x, training)
        return {
            "loss": tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores)),
            "accuracy": tf.reduce_mean(tf.cast(tf.argmax(scores, -1) == y, tf.float32)),
        }


def glorot_uniform(*shape):
    return tf.random.uniform(shape, -1.0, 1.0) * (6 / sum(shape)) ** 0.5


def normalized(x, gamma, beta, epsilon):
    mean, variance = tf.nn.moments(x, [-1], keepdims=True)
    return tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)


def tensors(rows):
    columns = {name: tf.constant(rows[[name]].to_numpy()) for name in NUMBERS}
    return network.encode(columns), rows["target"].map(CLASSES.index).to_numpy()


@tf.function
def train_epoch(batches):
    total = 0.0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = network.measures(x, y, training=True)["loss"]
        step.assign_add(1)
        size = 0.002 * tf.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        for v, g, m, s in zip(variables, tape.gradient(loss, variables), momentums, velocities):
            v.assign_sub(v * 0.0001 * 0.002)
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
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=3).batch(args.batch_size)
held_out = tensors(validation)
for epoch in range(args.epochs):
    logs = {"loss": float(train_epoch(batches))}
    logs |= {f"val_{name}": float(value) for name, value in network.measures(*held_out).items()}
    print(f"epoch {epoch + 1}:", logs)
print({name: float(value) for name, value in network.measures(*tensors(test)).items()})

# The saved model takes raw rows
inputs = {name: tf.TensorSpec([None, 1], tf.float32) for name in NUMBERS}
network.predict = tf.function(lambda columns: tf.nn.softmax(network(network.encode(columns))), [inputs])
tf.saved_model.save(network, "residual.savedmodel")
