"""The canonical form of a spec: its keys in the order of the language, one style, every comment kept."""

from __future__ import annotations

import re

from specrun.compiler.collector import collector_paused
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.formatting.layout import lay_out
from specrun.compiler.formatting.order import in_order
from specrun.compiler.formatting.reading import parse
from specrun.compiler.formatting.tree import Entry
from specrun.compiler.language.editor_schema import editor_schema
from specrun.compiler.reader import Plain, read
from specrun.compiler.reader.source import open_source

__all__ = ["canonical", "format_spec"]

_LINE_BREAK = re.compile("\r\n|\r|\n")


def format_spec(text: str | bytes, file: str) -> str:
    """The canonical text of a spec, which says the same; what stands in it need not be right.

    Its lines end as the first one of `text` does. `file` names the spec in messages. Raises SpecError where the text
    cannot be read, or where its canonical form would pass a limit of the reader.
    """
    said = _read(text, file)
    source, _ = open_source(text, file)
    assert source is not None
    with collector_paused():
        formatted = canonical(parse(_LINE_BREAK.sub("\n", source.text)), has_anchors="&" in source.text)
    first_break = _LINE_BREAK.search(source.text)
    if first_break and first_break[0] == "\r\n":
        formatted = formatted.replace("\n", "\r\n")
    if formatted != source.text and _read(formatted, f"{file} (formatted)") != said:
        raise AssertionError(f"the canonical form of {file} would say something else")
    return formatted


def canonical(document: Entry, has_anchors: bool = False) -> str:
    """The canonical text of a document, which is changed on the way."""
    return lay_out(in_order(document, editor_schema(), has_anchors))


def _read(text: str | bytes, file: str) -> Plain:
    node, problems = read(text, file)
    if node is None or problems:
        raise SpecError(problems)
    return node.plain()
