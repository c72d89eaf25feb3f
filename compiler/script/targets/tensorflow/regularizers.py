"""Penalties on weights, which add to the loss."""

from __future__ import annotations

from specrun.compiler.expressions import Expression, Literal, Operation
from specrun.compiler.quoting import quoted
from specrun.compiler.script.options import Refused, options_of

REGULARIZERS = {"L1": ("l1",), "L2": ("l2",), "L1L2": ("l1", "l2")}
_PENALTIES = {"l1": "factor * tf.reduce_sum(tf.abs(weight))", "l2": "factor * tf.reduce_sum(weight**2)"}


def penalty(regularizer: Expression, weight: Expression) -> Expression:
    """What a regularizer adds to the loss. Raises Refused."""
    options = options_of("regularizers", regularizer)
    if options.entry.name not in REGULARIZERS:
        raise Refused(options.name)
    factors = {norm: options.number(norm) for norm in REGULARIZERS[options.entry.name]}
    terms = [quoted(_PENALTIES[n], factor=Literal(f), weight=weight) for n, f in factors.items() if f] or [Literal(0.0)]
    return terms[0] if len(terms) == 1 else Operation("+", terms[0], terms[1])
