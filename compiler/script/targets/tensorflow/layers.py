"""Rules of layers that look at single values, at rows, or at several inputs."""

from __future__ import annotations

from specrun.compiler.expressions import Expression, Items, Literal, Operation
from specrun.compiler.quoting import quoted
from specrun.compiler.script.options import Options, Refused
from specrun.compiler.script.targets.tensorflow.rules import Maker, Signal, layer

NONE = Literal(None)
WEIGHTS = "use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer"
_MOVING = "moving_mean_initializer moving_variance_initializer"
_AFFINE = "center scale beta_initializer gamma_initializer beta_regularizer gamma_regularizer"


def with_bias(make: Maker, options: Options, value: Expression, units: Expression) -> Expression:
    """A value and the bias that is added to it, if there is one; then the activation."""
    if options.value("use_bias"):
        bias = make.weight("bias", units, of=options["bias_initializer"], regularizer=options["bias_regularizer"])
        value = quoted("value + bias", value=value, bias=bias)
    return make.activated(value, options["activation"])


@layer("Dense", f"units activation {WEIGHTS}", mask="kept")
def dense(make: Maker, options: Options, x: Signal) -> Signal:
    units = options["units"]
    kernel = make.weight(
        "kernel", x.width, units, of=options["kernel_initializer"], regularizer=options["kernel_regularizer"]
    )
    product = quoted("x @ kernel", x=x.value, kernel=kernel)
    return x.to(with_bias(make, options, product, units), *x.shape[:-1], units)


@layer("Activation", "activation", mask="kept")
def activation(make: Maker, options: Options, x: Signal) -> Signal:
    return x.to(make.activated(x.value, options["activation"]))


@layer("ELU", "alpha", mask="kept")
def elu(make: Maker, options: Options, x: Signal) -> Signal:
    if options.number("alpha") == 1:
        return x.to(quoted("tf.nn.elu(x)", x=x.value))
    value = make.held(x.value)
    return x.to(quoted("tf.where(x > 0, x, alpha * (tf.exp(x) - 1))", x=value, alpha=options["alpha"]))


@layer("LeakyReLU", "negative_slope", mask="kept")
def leaky_relu(make: Maker, options: Options, x: Signal) -> Signal:  # noqa: ARG001 - as every rule
    return x.to(quoted("tf.nn.leaky_relu(x, slope)", x=x.value, slope=options["negative_slope"]))


@layer("PReLU", "alpha_initializer alpha_regularizer", mask="kept")
def prelu(make: Maker, options: Options, x: Signal) -> Signal:
    lengths = [x.length(axis) for axis in range(len(x.shape))]
    alpha = make.weight("alpha", *lengths, of=options["alpha_initializer"], regularizer=options["alpha_regularizer"])
    value = make.held(x.value)
    return x.to(quoted("tf.nn.relu(x) - alpha * tf.nn.relu(-x)", x=value, alpha=alpha))


@layer("ReLU", "max_value negative_slope", mask="kept")
def relu(make: Maker, options: Options, x: Signal) -> Signal:
    slope, most = options.number("negative_slope"), options["max_value"]
    if slope and most != NONE:
        raise Refused(f"`negative_slope` beside `max_value` of {options.name}")
    if slope:
        return leaky_relu(make, options, x)
    value = quoted("tf.nn.relu(x)", x=x.value)
    return x.to(value if most == NONE else quoted("tf.minimum(x, most)", x=value, most=most))


@layer("Softmax", mask="kept")
def softmax(make: Maker, options: Options, x: Signal) -> Signal:  # noqa: ARG001
    return x.to(quoted("tf.nn.softmax(x)", x=x.value))


@layer("Identity", mask="kept")
def identity(make: Maker, options: Options, x: Signal) -> Signal:  # noqa: ARG001
    return x


@layer("Rescaling", "scale offset", mask="kept")
def rescaling(make: Maker, options: Options, x: Signal) -> Signal:  # noqa: ARG001
    scaled = quoted("x * scale", x=x.value, scale=Literal(options.number("scale")))
    offset = options.number("offset")
    return x.to(quoted("x + offset", x=scaled, offset=Literal(offset)) if offset else scaled)


@layer("Dropout", "rate", mask="kept")
def dropout(make: Maker, options: Options, x: Signal) -> Signal:
    if not options.number("rate"):
        return x
    value = make.held(x.value)
    make.helper("random")
    dropped = "tf.nn.experimental.general_dropout(x, rate, random.uniform) if training else x"
    return x.to(quoted(dropped, x=value, rate=options["rate"]))


@layer("GaussianNoise", "stddev", mask="kept")
def gaussian_noise(make: Maker, options: Options, x: Signal) -> Signal:
    value = make.held(x.value)
    make.helper("random")
    noise = "x + random.normal(tf.shape(x), stddev=stddev) if training else x"
    return x.to(quoted(noise, x=value, stddev=options["stddev"]))


