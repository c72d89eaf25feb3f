"""Predict `Minutes`, `Late` and `Mood` with the network `deliveries`.

How long a delivery takes, whether it is late, and how it is taken, by one network. Run it in its own folder;
it saves `deliveries.keras`, which takes raw rows. Written by specrun 0.0.0 (spec 19d0b711030f).
"""

from argparse import ArgumentParser

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/deliveries.csv")
parser.add_argument("--epochs", type=int, default=60)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
keras.utils.set_random_seed(1)
# Else TensorFlow makes one sum of the losses, whose last digit hangs on which of them is there first
tf.config.optimizer.set_experimental_options({"arithmetic_optimization": False})

# Data
CATEGORIES = ["Vehicle", "Weekday"]
BUCKETED = ["Hour"]
NUMBERS = ["Distance in km", "Weight in kg", "Floor", "Promised minutes"]
LATE_CLASSES = ["no", "yes"]
MOOD_CLASSES = ["annoyed", "content", "delighted"]
data = pd.read_csv(args.data, na_filter=False, dtype={c: str for c in CATEGORIES + ["Late", "Mood"]})
train, test = train_test_split(data, test_size=0.25, random_state=42)
train, validation = train_test_split(train, test_size=0.13333333333333333, random_state=42)

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
for name in CATEGORIES:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    encoded[name] = layers.StringLookup(vocabulary=sorted(train[name].unique()), output_mode="one_hot")(inputs[name])
for name in BUCKETED:
    inputs[name] = keras.Input((1,), name=name)
    encoded[name] = layers.Discretization(bin_boundaries=[8, 10, 12, 14, 16, 19], output_mode="one_hot")(inputs[name])
for name in NUMBERS:
    inputs[name] = keras.Input((1,), name=name)
    encoded[name] = layers.Normalization(mean=train[name].mean(), variance=train[name].var(ddof=0) or 1)(inputs[name])
parts = {"features": layers.Concatenate()(list(encoded.values()))}
encoder = keras.Model(inputs, parts)


def tensors(rows):
    features = encoder({name: tf.constant(rows[[name]].to_numpy()) for name in inputs})
    # A class in an order becomes a 1 for each class but the last that it is above
    return features, {
        "minutes": rows[["Minutes"]].to_numpy("float32"),
        "late": rows[["Late"]].map(LATE_CLASSES.index).to_numpy("float32"),
        "mood": np.tri(len(MOOD_CLASSES), len(MOOD_CLASSES) - 1, -1, "float32")[rows["Mood"].map(MOOD_CLASSES.index)],
    }


# Layers
given = {name: keras.Input(part.shape[1:], dtype=part.dtype, name=name) for name, part in parts.items()}
x = layers.Dense(64, activation="relu")(given["features"])
way = layers.Dense(32, activation="relu", name="way")(x)
dense_1 = layers.Dense(16, activation="relu")(way)
minutes = layers.Dense(1, name="minutes")(way)
late = layers.Dense(1, activation="sigmoid", name="late")(dense_1)
mood = layers.Dense(len(MOOD_CLASSES) - 1, activation="sigmoid", name="mood")(dense_1)
model = keras.Model(given, {"minutes": minutes, "late": late, "mood": mood})

# Training
model.compile(
    optimizer=keras.optimizers.Adam(0.003),
    loss={"minutes": "huber", "late": "binary_crossentropy", "mood": "binary_crossentropy"},
    loss_weights={"minutes": 0.1, "late": 1.0, "mood": 1.0},
    metrics={"minutes": ["mean_absolute_error"], "late": ["accuracy", "auc"], "mood": ["binary_accuracy"]},
)
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=1).batch(args.batch_size)
model.fit(
    batches.repeat(),
    epochs=args.epochs,
    steps_per_epoch=len(batches),
    validation_data=tensors(validation),
    callbacks=[keras.callbacks.EarlyStopping(monitor="val_loss", patience=10, restore_best_weights=True)],
    shuffle=False,
    verbose=2,
)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(parts)).save("deliveries.keras")
