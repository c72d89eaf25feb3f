"""Predict `plan` with the network `column-split`.

A column of the file says which rows are for what. Run it in its own folder; it saves `column-split.keras`,
which takes raw rows. Written by specrun 0.0.0 (spec 5c4b35f6b85d).
"""

from argparse import ArgumentParser

import keras
import pandas as pd
import tensorflow as tf
from keras import layers

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/people.csv")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
keras.utils.set_random_seed(0)

# Data
NUMBERS = ["income_year"]
CATEGORIES = ["city"]
CLASSES = ["basic", "silver", "gold"]
data = pd.read_csv(
    args.data,
    usecols=CATEGORIES + ["income/year", "plan", "part"],
    na_filter=False,
    dtype={c: str for c in CATEGORIES + ["plan"]},
)
data = data.rename(columns={"income/year": "income_year"})
train = data[data["part"] == "train"]
validation = data[data["part"] == "validation"]
test = data[data["part"] == "test"]

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
    return features, rows["plan"].map(CLASSES.index).to_numpy()


# Layers
model = keras.Sequential([layers.Dense(4, activation="tanh"), layers.Dense(len(CLASSES), activation="softmax")])

# Training
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=0).batch(args.batch_size)
model.fit(
    batches.repeat(),
    epochs=args.epochs,
    steps_per_epoch=len(batches),
    validation_data=tensors(validation),
    class_weight={0: 1.0, 1: 1.5, 2: 4.0},
    shuffle=False,
    verbose=2,
)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(encoder.output)).save("column-split.keras")
