"""The shape rules by themselves; tests/keras holds them against Keras."""

import pytest

from specrun.compiler import catalogue
from specrun.compiler.shapes import RULES, RULES_OF_SEVERAL, Inferred, ShapeMismatch, infer
from specrun.compiler.tensor import Shape, Tensor


def test_every_layer_has_a_rule_and_every_rule_a_layer() -> None:
    assert not set(RULES) & set(RULES_OF_SEVERAL)
    assert {*RULES, *RULES_OF_SEVERAL} == set(catalogue.family("layers")) - {*catalogue.ONLY_NESTED}


def test_a_layer_of_several_inputs_has_a_rule_of_several() -> None:
    several = {entry.name for entry in catalogue.family("layers").values() if entry.most != 1}
    assert set(RULES_OF_SEVERAL) == several


@pytest.mark.parametrize(
    ("layer", "arguments", "shape", "expected"),
    [
        ("Dense", {"units": 8}, (None, 19), Inferred(Tensor((None, 8)), 160, 152)),
        ("Dense", {"units": 8, "use_bias": False}, (None, 19), Inferred(Tensor((None, 8)), 152, 152)),
        ("Dense", {"units": 2}, (None, 5, 3), Inferred(Tensor((None, 5, 2)), 8, 30)),
        ("Dense", {"units": 2}, (None, None, 3), Inferred(Tensor((None, None, 2)), 8, None)),
        ("Dense", {"units": 2}, (None, None), Inferred(Tensor((None, 2)), None, None)),
        ("Dropout", {"rate": 0.2}, (None, 7), Inferred(Tensor((None, 7)), 0, 0)),
        ("Dropout", {"rate": 0.2}, (None, None), Inferred(Tensor((None, None)), 0, 0)),
        ("BatchNormalization", {}, (None, 7), Inferred(Tensor((None, 7)), 28, 7, 14)),
        ("BatchNormalization", {"center": False}, (None, 7), Inferred(Tensor((None, 7)), 21, 7, 14)),
        ("BatchNormalization", {"axis": 1}, (None, 3, 5), Inferred(Tensor((None, 3, 5)), 12, 15, 6)),
        ("BatchNormalization", {}, (None, None), Inferred(Tensor((None, None)), None, None, None)),
        ("LayerNormalization", {}, (None, 7), Inferred(Tensor((None, 7)), 14, 7)),
        ("LayerNormalization", {"axis": [1, 2]}, (None, 3, 5), Inferred(Tensor((None, 3, 5)), 30, 15)),
        (
            "LayerNormalization",
            {"center": False, "scale": False},
            (None, None),
            Inferred(Tensor((None, None)), 0, None),
        ),
        ("GroupNormalization", {"groups": 2}, (None, 8), Inferred(Tensor((None, 8)), 16, 8)),
        ("UnitNormalization", {}, (None, None), Inferred(Tensor((None, None)), 0, None)),
        ("PReLU", {}, (None, 3, 5), Inferred(Tensor((None, 3, 5)), 15, 15)),
        ("PReLU", {"shared_axes": [1]}, (None, None, 5), Inferred(Tensor((None, None, 5)), 5, None)),
        ("Flatten", {}, (None, 3, 5), Inferred(Tensor((None, 15)), 0, 0)),
        ("Flatten", {}, (None, 3, None), Inferred(Tensor((None, None)), 0, 0)),
        ("Flatten", {}, (None,), Inferred(Tensor((None, 1)), 0, 0)),
        ("Reshape", {"target_shape": [3, -1]}, (None, 12), Inferred(Tensor((None, 3, 4)), 0, 0)),
        ("Reshape", {"target_shape": [3, 4]}, (None, None), Inferred(Tensor((None, 3, 4)), 0, 0)),
        ("Reshape", {"target_shape": [-1, 4]}, (None, None), Inferred(Tensor((None, None, 4)), 0, 0)),
        ("Permute", {"dims": [2, 1]}, (None, 3, None), Inferred(Tensor((None, None, 3)), 0, 0)),
        ("RepeatVector", {"n": 4}, (None, 3), Inferred(Tensor((None, 4, 3)), 0, 0)),
        ("RMSNormalization", {"axis": [2, 1]}, (None, 3, 5), Inferred(Tensor((None, 3, 5)), 15, 15)),
        (
            "EinsumDense",
            {"equation": "abc,cde->abde", "output_shape": [None, 2, 4], "bias_axes": "de"},
            (None, 5, 8),
            Inferred(Tensor((None, None, 2, 4)), 8 * 2 * 4 + 2 * 4, 5 * 8 * 2 * 4),
        ),
        (
            "EinsumDense",
            {"equation": "...b,bc->...c", "output_shape": 3},
            (None, 5, 8),
            Inferred(Tensor((None, 5, 3)), 24, 120),
        ),
    ],
)
def test_what_comes_out(layer: str, arguments: dict[str, object], shape: Shape, expected: Inferred) -> None:
    assert infer(layer, arguments, (Tensor(shape),)) == expected


