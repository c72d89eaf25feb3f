"""Losses and metrics in TensorFlow's terms.

Each is a formula of the labels `y`, of the `scores` that the network gives, and of its output `out`: what an activation
makes of the scores where the loss takes them without. The last line of a formula is its value; those before it, if
any, name parts of it.
"""

from __future__ import annotations

from collections.abc import Mapping

CROSSENTROPIES: Mapping[str, tuple[str, str]] = {
    "binary_crossentropy": ("sigmoid", "tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, scores), -1)"),
    "categorical_crossentropy": ("softmax", "tf.nn.softmax_cross_entropy_with_logits(y, scores)"),
    "sparse_categorical_crossentropy": ("softmax", "tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores)"),
}
"""Losses that take the scores before an activation, as Keras does where it can: the activation and the formula."""

SMOOTHED: Mapping[str, str] = {
    "binary_crossentropy": "y * (1 - smoothing) + smoothing / 2",
    "categorical_crossentropy": "y * (1 - smoothing) + smoothing / y.shape[-1]",
}
"""The labels where some of each is spread over all the classes."""

LOSSES: Mapping[str, str] = {
    "categorical_hinge": "tf.nn.relu(1 + tf.reduce_max((1 - y) * out, -1) - tf.reduce_sum(y * out, -1))",
    "cosine_similarity": "-tf.reduce_sum(tf.math.l2_normalize(y, -1) * tf.math.l2_normalize(out, -1), -1)",
    "hinge": "tf.reduce_mean(tf.nn.relu(1 - (2 * y - 1) * out), -1)",
    "huber": """
        error = tf.abs(y - out)
        tf.reduce_mean(tf.where(error <= 1, error**2 / 2, error - 0.5), -1)
    """,
    "kl_divergence": """
        right = tf.clip_by_value(y, 1e-7, 1.0)
        tf.reduce_sum(right * tf.math.log(right / tf.clip_by_value(out, 1e-7, 1.0)), -1)
    """,
    "log_cosh": """
        error = out - y
        tf.reduce_mean(error + tf.nn.softplus(-2 * error) - math.log(2), -1)
    """,
    "mean_absolute_error": "tf.reduce_mean(tf.abs(y - out), -1)",
    "mean_absolute_percentage_error": "100 * tf.reduce_mean(tf.abs((y - out) / tf.maximum(tf.abs(y), 1e-7)), -1)",
    "mean_squared_error": "tf.reduce_mean((y - out) ** 2, -1)",
    "mean_squared_logarithmic_error": (
        "tf.reduce_mean((tf.math.log1p(tf.maximum(y, 1e-7)) - tf.math.log1p(tf.maximum(out, 1e-7))) ** 2, -1)"
    ),
    "poisson": "tf.reduce_mean(out - y * tf.math.log(out + 1e-7), -1)",
    "squared_hinge": "tf.reduce_mean(tf.nn.relu(1 - (2 * y - 1) * out) ** 2, -1)",
}
"""The loss of each row."""

HUBER = """
    error = tf.abs(y - out)
    tf.reduce_mean(tf.where(error <= delta, error**2 / 2, delta * (error - delta / 2)), -1)
"""
"""Of another `delta` than 1, the error from which on it is no longer squared."""

MEANS: Mapping[str, str] = {
    "BinaryCrossentropy": "binary_crossentropy",
    "CategoricalCrossentropy": "categorical_crossentropy",
    "CategoricalHinge": "categorical_hinge",
    "Hinge": "hinge",
    "KLDivergence": "kl_divergence",
    "LogCoshError": "log_cosh",
    "MeanAbsoluteError": "mean_absolute_error",
    "MeanAbsolutePercentageError": "mean_absolute_percentage_error",
    "MeanSquaredError": "mean_squared_error",
    "MeanSquaredLogarithmicError": "mean_squared_logarithmic_error",
    "Poisson": "poisson",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
    "SquaredHinge": "squared_hinge",
}
"""Metrics that are the mean of a loss."""

_RIGHT = "tf.reduce_mean(tf.cast({}, tf.float32))"

METRICS: Mapping[str, str] = {
    "AUC": "auc(y, out)",
    "BinaryAccuracy": _RIGHT.format("(out > threshold) == (y > 0)"),
    "CategoricalAccuracy": _RIGHT.format("tf.argmax(scores, -1) == tf.argmax(y, -1)"),
    "CosineSimilarity": (
        "tf.reduce_mean(tf.reduce_sum(tf.math.l2_normalize(y, -1) * tf.math.l2_normalize(out, -1), -1))"
    ),
    "FalseNegatives": "tf.reduce_sum(y * tf.cast(out <= 0.5, tf.float32))",
    "FalsePositives": "tf.reduce_sum((1 - y) * tf.cast(out > 0.5, tf.float32))",
    "Precision": """
        found = tf.cast(out > 0.5, tf.float32)
        tf.math.divide_no_nan(tf.reduce_sum(y * found), tf.reduce_sum(found))
    """,
    "Recall": "tf.math.divide_no_nan(tf.reduce_sum(y * tf.cast(out > 0.5, tf.float32)), tf.reduce_sum(y))",
    "RootMeanSquaredError": "tf.sqrt(tf.reduce_mean((y - out) ** 2))",
    "SparseCategoricalAccuracy": _RIGHT.format("tf.argmax(scores, -1) == y"),
    "SparseTopKCategoricalAccuracy": _RIGHT.format("tf.math.in_top_k(y, scores, k)"),
    "TopKCategoricalAccuracy": _RIGHT.format("tf.math.in_top_k(tf.argmax(y, -1), scores, k)"),
    "TrueNegatives": "tf.reduce_sum((1 - y) * tf.cast(out <= 0.5, tf.float32))",
    "TruePositives": "tf.reduce_sum(y * tf.cast(out > 0.5, tf.float32))",
}
"""The other metrics, of all the rows that they are measured of."""

TAKEN: Mapping[str, tuple[str, ...]] = {
    "BinaryAccuracy": ("threshold",),
    "SparseTopKCategoricalAccuracy": ("k",),
    "TopKCategoricalAccuracy": ("k",),
    "huber": ("delta",),
}
"""The options that stand in a formula."""
