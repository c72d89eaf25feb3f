"""A spec, as typed sections: every option is there, defaults filled in."""

from __future__ import annotations

from dataclasses import dataclass, field

from specrun.compiler.diagnostics import Span
from specrun.compiler.features import Feature, Timeseries
from specrun.compiler.language.sections import Data, Keras, Training
from specrun.compiler.language.targets import Target
from specrun.compiler.reader.nodes import Node
from specrun.compiler.series import Series

REST = "*"
"""The name under `features` that stands for all the columns not named otherwise."""


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """A column and how it is used; `feature` is None where it is still to be inferred from the training rows."""

    column: str
    feature: Feature | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """Features side by side under one name."""

    name: str
    features: tuple[str, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Spec:
    """A whole spec; each of its targets has a loss and metrics of its own, wherever they are written."""

    name: str
    description: str
    data: Data
    features: tuple[FeatureSpec, ...]
    targets: tuple[Target, ...]
    layers: tuple[Keras, ...]
    training: Training
    place: Node = field(compare=False, repr=False)
    groups: tuple[GroupSpec, ...] = ()

    @property
    def target_columns(self) -> tuple[str, ...]:
        """All the columns that are predicted, each once."""
        return tuple(dict.fromkeys(column for target in self.targets for column in target.columns))

    @property
    def series(self) -> Series | None:
        """What the samples are where some feature is a timeseries; None where each row is one."""
        windows = (f.feature.window for f in self.features if isinstance(f.feature, Timeseries))
        window = next(windows, None)
        return None if window is None else Series(window, max((t.horizon or 1 for t in self.targets), default=1))

    def span(self, *keys: str | int) -> Span:
        """Where the value at a path of keys stands, or the nearest place above it."""
        from specrun.compiler.language.validate import locate

        node, key = locate(self.place, keys)
        return node.span if keys and isinstance(keys[-1], int) else key
