"""Predict `bought` with the network `json-lines`.

Values that the file itself gives a type, and classes that are numbers. Run it in its own folder; it saves
`json-lines`, a SavedModel that takes raw rows, and needs TensorFlow 2.11 to 2.15 (Python 3.11 at most, NumPy
below 2): later ones have no estimators. Written by specrun 0.0.0 (spec 487e569e4a41).
"""

from argparse import ArgumentParser

import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/visits.jsonl")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()

# Data
NUMBERS = ["minutes"]
CATEGORIES = ["floor", "room"]
BOOLEANS = ["guide"]
CLASSES = [0, 1]
data = pd.read_json(args.data, lines=True, dtype=False, encoding="utf-8-sig")
numbers = NUMBERS + BOOLEANS + ["bought"]
data[numbers] = data[numbers].astype(float)
data[["floor"]] = data[["floor"]].astype("string").replace("\\.0$", "", regex=True)
data[CATEGORIES] = data[CATEGORIES].astype("string").fillna("")
train, test = train_test_split(data, test_size=0.25, random_state=0)

# Features, encoded with the statistics of the training rows alone
columns = []
for name in NUMBERS:
    centre = train[name].mean()
    scale = train[name].std(ddof=0) or 1
    column = tf.feature_column.numeric_column(
        name, normalizer_fn=lambda value, centre=centre, scale=scale: (value - centre) / scale
    )
    columns.append(column)
for name in CATEGORIES:
    vocabulary = sorted(train[name].unique())
    column = tf.feature_column.categorical_column_with_vocabulary_list(name, vocabulary, num_oov_buckets=1)
    columns.append(tf.feature_column.indicator_column(column))
for name in BOOLEANS:
    column = tf.feature_column.numeric_column(name)
    columns.append(column)


def features(raw):
    # Texts as sparse tensors: of dense ones, feature columns leave out the empty texts
    return {
        name: tf.RaggedTensor.from_tensor(raw[name]).to_sparse() if name in CATEGORIES else raw[name] for name in raw
    }


def batches(rows, epochs=1):
    raw = {name: tf.constant(rows[[name]].to_numpy("float32")) for name in NUMBERS + BOOLEANS} | {
        name: tf.constant(rows[[name]].to_numpy()) for name in CATEGORIES
    }
    dataset = tf.data.Dataset.from_tensor_slices(
        (features(raw), rows[["bought"]].map(CLASSES.index).to_numpy("float32"))
    )
    return dataset.shuffle(len(rows), seed=0).batch(args.batch_size).repeat(epochs)


# Layers and training
estimator = tf.estimator.DNNClassifier(
    hidden_units=[],
    feature_columns=columns,
    optimizer=tf.keras.optimizers.legacy.Adam(),
    config=tf.estimator.RunConfig(tf_random_seed=0),
)
estimator.train(lambda: batches(train, args.epochs))
print(estimator.evaluate(lambda: batches(test)))


# The saved model takes raw rows
def receiver():
    raw = {name: tf.compat.v1.placeholder(tf.float32, [None, 1]) for name in NUMBERS + BOOLEANS} | {
        name: tf.compat.v1.placeholder(tf.string, [None, 1]) for name in CATEGORIES
    }
    return tf.estimator.export.ServingInputReceiver(features(raw), raw)


estimator.export_saved_model("json-lines", receiver)
