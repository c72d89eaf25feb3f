"""Predict `Score` with the network `hotel-reviews`.

The score of a hotel review, from the reviewer, the hotel and the stay. Run it in its own folder; it saves
`hotel-reviews.keras`, which takes raw rows. Written by specrun 0.0.0 (spec 8e0d5a85b47c).
"""

from argparse import ArgumentParser

import keras
import pandas as pd
import tensorflow as tf
from keras import layers, ops
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/hotel_reviews.csv")
parser.add_argument("--epochs", type=int, default=4)
parser.add_argument("--batch-size", type=int, default=1)
args = parser.parse_args()
keras.utils.set_random_seed(42)

# Data
NUMBERS = ["Nr. reviews", "Nr. hotel reviews", "Helpful votes", "Hotel stars", "Nr. rooms", "Member years"]
BOOLEANS = ["Pool", "Gym", "Tennis court", "Spa", "Casino", "Free internet"]
CATEGORIES = [
    "User country",
    "Period of stay",
    "Traveler type",
    "Hotel name",
    "User continent",
    "Review month",
    "Review weekday",
]
CLASSES = [1, 2, 3, 4, 5]
data = pd.read_csv(args.data, sep=";", decimal=",", na_filter=False, dtype={c: str for c in BOOLEANS + CATEGORIES})
train, test = train_test_split(data, test_size=0.33, random_state=42)

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
for name in NUMBERS:
    inputs[name] = keras.Input((1,), name=name)
    encoded[name] = layers.Normalization(mean=train[name].mean(), variance=train[name].var(ddof=0) or 1)(inputs[name])
for name in BOOLEANS:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    encoded[name] = ops.cast(layers.StringLookup(vocabulary=["YES"])(inputs[name]), "float32")
for name in CATEGORIES:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    encoded[name] = layers.StringLookup(vocabulary=sorted(train[name].unique()), output_mode="one_hot")(inputs[name])
encoder = keras.Model(inputs, layers.Concatenate()(list(encoded.values())))


def tensors(rows):
    features = encoder({name: tf.constant(rows[[name]].to_numpy()) for name in inputs})
    return features, keras.utils.to_categorical(rows["Score"].map(CLASSES.index), len(CLASSES))


# Layers
model = keras.Sequential([layers.Dense(8, activation="relu"), layers.Dense(len(CLASSES), activation="softmax")])

# Training
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=42).batch(args.batch_size)
model.fit(batches.repeat(), epochs=args.epochs, steps_per_epoch=len(batches), shuffle=False, verbose=2)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(encoder.output)).save("hotel-reviews.keras")
