"""Predict `stays` with the network `embedded-alone`.

Every feature is embedded, and the spec writes the output layer itself. Run it in its own folder; it saves
`embedded-alone.keras`, which takes raw rows. Written by specrun 0.0.0 (spec c0fc740c7d06).
"""

from argparse import ArgumentParser

import keras
import pandas as pd
import tensorflow as tf
from keras import layers
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/people.csv")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
keras.utils.set_random_seed(0)

# Data
EMBEDDED = ["job"]
EMBEDDED_2 = ["city"]
CLASSES = ["no", "yes"]
data = pd.read_csv(
    args.data,
    usecols=EMBEDDED + EMBEDDED_2 + ["stays"],
    na_filter=False,
    dtype={c: str for c in EMBEDDED + EMBEDDED_2 + ["stays"]},
)
train, test = train_test_split(data, test_size=0.25, random_state=0)

# Features, encoded with the statistics of the training rows alone
inputs, encoded, embeddings = {}, {}, {}
for name in EMBEDDED:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    vocabulary = sorted(train[name].unique())
    encoded[name] = layers.StringLookup(vocabulary=vocabulary)(inputs[name])
    embeddings[name] = layers.Embedding(len(vocabulary) + 1, 8)
for name in EMBEDDED_2:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    vocabulary = sorted(train[name].unique())
    encoded[name] = layers.StringLookup(vocabulary=vocabulary)(inputs[name])
    embeddings[name] = layers.Embedding(len(vocabulary) + 1, 3)
parts = {name: encoded[name] for name in EMBEDDED} | {name: encoded[name] for name in EMBEDDED_2}
encoder = keras.Model(inputs, parts)


def tensors(rows):
    features = encoder({name: tf.constant(rows[[name]].to_numpy()) for name in inputs})
    return features, rows["stays"].map(CLASSES.index).to_numpy()


# Layers
given = {name: keras.Input(part.shape[1:], dtype=part.dtype, name=name) for name, part in parts.items()}
vectors = {name: layers.Flatten()(embeddings[name](given[name])) for name in embeddings}
joined_features = layers.Concatenate()([*vectors.values()])
x = layers.Dense(8)(joined_features)
x = layers.LeakyReLU()(x)
x = layers.Dense(2, activation="softmax")(x)
model = keras.Model(given, x)

# Training
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=0).batch(args.batch_size)
model.fit(batches.repeat(), epochs=args.epochs, steps_per_epoch=len(batches), shuffle=False, verbose=2)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(parts)).save("embedded-alone.keras")
