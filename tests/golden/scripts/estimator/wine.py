"""Predict `target` with the network `wine`.

Tells three cultivars of wine from thirteen chemical measurements. Run it in its own folder; it saves `wine`,
a SavedModel that takes raw rows, and needs TensorFlow 2.11 to 2.15 (Python 3.11 at most, NumPy below 2):
later ones have no estimators. Written by specrun 0.0.0 (spec d39b56e43582).
"""

from argparse import ArgumentParser

import tensorflow as tf
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--epochs", type=int, default=40)
parser.add_argument("--batch-size", type=int, default=16)
args = parser.parse_args()

# Data
NUMBERS = [
    "alcohol",
    "malic_acid",
    "ash",
    "alcalinity_of_ash",
    "magnesium",
    "total_phenols",
    "flavanoids",
    "nonflavanoid_phenols",
    "proanthocyanins",
    "color_intensity",
    "hue",
    "od280_od315_of_diluted_wines",
    "proline",
]
CLASSES = [0, 1, 2]
data = load_wine(as_frame=True).frame
data = data.rename(columns={"od280/od315_of_diluted_wines": "od280_od315_of_diluted_wines"})
train, test = train_test_split(data, test_size=0.25, random_state=42, stratify=data["target"])

# Features, encoded with the statistics of the training rows alone
columns = []
for name in NUMBERS:
    centre = train[name].mean()
    scale = train[name].std(ddof=0) or 1
    column = tf.feature_column.numeric_column(
        name, normalizer_fn=lambda value, centre=centre, scale=scale: (value - centre) / scale
    )
    columns.append(column)


def batches(rows, epochs=1):
    raw = {name: tf.constant(rows[[name]].to_numpy("float32")) for name in NUMBERS}
    dataset = tf.data.Dataset.from_tensor_slices((raw, rows["target"].map(CLASSES.index).to_numpy()))
    return dataset.shuffle(len(rows), seed=42).batch(args.batch_size).repeat(epochs)


# Layers and training
estimator = tf.estimator.DNNClassifier(
    n_classes=len(CLASSES),
    hidden_units=[16],
    activation_fn=tf.nn.relu,
    dropout=0.2,
    feature_columns=columns,
    optimizer=tf.keras.optimizers.legacy.Adam(0.01),
    config=tf.estimator.RunConfig(tf_random_seed=42),
)
estimator.train(lambda: batches(train, args.epochs))
print(estimator.evaluate(lambda: batches(test)))


# The saved model takes raw rows
def receiver():
    raw = {name: tf.compat.v1.placeholder(tf.float32, [None, 1]) for name in NUMBERS}
    return tf.estimator.export.ServingInputReceiver(raw, raw)


estimator.export_saved_model("wine", receiver)
