"""Predict `spend` with the network `streamed`.

The rows may be more than memory holds, and are shuffled in blocks. Run it in its own folder; it saves
`streamed.keras`, which takes raw rows. Written by specrun 0.0.0 (spec 1e69f62e80db).
"""

from argparse import ArgumentParser
from itertools import count

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers, ops
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/people.csv")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
keras.utils.set_random_seed(0)

# Data
NUMBERS = ["hours"]
CATEGORIES = ["city"]
data = pd.read_csv(
    args.data,
    usecols=NUMBERS + CATEGORIES + ["spend"],
    keep_default_na=False,
    na_values={c: ["", "?"] for c in NUMBERS},
    dtype={c: str for c in CATEGORIES},
)
train, test = train_test_split(data, test_size=0.2, random_state=0)
train, validation = train_test_split(train, test_size=0.125, random_state=0)
train = train.sort_index()
validation = validation.sort_index()
test = test.sort_index()

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
for name in NUMBERS:
    inputs[name] = keras.Input((1,), name=name)
    value = ops.where(ops.isnan(inputs[name]), float(train[name].mean()), inputs[name])
    encoded[name] = layers.Normalization(mean=train[name].mean(), variance=train[name].var(ddof=0) or 1)(value)
for name in CATEGORIES:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    encoded[name] = layers.StringLookup(vocabulary=sorted(train[name].unique()), output_mode="one_hot")(inputs[name])
encoder = keras.Model(inputs, layers.Concatenate()(list(encoded.values())))


def tensors(rows):
    features = encoder({name: tf.constant(rows[[name]].to_numpy()) for name in inputs})
    return features, rows[["spend"]].to_numpy("float32")


# Layers
model = keras.Sequential([layers.Dense(4, activation="relu"), layers.Dense(1)])

# Training
model.compile(optimizer="adam", loss="mean_squared_error", metrics=[])
# Blocks of rows are shuffled, not all the rows at once, so that a run can take them from files
BLOCK = max(65536 // args.batch_size, 1) * args.batch_size
epochs = count()


def shuffled():
    """The rows of an epoch, batch by batch: whole blocks in a random order, then the rest, each shuffled."""
    chance = np.random.default_rng([0, next(epochs)])
    whole = len(train) // BLOCK
    for block in (*chance.permutation(whole), whole):
        rows = chance.permutation(min(BLOCK, len(train) - block * BLOCK)) + block * BLOCK
        for first in range(0, len(rows), args.batch_size):
            yield rows[first : first + args.batch_size]


samples = tf.nest.map_structure(tf.convert_to_tensor, tensors(train))
batches = tf.data.Dataset.from_generator(shuffled, output_signature=tf.TensorSpec([None], tf.int64)).map(
    lambda rows: tf.nest.map_structure(lambda values: tf.gather(values, rows), samples)
)
model.fit(
    batches.repeat(),
    epochs=args.epochs,
    steps_per_epoch=-(-len(train) // args.batch_size),
    validation_data=tensors(validation),
    validation_batch_size=4096,
    shuffle=False,
    verbose=2,
)
print(model.evaluate(*tensors(test), batch_size=4096, verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(encoder.output)).save("streamed.keras")
