"""From a scene to scripts: the whole way from the bytes of a spec on, but for its data, of which there is no row."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Generator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from specrun.compiler import reader
from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.data import Row, Table
from specrun.compiler.diagnostics import Diagnostic, Report
from specrun.compiler.expand.references import escaped
from specrun.compiler.language.spec import Spec
from specrun.compiler.plan import Plan
from specrun.compiler.reader import Entry, Node, Scalar, Sequence
from specrun.compiler.reader import Mapping as MappingNode
from specrun.compiler.survey import Survey, find_dialect
from specrun.compiler.unchanged import Files
from tests.hostile.scenes import Scene

_FORBIDDEN = re.compile("[^ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What YAML takes as an escape alone."""
_SURROGATES = dict(zip(range(0x10D800, 0x10E000), range(0xD800, 0xE000), strict=True))
"""Halves of characters, which no YAML can say, and what stands for them until it is read."""


class NoRows(Table):
    """Columns without rows."""

    def rows(self, problems: list[Diagnostic] | None = None) -> Generator[Row, None, None]:  # noqa: ARG002
        """No rows."""
        yield from ()


def plan_of(scene: Scene, file: str, texts: Container[str] = ()) -> Plan:
    """The plan of a scene whose spec stands in a file of that name. Raises SpecError if there is something wrong.

    What is among the `texts` is no parameter, although it look like one.
    """
    spec = {"specrun": 1, **scene.spec}

    def surveyed(read: Spec, folder: Path, report: Report) -> Survey:  # noqa: ARG001 - as the survey of files
        return Survey(NoRows(scene.columns), find_dialect(read.data), "rows", Files((), read.span("data")))

    with patch("specrun.compiler.compilation.survey", surveyed), patch("specrun.compiler.compilation.read", _read):
        return compile_spec(Source(yaml_of(spec, texts).encode(), file, Path())).plan


def yaml_of(tree: Any, texts: Container[str]) -> str:
    """A tree as YAML, every text of it quoted."""
    if isinstance(tree, Mapping):
        entries = (f"? {_quoted(key)} : {yaml_of(value, texts)}" for key, value in tree.items())
        return "{" + ",\n".join(entries) + "}"
    if isinstance(tree, list):
        return f"[{', '.join(yaml_of(item, texts) for item in tree)}]"
    if isinstance(tree, str):
        return _quoted(escaped(tree) if tree in texts else tree)
    return json.dumps(tree)


def _quoted(text: str) -> str:
    text = "".join(chr(ord(c) + 0x100000) if 0xD800 <= ord(c) < 0xE000 else c for c in text)
    return _FORBIDDEN.sub(lambda found: f"\\U{ord(found[0]):08x}", json.dumps(text, ensure_ascii=False))


def _read(text: str | bytes, file: str) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    node, problems = reader.read(text, file)
    return node and _halved(node), problems


def _halved(node: Node) -> Node:
    if isinstance(node, Scalar):
        return _halved_scalar(node)
    if isinstance(node, Sequence):
        return Sequence(tuple(map(_halved, node.items)), node.span)
    entries = (Entry(_halved_scalar(entry.key), _halved(entry.value)) for entry in node)
    return MappingNode(tuple(entries), node.span)


def _halved_scalar(scalar: Scalar) -> Scalar:
    value = scalar.value
    return replace(scalar, value=value.translate(_SURROGATES)) if isinstance(value, str) else scalar
