"""Predict `score` with the network `words`.

A weighed bag of words, lists in cells, and a cross of categories. Run it in its own folder; it saves
`words.keras`, which takes raw rows. Written by specrun 0.0.0 (spec cc83e4ff0175).
"""

from argparse import ArgumentParser
from collections import Counter

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers, ops
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/films.csv")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()
keras.utils.set_random_seed(0)

# Data
TEXTS = ["plot"]
SEQUENCES = ["actors"]
SEQUENCES_OF_NUMBERS = ["marks"]
SETS = ["tags"]
VECTORS = ["place"]
CATEGORIES = ["genre", "land"]
CROSSES = ["genre_land"]
data = pd.read_csv(
    args.data,
    na_filter=False,
    dtype={c: str for c in TEXTS + SEQUENCES + SEQUENCES_OF_NUMBERS + SETS + VECTORS + CATEGORIES},
)
data["actors"] = [cell.split(", ") for cell in data["actors"]]
data["marks"] = [cell.split(";") for cell in data["marks"].replace("", "nan")]
data["tags"] = [cell.split("|") for cell in data["tags"]]
data["place"] = [cell.split() for cell in data["place"].replace("", "nan")]
train, test = train_test_split(data, test_size=0.25, random_state=0)

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
# One layer learns words, another takes them: Keras saves learnt words as lines, line breaks and all
for name in TEXTS:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    learner = layers.TextVectorization(60, ngrams=2, output_mode="multi_hot", sparse=True)
    learner.adapt(train[name].to_numpy())
    vocabulary = learner.get_vocabulary(include_special_tokens=False)
    counts = tf.sparse.reduce_sum(learner(train[name].to_numpy()), 0)
    encoded[name] = layers.TextVectorization(
        60,
        ngrams=2,
        output_mode="tf_idf",
        pad_to_max_tokens=True,
        vocabulary=vocabulary,
        idf_weights=np.log(1 + len(train) / (1 + counts))[1:].tolist(),
    )(ops.squeeze(inputs[name], 1))
for name in SEQUENCES:
    inputs[name] = keras.Input((3,), name=name, dtype="string")
    vocabulary = list(dict(Counter(filter(None, train[name].explode().dropna())).most_common(19)))
    tokens = layers.StringLookup(vocabulary=vocabulary, mask_token="")(inputs[name])
    encoded[name] = ops.maximum(tokens - 1, 0)
for name in SEQUENCES_OF_NUMBERS:
    inputs[name] = keras.Input((4,), name=name)
    known = pd.Series(
        keras.utils.pad_sequences(train[name], 4, dtype=float, padding="post", truncating="pre", value=np.nan).ravel()
    )
    scaled = layers.Normalization(mean=known.mean(), variance=known.var(ddof=0) or 1)(inputs[name])
    encoded[name] = ops.expand_dims(ops.where(ops.isnan(scaled), 0.0, scaled), -1)
for name in SETS:
    inputs[name] = keras.Input((None,), name=name, dtype="string")
    vocabulary = sorted(filter(None, train[name].explode().dropna().unique()))
    encoded[name] = layers.StringLookup(vocabulary=vocabulary, mask_token="", output_mode="multi_hot")(inputs[name])
for name in VECTORS:
    inputs[name] = keras.Input((3,), name=name)
    table = pd.DataFrame(keras.utils.pad_sequences(train[name], 3, dtype=float, padding="post", value=np.nan))
    value = ops.where(ops.isnan(inputs[name]), tf.constant(table.mean().tolist()), inputs[name])
    encoded[name] = layers.Normalization(mean=table.mean().tolist(), variance=table.var(ddof=0).replace(0, 1).tolist())(
        value
    )
for name in CATEGORIES:
    inputs[name] = keras.Input((1,), name=name, dtype="string")
    encoded[name] = layers.StringLookup(vocabulary=sorted(train[name].unique()), output_mode="one_hot")(inputs[name])
for name in CROSSES:
    encoded[name] = layers.HashedCrossing(16, output_mode="one_hot")([inputs["genre"], inputs["land"]])
parts = {
    "actors": encoded["actors"],
    "marks": encoded["marks"],
    "flat": layers.Concatenate()([encoded[name] for name in TEXTS + SETS + VECTORS + CROSSES]),
}
encoder = keras.Model(inputs, parts)


def tensors(rows):
    features = encoder(
        {name: tf.constant(rows[[name]].to_numpy()) for name in TEXTS + CATEGORIES}
        | {
            name: tf.constant(
                keras.utils.pad_sequences(rows[name], 3, dtype=object, padding="post", truncating="post", value="")
            )
            for name in SEQUENCES
        }
        | {
            name: tf.constant(
                keras.utils.pad_sequences(rows[name], 4, dtype=float, padding="post", truncating="pre", value=np.nan)
            )
            for name in SEQUENCES_OF_NUMBERS
        }
        | {
            name: tf.constant(keras.utils.pad_sequences(rows[name], dtype=object, padding="post", value=""))
            for name in SETS
        }
        | {
            name: tf.constant(keras.utils.pad_sequences(rows[name], 3, dtype=float, padding="post", value=np.nan))
            for name in VECTORS
        }
    )
    return features, rows[["score"]].to_numpy("float32")


# Layers
given = {name: keras.Input(part.shape[1:], dtype=part.dtype, name=name) for name, part in parts.items()}
x = layers.Embedding(input_dim=20, output_dim=8, mask_zero=True)(given["actors"])
played = layers.GRU(8, name="played")(x)
marked = layers.LSTM(8, name="marked")(given["marks"])
x = layers.Dense(16, activation="relu")(given["flat"])
x = layers.Concatenate()([x, played, marked])
x = layers.Dense(1)(x)
model = keras.Model(given, x)

# Training
model.compile(optimizer="adam", loss="mean_squared_error", metrics=["mean_absolute_error"])
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=0).batch(args.batch_size)
model.fit(batches.repeat(), epochs=args.epochs, steps_per_epoch=len(batches), shuffle=False, verbose=2)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(parts)).save("words.keras")
