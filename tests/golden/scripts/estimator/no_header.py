"""Predict `kind` with the network `no-header`.

Several files without a header, decimal commas, and the classes that the data have. Run it in its own folder;
it saves `no-header`, a SavedModel that takes raw rows, and needs TensorFlow 2.11 to 2.15 (Python 3.11 at
most, NumPy below 2): later ones have no estimators. Written by specrun 0.0.0 (spec f6daaadbb00a).
"""

import csv
from argparse import ArgumentParser
from glob import glob

import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/readings_*.tsv")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()

# Data
NUMBERS = ["width", "height"]
BOOLEANS = ["state"]
CLASSES = ["a", "b", "c"]
data = pd.concat(
    [
        pd.read_csv(
            path,
            sep="\t",
            decimal=",",
            header=None,
            names=["width", "height", "state", "kind"],
            quoting=csv.QUOTE_NONE,
            na_filter=False,
            converters={c: str.strip for c in BOOLEANS + ["kind"]},
        )
        for path in sorted(glob(args.data))
    ],
    ignore_index=True,
)
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
for name in BOOLEANS:
    column = tf.feature_column.numeric_column(
        name, normalizer_fn=lambda value: tf.cast(tf.equal(value, "on"), tf.float32)
    )
    columns.append(column)


def batches(rows, epochs=1):
    raw = {name: tf.constant(rows[[name]].to_numpy("float32")) for name in NUMBERS} | {
        name: tf.constant(rows[[name]].to_numpy()) for name in BOOLEANS
    }
    dataset = tf.data.Dataset.from_tensor_slices((raw, rows["kind"].map(CLASSES.index).to_numpy()))
    return dataset.shuffle(len(rows), seed=0).batch(args.batch_size).repeat(epochs)


# Layers and training
estimator = tf.estimator.DNNClassifier(
    n_classes=len(CLASSES),
    hidden_units=[],
    feature_columns=columns,
    optimizer=tf.keras.optimizers.legacy.Adam(),
    config=tf.estimator.RunConfig(tf_random_seed=0),
)
estimator.train(lambda: batches(train, args.epochs))
print(estimator.evaluate(lambda: batches(test)))


# The saved model takes raw rows
def receiver():
    raw = {name: tf.compat.v1.placeholder(tf.float32, [None, 1]) for name in NUMBERS} | {
        name: tf.compat.v1.placeholder(tf.string, [None, 1]) for name in BOOLEANS
    }
    return tf.estimator.export.ServingInputReceiver(raw, raw)


estimator.export_saved_model("no-header", receiver)
