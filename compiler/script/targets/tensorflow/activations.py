"""Keras's activations in TensorFlow's terms."""

from __future__ import annotations

from collections.abc import Mapping

from specrun.compiler.expressions import Expression
from specrun.compiler.quoting import quoted
from specrun.compiler.script.options import Refused, options_of

ACTIVATIONS: Mapping[str, str] = {
    "celu": "tf.nn.elu(x)",
    "elu": "tf.nn.elu(x)",
    "exponential": "tf.exp(x)",
    "gelu": "tf.nn.gelu(x)",
    "hard_shrink": "tf.where(tf.abs(x) > 0.5, x, 0.0)",
    "hard_sigmoid": "tf.nn.relu6(x + 3) / 6",
    "hard_silu": "x * tf.nn.relu6(x + 3) / 6",
    "hard_tanh": "tf.clip_by_value(x, -1.0, 1.0)",
    "leaky_relu": "tf.nn.leaky_relu(x, 0.2)",
    "linear": "x",
    "log_sigmoid": "tf.math.log_sigmoid(x)",
    "log_softmax": "tf.nn.log_softmax(x)",
    "mish": "x * tf.tanh(tf.nn.softplus(x))",
    "relu": "tf.nn.relu(x)",
    "relu6": "tf.nn.relu6(x)",
    "selu": "tf.nn.selu(x)",
    "sigmoid": "tf.sigmoid(x)",
    "silu": "tf.nn.silu(x)",
    "soft_shrink": "tf.sign(x) * tf.nn.relu(tf.abs(x) - 0.5)",
    "softmax": "tf.nn.softmax(x)",
    "softplus": "tf.nn.softplus(x)",
    "softsign": "tf.nn.softsign(x)",
    "squareplus": "(x + tf.sqrt(x**2 + 4)) / 2",
    "tanh": "tf.tanh(x)",
    "tanh_shrink": "x - tf.tanh(x)",
}

TWICE = frozenset(["hard_shrink", "hard_silu", "mish", "soft_shrink", "squareplus", "tanh_shrink"])
"""Those that name their value more than once: it is kept as a variable first."""


def activated(activation: Expression, value: Expression) -> Expression:
    """What an activation, given by its name, makes of a value. Raises Refused."""
    options = options_of("activations", activation)
    if options.entry.name not in ACTIVATIONS or options.given:
        raise Refused(options.name)
    return quoted(ACTIVATIONS[options.entry.name], x=value)
