"""Predict `spend` with the network `time-split`.

The latest customers are held out, the latest of the others watched. Run it in its own folder; it saves `time-
split.keras`, which takes raw rows. Written by specrun 0.0.0 (spec 69238a1aec89).
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
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
keras.utils.set_random_seed(0)

# Data
NUMBERS = ["hours"]
CATEGORIES = ["city"]
data = pd.read_csv(
    args.data,
    usecols=NUMBERS + CATEGORIES + ["spend", "joined"],
    keep_default_na=False,
    na_values={c: ["", "?"] for c in NUMBERS},
    dtype={c: str for c in CATEGORIES},
)
data = data.iloc[pd.to_datetime(data["joined"], format="ISO8601", utc=True).argsort(kind="stable")]
train, test = train_test_split(data, test_size=0.2, shuffle=False)
train, validation = train_test_split(train, test_size=0.125, shuffle=False)

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
for name in NUMBERS:
    inputs[name] = keras.Input((1,), name=name)
    value = ops.where(ops.isnan(inputs[name]), 0, inputs[name])
    encoded[name] = value
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
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=0).batch(args.batch_size)
model.fit(
    batches.repeat(),
    epochs=args.epochs,
    steps_per_epoch=len(batches),
    validation_data=tensors(validation),
    shuffle=False,
    verbose=2,
)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(encoder.output)).save("time-split.keras")
