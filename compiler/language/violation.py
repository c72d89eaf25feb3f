"""One error of JSON Schema, with all that a sentence about it needs."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Any, TypeAlias

from specrun.compiler import catalogue
from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.language.wording import SINGULAR, is_written
from specrun.compiler.reader.nodes import Mapping, Node, Path, Scalar, Sequence

SECTIONS = ("data", "split", "training", "checkpoint", "track", "tensorboard", "mlflow", "target")

Finding: TypeAlias = tuple[Diagnostic, Path]
"""A diagnostic, and the path of what cannot be used because of it."""


@dataclass(frozen=True, slots=True)
class Violation:
    """`path` leads to `node`, the value at fault; `key` is where its key stands, `doc` what the schema says of it."""

    path: Path
    node: Node
    key: Span
    schema: MappingOf[str, Any]
    limit: Any
    doc: str

    @property
    def value(self) -> object:
        return self.node.plain()

    @property
    def text(self) -> str:
        """The value, where it is a text without quotes."""
        is_plain = isinstance(self.node, Scalar) and not self.node.quoted
        return str(self.value) if is_plain and isinstance(self.value, str) else ""

    @property
    def owner(self) -> str:
        """What the mapping at fault is called."""
        title = str(self.schema.get("title", ""))
        return f"`{title}`" if title in SECTIONS else title or f"`{self.path[-1]}`"

    @property
    def family(self) -> str | None:
        """The family of Keras's names that is asked for here."""
        title = self.schema.get("title")
        return str(title) if title in SINGULAR else None

    @property
    def argument(self) -> catalogue.Argument | None:
        """The argument of a Keras object that the value is for."""
        *_, above, name = ("", "", *self.path)
        for family in catalogue.FAMILIES.values():
            if above in family and (found := family[str(above)].argument(str(name))):
                return found  # `Identity` is a layer and an initializer
            if name in family and not isinstance(self.node, Mapping):
                return family[str(name)].argument(family[str(name)].first or "")
        return None

    @property
    def subject(self) -> str:
        """What the value belongs to, for the start of a sentence."""
        name = next((step for step in reversed(self.path) if isinstance(step, str)), "the spec")
        if self.path and isinstance(self.path[-1], int):
            return f"an item of `{name}`"
        argument = self.argument
        return f"`{argument.name}` of `{name}`" if argument and argument.name != name else f"`{name}`"

    @property
    def span(self) -> Span:
        """Under the value where it stands on one line; under its key where it is a block."""
        is_block = isinstance(self.node, Mapping | Sequence) or (self.node.value is None and not is_written(self.node))
        return self.key if is_block else self.node.span
