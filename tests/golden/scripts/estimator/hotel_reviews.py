"""Predict `Score` with the network `hotel-reviews`.

The score of a hotel review, from the reviewer, the hotel and the stay. Run it in its own folder; it saves
`hotel-reviews`, a SavedModel that takes raw rows, and needs TensorFlow 2.11 to 2.15 (Python 3.11 at most,
NumPy below 2): later ones have no estimators. Written by specrun 0.0.0 (spec 8e0d5a85b47c).
"""

from argparse import ArgumentParser

import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/hotel_reviews.csv")
parser.add_argument("--epochs", type=int, default=4)
parser.add_argument("--batch-size", type=int, default=1)
args = parser.parse_args()

# Data
NUMBERS = ["Nr. reviews", "Nr. hotel reviews", "Helpful votes", "Hotel stars", "Nr. rooms", "Member years"]
BOOLEANS = ["Pool", "Gym", "Tennis court", "Spa", "Casino", "Free internet"]
CATEGORIES = [
    "User country",
    "Period of stay",
    "Traveler type",
    "Hotel name",
    "User continent",
    "Review month",
    "Review weekday",
]
CLASSES = [1, 2, 3, 4, 5]
data = pd.read_csv(args.data, sep=";", decimal=",", na_filter=False, dtype={c: str for c in BOOLEANS + CATEGORIES})
train, test = train_test_split(data, test_size=0.33, random_state=42)

# Features, encoded with the statistics of the training rows alone
# The name of a feature column becomes a scope, which takes no blank
KEYS = {name: f"column_{i}" for i, name in enumerate(NUMBERS + BOOLEANS + CATEGORIES)}
columns = []
for name in NUMBERS:
    centre = train[name].mean()
    scale = train[name].std(ddof=0) or 1
    column = tf.feature_column.numeric_column(
        KEYS[name], normalizer_fn=lambda value, centre=centre, scale=scale: (value - centre) / scale
    )
    columns.append(column)
for name in BOOLEANS:
    column = tf.feature_column.numeric_column(
        KEYS[name], normalizer_fn=lambda value: tf.cast(tf.equal(value, "YES"), tf.float32)
    )
    columns.append(column)
for name in CATEGORIES:
    vocabulary = sorted(train[name].unique())
    column = tf.feature_column.categorical_column_with_vocabulary_list(KEYS[name], vocabulary, num_oov_buckets=1)
    columns.append(tf.feature_column.indicator_column(column))


def features(raw):
    # Texts as sparse tensors: of dense ones, feature columns leave out the empty texts
    return {
        KEYS[name]: tf.RaggedTensor.from_tensor(raw[name]).to_sparse() if name in CATEGORIES else raw[name]
        for name in raw
    }


def batches(rows, epochs=1):
    raw = {name: tf.constant(rows[[name]].to_numpy("float32")) for name in NUMBERS} | {
        name: tf.constant(rows[[name]].to_numpy()) for name in BOOLEANS + CATEGORIES
    }
    dataset = tf.data.Dataset.from_tensor_slices((features(raw), rows["Score"].map(CLASSES.index).to_numpy()))
    return dataset.shuffle(len(rows), seed=42).batch(args.batch_size).repeat(epochs)


# Layers and training
estimator = tf.estimator.DNNClassifier(
    n_classes=len(CLASSES),
    hidden_units=[8],
    activation_fn=tf.nn.relu,
    feature_columns=columns,
    optimizer=tf.keras.optimizers.legacy.Adam(),
    config=tf.estimator.RunConfig(tf_random_seed=42),
)
estimator.train(lambda: batches(train, args.epochs))
print(estimator.evaluate(lambda: batches(test)))


# The saved model takes raw rows
def receiver():
    raw = {name: tf.compat.v1.placeholder(tf.float32, [None, 1]) for name in NUMBERS} | {
        name: tf.compat.v1.placeholder(tf.string, [None, 1]) for name in BOOLEANS + CATEGORIES
    }
    return tf.estimator.export.ServingInputReceiver(features(raw), raw)


estimator.export_saved_model("hotel-reviews", receiver)
