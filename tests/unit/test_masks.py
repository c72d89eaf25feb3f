"""Masks of padding: which layers hand them on, and which cannot take one."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.diagnostics import SpecError

SPEC = """specrun: 1
data: {{path: rows.csv}}
features:
  a: {{type: timeseries, window: 4}}
  b: {{type: timeseries, window: 4}}
target: y
classes: [0, 1]
layers: [{layers}, {{Dense: 4}}]
"""
FIRST = "{GlobalAveragePooling1D: {data_format: channels_first}}"
FOUR = "{Reshape: [2, 2, 2]}"


def refusals(folder: Path, layers: str) -> list[str]:
    """What the compiler says against layers on windows of two columns, four steps of each."""
    (folder / "rows.csv").write_text("t,a,b,y\n" + "".join(f"{i},{i % 5},{i % 3},{i % 2}\n" for i in range(80)))
    try:
        compile_spec(Source(SPEC.format(layers=layers), "spec.yaml", folder))
    except SpecError as error:
        return [f"{problem.code}: {problem.message}; {problem.hint}" for problem in error.diagnostics]
    return []


@pytest.mark.parametrize(
    "behind",
    [
        f"Masking, {FIRST}",
        f"Masking, Identity, {FIRST}",
        f"Masking, {{Rescaling: 2}}, {FIRST}",
        "Masking, Softmax, Flatten",
        "Flatten, Masking, Softmax",
        "Masking, {TimeDistributed: {layer: Softmax}}, Flatten",
        f"{FOUR}, Masking, {{TimeDistributed: {{layer: {FIRST}}}}}, Flatten",
        f"{FOUR}, Masking, Attention, Flatten",
        f"{FOUR}, Masking, {{MultiHeadAttention: {{num_heads: 1, key_dim: 2}}}}, Flatten",
        "{Masking: {inputs: a, name: m}}, {Masking: {inputs: b, name: n}}, {Add: {inputs: [m, n]}}, Softmax, Flatten",
        "{Masking: {inputs: a, name: m}}, {Concatenate: {inputs: [b, m]}}, Softmax, Flatten",
        "Masking, {GRU: {units: 2, return_sequences: true}}, Softmax, Flatten",
        "Masking, {Bidirectional: {layer: {GRU: {units: 2, return_sequences: true}}}}, Softmax, Flatten",
    ],
)
def test_a_layer_that_cannot_take_a_mask_is_refused(behind: str, tmp_path: Path) -> None:
    (refusal,) = refusals(tmp_path, behind)
    assert refusal.startswith("S301: `")
    assert "cannot leave out steps that are padding" in refusal
    assert "take the `Masking`" in refusal


@pytest.mark.parametrize(
    "behind",
    [
        "Masking, GlobalAveragePooling1D",
        f"Masking, Flatten, {{Reshape: [4, 2]}}, {FIRST}",
        "Masking, {GRU: 2}, Softmax",
        "Masking, {Bidirectional: {layer: {GRU: 2}}}, Softmax",
        "Masking, GlobalAveragePooling1D, Softmax",
        "Masking, {Activation: softmax}, Flatten",
        "Masking, Attention, Flatten",
        "Masking, {MultiHeadAttention: {num_heads: 1, key_dim: 2}}, Flatten",
        f"Masking, {FOUR}, Attention, Flatten",
        "{Masking: {inputs: a, name: m}}, {Add: {inputs: [m, b]}}, Softmax, Flatten",
        "{Masking: {inputs: a, name: m}}, {Attention: {inputs: [b, m]}}, Softmax, Flatten",
    ],
)
def test_what_comes_without_a_mask_or_can_take_one_is_taken(behind: str, tmp_path: Path) -> None:
    assert refusals(tmp_path, behind) == []
