"""A draft as YAML: what is decided in the style of every spec, and why in comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.data import Dialect, find_format, usual_separator
from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.compiler.draft.goal import Advice, Goal
from specrun.compiler.formatting import format_spec
from specrun.compiler.language.dump import flow

_UNPRINTABLE = re.compile(r"[^\S ]|[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Feature:
    """A column as a feature: its `options`, of which `type` is one, a `note`, and why it is `left_out`, if it is."""

    column: str
    options: Mapping[str, object]
    note: str = ""
    left_out: str = ""

    @property
    def value(self) -> object:
        """As a spec has it."""
        return self.options["type"] if len(self.options) == 1 else dict(self.options)


@dataclass(frozen=True, slots=True)
class Drafted:
    """All that a draft says; `note` is why the rows are parted so, and `told` what rows tell about the columns."""

    goal: Goal
    features: tuple[Feature, ...]
    split: Mapping[str, object]
    note: str
    advice: Advice
    name: str = ""
    path: str = ""
    dialect: Dialect = field(default_factory=lambda: Dialect("csv"))
    schema: str = ""
    told: str = ""


def write_spec(drafted: Drafted, file: str, folder: Path) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text in canonical form, and what a check of every row finds in the data all the same.

    What that warns of stands in a comment at the feature that it is about. `file` names the spec in messages; the
    data's path is relative to `folder`.
    """
    text = _formatted(drafted, {})
    try:
        found = compile_spec(Source(text, file, folder), limit=None).diagnostics
    except SpecError as problem:
        return text, problem.diagnostics
    warned = {feature.column: _warnings(feature, text, file, found) for feature in drafted.features}
    return _formatted(drafted, warned), ()


def _warnings(feature: Feature, text: str, file: str, found: Iterable[Diagnostic]) -> str:
    """What is warned of where the line of a feature is shown, too."""
    named = f"  {_named(feature)}"
    lines = {number for number, line in enumerate(text.split("\n"), start=1) if line == named}
    about = [d for d in found if any(s.file == file and s.line in lines for s in (d.span, *(x.span for x in d.labels)))]
    return "; ".join(diagnostic.message for diagnostic in about)


def _formatted(drafted: Drafted, warned: Mapping[str, str]) -> str:
    return format_spec("\n".join(_lines(drafted, warned)) + "\n", drafted.name)


def _lines(drafted: Drafted, warned: Mapping[str, str]) -> Iterator[str]:
    yield f"# yaml-language-server: $schema={drafted.schema}"
    yield "specrun: 1"
    yield f"name: {flow(drafted.name)}"
    yield "data:"
    yield from _data(drafted)
    yield "features:"
    yield from _comment(drafted.told)
    for feature in drafted.features:
        yield from _feature(feature, warned.get(feature.column, ""))
    yield from _target(drafted.goal)
    yield "layers:"
    yield from _comment(drafted.advice.note)
    yield from (f"  - {flow(layer)}" for layer in drafted.advice.layers)
    yield "training:"
    yield from (f"  {key}: {flow(value)}" for key, value in drafted.advice.training.items())


def _data(drafted: Drafted) -> Iterator[str]:
    dialect = drafted.dialect
    yield f"  path: {flow(drafted.path)}"
    if find_format(drafted.path) == "csv":
        said = {
            "separator": dialect.separator if dialect.separator != usual_separator(drafted.path) else None,
            "decimal": dialect.decimal if dialect.decimal != "." else None,
            "encoding": dialect.encoding if dialect.encoding != "utf-8" else None,
            "columns": list(dialect.columns) or None,
            "quoting": None if dialect.quoting else False,
        }
        yield from (f"  {key}: {flow(value)}" for key, value in said.items() if value is not None)
        if dialect.strip:
            yield "  strip: true  # some texts have blanks at their ends"
    if dialect.missing:
        yield f"  missing: {flow(list(dialect.missing))}  # what stands for a missing value"
    yield from _comment(drafted.note)
    yield f"  split: {flow(dict(drafted.split))}"


def _feature(feature: Feature, warned: str) -> Iterator[str]:
    line = _named(feature)
    if feature.left_out:
        yield from _comment(f"left out: {feature.left_out}")
        yield from _comment(line)
        return
    yield from _comment("; ".join(filter(None, [feature.note, warned])))
    yield f"  {line}"


def _named(feature: Feature) -> str:
    return f"{flow(feature.column, as_key=True)}: {flow(feature.value)}"


def _target(goal: Goal) -> Iterator[str]:
    yield from (line.strip() for line in _comment(goal.note))
    if goal.target.kind == "set":
        yield f"target: {flow({'column': goal.target.name, 'type': 'labels'})}"
    else:
        yield f"target: {flow(goal.target.name)}"
    if goal.of_classes:
        yield f"classes: {flow(list(goal.classes) or 'auto')}"


def _comment(text: str) -> Iterator[str]:
    """A comment of one line, which nothing in the data can end."""
    if text:
        yield f"  # {_UNPRINTABLE.sub(' ', text)}"
