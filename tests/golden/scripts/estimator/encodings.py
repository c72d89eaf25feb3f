"""Predict `stays` with the network `encodings`.

Buckets, clipping, hashing and a vocabulary without a place for the unknown. Run it in its own folder; it
saves `encodings`, a SavedModel that takes raw rows, and needs TensorFlow 2.11 to 2.15 (Python 3.11 at most,
NumPy below 2): later ones have no estimators. Written by specrun 0.0.0 (spec ef17b30297f5).
"""

from argparse import ArgumentParser

import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/people.csv")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=8)
args = parser.parse_args()

# Data
BUCKETED = ["age"]
CLIPPED = ["hours"]
CLIPPED_2 = ["income_year"]
HASHED = ["household"]
CATEGORIES = ["job"]
BOOLEANS = ["member"]
CLASSES = ["no", "yes"]
data = pd.read_csv(
    args.data,
    usecols=BUCKETED + CLIPPED + HASHED + CATEGORIES + BOOLEANS + ["income/year", "stays"],
    keep_default_na=False,
    na_values={c: ["", "?"] for c in BUCKETED + CLIPPED},
    dtype={c: str for c in HASHED + CATEGORIES + BOOLEANS + ["stays"]},
)
data = data.rename(columns={"income/year": "income_year"})
train, test = train_test_split(data, test_size=0.2, random_state=0)

# Features, encoded with the statistics of the training rows alone
columns = []
for name in BUCKETED:
    column = tf.feature_column.numeric_column(
        name, normalizer_fn=lambda value: tf.where(tf.math.is_nan(value), 40.0, value)
    )
    columns.append(tf.feature_column.bucketized_column(column, [25, 35, 50]))
for name in CLIPPED:
    known = train[name].clip(None, 45)
    stand_in = float(known.mean())
    centre = known.median()
    scale = known.quantile(0.75) - known.quantile(0.25) or 1

    def normalized(value, stand_in=stand_in, centre=centre, scale=scale):
        value = tf.where(tf.math.is_nan(value), stand_in, value)
        value = tf.minimum(value, 45.0)
        return (value - centre) / scale

    column = tf.feature_column.numeric_column(name, normalizer_fn=normalized)
    columns.append(column)
for name in CLIPPED_2:
    known = train[name].clip(0, 60000)
    centre = known.min()
    scale = known.max() - known.min() or 1

    def normalized_2(value, centre=centre, scale=scale):
        value = tf.maximum(value, 0.0)
        value = tf.minimum(value, 60000.0)
        return (value - centre) / scale

    column = tf.feature_column.numeric_column(name, normalizer_fn=normalized_2)
    columns.append(column)
for name in HASHED:
    column = tf.feature_column.categorical_column_with_hash_bucket(name, 16)
    columns.append(tf.feature_column.indicator_column(column))
for name in CATEGORIES:
    vocabulary = sorted(train[name][~train[name].isin(["", "?"])].unique())
    column = tf.feature_column.categorical_column_with_vocabulary_list(name, vocabulary)
    columns.append(tf.feature_column.indicator_column(column))
for name in BOOLEANS:
    column = tf.feature_column.numeric_column(
        name,
        normalizer_fn=lambda value: tf.cast(
            tf.reduce_any(tf.equal(value, ["YES", "", "?"]), axis=-1, keepdims=True), tf.float32
        ),
    )
    columns.append(column)


def features(raw):
    # Texts as sparse tensors: of dense ones, feature columns leave out the empty texts
    return {
        name: tf.RaggedTensor.from_tensor(raw[name]).to_sparse() if name in HASHED + CATEGORIES else raw[name]
        for name in raw
    }


def batches(rows, epochs=1):
    raw = {name: tf.constant(rows[[name]].to_numpy("float32")) for name in BUCKETED + CLIPPED + CLIPPED_2} | {
        name: tf.constant(rows[[name]].to_numpy()) for name in HASHED + CATEGORIES + BOOLEANS
    }
    dataset = tf.data.Dataset.from_tensor_slices(
        (features(raw), rows[["stays"]].map(CLASSES.index).to_numpy("float32"))
    )
    return dataset.shuffle(len(rows), seed=0).batch(args.batch_size).repeat(epochs)


# Layers and training
estimator = tf.estimator.DNNClassifier(
    hidden_units=[8],
    activation_fn=tf.nn.relu,
    feature_columns=columns,
    optimizer=tf.keras.optimizers.legacy.Adam(),
    config=tf.estimator.RunConfig(tf_random_seed=0),
)
estimator.train(lambda: batches(train, args.epochs))
print(estimator.evaluate(lambda: batches(test)))


# The saved model takes raw rows
def receiver():
    raw = {name: tf.compat.v1.placeholder(tf.float32, [None, 1]) for name in BUCKETED + CLIPPED + CLIPPED_2} | {
        name: tf.compat.v1.placeholder(tf.string, [None, 1]) for name in HASHED + CATEGORIES + BOOLEANS
    }
    return tf.estimator.export.ServingInputReceiver(features(raw), raw)


estimator.export_saved_model("encodings", receiver)
