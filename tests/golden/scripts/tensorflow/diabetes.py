"""Predict `target` with the network `diabetes`.

The progression of diabetes after a year, a number from 25 to 346, from ten measurements. Run it in its own
folder; it saves `diabetes.savedmodel`, which takes raw rows. Written by specrun 0.0.0 (spec ad0789a2c475).
"""

from argparse import ArgumentParser

import tensorflow as tf
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--epochs", type=int, default=200)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
tf.random.set_seed(42)

# Data
NUMBERS = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]
data = load_diabetes(as_frame=True).frame
train, test = train_test_split(data, test_size=0.2, random_state=42)
train, validation = train_test_split(train, test_size=0.1875, random_state=42)


class Network(tf.Module):
    """Encodes raw columns by what it learnt of the training rows; the layers make the output of that."""

    def __init__(self, rows):
        super().__init__()
        self.mean = {name: rows[name].mean() for name in NUMBERS}
        self.scale = {name: max(rows[name].std(ddof=0) or 1, 1e-07) for name in NUMBERS}
        self.dense_kernel = tf.Variable(glorot_uniform(10, 32))
        self.dense_bias = tf.Variable(tf.zeros(32))
        self.dense_1_kernel = tf.Variable(glorot_uniform(32, 16))
        self.dense_1_bias = tf.Variable(tf.zeros(16))
        self.dense_2_kernel = tf.Variable(glorot_uniform(16, 1))
        self.dense_2_bias = tf.Variable(tf.zeros(1))

    def encode(self, columns):
        encoded = {name: (tf.cast(columns[name], tf.float32) - self.mean[name]) / self.scale[name] for name in NUMBERS}
        return tf.concat(list(encoded.values()), -1)

    def __call__(self, x):
        x = tf.nn.relu(x @ self.dense_kernel + self.dense_bias)
        x = tf.nn.relu(x @ self.dense_1_kernel + self.dense_1_bias)
        return x @ self.dense_2_kernel + self.dense_2_bias

    def measures(self, x, y):
        scores = self(x)
        return {"loss": tf.reduce_mean((y - scores) ** 2), "mean_absolute_error": tf.reduce_mean(tf.abs(y - scores))}


def glorot_uniform(*shape):
    return tf.random.uniform(shape, -1.0, 1.0) * (6 / sum(shape)) ** 0.5


def tensors(rows):
    columns = {name: tf.constant(rows[[name]].to_numpy()) for name in NUMBERS}
    return network.encode(columns), rows[["target"]].to_numpy("float32")


@tf.function
def train_epoch(batches):
    total = 0.0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = network.measures(x, y)["loss"]
        step.assign_add(1)
        size = learning_rate * tf.sqrt(1 - 0.999**step) / (1 - 0.9**step)
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
learning_rate = tf.Variable(0.005)
step = tf.Variable(0.0)
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=42).batch(args.batch_size)
held_out = tensors(validation)
best, waited, kept = float("inf"), 0, [v.numpy() for v in network.variables]
lowest, level = float("inf"), 0
for epoch in range(args.epochs):
    logs = {"loss": float(train_epoch(batches))}
    logs |= {f"val_{name}": float(value) for name, value in network.measures(*held_out).items()}
    print(f"epoch {epoch + 1}:", logs)
    if logs["val_loss"] < lowest - 0.0001:
        lowest, level = logs["val_loss"], 0
    else:
        level += 1
        if level >= 5:
            learning_rate.assign(learning_rate * 0.5)
            level = 0
    waited += 1
    if logs["val_loss"] < best:
        best, waited, kept = logs["val_loss"], 0, [v.numpy() for v in network.variables]
    elif waited >= 15:
        break
for v, value in zip(network.variables, kept):
    v.assign(value)
print({name: float(value) for name, value in network.measures(*tensors(test)).items()})

# The saved model takes raw rows
inputs = {name: tf.TensorSpec([None, 1], tf.float32) for name in NUMBERS}
network.predict = tf.function(lambda columns: network(network.encode(columns)), [inputs])
tf.saved_model.save(network, "diabetes.savedmodel")
