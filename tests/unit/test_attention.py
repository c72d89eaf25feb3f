"""Attention in a spec: to itself where it is given one input, and with what Keras takes where a layer is applied."""

from __future__ import annotations

from pathlib import Path

import pytest

import specrun
from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.difference import differences
from specrun.compiler.language.dump import plain
from specrun.compiler.script.printer import Printer
from specrun.compiler.verify import verify

SPEC = """specrun: 1
data: {dataset: wine}
features: {"*": number}
target: target
classes: [0, 1, 2]
layers: [Dense: 12, {Reshape: {target_shape: [4, 3], name: steps}}, %s, Flatten]
"""
HEADS = "MultiHeadAttention: {num_heads: 2, key_dim: 4%s}"
CAUSAL = HEADS % ", use_causal_mask: true"


def compiled(layers: str) -> Compilation:
    return compile_spec(Source(SPEC % layers, "spec.yaml", Path()))


def steps(layers: str) -> list[str]:
    plan = compiled(layers).plan
    verify(plan)
    return [Printer().statement(step) for node in plan.network.nodes for step in node.steps][2:-2]


@pytest.mark.parametrize(
    ("layers", "printed"),
    [
        (HEADS % "", ["x = layers.MultiHeadAttention(num_heads=2, key_dim=4)(x, x)"]),
        (HEADS % ", inputs: [steps]", ["x = layers.MultiHeadAttention(num_heads=2, key_dim=4)(x, x)"]),
        (HEADS % ", inputs: [steps, steps]", ["x = layers.MultiHeadAttention(num_heads=2, key_dim=4)(x, x)"]),
        (CAUSAL, ["x = layers.MultiHeadAttention(num_heads=2, key_dim=4)(x, x, use_causal_mask=True)"]),
        ("Attention", ["x = layers.Attention()([x, x])"]),
        (
            "{AdditiveAttention: {use_scale: false, use_causal_mask: true}}",
            ["x = layers.AdditiveAttention(use_scale=False)([x, x], use_causal_mask=True)"],
        ),
        (
            "GroupQueryAttention: {head_dim: 2, num_query_heads: 4, num_key_value_heads: 2, use_causal_mask: false}",
            [
                "x = layers.GroupQueryAttention(head_dim=2, num_query_heads=4, num_key_value_heads=2)"
                "(x, x, use_causal_mask=False)"
            ],
        ),
    ],
)
def test_one_input_alone_is_query_and_value(layers: str, printed: list[str]) -> None:
    assert steps(layers) == printed


def test_a_layer_that_is_applied_again_is_applied_in_the_same_way() -> None:
    assert steps("{Attention: {use_causal_mask: true, name: a}}, Shared: a") == [
        "a_layer = layers.Attention(name='a')",
        "x = a_layer([x, x], use_causal_mask=True)",
        "x = a_layer([x, x], use_causal_mask=True)",
    ]


def test_what_is_taken_elsewhere_too_keeps_a_name() -> None:
    assert steps("Attention, Add: {inputs: [steps, attention]}")[-2:] == [
        "x = layers.Attention()([steps, steps])",
        "x = layers.Add()([steps, x])",
    ]


def test_only_attention_takes_one_input_for_two() -> None:
    with pytest.raises(specrun.SpecError, match="S301: `Add` takes 2 or more inputs, and here is 1"):
        compiled("Add")


def test_a_mismatch_of_attention_to_itself_is_told_once() -> None:
    with pytest.raises(specrun.SpecError) as refused:
        compiled("Flatten, " + CAUSAL)
    (found,) = refused.value.diagnostics
    assert found.message == (
        "`MultiHeadAttention` takes sequences `(batch, steps, width)`, and its query has the shape `(batch, 12)`"
    )
    assert [label.message for label in found.labels] == ["`flatten` gives `(batch, 12)`"]


def test_the_filled_in_spec_and_a_difference_tell_of_it() -> None:
    with_mask, without = compiled(CAUSAL), compiled(HEADS % "")
    assert plain(with_mask.spec)["layers"][2] == {
        "MultiHeadAttention": {"num_heads": 2, "key_dim": 4, "use_causal_mask": True}
    }
    (change,) = differences(without, with_mask)
    assert "use_causal_mask=True" in str(change.after)
    assert "use_causal_mask" not in str(change.before)