@pytest.mark.parametrize(
    ("layer", "arguments", "row", "output", "parameters", "multiply_adds"),
    [
        ("Conv2D", {"filters": 8, "kernel_size": 3}, (28, 28, 1), (26, 26, 8), 9 * 8 + 8, 26 * 26 * 9 * 8),
        (
            "Conv2D",
            {"filters": 6, "kernel_size": [3, 1], "groups": 2, "padding": "same", "strides": 2, "use_bias": False},
            (8, 7, 4),
            (4, 4, 6),
            3 * 2 * 6,
            4 * 4 * 3 * 2 * 6,
        ),
        (
            "Conv2D",
            {"filters": 5, "kernel_size": 2, "data_format": "channels_first"},
            (3, 4, 6),
            (5, 3, 5),
            4 * 3 * 5 + 5,
            3 * 5 * 4 * 3 * 5,
        ),
        ("Conv2D", {"filters": 5, "kernel_size": 2}, (4, 6, None), (3, 5, 5), None, None),
        ("Conv1D", {"filters": 5, "kernel_size": 3, "dilation_rate": 2}, (10, 4), (6, 5), 65, 6 * 60),
        (
            "Conv1D",
            {"filters": 5, "kernel_size": 3, "dilation_rate": 2, "padding": "causal"},
            (10, 4),
            (10, 5),
            65,
            10 * 60,
        ),
        ("Conv1D", {"filters": 5, "kernel_size": 3}, (None, 4), (None, 5), 65, None),
        ("Conv3D", {"filters": 2, "kernel_size": 2}, (3, 4, 5, 1), (2, 3, 4, 2), 16 + 2, 24 * 16),
        ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2}, (4, 4, 2), (9, 9, 3), 54 + 3, 16 * 54),
        (
            "Conv2DTranspose",
            {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"},
            (4, None, 2),
            (8, None, 3),
            54 + 3,
            None,
        ),
        ("Conv1DTranspose", {"filters": 1, "kernel_size": 2, "strides": 3}, (4, 1), (12, 1), 3, 8),
        (
            "Conv1DTranspose",
            {"filters": 1, "kernel_size": 2, "strides": 3, "output_padding": 0},
            (4, 1),
            (11, 1),
            3,
            8,
        ),
        ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2}, (8, 8, 3), (6, 6, 6), 54 + 6, 36 * 54),
        (
            "SeparableConv2D",
            {"filters": 5, "kernel_size": 3, "depth_multiplier": 2},
            (8, 8, 3),
            (6, 6, 5),
            54 + 30 + 5,
            36 * (54 + 30),
        ),
        ("MaxPooling2D", {}, (7, 7, 3), (3, 3, 3), 0, 0),
        ("MaxPooling2D", {"padding": "same"}, (7, None, 3), (4, None, 3), 0, 0),
        ("AveragePooling1D", {"pool_size": 3, "strides": 1}, (7, 3), (5, 3), 0, 0),
        ("AdaptiveAveragePooling2D", {"output_size": [2, 3]}, (7, 7, 4), (2, 3, 4), 0, 0),
        ("GlobalAveragePooling1D", {}, (None, 3), (3,), 0, 0),
        ("GlobalMaxPooling2D", {"keepdims": True, "data_format": "channels_first"}, (3, 4, 5), (3, 1, 1), 0, 0),
        ("UpSampling2D", {"size": [2, 3]}, (4, None, 1), (8, None, 1), 0, 0),
        ("ZeroPadding2D", {"padding": [[1, 2], [3, 4]]}, (5, 5, 1), (8, 12, 1), 0, 0),
        ("ZeroPadding2D", {"padding": [1, 2]}, (5, 5, 1), (7, 9, 1), 0, 0),
        ("ZeroPadding1D", {"padding": [1, 2]}, (5, 1), (8, 1), 0, 0),
        ("Cropping3D", {"cropping": 1}, (5, 4, None, 2), (3, 2, None, 2), 0, 0),
        ("Resizing", {"height": 4, "width": 5}, (9, None, 3), (4, 5, 3), 0, 0),
        ("RandomFlip", {}, (9, None, 3), (9, None, 3), 0, 0),
        (
            "STFTSpectrogram",
            {"frame_length": 12, "frame_step": 8},
            (100, 2),
            (12, 18),
            2 * 12 * 9,
            12 * 2 * 2 * 12 * 9,
        ),
        ("MelSpectrogram", {}, (16000,), (128, 32), 0, 0),
    ],
)
def test_what_comes_out_of_layers_in_space(
    layer: str,
    arguments: dict[str, object],
    row: Shape,
    output: Shape,
    parameters: int | None,
    multiply_adds: int | None,
) -> None:
    expected = Inferred(Tensor((None, *output)), parameters, multiply_adds)
    assert infer(layer, arguments, (Tensor((None, *row)),)) == expected