@layer("BatchNormalization", f"momentum epsilon {_AFFINE} {_MOVING}", mask="own")
def batch_normalization(make: Maker, options: Options, x: Signal) -> Signal:
    if x.mask is not None:
        raise Refused(f"padding that {options.name} leaves out")
    gamma, beta = _affine(make, options, x.width)
    means, variances = (
        make.weight(f"moving_{moment}", x.width, of=options[f"moving_{moment}_initializer"], trainable=False)
        for moment in ("mean", "variance")
    )
    value, axes = make.held(x.value), Items(tuple(map(Literal, range(len(x.shape)))))
    moments = "mean, variance = tf.nn.moments(x, axes) if training else (means, variances)"
    make.do(moments, x=value, axes=axes, means=means, variances=variances)
    for moment, moving in (("mean", means), ("variance", variances)):
        update = f"moving.assign(moving * momentum + {moment} * (1 - momentum))"
        make.do(update, training=True, moving=moving, momentum=options["momentum"])
    normalized = "tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)"
    return x.to(quoted(normalized, x=value, beta=beta, gamma=gamma, epsilon=options["epsilon"]))


@layer("LayerNormalization", f"epsilon {_AFFINE}", mask="kept")
def layer_normalization(make: Maker, options: Options, x: Signal) -> Signal:
    gamma, beta = _affine(make, options, x.width)
    normalized = "tf.nn.batch_normalization(x, *tf.nn.moments(x, [-1], keepdims=True), beta, gamma, epsilon)"
    value = x.value
    if options.entry.name in make.body.repeated:
        make.helper("normalized")
        normalized = "normalized(x, gamma, beta, epsilon)"
    else:
        value = make.held(value)
    return x.to(quoted(normalized, x=value, beta=beta, gamma=gamma, epsilon=options["epsilon"]))


def _affine(make: Maker, options: Options, width: Expression) -> tuple[Expression, Expression]:
    """The factor and the summand that are learnt for each value of the last axis."""
    gamma, beta = (
        make.weight(weight, width, of=options[f"{weight}_initializer"], regularizer=options[f"{weight}_regularizer"])
        if options.value(option)
        else NONE
        for weight, option in (("gamma", "scale"), ("beta", "center"))
    )
    return gamma, beta


@layer("Embedding", "input_dim output_dim embeddings_initializer embeddings_regularizer mask_zero", mask="own")
def embedding(make: Maker, options: Options, x: Signal) -> Signal:
    width = options["output_dim"]
    vectors = make.weight(
        "embeddings",
        options["input_dim"],
        width,
        of=options["embeddings_initializer"],
        regularizer=options["embeddings_regularizer"],
    )
    numbers = x.value if x.is_whole else quoted("tf.cast(x, tf.int32)", x=x.value)
    mask = None
    if options.value("mask_zero"):
        mask = make.variable("mask")
        make.do("mask = x != 0", mask=mask, x=x.value)
    return Signal(quoted("tf.gather(vectors, x)", vectors=vectors, x=numbers), (*x.shape, width), mask)


_MERGED = {
    "Add": "a + b",
    "Subtract": "a - b",
    "Multiply": "a * b",
    "Maximum": "tf.maximum(a, b)",
    "Minimum": "tf.minimum(a, b)",
    "Average": "a + b",
}


@layer(" ".join(_MERGED), mask="kept")
def merged(make: Maker, options: Options, *signals: Signal) -> Signal:  # noqa: ARG001
    if len({len(signal.shape) for signal in signals}) > 1:
        raise Refused(f"inputs of different ranks of {options.name}")
    total = signals[0].value
    for signal in signals[1:]:
        total = quoted(_MERGED[options.entry.name], a=total, b=signal.value)
    if options.entry.name == "Average":
        total = quoted("total / count", total=total, count=Literal(len(signals)))
    shape = tuple(
        next((length for length in lengths if length != Literal(1)), Literal(1))
        for lengths in zip(*(signal.shape for signal in signals), strict=True)
    )
    return signals[0].to(total, *shape)


@layer("Concatenate", "axis", mask="own")
def concatenate(make: Maker, options: Options, *signals: Signal) -> Signal:  # noqa: ARG001
    axis = int(options.number("axis"))
    place = axis if axis < 0 else axis - 1
    if any(signal.mask is not None for signal in signals):
        raise Refused(f"padding that {options.name} joins")
    lengths = [signal.length(place) for signal in signals]
    shape = list(signals[0].shape)
    shape[place] = _sum(lengths)
    values = Items(tuple(signal.value for signal in signals))
    return signals[0].to(quoted("tf.concat(values, axis)", values=values, axis=Literal(axis)), *shape)


def _sum(lengths: list[Expression]) -> Expression:
    numbers = [length.value for length in lengths if isinstance(length, Literal) and isinstance(length.value, int)]
    if len(numbers) == len(lengths):
        return Literal(sum(numbers))
    total = lengths[0]
    for length in lengths[1:]:
        total = Operation("+", total, length)
    return total
