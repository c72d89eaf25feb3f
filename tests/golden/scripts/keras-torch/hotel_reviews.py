"""Predict `Score` with the network `hotel-reviews`.

The score of a hotel review, from the reviewer, the hotel and the stay. Run it in its own folder; it saves
`hotel-reviews.keras`, which takes raw rows, with texts as `lookups` encode them. Written by specrun 0.0.0
(spec 8e0d5a85b47c).
"""

import os
from argparse import ArgumentParser

os.environ["KERAS_BACKEND"] = "torch"

import keras
import pandas as pd
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
# Keras has no texts on this backend: `lookups` encode them outside of the model
inputs, encoded, lookups = {}, {}, {}
for name in NUMBERS:
    inputs[name] = keras.Input((1,), name=name)
    encoded[name] = layers.Normalization(mean=train[name].mean(), variance=train[name].var(ddof=0) or 1)(inputs[name])
for name in BOOLEANS:
    lookups[name] = layers.StringLookup(vocabulary=["YES"])
    inputs[name] = keras.Input((1,), name=name, dtype="int32")
    encoded[name] = ops.cast(inputs[name], "float32")
for name in CATEGORIES:
    lookups[name] = layers.StringLookup(vocabulary=sorted(train[name].unique()), output_mode="one_hot")
    inputs[name] = keras.Input((lookups[name].vocabulary_size(),), name=name)
    encoded[name] = inputs[name]
encoder = keras.Model(inputs, layers.Concatenate()(list(encoded.values())))


def tensors(rows):
    features = encoder(
        {name: ops.convert_to_tensor(rows[[name]].to_numpy()) for name in NUMBERS}
        | {name: lookups[name](rows[[name]].to_numpy()) for name in BOOLEANS + CATEGORIES}
    )
    return features, keras.utils.to_categorical(rows["Score"].map(CLASSES.index), len(CLASSES))


# Layers
model = keras.Sequential([layers.Dense(8, activation="relu"), layers.Dense(len(CLASSES), activation="softmax")])

# Training
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(*tensors(train), batch_size=args.batch_size, epochs=args.epochs, verbose=2)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows, with texts as `lookups` encode them
keras.Model(inputs, model(encoder.output)).save("hotel-reviews.keras")
