"""Predict `plan` with the network `embedding`.

Dense and embedded features side by side: the plan that a customer buys. Run it in its own folder; it saves
`embedding.keras`, which takes raw rows. Written by specrun 0.0.0 (spec 873c891d3f46).
"""

from argparse import ArgumentParser

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers, ops
from sklearn.model_selection import train_test_split
from sklearn.utils.class_weight import compute_class_weight

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/people.csv")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=16)
args = parser.parse_args()
keras.utils.set_random_seed(0)

# Data
NUMBERS = ["hours"]
BOOLEANS = ["member"]
EMBEDDED = ["job", "city"]
EMBEDDED_2 = ["household"]
CLASSES = ["basic", "silver", "gold"]
data = pd.read_csv(
    args.data,
    usecols=NUMBERS + BOOLEANS + EMBEDDED + EMBEDDED_2 + ["plan"],
    keep_default_na=False,
    na_values={c: ["", "?"] for c in NUMBERS},
    dtype={c: str for c in BOOLEANS + EMBEDDED + EMBEDDED_2 + ["plan"]},
)
train, test = train_test_split(data, test_size=0.25, random_state=3, stratify=data["plan"])

# Features, encoded with the statistics of the training rows alone
inputs, encoded, embeddings = {}, {}, {}
for name in NUMBERS:
    inputs[name] = keras.Input((1,), name=name)
    value = ops.where(ops.isnan(inputs[name]), float(train[name].median()), inputs[name])
    encoded[name] = layers.Normalization(mean=train[name].mean(), variance=train[name].var(ddof=0) or 1)(value)
for name in BOOLEANS:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    encoded[name] = ops.cast(layers.StringLookup(vocabulary=["YES"])(inputs[name]), "float32")
for name in EMBEDDED:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    vocabulary = sorted(train[name].unique())
    encoded[name] = layers.StringLookup(vocabulary=vocabulary)(inputs[name])
    embeddings[name] = layers.Embedding(len(vocabulary) + 1, 4)
for name in EMBEDDED_2:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    vocabulary = sorted(train[name][~train[name].isin(["", "?"])].unique())
    encoded[name] = layers.StringLookup(vocabulary=vocabulary)(inputs[name])
    embeddings[name] = layers.Embedding(len(vocabulary) + 1, 8)
parts = (
    {"features": layers.Concatenate()([encoded[name] for name in NUMBERS + BOOLEANS])}
    | {name: encoded[name] for name in EMBEDDED}
    | {name: encoded[name] for name in EMBEDDED_2}
)
encoder = keras.Model(inputs, parts)


def tensors(rows):
    features = encoder({name: tf.constant(rows[[name]].to_numpy()) for name in inputs})
    return features, keras.utils.to_categorical(rows["plan"].map(CLASSES.index), len(CLASSES))


# Layers
given = {name: keras.Input(part.shape[1:], dtype=part.dtype, name=name) for name, part in parts.items()}
vectors = {name: layers.Flatten()(embeddings[name](given[name])) for name in embeddings}
joined_features = layers.Concatenate()([given["features"], *vectors.values()])
x = layers.Dense(8, activation="gelu")(joined_features)
x = layers.LayerNormalization()(x)
x = layers.Dense(len(CLASSES), activation="softmax")(x)
model = keras.Model(given, x)

# Training
model.compile(
    optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy", keras.metrics.F1Score(average="macro")]
)
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=0).batch(args.batch_size)
model.fit(
    batches.repeat(),
    epochs=args.epochs,
    steps_per_epoch=len(batches),
    class_weight=dict(enumerate(compute_class_weight("balanced", classes=np.array(CLASSES), y=train["plan"]))),
    shuffle=False,
    verbose=2,
)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(parts)).save("embedding.keras")
