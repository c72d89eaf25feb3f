"""Predict `bought` with the network `json-lines`.

Values that the file itself gives a type, and classes that are numbers. Run it in its own folder; it saves
`json-lines.keras`, which takes raw rows. Written by specrun 0.0.0 (spec 487e569e4a41).
"""

from argparse import ArgumentParser

import keras
import pandas as pd
import tensorflow as tf
from keras import layers
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/visits.jsonl")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
keras.utils.set_random_seed(0)

# Data
NUMBERS = ["minutes"]
CATEGORIES = ["floor", "room"]
BOOLEANS = ["guide"]
CLASSES = [0, 1]
data = pd.read_json(args.data, lines=True, dtype=False, encoding="utf-8-sig")
numbers = NUMBERS + BOOLEANS + ["bought"]
data[numbers] = data[numbers].astype(float)
data[["floor"]] = data[["floor"]].astype("string").replace("\\.0$", "", regex=True)
data[CATEGORIES] = data[CATEGORIES].astype("string").fillna("")
train, test = train_test_split(data, test_size=0.25, random_state=0)

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
for name in NUMBERS:
    inputs[name] = keras.Input((1,), name=name)
    encoded[name] = layers.Normalization(mean=train[name].mean(), variance=train[name].var(ddof=0) or 1)(inputs[name])
for name in CATEGORIES:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    encoded[name] = layers.StringLookup(vocabulary=sorted(train[name].unique()), output_mode="one_hot")(inputs[name])
for name in BOOLEANS:
    inputs[name] = keras.Input((1,), name=name)
    encoded[name] = inputs[name]
encoder = keras.Model(inputs, layers.Concatenate()(list(encoded.values())))


def tensors(rows):
    features = encoder({name: tf.constant(rows[[name]].to_numpy()) for name in inputs})
    return features, rows[["bought"]].map(CLASSES.index).to_numpy("float32")


# Layers
model = keras.Sequential([layers.Dense(1, activation="sigmoid")])

# Training
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=0).batch(args.batch_size)
model.fit(batches.repeat(), epochs=args.epochs, steps_per_epoch=len(batches), shuffle=False, verbose=2)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(encoder.output)).save("json-lines.keras")
