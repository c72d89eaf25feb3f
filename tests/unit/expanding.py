"""What the tests of `specrun.compiler.expand` share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from specrun.compiler.diagnostics import Report
from specrun.compiler.expand import expand
from specrun.compiler.reader import Mapping, Node, Sequence, read

BLOCK = """
blocks:
  residual:
    parameters: {units: 64, rate: 0.1}
    layers:
      - Dense: {units: $units}
      - Dropout: $rate
      - Dense: {units: $units, name: inner}
      - Add: {inputs: [input, inner]}
      - ReLU
"""


def expanded(text: str, *settings: str, folder: Path = Path(), file: str = "spec.yaml") -> tuple[Mapping, Report]:
    """A spec written out, and the report."""
    root, problems = read(text, file)
    assert isinstance(root, Mapping)
    report = Report()
    report.add(*problems)
    return expand(root, file, folder, settings, report), report


def plain(text: str, *settings: str, folder: Path = Path(), file: str = "spec.yaml") -> Any:
    """A spec written out, as plain values; nothing is wrong with it."""
    root, report = expanded(text, *settings, folder=folder, file=file)
    assert list(report) == []
    return root.plain()


def layers(text: str, *settings: str) -> Any:
    """The layers of a spec written out, as plain values; nothing is wrong with it."""
    return plain(text, *settings)["layers"]


def codes(text: str, *settings: str) -> list[str]:
    """The codes of what is wrong with a spec, in source order."""
    return [problem.code for problem in expanded(text, *settings)[1]]


def node(root: Mapping, *keys: str | int) -> Node:
    """The node at a path."""
    found: Node | None = root
    for key in keys:
        if isinstance(key, int):
            assert isinstance(found, Sequence)
            found = found.items[key]
        else:
            assert isinstance(found, Mapping)
            found = found.get(key)
    assert found is not None
    return found
