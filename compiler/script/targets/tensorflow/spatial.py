"""Rules of layers of sequences and images: convolutions, pooling, and what moves values about."""

from __future__ import annotations

from math import prod

from specrun.compiler.expressions import Expression, Items, Literal, joined
from specrun.compiler.quoting import quoted
from specrun.compiler.script.options import Options, Refused
from specrun.compiler.script.targets.tensorflow.layers import WEIGHTS, with_bias
from specrun.compiler.script.targets.tensorflow.rules import Dimension, Maker, Signal, layer


def _one_or_all(numbers: tuple[int, ...]) -> Expression:
    """A number for each axis, as one where they are equal."""
    return Literal(numbers[0]) if len(set(numbers)) == 1 else Items(tuple(map(Literal, numbers)))


def _axes(options: Options) -> int:
    return int(options.entry.name[-2])


def _lengths(x: Signal, windows: tuple[int, ...], strides: tuple[int, ...], padding: str) -> tuple[Dimension, ...]:
    """How long the axes are over which windows of a size are moved."""
    return tuple(
        None
        if x.shape[axis] is None
        else Literal(-(-x.number(axis) // stride) if padding != "valid" else (x.number(axis) - window) // stride + 1)
        for axis, (window, stride) in enumerate(zip(windows, strides, strict=True))
    )


@layer("Conv1D Conv2D", f"filters kernel_size strides padding dilation_rate activation {WEIGHTS}")
def convolution(make: Maker, options: Options, x: Signal) -> Signal:
    axes, filters = _axes(options), options["filters"]
    size, strides, dilations = (options.pair(o, axes) for o in ("kernel_size", "strides", "dilation_rate"))
    kernel = make.weight(
        "kernel",
        *map(Literal, size),
        x.width,
        filters,
        of=options["kernel_initializer"],
        regularizer=options["kernel_regularizer"],
    )
    padding, value = str(options.value("padding")), x.value
    lengths = _lengths(x, tuple((n - 1) * d + 1 for n, d in zip(size, dilations, strict=True)), strides, padding)
    if padding == "causal":  # a step sees itself and those before it
        before = Literal((size[0] - 1) * dilations[0])
        value = quoted("tf.pad(x, [[0, 0], [before, 0], [0, 0]])", x=value, before=before)
    call = f"tf.nn.conv{axes}d(x, kernel, strides, padding)"
    if set(dilations) != {1}:
        call = f"{call[:-1]}, dilations=dilations)"
    moved = quoted(
        call,
        x=value,
        kernel=kernel,
        strides=_one_or_all(strides),
        padding=Literal("SAME" if padding == "same" else "VALID"),
        dilations=_one_or_all(dilations),
    )
    return x.to(with_bias(make, options, moved, filters), *lengths, filters)


@layer("MaxPooling1D MaxPooling2D AveragePooling1D AveragePooling2D", "pool_size strides padding")
def pooling(make: Maker, options: Options, x: Signal) -> Signal:  # noqa: ARG001 - as every rule
    axes, kind = _axes(options), "max" if options.entry.name.startswith("Max") else "avg"
    size, padding = options.pair("pool_size", axes), str(options.value("padding"))
    strides = size if options.value("strides") is None else options.pair("strides", axes)
    pooled = quoted(
        f"tf.nn.{kind}_pool{axes}d(x, size, strides, padding)",
        x=x.value,
        size=_one_or_all(size),
        strides=_one_or_all(strides),
        padding=Literal(padding.upper()),
    )
    return x.to(pooled, *_lengths(x, size, strides, padding), x.shape[-1])


@layer("GlobalMaxPooling1D GlobalMaxPooling2D GlobalAveragePooling2D", "keepdims")
def global_pooling(make: Maker, options: Options, x: Signal) -> Signal:  # noqa: ARG001
    axes, kind = _axes(options), "max" if "Max" in options.entry.name else "mean"
    over = Literal(1) if axes == 1 else Items((Literal(1), Literal(2)))
    if options.value("keepdims"):
        value = quoted(f"tf.reduce_{kind}(x, over, keepdims=True)", x=x.value, over=over)
        return x.to(value, *[Literal(1)] * axes, x.shape[-1])
    return x.to(quoted(f"tf.reduce_{kind}(x, over)", x=x.value, over=over), x.shape[-1])


@layer("GlobalAveragePooling1D", mask="own")
def mean_of_steps(make: Maker, options: Options, x: Signal) -> Signal:  # noqa: ARG001
    if x.mask is None:
        return x.to(quoted("tf.reduce_mean(x, 1)", x=x.value), x.shape[-1])
    known = make.variable("known")
    make.do("known = tf.cast(mask, tf.float32)[:, :, None]", known=known, mask=x.mask)
    mean = quoted("tf.reduce_sum(x * known, 1) / tf.reduce_sum(known, 1)", x=x.value, known=known)
    return Signal(mean, (x.shape[-1],))


@layer("Flatten")
def flatten(make: Maker, options: Options, x: Signal) -> Signal:  # noqa: ARG001
    if len(x.shape) == 1:
        return x
    lengths = [x.length(axis) for axis in range(len(x.shape))]
    if all(isinstance(length, Literal) for length in lengths):
        length = Literal(prod(x.number(axis) for axis in range(len(lengths))))
        return x.to(quoted("tf.reshape(x, [-1, length])", x=x.value, length=length), length)
    value = make.held(x.value)
    here = joined("*", [quoted("x.shape[axis]", x=value, axis=Literal(axis + 1)) for axis in range(len(lengths))])
    return x.to(quoted("tf.reshape(x, [-1, length])", x=value, length=here), joined("*", lengths))


@layer("Reshape", "target_shape")
def reshape(make: Maker, options: Options, x: Signal) -> Signal:  # noqa: ARG001
    wanted = options.pair("target_shape", 1)
    given = prod(x.number(axis) for axis in range(len(x.shape)))
    known = prod(n for n in wanted if n != -1)
    shape = tuple(Literal(given // known if n == -1 else n) for n in wanted)
    return x.to(quoted("tf.reshape(x, [-1, *shape])", x=x.value, shape=Items(shape)), *shape)


@layer("Permute", "dims")
def permute(make: Maker, options: Options, x: Signal) -> Signal:  # noqa: ARG001
    order = options.pair("dims", 1)
    axes = Items((Literal(0), *map(Literal, order)))
    return x.to(quoted("tf.transpose(x, axes)", x=x.value, axes=axes), *(x.shape[n - 1] for n in order))


@layer("RepeatVector", "n")
def repeat_vector(make: Maker, options: Options, x: Signal) -> Signal:  # noqa: ARG001
    times = options["n"]
    return x.to(quoted("tf.repeat(x[:, None], times, 1)", x=x.value, times=times), times, x.shape[-1])


@layer("ZeroPadding1D ZeroPadding2D", "padding")
def zero_padding(make: Maker, options: Options, x: Signal) -> Signal:  # noqa: ARG001
    axes, padding = _axes(options), options.value("padding")
    each: list[tuple[int, int]] = []
    for one in [padding] if axes == 1 or not isinstance(padding, tuple) else padding:
        before, after = one if isinstance(one, tuple) else (one, one)
        assert isinstance(before, int)
        assert isinstance(after, int)
        each.append((before, after))
    each = each * axes if len(each) < axes else each
    pads = [Items((Literal(before), Literal(after))) for before, after in [(0, 0), *each, (0, 0)]]
    shape = (Literal(x.number(axis) + sum(pad)) for axis, pad in enumerate(each))
    return x.to(quoted("tf.pad(x, pads)", x=x.value, pads=Items(tuple(pads))), *shape, x.shape[-1])


@layer("RandomFlip", "mode")
def random_flip(make: Maker, options: Options, x: Signal) -> Signal:
    value = make.held(x.value)
    make.helper("random")
    # Keras flips an image both ways or not at all.
    axes = {"horizontal": "[2]", "vertical": "[1]", "horizontal_and_vertical": "[1, 2]"}[str(options.value("mode"))]
    flipped = f"tf.where(random.uniform([len(x), 1, 1, 1]) < 0.5, tf.reverse(x, {axes}), x) if training else x"
    return x.to(quoted(flipped, x=value))


@layer("RandomTranslation", "height_factor width_factor")
def random_translation(make: Maker, options: Options, x: Signal) -> Signal:
    value = make.held(x.value)
    height, width = (options.value(f"{side}_factor") for side in ("height", "width"))
    if isinstance(height, tuple) or isinstance(width, tuple):
        raise Refused(f"a range as a factor of {options.name}")
    make.helper("random")
    make.helper("translated")
    moved = "translated(x, height, width) if training else x"
    return x.to(quoted(moved, x=value, height=options["height_factor"], width=options["width_factor"]))
