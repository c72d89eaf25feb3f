"""Predict `bmi` and `bp` with the network `two-numbers`.

Two numbers at once, by plain gradient descent with momentum. Run it in its own folder; it saves `two-
numbers`, a SavedModel that takes raw rows, and needs TensorFlow 2.11 to 2.15 (Python 3.11 at most, NumPy
below 2): later ones have no estimators. Written by specrun 0.0.0 (spec 12c756e732b8).
"""

from argparse import ArgumentParser

import tensorflow as tf
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--epochs", type=int, default=60)
parser.add_argument("--batch-size", type=int, default=16)
args = parser.parse_args()

# Data
NUMBERS = ["age", "sex", "s1", "s2", "s3"]
data = load_diabetes(as_frame=True).frame
train, test = train_test_split(data, test_size=0.2, random_state=42)

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
    dataset = tf.data.Dataset.from_tensor_slices((raw, rows[["bmi", "bp"]].to_numpy("float32")))
    return dataset.shuffle(len(rows), seed=0).batch(args.batch_size).repeat(epochs)


# Layers and training
def metrics(labels, predictions):
    measured = {"mean_absolute_error": tf.keras.metrics.MeanAbsoluteError()}
    for metric in measured.values():
        metric.update_state(labels, predictions["predictions"])
    return measured


estimator = tf.estimator.DNNRegressor(
    label_dimension=2,
    hidden_units=[],
    feature_columns=columns,
    optimizer=tf.keras.optimizers.legacy.SGD(0.05, momentum=0.5, nesterov=True),
    config=tf.estimator.RunConfig(tf_random_seed=0),
)
estimator = tf.estimator.add_metrics(estimator, metrics)
estimator.train(lambda: batches(train, args.epochs))
print(estimator.evaluate(lambda: batches(test)))


# The saved model takes raw rows
def receiver():
    raw = {name: tf.compat.v1.placeholder(tf.float32, [None, 1]) for name in NUMBERS}
    return tf.estimator.export.ServingInputReceiver(raw, raw)


estimator.export_saved_model("two-numbers", receiver)
