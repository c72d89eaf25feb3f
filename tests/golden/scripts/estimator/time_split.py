"""Predict `spend` with the network `time-split`.

The latest customers are held out, the latest of the others watched. Run it in its own folder; it saves `time-
split`, a SavedModel that takes raw rows, and needs TensorFlow 2.11 to 2.15 (Python 3.11 at most, NumPy below
2): later ones have no estimators. Written by specrun 0.0.0 (spec 69238a1aec89).
"""

from argparse import ArgumentParser

import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/people.csv")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()

# Data
NUMBERS = ["hours"]
CATEGORIES = ["city"]
data = pd.read_csv(
    args.data,
    usecols=NUMBERS + CATEGORIES + ["spend", "joined"],
    keep_default_na=False,
    na_values={c: ["", "?"] for c in NUMBERS},
    dtype={c: str for c in CATEGORIES},
)
data = data.iloc[pd.to_datetime(data["joined"], format="ISO8601", utc=True).argsort(kind="stable")]
train, test = train_test_split(data, test_size=0.2, shuffle=False)
train, validation = train_test_split(train, test_size=0.125, shuffle=False)

# Features, encoded with the statistics of the training rows alone
columns = []
for name in NUMBERS:
    column = tf.feature_column.numeric_column(
        name, normalizer_fn=lambda value: tf.where(tf.math.is_nan(value), 0.0, value)
    )
    columns.append(column)
for name in CATEGORIES:
    vocabulary = sorted(train[name].unique())
    column = tf.feature_column.categorical_column_with_vocabulary_list(name, vocabulary, num_oov_buckets=1)
    columns.append(tf.feature_column.indicator_column(column))


def features(raw):
    # Texts as sparse tensors: of dense ones, feature columns leave out the empty texts
    return {
        name: tf.RaggedTensor.from_tensor(raw[name]).to_sparse() if name in CATEGORIES else raw[name] for name in raw
    }


def batches(rows, epochs=1):
    raw = {name: tf.constant(rows[[name]].to_numpy("float32")) for name in NUMBERS} | {
        name: tf.constant(rows[[name]].to_numpy()) for name in CATEGORIES
    }
    dataset = tf.data.Dataset.from_tensor_slices((features(raw), rows[["spend"]].to_numpy("float32")))
    return dataset.shuffle(len(rows), seed=0).batch(args.batch_size).repeat(epochs)


# Layers and training
estimator = tf.estimator.DNNRegressor(
    hidden_units=[4],
    activation_fn=tf.nn.relu,
    feature_columns=columns,
    optimizer=tf.keras.optimizers.legacy.Adam(),
    config=tf.estimator.RunConfig(tf_random_seed=0),
)
estimator.train(lambda: batches(train, args.epochs))
print(estimator.evaluate(lambda: batches(validation), name="validation"))
print(estimator.evaluate(lambda: batches(test)))


# The saved model takes raw rows
def receiver():
    raw = {name: tf.compat.v1.placeholder(tf.float32, [None, 1]) for name in NUMBERS} | {
        name: tf.compat.v1.placeholder(tf.string, [None, 1]) for name in CATEGORIES
    }
    return tf.estimator.export.ServingInputReceiver(features(raw), raw)


estimator.export_saved_model("time-split", receiver)
