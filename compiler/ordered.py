"""What is wrong with the spec of a series, whatever its data are."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.compiler.diagnostics import Diagnostic, Label, Span
from specrun.compiler.features import Timeseries
from specrun.compiler.language.options import entry_of
from specrun.compiler.language.spec import FeatureSpec, Spec

WINDOWED = ("timeseries", "number", "boolean", "category", "datetime")
"""The kinds of feature that are taken over a window."""


def check_series(spec: Spec) -> Iterator[Diagnostic]:
    """Windows of different lengths, rows that are not parted in their order, features that have no window."""
    if spec.series is not None:
        yield from _check_windows(spec)
        yield from _check_split(spec)
        yield from _check_kinds(spec)
        yield from _check_horizons(spec)


def check_horizon(spec: Spec) -> Iterator[Diagnostic]:
    """Rows that are predicted ahead, where no feature is of the rows before."""
    for target in spec.targets:
        if spec.series is None and target.horizon is not None and target.type == "number":
            message = "`horizon` is about a series, and no feature is a `timeseries`"
            hint = "take it out, or make a feature `{type: timeseries, window: 24}`"
            yield Diagnostic("S229", message, target.at("horizon"), hint)


def _check_windows(spec: Spec) -> Iterator[Diagnostic]:
    first, *others = (f for f in spec.features if isinstance(f.feature, Timeseries))
    for other in others:
        lengths = [f.feature.window for f in (first, other) if isinstance(f.feature, Timeseries)]
        if len(set(lengths)) > 1:
            message = f"`{other.column}` looks back on {lengths[1]:,} rows, and `{first.column}` on {lengths[0]:,}"
            label = Label(_at_window(first), "the other window")
            yield Diagnostic("S226", message, _at_window(other), "give all the windows one length", labels=(label,))


def _at_window(spec: FeatureSpec) -> Span:
    entry = entry_of(spec.feature, "window")
    return entry.value.span if entry else spec.span


def _check_split(spec: Spec) -> Iterator[Diagnostic]:
    split = spec.data.split
    for option in ("folds", "stratify", "shuffle", "group", "column"):
        entry = entry_of(split, option)
        if entry is not None and getattr(split, option):
            message = f"the rows of a series are parted in their order, which `{option}` does not keep"
            hint = "take it out; `time` names a column to order the rows by, if they are not in the order of time"
            yield Diagnostic("S227", message, entry.key.span, hint)


def _check_kinds(spec: Spec) -> Iterator[Diagnostic]:
    for feature in spec.features:
        if feature.feature is not None and feature.feature.kind not in WINDOWED:
            message = f"`{feature.column}` is a `{feature.feature.kind}`, which cannot be taken over a window of rows"
            hint = f"leave it out: beside a `timeseries` there can be {', '.join(f'`{kind}`' for kind in WINDOWED[1:])}"
            yield Diagnostic("S228", message, feature.span, hint)


def _check_horizons(spec: Spec) -> Iterator[Diagnostic]:
    first, *others = spec.targets or (None,)
    for other in others:
        if first is not None and (other.horizon or 1) != (first.horizon or 1):
            lengths = [target.horizon or 1 for target in (other, first)]
            message = f"the horizon of `{other.name}` is {lengths[0]:,}, and that of `{first.name}` {lengths[1]:,}"
            label = Label(first.at("horizon"), "the other horizon")
            hint = "give all the targets one `horizon`; it is 1 where it is left out"
            yield Diagnostic("S230", message, other.at("horizon"), hint, labels=(label,))