@pytest.mark.parametrize(
    ("layer", "arguments", "expected"),
    [
        ("Flatten", {}, Tensor((None, 18), "int32", 9)),
        ("Reshape", {"target_shape": [3, 6]}, Tensor((None, 3, 6), "int32", 9)),
        ("Permute", {"dims": [2, 1]}, Tensor((None, 3, 6), "int32", 9)),
        ("Identity", {}, Tensor((None, 6, 3), "int32", 9)),
        ("MaxPooling1D", {}, Tensor((None, 3, 3), "float32", 9, whole=True)),
        ("GlobalMaxPooling1D", {}, Tensor((None, 3), "float32", 9, whole=True)),
        ("GlobalAveragePooling1D", {}, Tensor((None, 3))),
        ("UpSampling1D", {}, Tensor((None, 12, 3), "float32", 9, whole=True)),
        ("ZeroPadding1D", {}, Tensor((None, 8, 3), "float32", 9, whole=True)),
        ("Cropping1D", {}, Tensor((None, 4, 3), "float32", 9, whole=True)),
        ("ReLU", {"max_value": 3.0}, Tensor((None, 6, 3), "float32", 9, whole=True)),
        ("ReLU", {"negative_slope": 0.1}, Tensor((None, 6, 3))),
        ("Activation", {"activation": "relu6"}, Tensor((None, 6, 3), "float32", 9, whole=True)),
        ("Activation", {"activation": "tanh"}, Tensor((None, 6, 3))),
        ("Dropout", {"rate": 0.0}, Tensor((None, 6, 3), "float32", 9, whole=True)),
        ("Rescaling", {"scale": 2.0}, Tensor((None, 6, 3))),
        ("Dense", {"units": 2}, Tensor((None, 6, 2))),
    ],
)
def test_what_whole_numbers_become(layer: str, arguments: dict[str, object], expected: Tensor) -> None:
    inferred = infer(layer, arguments, (Tensor((None, 6, 3), "int32", bound=9),))
    assert inferred is not None
    assert inferred.output == expected


def test_interpolated_values_are_no_longer_counted() -> None:
    images = Tensor((None, 2, 2, 1), "int32", bound=9)
    for interpolation, bound in (("nearest", 9), ("bilinear", None)):
        inferred = infer("UpSampling2D", {"interpolation": interpolation}, (images,))
        assert inferred is not None
        assert inferred.output.bound == bound


@pytest.mark.parametrize("layer", ["Conv1D", "AveragePooling1D", "Dropout", "Softmax", "STFTSpectrogram"])
def test_layers_that_take_no_whole_numbers(layer: str) -> None:
    required: dict[str, dict[str, object]] = {
        "AveragePooling1D": {"pool_size": 2},
        "Conv1D": {"filters": 2, "kernel_size": 1},
        "Dropout": {"rate": 0.5},
    }
    with pytest.raises(ShapeMismatch, match="takes numbers with a fraction, and what goes into it is `int32`"):
        infer(layer, required.get(layer, {}), (Tensor((None, 300, 3), "int32"),))


