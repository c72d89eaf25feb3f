"""Predict `Replaced` with the network `bicycle-repairs`.

Which parts of a bicycle have to be replaced, any number of them at once. Run it in its own folder; it saves
`bicycle-repairs`, a SavedModel that takes raw rows, and needs TensorFlow 2.11 to 2.15 (Python 3.11 at most,
NumPy below 2): later ones have no estimators. Written by specrun 0.0.0 (spec 4a40f149d6ee).
"""

from argparse import ArgumentParser

import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/bicycle_repairs.csv")
parser.add_argument("--epochs", type=int, default=30)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()

# Data
CATEGORIES = ["Kind"]
NUMBERS = ["Years", "Km since service"]
BOOLEANS = ["Ridden in rain"]
CLASSES = ["brake pads", "cable", "chain", "light", "tyre"]
data = pd.read_csv(args.data, na_filter=False, dtype={c: str for c in CATEGORIES + BOOLEANS + ["Replaced"]})
train, test = train_test_split(data, test_size=0.25, random_state=42)

# Features, encoded with the statistics of the training rows alone
# The name of a feature column becomes a scope, which takes no blank
KEYS = {name: f"column_{i}" for i, name in enumerate(CATEGORIES + NUMBERS + BOOLEANS)}
columns = []
for name in CATEGORIES:
    vocabulary = sorted(train[name].unique())
    column = tf.feature_column.categorical_column_with_vocabulary_list(KEYS[name], vocabulary, num_oov_buckets=1)
    columns.append(tf.feature_column.indicator_column(column))
for name in NUMBERS:
    centre = train[name].mean()
    scale = train[name].std(ddof=0) or 1
    column = tf.feature_column.numeric_column(
        KEYS[name], normalizer_fn=lambda value, centre=centre, scale=scale: (value - centre) / scale
    )
    columns.append(column)
for name in BOOLEANS:
    column = tf.feature_column.numeric_column(
        KEYS[name], normalizer_fn=lambda value: tf.cast(tf.equal(value, "yes"), tf.float32)
    )
    columns.append(column)


def features(raw):
    # Texts as sparse tensors: of dense ones, feature columns leave out the empty texts
    return {
        KEYS[name]: tf.RaggedTensor.from_tensor(raw[name]).to_sparse() if name in CATEGORIES else raw[name]
        for name in raw
    }


def batches(rows, epochs=1):
    raw = {name: tf.constant(rows[[name]].to_numpy("float32")) for name in NUMBERS} | {
        name: tf.constant(rows[[name]].to_numpy()) for name in CATEGORIES + BOOLEANS
    }
    dataset = tf.data.Dataset.from_tensor_slices(
        (
            features(raw),
            rows["Replaced"].str.get_dummies("|").reindex(columns=CLASSES, fill_value=0).to_numpy("float32"),
        )
    )
    return dataset.shuffle(len(rows), seed=1).batch(args.batch_size).repeat(epochs)


# Layers and training
estimator = tf.estimator.DNNEstimator(
    head=tf.estimator.MultiLabelHead(len(CLASSES), thresholds=[0.5]),
    hidden_units=[32, 32],
    activation_fn=tf.nn.relu,
    feature_columns=columns,
    optimizer=tf.keras.optimizers.legacy.Adam(0.003),
    config=tf.estimator.RunConfig(tf_random_seed=1),
)
estimator.train(lambda: batches(train, args.epochs))
print(estimator.evaluate(lambda: batches(test)))


# The saved model takes raw rows
def receiver():
    raw = {name: tf.compat.v1.placeholder(tf.float32, [None, 1]) for name in NUMBERS} | {
        name: tf.compat.v1.placeholder(tf.string, [None, 1]) for name in CATEGORIES + BOOLEANS
    }
    return tf.estimator.export.ServingInputReceiver(features(raw), raw)


estimator.export_saved_model("bicycle-repairs", receiver)
