"""Predict `Loaves` with the network `bakery`.

The loaves that a bakery sells in the next seven days, from the four weeks before. Run it in its own folder;
it saves `bakery.savedmodel`, which takes raw rows. Written by specrun 0.0.0 (spec b873c4ded92e).
"""

from argparse import ArgumentParser
from math import prod

import numpy as np
import pandas as pd
import tensorflow as tf
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/bakery.csv")
parser.add_argument("--epochs", type=int, default=40)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
tf.random.set_seed(0)

# Data
SERIES = ["Loaves"]
NUMBERS = ["Degrees"]
BOOLEANS = ["Holiday"]
DATETIMES = ["Day"]
WINDOW = 28
HORIZON = 7
data = pd.read_csv(
    args.data, keep_default_na=False, na_values={c: [""] for c in NUMBERS}, dtype={c: str for c in BOOLEANS + DATETIMES}
)
data["Day"] = pd.to_datetime(data["Day"], format="ISO8601", utc=True).dt.as_unit("s")
data = data.sort_values("Day", kind="stable")
train, test = train_test_split(data, test_size=0.15, shuffle=False)
train, validation = train_test_split(train, test_size=0.17647058823529413, shuffle=False)
# The first windows of a part look back on the rows before it
validation = pd.concat([train.tail(WINDOW), validation])
test = pd.concat([validation.tail(WINDOW), test])


class Network(tf.Module):
    """Encodes raw columns by what it learnt of the training rows; the layers make the output of that."""

    def __init__(self, rows):
        super().__init__()
        self.mean = {name: rows[name].mean() for name in SERIES + NUMBERS}
        self.scale = {name: max(rows[name].std(ddof=0) or 1, 1e-07) for name in SERIES + NUMBERS}
        self.conv1d_kernel = tf.Variable(glorot_uniform(7, 7, 32))
        self.conv1d_bias = tf.Variable(tf.zeros(32))
        self.dense_kernel = tf.Variable(glorot_uniform(704, 32))
        self.dense_bias = tf.Variable(tf.zeros(32))
        self.dense_1_kernel = tf.Variable(glorot_uniform(32, HORIZON))
        self.dense_1_bias = tf.Variable(tf.zeros(HORIZON))

    def encode(self, columns):
        encoded = {}
        for name in SERIES:
            value = tf.expand_dims(tf.cast(columns[name], tf.float32), -1)
            encoded[name] = (value - self.mean[name]) / self.scale[name]
        for name in NUMBERS:
            value = tf.expand_dims(tf.cast(columns[name], tf.float32), -1)
            value = tf.where(tf.math.is_nan(value), float(self.mean[name]), value)
            encoded[name] = (value - self.mean[name]) / self.scale[name]
        for name in BOOLEANS:
            value = tf.expand_dims(columns[name], -1)
            encoded[name] = tf.cast(value == "yes", tf.float32)
        # Moments are seconds since 1970; for the calendar, years begin in March, so that a leap day ends its year
        for name in DATETIMES:
            value = tf.expand_dims(columns[name], -1)
            days = value // 86400
            centuries = 4 * (days + 719468) + 3
            years = 4 * (centuries % 146097 // 4) + 3
            months = 5 * (years % 1461 // 4) + 2
            year = centuries // 146097 * 100 + years // 1461 + months // 1530
            past = year - 1
            dayofyear = days + 719163 - 365 * past - past // 4 + past // 100 - past // 400
            weekday = (days + 3) % 7
            angles = 2 * np.pi * tf.concat([tf.cast(weekday, tf.float32) / 7, tf.cast(dayofyear, tf.float32) / 366], -1)
            encoded[name] = tf.concat([tf.sin(angles), tf.cos(angles)], -1)
        return tf.concat(list(encoded.values()), -1)

    def __call__(self, x):
        x = tf.nn.relu(tf.nn.conv1d(x, self.conv1d_kernel, 1, "VALID") + self.conv1d_bias)
        x = tf.reshape(x, [-1, 704])
        x = tf.nn.relu(x @ self.dense_kernel + self.dense_bias)
        x = x * 10.0
        return x @ self.dense_1_kernel + self.dense_1_bias

    def measures(self, x, y):
        scores = self(x)
        return {"loss": tf.reduce_mean((y - scores) ** 2), "mean_absolute_error": tf.reduce_mean(tf.abs(y - scores))}


def glorot_uniform(*shape):
    limit = (6 / prod(shape[:-2]) / (shape[-2] + shape[-1])) ** 0.5
    return tf.random.uniform(shape, -limit, limit)


def tensors(rows):
    columns = {
        name: tf.constant(sliding_window_view(rows[name], WINDOW)[:-HORIZON]) for name in SERIES + NUMBERS + BOOLEANS
    }
    columns |= {
        name: tf.constant(sliding_window_view(rows[name].astype("int64"), WINDOW)[:-HORIZON]) for name in DATETIMES
    }
    return network.encode(columns), sliding_window_view(rows["Loaves"].to_numpy("float32"), HORIZON)[WINDOW:]


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
    return total / (len(train) - WINDOW - HORIZON + 1)


# Training
network = Network(train)
variables = network.trainable_variables
momentums, velocities = ([tf.Variable(tf.zeros_like(v)) for v in variables] for _ in range(2))
step = tf.Variable(0.0)
batches = (
    tf.data.Dataset.from_tensor_slices(tensors(train))
    .shuffle(len(train) - WINDOW - HORIZON + 1, seed=0)
    .batch(args.batch_size)
)
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
inputs = {name: tf.TensorSpec([None, WINDOW], tf.float32) for name in SERIES + NUMBERS}
inputs |= {name: tf.TensorSpec([None, WINDOW], tf.string) for name in BOOLEANS}
inputs |= {name: tf.TensorSpec([None, WINDOW], tf.int64) for name in DATETIMES}
network.predict = tf.function(lambda columns: network(network.encode(columns)), [inputs])
tf.saved_model.save(network, "bakery.savedmodel")
