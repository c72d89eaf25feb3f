"""Predict `Score` with the network `wide-and-deep`.

The score of a hotel review, learnt by heart (wide) and by traits (deep) at once. Run it in its own folder; it
saves `wide-and-deep.keras`, which takes raw rows, with texts as `lookups` encode them. Written by specrun
0.0.0 (spec 5c1c677db5a8).
"""

import os
from argparse import ArgumentParser

os.environ["KERAS_BACKEND"] = "jax"

import keras
import pandas as pd
from keras import layers, ops
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/hotel_reviews.csv")
parser.add_argument("--epochs", type=int, default=30)
parser.add_argument("--batch-size", type=int, default=16)
args = parser.parse_args()
keras.utils.set_random_seed(5)

# Data
NUMBERS = ["Hotel stars", "Nr. rooms", "Helpful votes"]
BOOLEANS = ["Free internet", "Casino"]
CATEGORIES = ["Traveler type", "Period of stay"]
EMBEDDED = ["User country"]
CROSSES = ["company_and_season"]
CLASSES = [1, 2, 3, 4, 5]
data = pd.read_csv(
    args.data,
    sep=";",
    decimal=",",
    usecols=NUMBERS + BOOLEANS + CATEGORIES + EMBEDDED + ["Score"],
    na_filter=False,
    converters={c: str.strip for c in BOOLEANS + CATEGORIES + EMBEDDED},
)
train, test = train_test_split(data, test_size=0.25, random_state=42, stratify=data["Score"])

# Features, encoded with the statistics of the training rows alone
# Keras has no texts on this backend: `lookups` encode them outside of the model
inputs, encoded, embeddings, lookups = {}, {}, {}, {}
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
for name in EMBEDDED:
    vocabulary = sorted(train[name].unique())
    lookups[name] = layers.StringLookup(vocabulary=vocabulary)
    inputs[name] = keras.Input((1,), name=name, dtype="int32")
    encoded[name] = inputs[name]
    embeddings[name] = layers.Embedding(len(vocabulary) + 1, 4)
for name in CROSSES:
    lookups[name] = layers.HashedCrossing(60, output_mode="one_hot")
    inputs[name] = keras.Input((60,), name=name)
    encoded[name] = inputs[name]
parts = {
    "deep": layers.Concatenate()([encoded[name] for name in NUMBERS + BOOLEANS]),
    "wide": layers.Concatenate()([encoded[name] for name in CATEGORIES + CROSSES]),
} | {name: encoded[name] for name in EMBEDDED}
encoder = keras.Model(inputs, parts)


def tensors(rows):
    features = encoder(
        {name: ops.convert_to_tensor(rows[[name]].to_numpy()) for name in NUMBERS}
        | {name: lookups[name](rows[[name]].to_numpy()) for name in BOOLEANS + CATEGORIES + EMBEDDED}
        | {
            name: lookups[name]([rows[["Traveler type"]].to_numpy(), rows[["Period of stay"]].to_numpy()])
            for name in CROSSES
        }
    )
    return features, rows["Score"].map(CLASSES.index).to_numpy()


# Layers
given = {name: keras.Input(part.shape[1:], dtype=part.dtype, name=name) for name, part in parts.items()}
vectors = {name: layers.Flatten()(embeddings[name](given[name])) for name in embeddings}
joined_deep = layers.Concatenate()([given["deep"], *vectors.values()])
x = layers.Dense(16, activation="relu")(joined_deep)
x = layers.Dropout(0.3)(x)
x = layers.Dense(8, activation="relu", name="traits")(x)
x = layers.Concatenate()([x, given["wide"]])
x = layers.Dense(len(CLASSES), activation="softmax")(x)
model = keras.Model(given, x)

# Training
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(*tensors(train), batch_size=args.batch_size, epochs=args.epochs, verbose=2)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows, with texts as `lookups` encode them
keras.Model(inputs, model(parts)).save("wide-and-deep.keras")
