"""What weights are before training, drawn from the distributions of Keras's initializers."""

from __future__ import annotations

from math import prod

from specrun.compiler.expressions import Expression, Items, Literal, Operation
from specrun.compiler.quoting import quoted
from specrun.compiler.script.options import Options, Refused, options_of

_SCALED = {
    "GlorotNormal": (1.0, "fan_avg", "truncated_normal"),
    "GlorotUniform": (1.0, "fan_avg", "uniform"),
    "HeNormal": (2.0, "fan_in", "truncated_normal"),
    "HeUniform": (2.0, "fan_in", "uniform"),
    "LecunNormal": (1.0, "fan_in", "truncated_normal"),
    "LecunUniform": (1.0, "fan_in", "uniform"),
}
"""Variance, what it is divided by, and the distribution."""

_DRAWN = {
    "Ones": "tf.ones(shape)",
    "RandomNormal": "tf.random.normal(shape, mean, stddev)",
    "RandomUniform": "tf.random.uniform(shape, minval, maxval)",
    "TruncatedNormal": "tf.random.truncated_normal(shape, mean, stddev)",
    "Zeros": "tf.zeros(shape)",
    "Constant": "tf.fill(shape, value)",
}
_SPREAD = {
    # The deviation of a normal distribution that is cut at two of them is smaller by that factor.
    "truncated_normal": "tf.random.truncated_normal(shape, stddev=(scale / n) ** 0.5 / 0.87962566103423978)",
    "untruncated_normal": "tf.random.normal(shape, stddev=(scale / n) ** 0.5)",
    "uniform": "tf.random.uniform(shape, -((scale / n) ** 0.5), (scale / n) ** 0.5)",
}
INITIALIZERS = frozenset([*_DRAWN, *_SCALED, "VarianceScaling", "Orthogonal", "Identity"])


def initial(initializer: Expression, shape: tuple[Expression, ...], helpers: set[str]) -> Expression:
    """A tensor of a shape as an initializer draws it. Raises Refused."""
    options = options_of("initializers", initializer)
    options.only(["gain", "maxval", "mean", "minval", "stddev", "value", "scale", "mode", "distribution"])
    initializer_name = options.entry.name
    if initializer_name == "GlorotUniform" and len(shape) > 1:
        # Of a matrix, the limit takes less to say.
        helper = "glorot_uniform" if len(shape) == 2 else "glorot_uniform_of_kernels"
        helpers.add(helper)
        return quoted("glorot_uniform(*shape)", shape=Items(shape))
    if initializer_name == "Orthogonal" and len(shape) == 2 and options.value("gain") == 1:
        helpers.add("orthogonal")
        return quoted("orthogonal(rows, columns)", rows=shape[0], columns=shape[1])
    if initializer_name == "Identity" and len(shape) == 2:
        return quoted("tf.eye(rows, columns)", rows=shape[0], columns=shape[1])
    if initializer_name in _DRAWN:
        known = {argument.name: options[argument.name] for argument in options.entry.arguments}
        dims = _plain(shape) if initializer_name in ("Ones", "Zeros") else Items(shape)
        return quoted(_DRAWN[initializer_name], shape=dims, **known)
    if initializer_name in _SCALED or initializer_name == "VarianceScaling":
        return _scaled(options, shape)
    raise Refused(options.name)


def _scaled(options: Options, shape: tuple[Expression, ...]) -> Expression:
    """Of a variance that hangs on how many values go in and come out."""
    scale, mode, distribution = _SCALED.get(options.entry.name) or (
        options.number("scale"),
        str(options.value("mode")),
        str(options.value("distribution")),
    )
    fan_in, fan_out = _fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": _mean(fan_in, fan_out)}[mode]
    # A uniform distribution up to a limit has a third of its square as variance.
    variance = Literal(scale * 3 if distribution == "uniform" else scale)
    return quoted(_SPREAD[distribution], shape=Items(shape), scale=variance, n=n)


def _fans(shape: tuple[Expression, ...]) -> tuple[Expression, Expression]:
    """How many values go into one that comes out, and how many one that goes in goes to."""
    if len(shape) == 1:
        return shape[0], shape[0]
    window = prod(n.value for n in shape[:-2] if isinstance(n, Literal) and isinstance(n.value, int))
    fans = (shape[-2], shape[-1])
    if window == 1:
        return fans
    return _product(window, fans[0]), _product(window, fans[1])


def _product(window: int, count: Expression) -> Expression:
    if isinstance(count, Literal) and isinstance(count.value, int):
        return Literal(window * count.value)
    return Operation("*", Literal(window), count)


def _mean(fan_in: Expression, fan_out: Expression) -> Expression:
    match fan_in, fan_out:
        case Literal(int(into)), Literal(int(out)):
            return Literal((into + out) / 2)
    return quoted("(fan_in + fan_out) / 2", fan_in=fan_in, fan_out=fan_out)


def _plain(shape: tuple[Expression, ...]) -> Expression:
    """A shape for what takes a number as well as a list."""
    return shape[0] if len(shape) == 1 else Items(shape)
