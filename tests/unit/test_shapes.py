"""The shape rules by themselves; tests/keras holds them against Keras."""

import pytest

from specrun.compiler import catalogue
from specrun.compiler.shapes import RULES, Inferred, ShapeMismatch, infer
from specrun.compiler.tensor import Shape, Tensor


def test_every_layer_has_a_rule_and_every_rule_a_layer() -> None:
    assert set(RULES) == set(catalogue.family("layers"))


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
        ("BatchNormalization", {}, (None, 7), Inferred(Tensor((None, 7)), 28, 7)),
        ("BatchNormalization", {"center": False}, (None, 7), Inferred(Tensor((None, 7)), 21, 7)),
        ("BatchNormalization", {"axis": 1}, (None, 3, 5), Inferred(Tensor((None, 3, 5)), 12, 15)),
        ("BatchNormalization", {}, (None, None), Inferred(Tensor((None, None)), None, None)),
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
    ],
)
def test_what_comes_out(layer: str, arguments: dict[str, object], shape: Shape, expected: Inferred) -> None:
    assert infer(layer, arguments, (Tensor(shape),)) == expected


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
    ],
)
def test_what_does_not_fit(layer: str, arguments: dict[str, object], shape: Shape, message: str) -> None:
    with pytest.raises(ShapeMismatch) as raised:
        infer(layer, arguments, (Tensor(shape),))
    assert message in raised.value.message
    assert f"`{layer}`" in raised.value.message
    assert raised.value.hint
    assert raised.value.hint == raised.value.hint.rstrip(".")
