"""Predict `target` with the network `breast-cancer`.

Tells malignant (0) from benign (1) tumours by thirty measurements of their cell nuclei. Run it in its own
folder; it saves `breast-cancer.savedmodel`, which takes raw rows. Written by specrun 0.0.0 (spec
428fb937f66c).
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
tf.random.set_seed(42)
random = tf.random.Generator.from_seed(42)

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


class Network(tf.Module):
    """Encodes raw columns by what it learnt of the training rows; the layers make scores of that."""

    def __init__(self, rows):
        super().__init__()
        self.mean = {name: rows[name].mean() for name in NUMBERS}
        self.scale = {name: max(rows[name].std(ddof=0) or 1, 1e-07) for name in NUMBERS}
        self.dense_kernel = tf.Variable(glorot_uniform(30, 16))
        self.dense_bias = tf.Variable(tf.zeros(16))
        self.dense_1_kernel = tf.Variable(glorot_uniform(16, 1))
        self.dense_1_bias = tf.Variable(tf.zeros(1))

    def encode(self, columns):
        encoded = {name: (tf.cast(columns[name], tf.float32) - self.mean[name]) / self.scale[name] for name in NUMBERS}
        return tf.concat(list(encoded.values()), -1)

    def __call__(self, x, training=False):
        x = tf.nn.relu(x @ self.dense_kernel + self.dense_bias)
        x = tf.nn.experimental.general_dropout(x, 0.3, random.uniform) if training else x
        return x @ self.dense_1_kernel + self.dense_1_bias

    def measures(self, x, y, weights=1.0, training=False):
        scores = self(x, training)
        return {
            "loss": tf.reduce_mean(weights * tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, scores), -1)),
            "accuracy": tf.reduce_mean(tf.cast((scores > 0) == (y > 0), tf.float32)),
            "auc": auc(y, tf.sigmoid(scores)),
        }


def glorot_uniform(*shape):
    return tf.random.uniform(shape, -1.0, 1.0) * (6 / sum(shape)) ** 0.5


def auc(y, probabilities):
    """The area under the ROC curve, by 200 thresholds as Keras has them."""
    thresholds = tf.concat([[-1e-7], tf.range(1.0, 199.0) / 199, [1 + 1e-7]], 0)
    found = tf.cast(tf.reshape(probabilities, [-1, 1]) > thresholds, tf.float32)
    y = tf.reshape(y, [-1, 1])
    hits = tf.math.divide_no_nan(tf.reduce_sum(found * y, 0), tf.reduce_sum(y))
    alarms = tf.math.divide_no_nan(tf.reduce_sum(found * (1 - y), 0), tf.reduce_sum(1 - y))
    return tf.reduce_sum((alarms[:-1] - alarms[1:]) * (hits[:-1] + hits[1:]) / 2)


def tensors(rows):
    columns = {name: tf.constant(rows[[name]].to_numpy()) for name in NUMBERS}
    return network.encode(columns), rows[["target"]].map(CLASSES.index).to_numpy("float32")


@tf.function
def train_epoch(batches):
    total = 0.0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = network.measures(x, y, tf.gather(class_weights, tf.cast(y[:, 0], tf.int32)), training=True)["loss"]
        step.assign_add(1)
        size = 0.003 * tf.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        for v, g, m, s in zip(variables, tape.gradient(loss, variables), momentums, velocities):
            m.assign_add((g - m) * (1 - 0.9))
            s.assign_add((g**2 - s) * (1 - 0.999))
            v.assign_sub(size * m / (tf.sqrt(s) + 1e-07))
        total += loss * tf.cast(len(y), tf.float32)
    return total / len(train)


# Training
network = Network(train)
variables = network.trainable_variables
momentums, velocities = ([tf.Variable(tf.zeros_like(v)) for v in variables] for _ in range(2))
step = tf.Variable(0.0)
class_weights = tf.constant(compute_class_weight("balanced", classes=np.array(CLASSES), y=train["target"]), tf.float32)
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=42).batch(args.batch_size)
held_out = tensors(validation)
best, waited, kept = float("inf"), 0, [v.numpy() for v in network.variables]
for epoch in range(args.epochs):
    logs = {"loss": float(train_epoch(batches))}
    logs |= {f"val_{name}": float(value) for name, value in network.measures(*held_out).items()}
    print(f"epoch {epoch + 1}:", logs)
    waited += 1
    if logs["val_loss"] < best:
        best, waited, kept = logs["val_loss"], 0, [v.numpy() for v in network.variables]
    elif waited >= 8:
        break
for v, value in zip(network.variables, kept):
    v.assign(value)
print({name: float(value) for name, value in network.measures(*tensors(test)).items()})

# The saved model takes raw rows
inputs = {name: tf.TensorSpec([None, 1], tf.float32) for name in NUMBERS}
network.predict = tf.function(lambda columns: tf.sigmoid(network(network.encode(columns))), [inputs])
tf.saved_model.save(network, "breast-cancer.savedmodel")
