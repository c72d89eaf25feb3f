"""Predict `target` with the network `wine`.

Tells three cultivars of wine from thirteen chemical measurements. Run it in its own folder; it saves
`wine.keras`, which takes raw rows. Written by specrun 0.0.0 (spec d39b56e43582).
"""

from argparse import ArgumentParser

import keras
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--epochs", type=int, default=40)
parser.add_argument("--batch-size", type=int, default=16)
args = parser.parse_args()
keras.utils.set_random_seed(42)

# Data
NUMBERS = [
    "alcohol",
    "malic_acid",
    "ash",
    "alcalinity_of_ash",
    "magnesium",
    "total_phenols",
    "flavanoids",
    "nonflavanoid_phenols",
    "proanthocyanins",
    "color_intensity",
    "hue",
    "od280_od315_of_diluted_wines",
    "proline",
]
CLASSES = [0, 1, 2]
data = load_wine(as_frame=True).frame
data = data.rename(columns={"od280/od315_of_diluted_wines": "od280_od315_of_diluted_wines"})
train, test = train_test_split(data, test_size=0.25, random_state=42, stratify=data["target"])

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
for name in NUMBERS:
    inputs[name] = keras.Input((1,), name=name)
    encoded[name] = layers.Normalization(mean=train[name].mean(), variance=train[name].var(ddof=0) or 1)(inputs[name])
encoder = keras.Model(inputs, layers.Concatenate()(list(encoded.values())))


def tensors(rows):
    features = encoder({name: tf.constant(rows[[name]].to_numpy()) for name in inputs})
    return features, rows["target"].map(CLASSES.index).to_numpy()


# Layers
model = keras.Sequential(
    [
        layers.Dense(16, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(len(CLASSES), activation="softmax"),
    ]
)

# Training
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=42).batch(args.batch_size)
model.fit(batches.repeat(), epochs=args.epochs, steps_per_epoch=len(batches), shuffle=False, verbose=2)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(encoder.output)).save("wine.keras")
