"""Predict `target` with the network `breast-cancer`.

Tells malignant (0) from benign (1) tumours by thirty measurements of their cell nuclei. Run it in its own
folder; it saves `breast-cancer`, a SavedModel that takes raw rows, and needs TensorFlow 2.11 to 2.15 (Python
3.11 at most, NumPy below 2): later ones have no estimators. Written by specrun 0.0.0 (spec 428fb937f66c).
"""

from argparse import ArgumentParser

import numpy as np
import tensorflow as tf
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.utils.class_weight import compute_class_weight

parser = ArgumentParser(description=__doc__)
parser.add_argument("--epochs", type=int, default=60)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()

# Data
NUMBERS = [
    "mean radius",
    "mean texture",
    "mean perimeter",
    "mean area",
    "mean smoothness",
    "mean compactness",
    "mean concavity",
    "mean concave points",
    "mean symmetry",
    "mean fractal dimension",
    "radius error",
    "texture error",
    "perimeter error",
    "area error",
    "smoothness error",
    "compactness error",
    "concavity error",
    "concave points error",
    "symmetry error",
    "fractal dimension error",
    "worst radius",
    "worst texture",
    "worst perimeter",
    "worst area",
    "worst smoothness",
    "worst compactness",
    "worst concavity",
    "worst concave points",
    "worst symmetry",
    "worst fractal dimension",
]
CLASSES = [0, 1]
data = load_breast_cancer(as_frame=True).frame
train, test = train_test_split(data, test_size=0.2, random_state=42, stratify=data["target"])
train, validation = train_test_split(train, test_size=0.1875, random_state=42, stratify=train["target"])

# Features, encoded with the statistics of the training rows alone
# The name of a feature column becomes a scope, which takes no blank
KEYS = {name: f"column_{i}" for i, name in enumerate(NUMBERS)}
columns = []
for name in NUMBERS:
    centre = train[name].mean()
    scale = train[name].std(ddof=0) or 1
    column = tf.feature_column.numeric_column(
        KEYS[name], normalizer_fn=lambda value, centre=centre, scale=scale: (value - centre) / scale
    )
    columns.append(column)


def features(raw):
    return {KEYS[name]: raw[name] for name in raw}


def batches(rows, epochs=1, weights=None):
    inputs = features({name: tf.constant(rows[[name]].to_numpy("float32")) for name in NUMBERS})
    inputs["weight"] = tf.constant([1.0 if weights is None else weights[i] for i in rows["target"].map(CLASSES.index)])
    dataset = tf.data.Dataset.from_tensor_slices((inputs, rows[["target"]].map(CLASSES.index).to_numpy("float32")))
    return dataset.shuffle(len(rows), seed=42).batch(args.batch_size).repeat(epochs)


# Layers and training
class_weight = dict(enumerate(compute_class_weight("balanced", classes=np.array(CLASSES), y=train["target"])))
steps = len(batches(train))
estimator = tf.estimator.DNNClassifier(
    hidden_units=[16],
    activation_fn=tf.nn.relu,
    dropout=0.3,
    feature_columns=columns,
    weight_column="weight",
    optimizer=tf.keras.optimizers.legacy.Adam(0.003),
    config=tf.estimator.RunConfig(tf_random_seed=42, save_checkpoints_steps=steps, keep_checkpoint_max=args.epochs + 1),
)
stop = tf.estimator.experimental.stop_if_no_decrease_hook(
    estimator, "average_loss", 8 * steps, run_every_secs=None, run_every_steps=steps
)
tf.estimator.train_and_evaluate(
    estimator,
    tf.estimator.TrainSpec(lambda: batches(train, args.epochs, class_weight), hooks=[stop]),
    tf.estimator.EvalSpec(lambda: batches(validation), steps=None, start_delay_secs=0, throttle_secs=0),
)
checkpoints = tf.train.get_checkpoint_state(estimator.model_dir).all_model_checkpoint_paths
best = min(
    checkpoints,
    key=lambda path: estimator.evaluate(lambda: batches(validation), checkpoint_path=path)["average_loss"],
)
print(estimator.evaluate(lambda: batches(test), checkpoint_path=best))


# The saved model takes raw rows
def receiver():
    raw = {name: tf.compat.v1.placeholder(tf.float32, [None, 1]) for name in NUMBERS}
    return tf.estimator.export.ServingInputReceiver(features(raw), raw)


estimator.export_saved_model("breast-cancer", receiver, checkpoint_path=best)
