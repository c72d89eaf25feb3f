"""What differs between two specs in meaning: not how they are written, but what would be read, built and trained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from specrun.compiler.compilation import Compilation
from specrun.compiler.language.dump import plain
from specrun.compiler.plan import Node, Plan
from specrun.compiler.script.printer import Printer
from specrun.compiler.shapes import shown


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: where (`section` and `what`), and how it was before and is after; None: not there."""

    section: str
    what: str
    before: str | None
    after: str | None


def differences(before: Compilation, after: Compilation) -> tuple[Change, ...]:
    """All that differs, in the order of the language; names, descriptions and comments mean nothing."""
    old, new = plain(before.spec), plain(after.spec)
    sections = ("data", "features", "groups", "target", "targets", "classes", "training")
    found: list[Change] = []
    for section in sections:
        if section == "training":
            found += _layers(before.plan, after.plan)
        found += _values(section, old.get(section), new.get(section))
    return (*found, *_totals(before.plan, after.plan))


def words(value: Any) -> str:
    """A value as the language writes it in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {words(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return f"[{', '.join(words(item) for item in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    return f'"{value}"' if value == "" else str(value)


def _values(section: str, old: Any, new: Any, path: str = "") -> Iterator[Change]:
    """The values of a section that differ; what is there on one side alone is shown as a whole."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            yield from _values(section, old.get(key), new.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(old or new, dict) and not path:
        yield from _values(section, old or {}, new or {})
    elif old != new:
        before, after = (None if value is None else words(value) for value in (old, new))
        yield Change(section, path, before, after)


def _layers(old: Plan, new: Plan) -> Iterator[Change]:
    """The layers side by side: those of one class that stand in the same order belong together."""
    before, after = old.network.nodes, new.network.nodes
    matcher = SequenceMatcher(None, [_class(n) for n in before], [_class(n) for n in after], autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            for one, other in zip(before[i1:i2], after[j1:j2], strict=True):
                if _of(one) != _of(other):
                    yield Change("layers", other.name, _of(one), _of(other))
        else:
            yield from (Change("layers", node.name, _of(node), None) for node in before[i1:i2])
            yield from (Change("layers", node.name, None, _of(node)) for node in after[j1:j2])


def _class(node: Node) -> str:
    return str(node.call.function).rpartition(".")[2]


def _of(node: Node) -> str:
    """A layer with its options, what it takes, the shape that it gives and its parameters."""
    options = Printer()(node.in_full).partition("(")[2].removesuffix(")")
    shape = "" if node.tensor is None else f" → {shown(node.tensor.shape).strip('`')}"
    count = "" if node.parameters is None else f", {node.parameters:,} parameters"
    return f"{_class(node)}({options}) of {', '.join(node.inputs)}{shape}{count}"


def _totals(old: Plan, new: Plan) -> Iterator[Change]:
    for what in ("parameters", "multiply_adds"):
        before, after = (_total(plan, what) for plan in (old, new))
        if before != after:
            yield Change("model", what.replace("_", "-"), before, after)


def _total(plan: Plan, what: str) -> str:
    counts = [getattr(node, what) for node in plan.network.nodes]
    if what == "parameters":
        counts += (count for group in plan.features for count in group.parameters)
    return "?" if None in counts else f"{sum(counts):,}"
