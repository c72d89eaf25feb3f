"""Declaring the language: a section of a spec is a frozen dataclass, an option one of its fields.

An option carries its JSON Schema, its default and its hover text, so that the schema, the reader of sections, the
filled-in spec and the documentation are all made from the one declaration.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from specrun.compiler.reader.nodes import Entry, Node
from specrun.compiler.reader.nodes import Mapping as MappingNode

Schema: TypeAlias = Mapping[str, object]

_KEY = "specrun.option"


@dataclass(frozen=True, slots=True)
class Option:
    """One key of a section, and the `field` that holds it. `default` is `dataclasses.MISSING` where it is needed."""

    name: str
    field: str
    schema: Schema
    doc: str
    default: object

    @property
    def required(self) -> bool:
        return self.default is dataclasses.MISSING


def option(default: Any = dataclasses.MISSING, *, schema: Schema, doc: str) -> Any:
    """Declare a field of a section as a key of the language."""
    return dataclasses.field(default=default, metadata={_KEY: (schema, doc)})


def place() -> Any:
    """Declare the field that keeps where a section stands in the source; no part of equality."""
    return dataclasses.field(default=None, compare=False, repr=False)


def options(section: type[Any]) -> Iterator[Option]:
    """The options of a section, in the order of their declaration; of a field `from_`, the key is `from`."""
    for field in dataclasses.fields(section):
        if _KEY in field.metadata:
            schema, doc = field.metadata[_KEY]
            yield Option(field.name.removesuffix("_"), field.name, schema, doc, field.default)


def entry_of(section: object, name: str) -> Entry | None:
    """Where an option was written; None where the spec left it out."""
    node: Node | None = getattr(section, "place", None)
    return node.entry(name) if isinstance(node, MappingNode) else None
