"""Predict `spend` with the network `group-split`.

The people of a household stay together. Run it in its own folder; it saves `group-split.keras`, which takes
raw rows. Written by specrun 0.0.0 (spec 7d19711f7f8a).
"""

from argparse import ArgumentParser

import keras
import pandas as pd
import tensorflow as tf
from keras import layers
from sklearn.model_selection import GroupShuffleSplit

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/people.csv")
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
keras.utils.set_random_seed(0)

# Data
NUMBERS = ["income_year"]
CATEGORIES = ["city"]
data = pd.read_csv(
    args.data,
    usecols=CATEGORIES + ["income/year", "spend", "household"],
    na_filter=False,
    dtype={c: str for c in CATEGORIES + ["household"]},
)
data = data.rename(columns={"income/year": "income_year"})
kept, held_out = next(
    GroupShuffleSplit(n_splits=1, test_size=0.2, random_state=11).split(data, groups=data["household"])
)
test = data.iloc[held_out]
train = data.iloc[kept]
kept, held_out = next(
    GroupShuffleSplit(n_splits=1, test_size=0.25, random_state=11).split(train, groups=train["household"])
)
validation = train.iloc[held_out]
train = train.iloc[kept]

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
for name in NUMBERS:
    inputs[name] = keras.Input((1,), name=name)
    encoded[name] = layers.Normalization(mean=train[name].mean(), variance=train[name].var(ddof=0) or 1)(inputs[name])
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
model.compile(optimizer="sgd", loss=keras.losses.Huber(0.5), metrics=["mean_absolute_error"])
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
keras.Model(inputs, model(encoder.output)).save("group-split.keras")
