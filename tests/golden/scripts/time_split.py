"""Predict `spend` with the network `time-split`.

The latest customers are held out, the latest of the others watched. Run it in its own folder: it saves `time-
split.keras` there, a model that takes raw rows. Written by specrun 0.0.0 (spec e0a9ce3d2950).
"""

import keras
import pandas as pd
import tensorflow as tf
from keras import layers, ops
from sklearn.model_selection import train_test_split

PATH = "../data/people.csv"
NUMBERS = ["hours"]
CATEGORIES = ["city"]

keras.utils.set_random_seed(0)

# Data
data = pd.read_csv(
    PATH,
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


def features(rows):
    return encoder({name: tf.constant(rows[[name]].to_numpy()) for name in inputs})


def labels(rows):
    return rows[["spend"]].to_numpy("float32")


# Layers
model = keras.Sequential([layers.Dense(4, activation="relu"), layers.Dense(1)])

# Training
model.compile(optimizer="adam", loss="mean_squared_error", metrics=[])
batches = tf.data.Dataset.from_tensor_slices((features(train), labels(train))).shuffle(len(train), seed=0).batch(32)
model.fit(
    batches.repeat(),
    epochs=2,
    steps_per_epoch=len(batches),
    validation_data=(features(validation), labels(validation)),
    shuffle=False,
    verbose=2,
)
print(model.evaluate(features(test), labels(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(encoder.output)).save("time-split.keras")
