"""Predict `Score` with the network `crossed`.

The score of a hotel review, by an embedding and a cross beside what stands for itself. Run it in its own
folder; it saves `crossed`, a SavedModel that takes raw rows, and needs TensorFlow 2.11 to 2.15 (Python 3.11
at most, NumPy below 2): later ones have no estimators. Written by specrun 0.0.0 (spec 9ca765b2d7d6).
"""

from argparse import ArgumentParser

import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/hotel_reviews.csv")
parser.add_argument("--epochs", type=int, default=30)
parser.add_argument("--batch-size", type=int, default=16)
args = parser.parse_args()

# Data
NUMBERS = ["Hotel stars"]
FILLED = ["Nr. rooms"]
BOOLEANS = ["Free internet"]
BOOLEANS_2 = ["Casino"]
CATEGORIES = ["Traveler type", "Period of stay"]
EMBEDDED = ["User country"]
CLASSES = [1, 2, 3, 4, 5]
data = pd.read_csv(
    args.data,
    sep=";",
    decimal=",",
    usecols=NUMBERS + FILLED + BOOLEANS + BOOLEANS_2 + CATEGORIES + EMBEDDED + ["Score"],
    keep_default_na=False,
    na_values={c: [""] for c in FILLED},
    dtype={c: str for c in BOOLEANS + BOOLEANS_2 + CATEGORIES + EMBEDDED},
)
train, test = train_test_split(data, test_size=0.25, random_state=42, stratify=data["Score"])

# Features, encoded with the statistics of the training rows alone
# The name of a feature column becomes a scope, which takes no blank
KEYS = {name: f"column_{i}" for i, name in enumerate(NUMBERS + FILLED + BOOLEANS + BOOLEANS_2 + CATEGORIES + EMBEDDED)}
columns = []
for name in NUMBERS:
    centre = train[name].mean()
    scale = train[name].std(ddof=0) or 1
    column = tf.feature_column.numeric_column(
        KEYS[name], normalizer_fn=lambda value, centre=centre, scale=scale: (value - centre) / scale
    )
    columns.append(column)
for name in FILLED:
    stand_in = float(train[name].median())
    centre = train[name].mean()
    scale = train[name].std(ddof=0) or 1

    def normalized(value, stand_in=stand_in, centre=centre, scale=scale):
        value = tf.where(tf.math.is_nan(value), stand_in, value)
        return (value - centre) / scale

    column = tf.feature_column.numeric_column(KEYS[name], normalizer_fn=normalized)
    columns.append(column)
for name in BOOLEANS:
    column = tf.feature_column.numeric_column(
        KEYS[name],
        normalizer_fn=lambda value: tf.cast(
            tf.reduce_any(tf.equal(value, ["YES", ""]), axis=-1, keepdims=True), tf.float32
        ),
    )
    columns.append(column)
for name in BOOLEANS_2:
    column = tf.feature_column.numeric_column(
        KEYS[name], normalizer_fn=lambda value: tf.cast(tf.equal(value, "YES"), tf.float32)
    )
    columns.append(column)
for name in CATEGORIES:
    vocabulary = sorted(train[name].unique())
    column = tf.feature_column.categorical_column_with_vocabulary_list(KEYS[name], vocabulary, num_oov_buckets=1)
    columns.append(tf.feature_column.indicator_column(column))
for name in EMBEDDED:
    vocabulary = sorted(train[name].unique())
    column = tf.feature_column.categorical_column_with_vocabulary_list(KEYS[name], vocabulary, num_oov_buckets=1)
    columns.append(
        tf.feature_column.embedding_column(column, 4, initializer=tf.random_uniform_initializer(-0.05, 0.05))
    )
column = tf.feature_column.crossed_column([KEYS["Traveler type"], KEYS["Period of stay"]], 60)
columns.append(tf.feature_column.indicator_column(column))


def features(raw):
    # Texts as sparse tensors: of dense ones, feature columns leave out the empty texts
    return {
        KEYS[name]: tf.RaggedTensor.from_tensor(raw[name]).to_sparse() if name in CATEGORIES + EMBEDDED else raw[name]
        for name in raw
    }


def batches(rows, epochs=1, weights=None):
    inputs = features(
        {name: tf.constant(rows[[name]].to_numpy("float32")) for name in NUMBERS + FILLED}
        | {name: tf.constant(rows[[name]].to_numpy()) for name in BOOLEANS + BOOLEANS_2 + CATEGORIES + EMBEDDED}
    )
    inputs["weight"] = tf.constant([1.0 if weights is None else weights[i] for i in rows["Score"].map(CLASSES.index)])
    dataset = tf.data.Dataset.from_tensor_slices((inputs, rows["Score"].map(CLASSES.index).to_numpy()))
    return dataset.shuffle(len(rows), seed=5).batch(args.batch_size).repeat(epochs)


# Layers and training
class_weight = {0: 1.0, 1: 1.0, 2: 1.0, 3: 1.0, 4: 1.5}
estimator = tf.estimator.DNNClassifier(
    n_classes=len(CLASSES),
    hidden_units=[16],
    activation_fn=tf.nn.tanh,
    dropout=0.2,
    feature_columns=columns,
    weight_column="weight",
    optimizer=tf.keras.optimizers.legacy.Adam(),
    config=tf.estimator.RunConfig(tf_random_seed=5),
)
estimator.train(lambda: batches(train, args.epochs, class_weight))
print(estimator.evaluate(lambda: batches(test)))


# The saved model takes raw rows
def receiver():
    raw = {name: tf.compat.v1.placeholder(tf.float32, [None, 1]) for name in NUMBERS + FILLED} | {
        name: tf.compat.v1.placeholder(tf.string, [None, 1]) for name in BOOLEANS + BOOLEANS_2 + CATEGORIES + EMBEDDED
    }
    return tf.estimator.export.ServingInputReceiver(features(raw), raw)


estimator.export_saved_model("crossed", receiver)
