"""Predict `stays` with the network `encodings`.

Buckets, clipping, hashing and a vocabulary without a place for the unknown. Run it in its own folder; it
saves `encodings.keras`, which takes raw rows. Written by specrun 0.0.0 (spec ef17b30297f5).
"""

from argparse import ArgumentParser

import keras
import pandas as pd
import tensorflow as tf
from keras import layers, ops
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/people.csv")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=8)
args = parser.parse_args()
keras.utils.set_random_seed(0)

# Data
BUCKETED = ["age"]
CLIPPED = ["hours"]
CLIPPED_2 = ["income_year"]
HASHED = ["household"]
CATEGORIES = ["job"]
BOOLEANS = ["member"]
CLASSES = ["no", "yes"]
data = pd.read_csv(
    args.data,
    usecols=BUCKETED + CLIPPED + HASHED + CATEGORIES + BOOLEANS + ["income/year", "stays"],
    keep_default_na=False,
    na_values={c: ["", "?"] for c in BUCKETED + CLIPPED},
    dtype={c: str for c in HASHED + CATEGORIES + BOOLEANS + ["stays"]},
)
data = data.rename(columns={"income/year": "income_year"})
train, test = train_test_split(data, test_size=0.2, random_state=0)

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
for name in BUCKETED:
    inputs[name] = keras.Input((1,), name=name)
    value = ops.where(ops.isnan(inputs[name]), 40, inputs[name])
    encoded[name] = layers.Discretization(bin_boundaries=[25, 35, 50], output_mode="one_hot")(value)
for name in CLIPPED:
    inputs[name] = keras.Input((1,), name=name)
    known = train[name].clip(None, 45)
    value = ops.clip(ops.where(ops.isnan(inputs[name]), float(known.mean()), inputs[name]), -1e30, 45.0)
    encoded[name] = layers.Normalization(
        mean=known.median(), variance=(known.quantile(0.75) - known.quantile(0.25)) ** 2 or 1
    )(value)
for name in CLIPPED_2:
    inputs[name] = keras.Input((1,), name=name)
    known = train[name].clip(0, 60000)
    value = ops.clip(inputs[name], 0.0, 60000.0)
    encoded[name] = layers.Normalization(mean=known.min(), variance=(known.max() - known.min()) ** 2 or 1)(value)
for name in HASHED:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    encoded[name] = layers.Hashing(num_bins=16, output_mode="one_hot")(inputs[name])
for name in CATEGORIES:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    encoded[name] = layers.StringLookup(
        vocabulary=sorted(train[name][~train[name].isin(["", "?"])].unique()), output_mode="one_hot"
    )(inputs[name])[:, 1:]
for name in BOOLEANS:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    encoded[name] = ops.cast(ops.greater(layers.StringLookup(vocabulary=["YES", "", "?"])(inputs[name]), 0), "float32")
encoder = keras.Model(inputs, layers.Concatenate()(list(encoded.values())))


def tensors(rows):
    features = encoder({name: tf.constant(rows[[name]].to_numpy()) for name in inputs})
    return features, rows[["stays"]].map(CLASSES.index).to_numpy("float32")


# Layers
model = keras.Sequential([layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])

# Training
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=0).batch(args.batch_size)
model.fit(batches.repeat(), epochs=args.epochs, steps_per_epoch=len(batches), shuffle=False, verbose=2)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(encoder.output)).save("encodings.keras")
