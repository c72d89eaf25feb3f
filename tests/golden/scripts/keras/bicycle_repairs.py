"""Predict `Replaced` with the network `bicycle-repairs`.

Which parts of a bicycle have to be replaced, any number of them at once. Run it in its own folder; it saves
`bicycle-repairs.keras`, which takes raw rows. Written by specrun 0.0.0 (spec 4a40f149d6ee).
"""

from argparse import ArgumentParser

import keras
import pandas as pd
import tensorflow as tf
from keras import layers, ops
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/bicycle_repairs.csv")
parser.add_argument("--epochs", type=int, default=30)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
keras.utils.set_random_seed(1)

# Data
CATEGORIES = ["Kind"]
NUMBERS = ["Years", "Km since service"]
BOOLEANS = ["Ridden in rain"]
CLASSES = ["brake pads", "cable", "chain", "light", "tyre"]
data = pd.read_csv(args.data, na_filter=False, dtype={c: str for c in CATEGORIES + BOOLEANS + ["Replaced"]})
train, test = train_test_split(data, test_size=0.25, random_state=42)

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
for name in CATEGORIES:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    encoded[name] = layers.StringLookup(vocabulary=sorted(train[name].unique()), output_mode="one_hot")(inputs[name])
for name in NUMBERS:
    inputs[name] = keras.Input((1,), name=name)
    encoded[name] = layers.Normalization(mean=train[name].mean(), variance=train[name].var(ddof=0) or 1)(inputs[name])
for name in BOOLEANS:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    encoded[name] = ops.cast(layers.StringLookup(vocabulary=["yes"])(inputs[name]), "float32")
encoder = keras.Model(inputs, layers.Concatenate()(list(encoded.values())))


def tensors(rows):
    features = encoder({name: tf.constant(rows[[name]].to_numpy()) for name in inputs})
    return features, rows["Replaced"].str.get_dummies("|").reindex(columns=CLASSES, fill_value=0).to_numpy("float32")


# Layers
model = keras.Sequential(
    [
        layers.Dense(32, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(len(CLASSES), activation="sigmoid"),
    ]
)

# Training
model.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy", metrics=["binary_accuracy", "auc"])
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=1).batch(args.batch_size)
model.fit(batches.repeat(), epochs=args.epochs, steps_per_epoch=len(batches), shuffle=False, verbose=2)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(encoder.output)).save("bicycle-repairs.keras")