@pytest.mark.parametrize(
    ("layer", "arguments", "shape", "message", "hint"),
    [
        (
            "Conv2D",
            {"filters": 8, "kernel_size": 3},
            (None, 8),
            "`Conv2D` takes `(batch, height, width, channels)`, and what goes into it has the shape `(batch, 8)`",
            "put a `Reshape` before it, with 3 numbers in its `target_shape`",
        ),
        (
            "MaxPooling1D",
            {"data_format": "channels_first"},
            (None, 8, 2, 2),
            "`MaxPooling1D` takes `(batch, channels, steps)`, and what goes into it has the shape `(batch, 8, 2, 2)`",
            "put a `Reshape` before it, with 2 numbers in its `target_shape`",
        ),
        (
            "Conv2D",
            {"filters": 8, "kernel_size": 3, "dilation_rate": 2},
            (None, 4, None, 1),
            "`Conv2D` looks at 5 by 5 at a time, and what goes into it has the shape `(batch, 4, ?, 1)`",
            "lower `kernel_size`, or set `padding: same`",
        ),
        (
            "Conv1D",
            {"filters": 8, "kernel_size": 1, "groups": 4},
            (None, 4, 6),
            "`Conv1D` parts its channels into 4 groups, and what goes into it has the shape `(batch, 4, 6)`",
            "give `groups` that divide the 6 channels",
        ),
        (
            "Cropping2D",
            {"cropping": [[2, 2], [0, 0]]},
            (None, 4, 6, 1),
            "`Cropping2D` cuts off 4 by 0, and what goes into it has the shape `(batch, 4, 6, 1)`",
            "lower `cropping`, so that something is left",
        ),
        (
            "RandomPerspective",
            {"data_format": "channels_first"},
            (None, 3, 6, 1),
            "`RandomPerspective` moves the four corners, which must not meet, "
            "and what goes into it has the shape `(batch, 3, 6, 1)`",
            "give the images 2 x 2 or more",
        ),
        (
            "RandomHue",
            {"factor": 0.1},
            (None, 4, 6, 1),
            "`RandomHue` takes images of 3 channels, which are last, "
            "and what goes into it has the shape `(batch, 4, 6, 1)`",
            "leave it out, or give the images other channels",
        ),
        (
            "EinsumDense",
            {"equation": "abc,cd->abd", "output_shape": [4, 8]},
            (None, 3, 6),
            "`EinsumDense` makes `b` 4 long, and what goes into it has the shape `(batch, 3, 6)`",
            "write 3 in `output_shape`, or null",
        ),
    ],
)
def test_what_a_mismatch_says(layer: str, arguments: dict[str, object], shape: Shape, message: str, hint: str) -> None:
    with pytest.raises(ShapeMismatch) as raised:
        infer(layer, arguments, (Tensor(shape),))
    assert (raised.value.message, raised.value.hint) == (message, hint)


@pytest.mark.parametrize(
    ("layer", "arguments", "shape", "message"),
    [
        ("Dense", {"units": 8}, (None,), "`Dense` takes rows of at least one value"),
        ("BatchNormalization", {"axis": 2}, (None, 7), "`axis` 2"),
        ("BatchNormalization", {"axis": 0}, (None, 7), "is the batch"),
        ("Softmax", {"axis": -2}, (None, 7), "is the batch"),
        ("Softmax", {"axis": [1, -1]}, (None, 7), "twice"),
        ("LayerNormalization", {"axis": -3}, (None, 7), "`axis` -3"),
        ("GroupNormalization", {}, (None, 7), "into 32 groups"),
        ("PReLU", {"shared_axes": [2]}, (None, 7), "shares axis 2"),
        ("Reshape", {"target_shape": [5]}, (None, 12), "`[5]`"),
        ("Reshape", {"target_shape": [-1, 5]}, (None, 12), "`[-1, 5]`"),
        ("Reshape", {"target_shape": [-1, -1]}, (None, 12), "more than one -1"),
        ("Permute", {"dims": [1, 3]}, (None, 4, 6), "`dims` [1, 3]"),
        ("RepeatVector", {"n": 2}, (None, 4, 6), "takes `(batch, width)`"),
        ("RMSNormalization", {"axis": 1}, (None, 3, 5), "scales along the last axes alone"),
        ("AdaptiveMaxPooling1D", {"output_size": 1}, (None, 6, 2), "can neither make a length of 1"),
        ("SeparableConv2D", {"filters": 1, "kernel_size": 1}, (None, 5, 4, 1), "one weight for one channel"),
        ("MelSpectrogram", {}, (None, 1000), "wants more than 1024 steps"),
        ("ContrastLimitedAdaptiveHistogramEqualization", {}, (None, 3, 3, 1), "makes 8 by 8 tiles"),
        (
            "Conv1DTranspose",
            {"filters": 1, "kernel_size": 2, "padding": "same", "output_padding": 0},
            (None, 4, 1),
            "adds 0",
        ),
        ("EinsumDense", {"equation": "ab,bc->ca", "output_shape": 3}, (None, 4), "cannot move the batch, `a`"),
        ("EinsumDense", {"equation": "ab,bc->ac", "output_shape": [3, 4]}, (None, 4), "`output_shape` [3, 4]"),
        ("EinsumDense", {"equation": "ab,bc->acd", "output_shape": [3, 4]}, (None, 4), "cannot make `d` of nothing"),
        ("EinsumDense", {"equation": "ab,bcd->ac", "output_shape": 3}, (None, 4), "length of `d`"),
        ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": [3, 3]}, (None, 4), "takes `abc`, 3 dimensions"),
        (
            "EinsumDense",
            {"equation": "ab,bc->ac", "output_shape": 3, "bias_axes": "b"},
            (None, 4),
            "`bias_axes` `b`",
        ),
    ],
)
def test_what_does_not_fit(layer: str, arguments: dict[str, object], shape: Shape, message: str) -> None:
    with pytest.raises(ShapeMismatch) as raised:
        infer(layer, arguments, (Tensor(shape),))
    assert message in raised.value.message
    assert f"`{layer}`" in raised.value.message
    assert raised.value.hint
    assert raised.value.hint == raised.value.hint.rstrip(".")
