"""Whether a training fits into memory, and what to change where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.estimate import Estimate, encoded, kind_of, row_activations, size_bytes, weights_of
from specrun.compiler.features import Category, Cross, Feature, Image, Number, Sequence, Text, Vector
from specrun.compiler.language.spec import Spec
from specrun.compiler.memory import STREAMED, has_to_be_held
from specrun.compiler.plan import FeatureGroup, Node, Plan
from specrun.compiler.shapes import shown

MOST_BYTES: Final = 2**47
"""More than processors of today can address."""
_UNITS: Final = (("EB", 10**18), ("PB", 10**15), ("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3))
_LITTLE: Final = 100_000_000
"""Fewer bytes than TensorFlow takes by itself."""
_SMALL: Final = 0.01
"""The share of the whole below which a part is not spoken of."""
_NARROWER: Final = {
    Sequence: "give it a smaller `length`",
    Text: "give it a smaller `vocabulary` or `length`",
    Image: "give it a smaller `size`",
    Cross: "give it fewer `buckets`",
    Vector: "leave it out, or write shorter vectors",
}
"""What makes a feature narrower."""
_SMALLER: Final = {
    "Dense": "take fewer `units`",
    "Embedding": "take a smaller `output_dim`, or fewer different values in what it embeds",
    "GRU": "take fewer `units`",
    "LSTM": "take fewer `units`",
    "SimpleRNN": "take fewer `units`",
    "MultiHeadAttention": "take fewer `num_heads`, or a smaller `key_dim`",
    "RepeatVector": "take a smaller `n`",
}
"""What makes a layer smaller."""


@dataclass(frozen=True, slots=True)
class _Culprit:
    """What takes most, and what to do about it."""

    span: Span
    hint: str


def check_possible(plan: Plan, spec: Spec, memory: Estimate) -> Iterator[Diagnostic]:
    """A training that fits into no machine, or a layer that gives what does not."""
    for node in plan.network.nodes:
        if node.tensor is not None and size_bytes(node.tensor) > MOST_BYTES:
            message = f"what this layer gives of one row, {shown(node.tensor.shape)}, fits into no memory"
            message += f": it takes {in_words(size_bytes(node.tensor))}"
            yield Diagnostic("S303", message, node.span, _smaller(node))
            return
    if memory.together > MOST_BYTES:
        culprit = _culprit(plan, spec, memory, MOST_BYTES)
        message = f"the training fits into no memory: {needs(memory)}"
        yield Diagnostic("S303", message, culprit.span, culprit.hint)


def check_fits(plan: Plan, spec: Spec, memory: Estimate, available: int) -> Iterator[Diagnostic]:
    """A training that needs more than the bytes `available`."""
    if memory.together > available:
        culprit = _culprit(plan, spec, memory, available)
        message = f"the training does not fit into memory: {needs(memory)}; this process may use {in_words(available)}"
        yield Diagnostic("R206", message, culprit.span, culprit.hint)


def run_out(plan: Plan, spec: Spec, memory: Estimate, reason: str) -> Diagnostic:
    """A training that ran out of memory though it seemed to fit."""
    culprit = _culprit(plan, spec, memory, 0)
    if memory.together < _LITTLE:
        hint = "take a smaller `batch_size`, smaller layers or shorter sequences, or end other programs"
        culprit = _Culprit(spec.span("training"), hint)
    beside = "beside what layers keep within them and TensorFlow itself"
    message = f"the training ran out of memory: {reason}; {needs(memory)}, {beside}"
    return Diagnostic("R207", message, culprit.span, culprit.hint)


def needs(memory: Estimate) -> str:
    """What a training needs, in words: `it needs at least 8.0 GB, 6.0 GB for the optimizer, …`."""
    parts = sorted(((size, name) for name, size in memory.parts.items()), reverse=True)
    told = ", ".join(f"{in_words(size)} for {name}" for size, name in parts if size > _SMALL * memory.together)
    return f"it needs at least {in_words(memory.together)} ({told})"


def in_words(size: int) -> str:
    """A number of bytes, in the unit that fits."""
    for unit, factor in _UNITS:
        if size >= factor:
            return f"{size / factor:,.1f} {unit}" if size < 1000 * _UNITS[0][1] else f"{size / factor:.1e} {unit}"
    return f"{size} bytes"


def _culprit(plan: Plan, spec: Spec, memory: Estimate, available: int) -> _Culprit:
    """What takes most of the memory."""
    of_weights = memory.together - memory.activations - memory.rows
    if memory.rows >= max(of_weights, memory.activations):
        return _of_rows(plan, spec)
    if memory.activations < of_weights:
        return _of_weights(plan)
    row, left = row_activations(plan), available - of_weights - memory.rows
    if memory.batch > 1 and (left >= row or not available):
        most = f" of {left // row:,} rows or fewer" if left >= row else ""
        return _Culprit(spec.span("training", "batch_size"), f"take a smaller `batch_size`{most}, or smaller layers")
    largest = max(plan.network.nodes, key=lambda node: 0 if node.tensor is None else size_bytes(node.tensor))
    return _Culprit(largest.span, _smaller(largest))


def _of_rows(plan: Plan, spec: Spec) -> _Culprit:
    """The widest feature; rows that could be streamed are to be."""
    widest, _ = max(encoded(plan), key=lambda column: column[1])
    group, place = _feature(plan, widest)
    if plan.data.memory.name != STREAMED and not has_to_be_held(spec):
        hint = f"write `memory: streamed`, or make `{group.sources[place]}` narrower: {_narrower(group.feature)}"
        return _Culprit(spec.span("data"), hint)
    return _Culprit(group.spans[place], _narrower(group.feature))


def _of_weights(plan: Plan) -> _Culprit:
    """The layer or the embedded feature with most weights; or the feature that makes the layer so large."""
    weights = weights_of(plan)
    node = max(plan.network.nodes, key=lambda node: weights[node.name])
    embedded = [(count or 0, group, i) for group in plan.features for i, count in enumerate(group.parameters)]
    count, group, place = max(embedded, key=lambda found: found[0])
    if count > weights[node.name]:
        return _Culprit(group.spans[place], "give it a smaller `dim`, or take `encoding: hashing`")
    source = next((source for source in plan.network.sources if source.name in node.inputs), None)
    if source is not None and source.columns and kind_of(node) == "Dense":
        widths = dict(encoded(plan))
        widest = max(source.columns, key=lambda column: widths[column])
        if widths[widest] > size_bytes(node.tensor or source.tensor):
            group, place = _feature(plan, widest)
            hint = f"{_narrower(group.feature)}: for each value of it, a `Dense` has a weight for each of its units"
            return _Culprit(group.spans[place], hint)
    return _Culprit(node.span, _smaller(node))


def _feature(plan: Plan, column: str) -> tuple[FeatureGroup, int]:
    group = next(group for group in plan.features if column in group.columns)
    return group, group.columns.index(column)


def _narrower(feature: Feature | None) -> str:
    if isinstance(feature, Category):
        hashed = feature.encoding == "hashing"
        return "give it fewer `bins`" if hashed else "take `encoding: embedding`, or `hashing` with few `bins`"
    if isinstance(feature, Number) and feature.buckets:
        return "give it fewer `buckets`"
    return _NARROWER.get(type(feature), "leave it out, or shorten the data")


def _smaller(node: Node) -> str:
    own = _SMALLER.get(kind_of(node), "take fewer `filters`" if "Conv" in kind_of(node) else "let it give less")
    return f"{own}, or put something smaller into it"
