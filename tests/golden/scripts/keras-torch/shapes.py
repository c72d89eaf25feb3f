"""Predict `label` with the network `shapes`.

Which shape a small picture shows, from its pixels, by two convolutions. Run it in its own folder; it saves
`shapes.keras`, which takes raw rows. Written by specrun 0.0.0 (spec 7b6586244607).
"""

import os
from argparse import ArgumentParser
from glob import escape, glob
from os.path import basename, dirname, join

os.environ["KERAS_BACKEND"] = "torch"

import keras
import pandas as pd
import tensorflow as tf
from keras import layers, ops
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/shapes")
parser.add_argument("--epochs", type=int, default=40)
parser.add_argument("--batch-size", type=int, default=16)
args = parser.parse_args()
keras.utils.set_random_seed(1)

# Data
IMAGES = ["image"]
CLASSES = ["circle", "square", "triangle"]
data = pd.DataFrame({"image": sorted(glob(join(escape(args.data), "*", "*")))})
data["label"] = [basename(dirname(path)) for path in data["image"]]
train, test = train_test_split(data, test_size=0.25, random_state=1, stratify=data["label"])

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
for name in IMAGES:
    inputs[name] = keras.Input((24, 24, 3), name=name)
    encoded[name] = layers.Rescaling(1 / 255)(inputs[name])
encoder = keras.Model(inputs, encoded["image"])


def tensors(rows):
    features = encoder(
        {
            name: ops.convert_to_tensor(
                tf.stack(
                    [
                        tf.image.resize(
                            tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False), (24, 24)
                        )
                        for path in rows[name]
                    ]
                )
            )
            for name in inputs
        }
    )
    return features, rows["label"].map(CLASSES.index).to_numpy()


# Layers
model = keras.Sequential(
    [
        layers.RandomFlip("horizontal"),
        layers.RandomTranslation(height_factor=0.1, width_factor=0.1),
        layers.Conv2D(filters=16, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(filters=32, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(32, activation="relu"),
        layers.Dense(len(CLASSES), activation="softmax"),
    ]
)

# Training
model.compile(optimizer=keras.optimizers.Adam(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(*tensors(train), batch_size=args.batch_size, epochs=args.epochs, verbose=2)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(encoder.output, training=False)).save("shapes.keras")
