"""Predict `topic` with the network `messages`.

What a message to a shop is about, read from its words in their order. Run it in its own folder; it saves
`messages.keras`, which takes raw rows, with texts as `lookups` encode them. Written by specrun 0.0.0 (spec
2f22ff7e4a93).
"""

import os
from argparse import ArgumentParser

os.environ["KERAS_BACKEND"] = "jax"

import keras
import pandas as pd
from keras import layers
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/messages.csv")
parser.add_argument("--epochs", type=int, default=8)
parser.add_argument("--batch-size", type=int, default=16)
args = parser.parse_args()
keras.utils.set_random_seed(0)

# Data
TEXTS = ["message"]
CLASSES = ["delivery", "invoice", "return", "praise"]
data = pd.read_csv(args.data, na_filter=False, dtype={c: str for c in TEXTS + ["topic"]})
train, test = train_test_split(data, test_size=0.2, random_state=0, stratify=data["topic"])
train, validation = train_test_split(train, test_size=0.125, random_state=0, stratify=train["topic"])

# Features, encoded with the statistics of the training rows alone
# Keras has no texts on this backend: `lookups` encode them outside of the model
inputs, encoded, lookups = {}, {}, {}
for name in TEXTS:
    lookups[name] = layers.TextVectorization(500, output_sequence_length=40)
    lookups[name].adapt(train[name].to_numpy())
    inputs[name] = keras.Input((40,), name=name, dtype="int32")
    encoded[name] = inputs[name]
encoder = keras.Model(inputs, encoded["message"])


def tensors(rows):
    features = encoder({name: lookups[name](rows[[name]].to_numpy()) for name in inputs})
    return features, rows["topic"].map(CLASSES.index).to_numpy()


# Layers
model = keras.Sequential(
    [
        layers.Embedding(input_dim=500, output_dim=24, mask_zero=True),
        layers.Bidirectional(layer=layers.GRU(16)),
        layers.Dropout(0.3),
        layers.Dense(len(CLASSES), activation="softmax"),
    ]
)

# Training
model.compile(optimizer=keras.optimizers.Adam(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(
    *tensors(train),
    batch_size=args.batch_size,
    epochs=args.epochs,
    validation_data=tensors(validation),
    callbacks=[keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)],
    verbose=2,
)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows, with texts as `lookups` encode them
keras.Model(inputs, model(encoder.output)).save("messages.keras")
