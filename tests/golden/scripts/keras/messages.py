"""Predict `topic` with the network `messages`.

What a message to a shop is about, read from its words in their order. Run it in its own folder; it saves
`messages.keras`, which takes raw rows. Written by specrun 0.0.0 (spec 2f22ff7e4a93).
"""

from argparse import ArgumentParser

import keras
import pandas as pd
import tensorflow as tf
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
inputs, encoded = {}, {}
# One layer learns words, another takes them: Keras saves learnt words as lines, line breaks and all
for name in TEXTS:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    learner = layers.TextVectorization(500)
    learner.adapt(train[name].to_numpy())
    vocabulary = learner.get_vocabulary(include_special_tokens=False)
    encoded[name] = layers.TextVectorization(output_sequence_length=40, vocabulary=vocabulary)(inputs[name])
encoder = keras.Model(inputs, encoded["message"])


def tensors(rows):
    features = encoder({name: tf.constant(rows[[name]].to_numpy()) for name in inputs})
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
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=0).batch(args.batch_size)
model.fit(
    batches.repeat(),
    epochs=args.epochs,
    steps_per_epoch=len(batches),
    validation_data=tensors(validation),
    callbacks=[keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)],
    shuffle=False,
    verbose=2,
)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(encoder.output)).save("messages.keras")
