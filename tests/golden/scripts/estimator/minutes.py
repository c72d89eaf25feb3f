"""Predict `Minutes` with the network `minutes`.

How long a delivery takes, by what an estimator of numbers can hold. Run it in its own folder; it saves
`minutes`, a SavedModel that takes raw rows, and needs TensorFlow 2.11 to 2.15 (Python 3.11 at most, NumPy
below 2): later ones have no estimators. Written by specrun 0.0.0 (spec 7fd0b0eef7b2).
"""

from argparse import ArgumentParser

import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/deliveries.csv")
parser.add_argument("--epochs", type=int, default=60)
parser.add_argument("--batch-size", type=int, default=8)
args = parser.parse_args()

# Data
CATEGORIES = ["Vehicle"]
HASHED = ["Weekday"]
BUCKETED = ["Hour"]
CLIPPED = ["Distance in km"]
NUMBERS = ["Weight in kg"]
NUMBERS_2 = ["Floor"]
NUMBERS_3 = ["Promised minutes"]
data = pd.read_csv(
    args.data,
    usecols=CATEGORIES + HASHED + BUCKETED + CLIPPED + NUMBERS + NUMBERS_2 + NUMBERS_3 + ["Minutes"],
    na_filter=False,
    dtype={c: str for c in CATEGORIES + HASHED},
)
train, test = train_test_split(data, test_size=0.25, random_state=42)
train, validation = train_test_split(train, test_size=0.13333333333333333, random_state=42)

# Features, encoded with the statistics of the training rows alone
# The name of a feature column becomes a scope, which takes no blank
KEYS = {
    name: f"column_{i}"
    for i, name in enumerate(CATEGORIES + HASHED + BUCKETED + CLIPPED + NUMBERS + NUMBERS_2 + NUMBERS_3)
}
columns = []
for name in CATEGORIES:
    vocabulary = sorted(train[name].unique())
    column = tf.feature_column.categorical_column_with_vocabulary_list(KEYS[name], vocabulary)
    columns.append(tf.feature_column.indicator_column(column))
for name in HASHED:
    column = tf.feature_column.categorical_column_with_hash_bucket(KEYS[name], 16)
    columns.append(tf.feature_column.indicator_column(column))
for name in BUCKETED:
    column = tf.feature_column.numeric_column(KEYS[name])
    columns.append(tf.feature_column.bucketized_column(column, [8, 10, 12, 14, 16, 19]))
for name in CLIPPED:
    known = train[name].clip(None, 20)
    centre = known.mean()
    scale = known.std(ddof=0) or 1

    def normalized(value, centre=centre, scale=scale):
        value = tf.minimum(value, 20.0)
        return (value - centre) / scale

    column = tf.feature_column.numeric_column(KEYS[name], normalizer_fn=normalized)
    columns.append(column)
for name in NUMBERS:
    centre = train[name].median()
    scale = train[name].quantile(0.75) - train[name].quantile(0.25) or 1
    column = tf.feature_column.numeric_column(
        KEYS[name], normalizer_fn=lambda value, centre=centre, scale=scale: (value - centre) / scale
    )
    columns.append(column)
for name in NUMBERS_2:
    centre = train[name].min()
    scale = train[name].max() - train[name].min() or 1
    column = tf.feature_column.numeric_column(
        KEYS[name], normalizer_fn=lambda value, centre=centre, scale=scale: (value - centre) / scale
    )
    columns.append(column)
for name in NUMBERS_3:
    centre = train[name].mean()
    scale = train[name].std(ddof=0) or 1
    column = tf.feature_column.numeric_column(
        KEYS[name], normalizer_fn=lambda value, centre=centre, scale=scale: (value - centre) / scale
    )
    columns.append(column)


def features(raw):
    # Texts as sparse tensors: of dense ones, feature columns leave out the empty texts
    return {
        KEYS[name]: tf.RaggedTensor.from_tensor(raw[name]).to_sparse() if name in CATEGORIES + HASHED else raw[name]
        for name in raw
    }


def batches(rows, epochs=1):
    raw = {
        name: tf.constant(rows[[name]].to_numpy("float32"))
        for name in BUCKETED + CLIPPED + NUMBERS + NUMBERS_2 + NUMBERS_3
    } | {name: tf.constant(rows[[name]].to_numpy()) for name in CATEGORIES + HASHED}
    dataset = tf.data.Dataset.from_tensor_slices((features(raw), rows[["Minutes"]].to_numpy("float32")))
    return dataset.shuffle(len(rows), seed=1).batch(args.batch_size).repeat(epochs)


# Layers and training
def metrics(labels, predictions):
    measured = {"mean_absolute_error": tf.keras.metrics.MeanAbsoluteError()}
    for metric in measured.values():
        metric.update_state(labels, predictions["predictions"])
    return measured


steps = len(batches(train))
estimator = tf.estimator.DNNRegressor(
    hidden_units=[64, 32],
    activation_fn=tf.nn.relu,
    batch_norm=True,
    feature_columns=columns,
    optimizer=tf.keras.optimizers.legacy.RMSprop(0.003),
    config=tf.estimator.RunConfig(tf_random_seed=1, save_checkpoints_steps=steps),
)
estimator = tf.estimator.add_metrics(estimator, metrics)
stop = tf.estimator.experimental.stop_if_no_decrease_hook(
    estimator, "average_loss", 15 * steps, run_every_secs=None, run_every_steps=steps
)
tf.estimator.train_and_evaluate(
    estimator,
    tf.estimator.TrainSpec(lambda: batches(train, args.epochs), hooks=[stop]),
    tf.estimator.EvalSpec(lambda: batches(validation), steps=None, start_delay_secs=0, throttle_secs=0),
)
print(estimator.evaluate(lambda: batches(test)))


# The saved model takes raw rows
def receiver():
    raw = {
        name: tf.compat.v1.placeholder(tf.float32, [None, 1])
        for name in BUCKETED + CLIPPED + NUMBERS + NUMBERS_2 + NUMBERS_3
    } | {name: tf.compat.v1.placeholder(tf.string, [None, 1]) for name in CATEGORIES + HASHED}
    return tf.estimator.export.ServingInputReceiver(features(raw), raw)


estimator.export_saved_model("minutes", receiver)
