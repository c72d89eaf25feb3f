"""Predict `plan` with the network `series`.

The plan of the next customer, from the three before. Run it in its own folder; it saves `series.keras`, which
takes raw rows. Written by specrun 0.0.0 (spec 9ad28e6e2053).
"""

from argparse import ArgumentParser

import keras
import pandas as pd
import tensorflow as tf
from keras import layers, ops
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/people.csv")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
keras.utils.set_random_seed(0)

# Data
SERIES = ["hours"]
CATEGORIES = ["plan"]
DATETIMES = ["joined"]
EMBEDDED = ["city"]
CLASSES = ["basic", "silver", "gold"]
WINDOW = 3
data = pd.read_csv(
    args.data,
    usecols=SERIES + CATEGORIES + DATETIMES + EMBEDDED,
    keep_default_na=False,
    na_values={c: ["", "?"] for c in SERIES},
    dtype={c: str for c in CATEGORIES + DATETIMES + EMBEDDED},
)
data["joined"] = pd.to_datetime(data["joined"], format="ISO8601", utc=True).dt.as_unit("s")
data = data.sort_values("joined", kind="stable")
train, test = train_test_split(data, test_size=0.3, shuffle=False)
# The first windows of a part look back on the rows before it
test = pd.concat([train.tail(WINDOW), test])

# Features, encoded with the statistics of the training rows alone
inputs, encoded, embeddings = {}, {}, {}
for name in SERIES:
    inputs[name] = keras.Input((WINDOW,), name=name)
    value = ops.expand_dims(inputs[name], -1)
    value = ops.where(ops.isnan(value), float(train[name].median()), value)
    encoded[name] = layers.Normalization(mean=train[name].mean(), variance=train[name].var(ddof=0) or 1)(value)
for name in CATEGORIES:
    inputs[name] = keras.Input((WINDOW,), name=name, dtype="string")
    value = ops.expand_dims(inputs[name], -1)
    encoded[name] = layers.StringLookup(vocabulary=sorted(train[name].unique()), output_mode="one_hot")(value)[:, :, 1:]
# Moments are seconds since 1970; for the calendar, years begin in March, so that a leap day ends its year
for name in DATETIMES:
    inputs[name] = keras.Input((WINDOW,), name=name, dtype="int64")
    value = ops.expand_dims(inputs[name], -1)
    days = value // 86400
    centuries = 4 * (days + 719468) + 3
    years = 4 * (centuries % 146097 // 4) + 3
    months = 5 * (years % 1461 // 4) + 2
    year = centuries // 146097 * 100 + years // 1461 + months // 1530
    month = (months // 153 + 2) % 12 + 1
    day = months % 153 // 5 + 1
    weekday = (days + 3) % 7
    encoded[name] = layers.Concatenate()(
        [
            layers.Normalization(mean=train[name].dt.year.mean(), variance=train[name].dt.year.var(ddof=0) or 1)(year),
            layers.Normalization(mean=train[name].dt.month.mean(), variance=train[name].dt.month.var(ddof=0) or 1)(
                month
            ),
            layers.Normalization(mean=train[name].dt.day.mean(), variance=train[name].dt.day.var(ddof=0) or 1)(day),
            layers.Normalization(
                mean=train[name].dt.day_of_week.mean(), variance=train[name].dt.day_of_week.var(ddof=0) or 1
            )(weekday),
        ]
    )
for name in EMBEDDED:
    inputs[name] = keras.Input((WINDOW,), name=name, dtype="string")
    vocabulary = sorted(train[name].unique())
    encoded[name] = layers.StringLookup(vocabulary=vocabulary)(inputs[name])
    embeddings[name] = layers.Embedding(len(vocabulary) + 1, 4)
parts = {"features": layers.Concatenate()([encoded[name] for name in SERIES + CATEGORIES + DATETIMES])} | {
    name: encoded[name] for name in EMBEDDED
}
encoder = keras.Model(inputs, parts)


def tensors(rows):
    features = encoder(
        {name: tf.constant(sliding_window_view(rows[name], WINDOW)[:-1]) for name in SERIES + CATEGORIES + EMBEDDED}
        | {name: tf.constant(sliding_window_view(rows[name].astype("int64"), WINDOW)[:-1]) for name in DATETIMES}
    )
    return features, rows["plan"].map(CLASSES.index).to_numpy()[WINDOW:]


# Layers
given = {name: keras.Input(part.shape[1:], dtype=part.dtype, name=name) for name, part in parts.items()}
vectors = {name: embeddings[name](given[name]) for name in embeddings}
joined_features = layers.Concatenate()([given["features"], *vectors.values()])
x = layers.LSTM(8)(joined_features)
x = layers.Dense(len(CLASSES), activation="softmax")(x)
model = keras.Model(given, x)

# Training
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=0).batch(args.batch_size)
model.fit(batches.repeat(), epochs=args.epochs, steps_per_epoch=len(batches), shuffle=False, verbose=2)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(parts)).save("series.keras")
