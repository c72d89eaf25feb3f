"""What a network predicts: one target, or several outputs under `targets`."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from typing import TypeVar

from specrun.compiler.diagnostics import Span
from specrun.compiler.language.fragments import COUNT, TEXT, one_of, word_or
from specrun.compiler.language.options import entry_of, option, place
from specrun.compiler.language.sections import Keras
from specrun.compiler.reader.nodes import Entry, Mapping, Node, Sequence

TARGET_TYPES = ("class", "labels", "number", "ordinal")
"""What a target can be: one class among several, several of them at once, a number or several, a class in an order."""

COLUMNS = {
    "if": {"type": "array"},
    "then": {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 10_000, "uniqueItems": True},
    "else": TEXT,
}
"""One column, or a list of columns."""

CLASSES = word_or(
    ["auto"],
    {
        "type": "array",
        "items": {"type": ["string", "integer"]},
        "minItems": 2,
        "maxItems": 10_000,
        "uniqueItems": True,
    },
)

OF_ONE = ("column", "type", "horizon", "separator")
"""The options that stand under `target`."""
IN_TRAINING = ("loss", "metrics")
"""The options of one target that stand under `training`."""
Value = TypeVar("Value")


def folder_format(root: Mapping) -> Entry | None:
    """Where a spec says that its data are a folder of images, whose labels are then the target by default."""
    data = root.get("data")
    entry = data.entry("format") if isinstance(data, Mapping) else None
    return entry if entry is not None and entry.value.plain() == "image_folder" else None


def training_of_one(training: dict[str, Value], compared: MappingOf[str, Value]) -> dict[str, Value]:
    """The keys of `training` and those that one target has there, in the order of the language."""
    place = list(training).index("optimizer") + 1
    keys = list(training.items())
    return dict([*keys[:place], *compared.items(), *keys[place:]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What one output of the network predicts, and what it is compared by.

    `name` is that of the output, the key under `targets`, or the first column of a target that is alone; `span` is
    where it stands. `classes` are empty where the target has none, None where the data are to tell them (`auto`).
    `place` has the options that were written, wherever they stand.
    """

    name: str
    span: Span = field(compare=False, repr=False)
    column: str | tuple[str, ...] = option(
        schema=COLUMNS, doc="The column to predict; a list for several numbers, or for labels with a column each."
    )
    type: str = option(
        schema=one_of(*TARGET_TYPES),
        doc="`class` (one of the classes), `labels` (any of them at once), `ordinal` (one, and they have an order) or"
        " `number`; by default `class` where there are classes.",
    )
    classes: tuple[str | int, ...] | None = option(
        (),
        schema=CLASSES,
        doc="The classes in order, or `auto` for those of the data; without, the target is a number.",
    )
    horizon: int | None = option(
        None, schema=COUNT, doc="How many values of a series are predicted, from the first after the window on."
    )
    separator: str = option(
        "|",
        schema={"type": "string", "minLength": 1, "maxLength": 10},
        doc="What stands between two labels in one cell.",
    )
    from_: str | None = option(
        None, schema=TEXT, doc="The layer that the output is made of, or that gives it; by default the last one."
    )
    loss: Keras | None = option(
        None, schema={"$ref": "#/$defs/losses"}, doc="A Keras loss; by default the one that the target asks for."
    )
    metrics: tuple[Keras, ...] | None = option(
        None,
        schema={"type": "array", "items": {"$ref": "#/$defs/metrics"}},
        doc="Keras metrics; by default accuracy for classes and the mean absolute error for numbers.",
    )
    weight: float = option(
        1.0,
        schema={"type": "number", "minimum": 0, "maximum": 1e9},
        doc="What the loss of this output counts in the sum of all the losses.",
    )
    place: Node | None = place()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are predicted."""
        return (self.column,) if isinstance(self.column, str) else self.column

    @property
    def output(self) -> str:
        """What the output is called in the model: of ASCII letters, digits, `_`, `-` and `.`."""
        return re.sub(r"[^A-Za-z0-9_.-]+", "_", self.name).strip("_.-")[:80] or "output"

    @property
    def is_in_cells(self) -> bool:
        """Whether several labels stand in one cell, rather than each in a column of its own."""
        return self.type == "labels" and isinstance(self.column, str)

    @property
    def has_class(self) -> bool:
        """Whether each row has one class: no other target can part or weigh the rows."""
        return self.type in ("class", "ordinal")

    def at_column(self, column: str) -> Span:
        """Where one of the columns is named."""
        entry = entry_of(self, "column")
        items = entry.value.items if entry and isinstance(entry.value, Sequence) else ()
        return next((item.span for item in items if item.plain() == column), self.at("column"))

    def at(self, option: str) -> Span:
        """Where the value of an option stands; the target itself, where it was left out."""
        entry = entry_of(self, option)
        return entry.value.span if entry else self.span
