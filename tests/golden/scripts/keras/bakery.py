"""Predict `Loaves` with the network `bakery`.

The loaves that a bakery sells in the next seven days, from the four weeks before. Run it in its own folder;
it saves `bakery.keras`, which takes raw rows. Written by specrun 0.0.0 (spec b873c4ded92e).
"""

from argparse import ArgumentParser

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers, ops
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/bakery.csv")
parser.add_argument("--epochs", type=int, default=40)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
keras.utils.set_random_seed(0)

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

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
for name in SERIES:
    inputs[name] = keras.Input((WINDOW,), name=name)
    value = ops.expand_dims(inputs[name], -1)
    encoded[name] = layers.Normalization(mean=train[name].mean(), variance=train[name].var(ddof=0) or 1)(value)
for name in NUMBERS:
    inputs[name] = keras.Input((WINDOW,), name=name)
    value = ops.expand_dims(inputs[name], -1)
    value = ops.where(ops.isnan(value), float(train[name].mean()), value)
    encoded[name] = layers.Normalization(mean=train[name].mean(), variance=train[name].var(ddof=0) or 1)(value)
for name in BOOLEANS:
    inputs[name] = keras.Input((WINDOW,), name=name, dtype="string")
    value = ops.expand_dims(inputs[name], -1)
    encoded[name] = ops.cast(layers.StringLookup(vocabulary=["yes"])(value), "float32")
# Moments are seconds since 1970; for the calendar, years begin in March, so that a leap day ends its year
for name in DATETIMES:
    inputs[name] = keras.Input((WINDOW,), name=name, dtype="int64")
    value = ops.expand_dims(inputs[name], -1)
    days = value // 86400
    centuries = 4 * (days + 719468) + 3
    years = 4 * (centuries % 146097 // 4) + 3
    months = 5 * (years % 1461 // 4) + 2
    year = centuries // 146097 * 100 + years // 1461 + months // 1530
    past = year - 1
    dayofyear = days + 719163 - 365 * past - past // 4 + past // 100 - past // 400
    weekday = (days + 3) % 7
    angles = 2 * np.pi * layers.Concatenate()([weekday / 7, dayofyear / 366])
    encoded[name] = layers.Concatenate()([ops.sin(angles), ops.cos(angles)])
encoder = keras.Model(inputs, layers.Concatenate()(list(encoded.values())))


def tensors(rows):
    features = encoder(
        {name: tf.constant(sliding_window_view(rows[name], WINDOW)[:-HORIZON]) for name in SERIES + NUMBERS + BOOLEANS}
        | {name: tf.constant(sliding_window_view(rows[name].astype("int64"), WINDOW)[:-HORIZON]) for name in DATETIMES}
    )
    return features, sliding_window_view(rows["Loaves"].to_numpy("float32"), HORIZON)[WINDOW:]


# Layers
model = keras.Sequential(
    [
        layers.Conv1D(filters=32, kernel_size=7, activation="relu"),
        layers.Flatten(),
        layers.Dense(32, activation="relu"),
        layers.Rescaling(10.0),
        layers.Dense(HORIZON),
    ]
)

# Training
model.compile(optimizer=keras.optimizers.Adam(0.003), loss="mean_squared_error", metrics=["mean_absolute_error"])
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=0).batch(args.batch_size)
model.fit(
    batches.repeat(),
    epochs=args.epochs,
    steps_per_epoch=len(batches),
    validation_data=tensors(validation),
    callbacks=[keras.callbacks.EarlyStopping(monitor="val_loss", patience=10, restore_best_weights=True)],
    shuffle=False,
    verbose=2,
)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(encoder.output)).save("bakery.keras")
