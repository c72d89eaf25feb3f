"""`extends: base.yaml`: reads the specs that a spec builds on, and lays them over each other."""

from __future__ import annotations

import os
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Final

from specrun.compiler.diagnostics import Diagnostic, Label, Report, Span, SpecError, used_at
from specrun.compiler.expand.complaints import as_text, mistyped
from specrun.compiler.expand.merge import merged
from specrun.compiler.language.wording import found
from specrun.compiler.opening import ADDRESS, Unreadable, read_file
from specrun.compiler.reader import Entry, Mapping, Node, Scalar, read

BASES: Final = 10
"""How many bases one below the other a spec may have."""
_OWN = ("extends", "name")
"""What a base keeps to itself: a model is called after its own file, unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class Written:
    """A spec as it stands in one file; `folder` is that of the file, as seen from the folder of the first spec."""

    root: Mapping
    file: str
    folder: str = ""


def inherit(root: Mapping, file: str, folder: Path, report: Report) -> tuple[Mapping, MappingOf[str, str]]:
    """The spec laid over its bases, and the folder of each base by its file, relative to `folder`.

    Raises SpecError where a base cannot be read.
    """
    chain = [Written(root, file)]
    while (extends := chain[-1].root.entry("extends")) is not None:
        base = _base(chain, extends, folder, report)
        if base is None:
            raise SpecError(report)
        chain.append(base)
    own, *bases = (_without_extends(one.root) for one in chain)
    if not bases:
        return root, {}
    shared = reduce(lambda below, over: merged(below, over), reversed([_shared(base) for base in bases]))
    whole = merged(shared, own)
    return replace(whole, span=root.span), {one.file: one.folder for one in chain[1:]}


def relocated(root: Mapping, folders: MappingOf[str, str]) -> Mapping:
    """The spec with the path of its data as seen from its own folder; in a base it is relative to that of the base."""
    data = root.entry("data")
    path = data.value.entry("path") if data is not None and isinstance(data.value, Mapping) else None
    text = as_text(path.value) if path is not None else None
    if data is None or path is None or text is None or ADDRESS in str(text.value):
        return root
    moved = replace(text, value=os.path.join(folders.get(text.span.file, ""), str(text.value)))
    return _with(root, data, _with(data.value, path, moved)) if moved != text else root


def _with(mapping: Node, entry: Entry, value: Node) -> Mapping:
    assert isinstance(mapping, Mapping)
    return replace(mapping, entries=tuple(Entry(e.key, value) if e is entry else e for e in mapping))


def _without_extends(root: Mapping) -> Mapping:
    return replace(root, entries=tuple(entry for entry in root if entry.name != "extends"))


def _shared(root: Mapping) -> Mapping:
    return replace(root, entries=tuple(entry for entry in root if entry.name not in _OWN))


def _base(chain: list[Written], extends: Entry, folder: Path, report: Report) -> Written | None:
    """The spec that the last one of the chain extends; None where it cannot be used, which goes into the report."""
    name = as_text(extends.value)
    if name is None:
        hint = "write the name of one YAML file; a base can have a base of its own"
        report.add(mistyped("the name of a spec", extends.value, extends.key.span, hint))
        return None
    span, relative = name.span, os.path.join(chain[-1].folder, str(name.value))
    path = folder / relative
    if not relative.lower().endswith((".yaml", ".yml")):
        hint = "name a file that ends in `.yaml` or `.yml`"
        report.add(Diagnostic("S501", f"the base `{name.value}` is no YAML file by its name", span, hint))
        return None
    known = [_identity(one.file) for one in chain]
    if _identity(path) in known:
        report.add(_circle(chain, known.index(_identity(path))))
        return None
    if len(chain) > BASES:
        hint = "join some of them into one"
        report.add(Diagnostic("S502", f"a spec has at most {BASES} bases below each other", span, hint))
        return None
    root = _read(path, span, str(name.value), report)
    return None if root is None else Written(root, str(path), os.path.dirname(relative))


def _identity(path: str | Path) -> str:
    """What two paths have in common that lead to one file."""
    try:
        return os.path.realpath(path)
    except ValueError:  # a character that no path can have
        return str(path)


def _read(path: Path, extends: Span, name: str, report: Report) -> Mapping | None:
    try:
        text = read_file(path)
    except Unreadable as problem:
        report.add(Diagnostic("S501", f"the base `{name}` {problem.why}", extends, problem.hint))
        return None
    root, problems = read(text, str(path))
    report.add(*(replace(problem, span=used_at(problem.span, extends)) for problem in problems))
    if root is not None and not isinstance(root, Mapping):
        message = f"a spec is a mapping, not {found(root)}"
        report.add(Diagnostic("S101", message, used_at(root.span, extends), "write keys and values, as in any spec"))
    return root if isinstance(root, Mapping) else None


def _circle(chain: list[Written], first: int) -> Diagnostic:
    """Specs that extend each other: the last of the chain extends the one at `first`."""
    ring = chain[first:]
    spans = [_extends(one) for one in ring]
    if len(ring) == 1:
        return Diagnostic("S502", "the spec extends itself", spans[0], "name another file, or take `extends` out")
    names = " → ".join(f"`{os.path.basename(one.file)}`" for one in (*ring, ring[0]))
    labels = tuple(Label(span, "extends the next one") for span in spans[1:])
    return Diagnostic(
        "S502", f"specs extend each other in a circle: {names}", spans[0], "take one `extends` out", labels=labels
    )


def _extends(one: Written) -> Span:
    value = one.root.get("extends")
    return value.span if isinstance(value, Scalar) else one.root.span
