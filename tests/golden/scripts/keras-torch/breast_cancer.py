"""Predict `target` with the network `breast-cancer`.

Tells malignant (0) from benign (1) tumours by thirty measurements of their cell nuclei. Run it in its own
folder; it saves `breast-cancer.keras`, which takes raw rows. Written by specrun 0.0.0 (spec 428fb937f66c).
"""

import os
from argparse import ArgumentParser

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
from keras import layers, ops
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.utils.class_weight import compute_class_weight

parser = ArgumentParser(description=__doc__)
parser.add_argument("--epochs", type=int, default=60)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
keras.utils.set_random_seed(42)

# Data
NUMBERS = [
    "mean radius",
    "mean texture",
    "mean perimeter",
    "mean area",
    "mean smoothness",
    "mean compactness",
    "mean concavity",
    "mean concave points",
    "mean symmetry",
    "mean fractal dimension",
    "radius error",
    "texture error",
    "perimeter error",
    "area error",
    "smoothness error",
    "compactness error",
    "concavity error",
    "concave points error",
    "symmetry error",
    "fractal dimension error",
    "worst radius",
    "worst texture",
    "worst perimeter",
    "worst area",
    "worst smoothness",
    "worst compactness",
    "worst concavity",
    "worst concave points",
    "worst symmetry",
    "worst fractal dimension",
]
CLASSES = [0, 1]
data = load_breast_cancer(as_frame=True).frame
train, test = train_test_split(data, test_size=0.2, random_state=42, stratify=data["target"])
train, validation = train_test_split(train, test_size=0.1875, random_state=42, stratify=train["target"])

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
for name in NUMBERS:
    inputs[name] = keras.Input((1,), name=name)
    encoded[name] = layers.Normalization(mean=train[name].mean(), variance=train[name].var(ddof=0) or 1)(inputs[name])
encoder = keras.Model(inputs, layers.Concatenate()(list(encoded.values())))


def tensors(rows):
    features = encoder({name: ops.convert_to_tensor(rows[[name]].to_numpy()) for name in inputs})
    return features, rows[["target"]].map(CLASSES.index).to_numpy("float32")


# Layers
model = keras.Sequential(
    [
        layers.Dense(16, activation="relu"),
        layers.Dropout(0.3),
        layers.Dense(1, activation="sigmoid"),
    ]
)

# Training
model.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy", metrics=["accuracy", "auc"])
model.fit(
    *tensors(train),
    batch_size=args.batch_size,
    epochs=args.epochs,
    validation_data=tensors(validation),
    class_weight=dict(enumerate(compute_class_weight("balanced", classes=np.array(CLASSES), y=train["target"]))),
    callbacks=[keras.callbacks.EarlyStopping(monitor="val_loss", patience=8, restore_best_weights=True)],
    verbose=2,
)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(encoder.output)).save("breast-cancer.keras")
