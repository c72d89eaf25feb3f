"""Predict `kind` with the network `no-header`.

Several files without a header, decimal commas, and the classes that the data have. Run it in its own folder;
it saves `no-header.keras`, which takes raw rows. Written by specrun 0.0.0 (spec f6daaadbb00a).
"""

import csv
from argparse import ArgumentParser
from glob import glob

import keras
import pandas as pd
import tensorflow as tf
from keras import layers, ops
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/readings_*.tsv")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
keras.utils.set_random_seed(0)

# Data
NUMBERS = ["width", "height"]
BOOLEANS = ["state"]
CLASSES = ["a", "b", "c"]
data = pd.concat(
    [
        pd.read_csv(
            path,
            sep="\t",
            decimal=",",
            header=None,
            names=["width", "height", "state", "kind"],
            quoting=csv.QUOTE_NONE,
            na_filter=False,
            converters={c: str.strip for c in BOOLEANS + ["kind"]},
        )
        for path in sorted(glob(args.data))
    ],
    ignore_index=True,
)
train, test = train_test_split(data, test_size=0.25, random_state=0)

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
for name in NUMBERS:
    inputs[name] = keras.Input((1,), name=name)
    encoded[name] = layers.Normalization(mean=train[name].mean(), variance=train[name].var(ddof=0) or 1)(inputs[name])
for name in BOOLEANS:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    encoded[name] = ops.cast(layers.StringLookup(vocabulary=["on"])(inputs[name]), "float32")
encoder = keras.Model(inputs, layers.Concatenate()(list(encoded.values())))


def tensors(rows):
    features = encoder({name: tf.constant(rows[[name]].to_numpy()) for name in inputs})
    return features, rows["kind"].map(CLASSES.index).to_numpy()


# Layers
model = keras.Sequential([layers.Dense(len(CLASSES), activation="softmax")])

# Training
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=0).batch(args.batch_size)
model.fit(batches.repeat(), epochs=args.epochs, steps_per_epoch=len(batches), shuffle=False, verbose=2)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(encoder.output)).save("no-header.keras")
