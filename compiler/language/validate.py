"""From the errors of JSON Schema to diagnostics: each with one place, one cause and a likely fix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Any

from specrun.compiler.diagnostics import Diagnostic, Span, used_at
from specrun.compiler.language.alternatives import check_alternatives
from specrun.compiler.language.habits import is_sure
from specrun.compiler.language.refusals import Refusal, refusals
from specrun.compiler.language.schema import lean_schema
from specrun.compiler.language.violation import Finding, Violation
from specrun.compiler.language.violations import explain
from specrun.compiler.language.wording import found, uncapitalized
from specrun.compiler.reader.limits import LIMITS
from specrun.compiler.reader.nodes import Entry, Mapping, Node, Path, Scalar, Sequence
from specrun.compiler.reader.scalars import NumberRefused, resolve

__all__ = ["found", "locate", "validate", "without_faults"]

_LOST_KEYS = frozenset(["Y117", "Y119", "Y120"])
"""Mistakes that the reader passes over by leaving a key out."""
_READING = frozenset(["path", "dataset", "format", "separator", "encoding", "columns", "quoting"])
"""The options of `data` without which a file would be read in another way than was meant."""
_NAMES = frozenset(["S102", "S105"])
"""Misspelt names, which hide what stands below them."""
_SEVERAL = frozenset(["required", "additionalProperties"])
"""Keywords of the schema of which one value can have several errors."""


def validate(root: Node, reported: Iterable[Diagnostic] = ()) -> tuple[Diagnostic, ...]:
    """The diagnostics of a spec's structure.

    A misspelt key hides what stands below it, so that is looked at as if the key were right. What only follows from
    the mistakes of the reader in `reported` is left out.
    """
    findings, _ = _findings(root)
    names = [finding for finding in findings if finding[0].code in _NAMES]
    if names:
        findings += _findings(_mend(root, _fixes(names)))[0]
    if any(d.code == "S201" for d, _ in findings) and any(_hides_the_source(d, path) for d, path in findings):
        findings = [finding for finding in findings if finding[0].code != "S201"]
    known = tuple(reported)
    kept: dict[Diagnostic, Path] = {}
    for diagnostic, path in findings:
        if not _follows(diagnostic, known):
            kept.setdefault(diagnostic, path)
    return tuple(_in_use(root, *finding) for finding in kept.items())


def without_faults(root: Node) -> Node | None:
    """The tree with what is plainly a slip mended, and without the parts that its other faults spoil.

    None where there are so many that not all of them were looked at.
    """
    mended = _mend(root, _fixes(_findings(root)[0]))
    findings, are_all = _findings(mended)
    return _cut(mended, {_part(path) for _, path in findings} - {()}) if are_all else None


def locate(root: Node, path: Path) -> tuple[Node, Span]:
    """The node at `path`, and the span of the key that it stands under (its own, where it is an item of a list)."""
    node, key = root, root.span
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str):
            entry = node.entry(step)
            if entry is None:
                break
            node, key = entry.value, entry.key.span
        elif isinstance(node, Sequence) and isinstance(step, int):
            node = node.items[step]
            key = node.span
    return node, key


def _findings(root: Node) -> tuple[list[Finding], bool]:
    """What is wrong with a tree, at most as much as anybody reads, and whether that is all."""
    refused = list(islice(refusals(root.plain()), LIMITS.problems))
    findings = list(islice(_explained(root, refused), LIMITS.problems))
    return findings, max(len(refused), len(findings)) < LIMITS.problems


def _explained(root: Node, refused: Iterable[Refusal]) -> Iterator[Finding]:
    refused = sorted(refused, key=lambda refusal: refusal.keyword != "type")
    crowded = {refusal.path for refusal in refused if refusal.keyword == "maxProperties"}
    seen: set[Path] = set()
    for refusal in refused:
        path, keyword = refusal.path, refusal.keyword
        if keyword != "maxProperties" and any(path[:length] in crowded for length in range(len(path) + 1)):
            continue  # one mistake: the options stand beside the name
        if path in seen and keyword not in _SEVERAL:
            continue
        seen.add(path)
        node, key = locate(root, path)
        violation = Violation(path, node, key, refusal.schema, refusal.limit, _doc(refusal.schema_path))
        yield from explain("propertyNames" if "propertyNames" in refusal.schema_path else keyword, violation)
    yield from check_alternatives(root)


@cache
def _doc(schema_path: Path) -> str:
    """What the schema says of the value at fault, or of the nearest thing around it."""
    there: Any = lean_schema()
    doc = ""
    above: str | int = ""
    for step in schema_path:
        while isinstance(there, dict) and "$ref" in there:
            there = lean_schema()["$defs"][there["$ref"].rsplit("/", 1)[-1]]
        if step in ("additionalProperties", "items") or above == "properties":
            doc = ""  # what was said so far is about what the value stands in
        there = there[step]
        if isinstance(there, dict) and step != "properties":
            doc = str(there.get("description", doc))
        above = step
    return uncapitalized(doc.rstrip("."))


def _in_use(root: Node, diagnostic: Diagnostic, path: Path) -> Diagnostic:
    """A diagnostic in a layer, with the use of the block that the layer comes from."""
    use = locate(root, path[:2])[0].span.used if path[:1] == ("layers",) and len(path) > 1 else None
    is_told = use is None or diagnostic.span.used is use
    return diagnostic if is_told else replace(diagnostic, span=used_at(diagnostic.span, use))


def _hides_the_source(diagnostic: Diagnostic, path: Path) -> bool:
    """Whether a key of `data` that is not known may be what should have named the file."""
    return diagnostic.code == "S102" and len(path) == 2 and path[0] == "data"


def _follows(diagnostic: Diagnostic, reported: tuple[Diagnostic, ...]) -> bool:
    """Whether a diagnostic of the structure only says again what the reader has said."""
    here = diagnostic.span
    if diagnostic.code in ("S103", "S107") and any(other.code in _LOST_KEYS for other in reported):
        return True
    there = (d.span for d in reported if (d.span.file, d.span.line) == (here.file, here.line))
    return any(span.column < here.end and here.column < span.end for span in there)


def _part(path: Path) -> Path:
    """The part of a spec that a fault spoils: a layer, an option of a feature, an option of a section."""
    if path[:1] == ("features",):
        return path[:2] if path[2:3] == ("type",) else path[:3]
    if path[:1] == ("target",):
        return path[:2] if path[1:2] in (("horizon",), ("separator",)) else path[:1]
    if path[:1] == ("targets",):
        return path[:2] if path[2:3] in (("type",), ("column",)) else path[:3]
    if path[:2] == ("data", "split"):
        return path[:3]
    if path[:1] == ("data",) and path[1:2] and path[1] in _READING:
        return path[:1]
    return path[:2] if path[:1] in (("data",), ("layers",), ("training",)) else path[:1]


def _cut(root: Node, paths: set[Path], at: Path = ()) -> Node:
    if at[-1:] == ("classes",) and at in paths:
        return Scalar("auto", root.span)  # without any, the target would be taken for a number
    if isinstance(root, Mapping):
        kept = (entry for entry in root if entry.name == "classes" or (*at, entry.name) not in paths)
        entries = (Entry(e.key, _cut(e.value, paths, (*at, e.name))) for e in kept)
        return replace(root, entries=tuple(entries))
    if isinstance(root, Sequence):
        items = (_cut(item, paths, (*at, i)) for i, item in enumerate(root.items) if (*at, i) not in paths)
        return replace(root, items=tuple(items))
    return root


def _fixes(findings: Iterable[Finding]) -> dict[Span, str]:
    """What is plainly meant in place of a key or a value."""
    fixes = (diagnostic.fix for diagnostic, _ in findings if diagnostic.fix is not None)
    return {fix.span: fix.replacement for fix in fixes}


def _mend(root: Node, fixes: dict[Span, str]) -> Node:
    if not fixes:
        return root
    if isinstance(root, Mapping):
        taken = {entry.name for entry in root}
        return replace(root, entries=tuple(_mended_entry(entry, fixes, taken) for entry in root))
    if isinstance(root, Sequence):
        return replace(root, items=tuple(_mend(item, fixes) for item in root.items))
    replacement = fixes.get(root.span)
    return root if replacement is None else _mended_value(root, replacement)


def _mended_entry(entry: Entry, fixes: dict[Span, str], taken: set[str]) -> Entry:
    """An entry under the name that was meant, unless that is among those `taken`, to which it is added."""
    name = fixes.get(entry.key.span)
    key = entry.key
    if name is not None and name not in taken and is_sure(entry.name, name):
        key = replace(key, value=name)
        taken.add(name)
    return Entry(key, _mend(entry.value, fixes))


def _mended_value(scalar: Scalar, replacement: str) -> Node:
    if replacement.isidentifier() and isinstance(resolve(replacement), str):
        return replace(scalar, value=replacement) if is_sure(str(scalar.value), replacement) else scalar
    if replacement.startswith("["):
        return Sequence((scalar,), scalar.span)
    if replacement.startswith('"'):
        return scalar
    try:
        return replace(scalar, value=resolve(replacement), quoted=False)
    except NumberRefused:
        return scalar
