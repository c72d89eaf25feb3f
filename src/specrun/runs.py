"""Runs that are there: listed, set side by side, and trained again."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from specrun.api import compiled
from specrun.comparison import as_text
from specrun.compiler.catalogue import mode_of
from specrun.compiler.compilation import Compilation
from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.compiler.difference import differences
from specrun.compiler.render.printable import printable
from specrun.runtime.curves import curves
from specrun.runtime.directory import SUFFIX, finished, is_unfinished
from specrun.runtime.disk import look_into
from specrun.runtime.identity import find_finished, find_unfinished, identity_of
from specrun.runtime.loading import Records, read_records
from specrun.runtime.manifest import FILE as MANIFEST
from specrun.runtime.manifest import Kept, closed
from specrun.runtime.records import SPEC, STOPPED
from specrun.runtime.results import rounded, spreads
from specrun.runtime.tracking import untracked

if TYPE_CHECKING:
    from rich.table import Table

REPRODUCED = ("weights.npz", "history.csv", "metrics.json", "fitted.json")
"""What is the same, byte for byte, where a run is trained again; other files say when and where."""


def find_same(compilation: Compilation) -> tuple[Path | None, Path | None]:
    """The directories in `runs` of what a spec would train: where that was trained to its end, and where begun."""
    folder = Path("runs") / compilation.plan.name
    identity = identity_of(compilation) if os.path.isdir(folder) else None
    return (None, None) if identity is None else (find_finished(identity, folder), find_unfinished(identity, folder))


def kept_json(directory: Path) -> str:
    """What a run said at its end, as JSON."""
    kept = read_records(directory)
    found = {"directory": str(directory), "rows": kept.record.get("rows", {}), "metrics": kept.metrics}
    return json.dumps(found, indent=2)


def find_runs(folder: Path, *, every_file: bool = False) -> tuple[list[Records], list[Diagnostic]]:
    """All runs in a folder and in the folders of it, those of one name together in the order of their numbers.

    What is wrong with others comes beside them; with `every_file`, all their files are looked at. Raises SpecError for
    a folder that may not be looked into.
    """
    try:
        look_into(folder)
    except OSError as problem:
        raise closed(folder, problem) from None
    beside = {MANIFEST: SPEC, "metrics.json": "history.csv"}
    found = {path.parent for a, b in beside.items() for path in folder.rglob(a) if os.path.exists(path.with_name(b))}
    runs: list[Records] = []
    problems: list[Diagnostic] = []
    for directory in sorted((path for path in found if not is_unfinished(path)), key=_in_order):
        try:
            runs.append(read_records(directory))
        except SpecError as error:
            problems += error.diagnostics
        if every_file:
            problems += _changed(directory)
    return runs, list(dict.fromkeys(problems))


def _changed(directory: Path) -> Iterator[Diagnostic]:
    """What is wrong with the files of a run, all of them."""
    try:
        kept = Kept(directory)
    except SpecError as error:
        yield from error.diagnostics
        return
    for name in kept.names:
        try:
            kept.check(name)
        except SpecError as error:
            yield from error.diagnostics


def find_begun_runs(folder: Path) -> list[Path]:
    """The directories to be of the runs in a folder that were stopped or broken off."""
    found = {finished(path) for path in folder.rglob(f"*{SUFFIX}")} | {path.parent for path in folder.rglob(STOPPED)}
    return sorted(found, key=_in_order)


def _in_order(directory: Path) -> tuple[str, int, str]:
    name = directory.name
    return str(directory.parent), int(name) if name.isdecimal() else 1 << 62, name


def listing(runs: Iterable[Records], by: str | None) -> Table:
    """Runs as a table; those are first that have the best of the measure `by`, or the oldest."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = sorted(runs, key=lambda run: _rank(run, by)) if by else list(runs)
    names = list(dict.fromkeys(name for run in shown for name in run.judged))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("run", "began", "seconds", "epochs"):
        table.add_column(title, justify="left" if title in ("run", "began") else "right")
    folded = [name for name in names if any(name in spreads(run.metrics) for run in shown)]
    for name in (*names, "baseline", *(f"{name}, folds" for name in folded)):
        table.add_column(Text(printable(name)), justify="right", style="bold" if name == by else None)
    for run in shown:
        epochs = len(next(iter(run.history.values()), ()))
        about = (run.directory, run.record.get("began", ""), run.record.get("seconds", ""), f"{epochs:,}")
        guessed = next((value for name, value in run.baseline.items() if name in run.judged), None)
        scores = (*(run.judged.get(name) for name in names), guessed)
        of_folds = (spreads(run.metrics).get(name, "") for name in folded)
        table.add_row(*(Text(printable(str(cell))) for cell in about), *map(_shown, scores), *of_folds)
    return table


def _rank(run: Records, by: str) -> float:
    """The better, the smaller; a run without the measure comes last."""
    value = run.judged.get(by)
    if value is None or value != value:
        return float("inf")
    return -value if mode_of(by) == "max" else value


def _shown(value: float | None) -> str:
    return "" if value is None else rounded(value)


def judgement(run: Records, data: Path, measures: Mapping[str, float], rows: int) -> Table:
    """The measures of a run on a file, beside those of the test rows and their baseline."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for title in (data.name, "test", "baseline"):
        table.add_column(Text(printable(title)), justify="right", style="bold" if title == data.name else None)
    tested = run.record.get("rows", {}).get("test")
    table.add_row("rows", f"{rows:,}", "" if tested is None else f"{tested:,}", "")
    for name, value in measures.items():
        table.add_row(name, _shown(value), _shown(run.judged.get(name)), _shown(run.baseline.get(name)))
    return table


def comparison(one: Records, other: Records) -> Table:
    """The measures and the curves of two runs side by side."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("", one.directory, other.directory, "change"):
        table.add_column(Text(printable(str(title))), justify="right" if title else "left")
    for name in dict.fromkeys((*one.judged, *other.judged)):
        first, second = one.judged.get(name), other.judged.get(name)
        change = "" if first is None or second is None else f"{second - first:+.4g}"
        table.add_row(name, _shown(first), _shown(second), change)
    a, b = spreads(one.metrics), spreads(other.metrics)
    for name in dict.fromkeys((*a, *b)):
        table.add_row(f"{name}, folds", a.get(name, ""), b.get(name, ""), "")
    for name in dict.fromkeys((*one.history, *other.history)):
        both = [one.history.get(name, ()), other.history.get(name, ())]
        table.add_row(f"{name}, by epochs", *curves(both), "")
    return table


def changes(one: Records, other: Records) -> str:
    """What differs between the specs of two runs: in meaning, or where data are gone in their texts."""
    specs = [run.directory / "spec.yaml" for run in (one, other)]
    try:
        return as_text(differences(*(compiled(spec) for spec in specs)))
    except SpecError:
        before, after = (spec.read_text("utf-8").splitlines() if os.path.isfile(spec) else [] for spec in specs)
        return "\n".join(map(printable, difflib.unified_diff(before, after, str(specs[0]), str(specs[1]), lineterm="")))


def reproduce(directory: Path) -> Iterator[tuple[str, bool]]:
    """Train the spec of a run again; of each file that has to be the same, whether it is."""
    from specrun.runtime.run import run

    Kept(directory).check(SPEC)
    compilation = untracked(compiled(directory / SPEC, every_row=True))
    with TemporaryDirectory(prefix=f".{directory.name}.", dir=directory.parent) as scratch:
        again = run(compilation, Path(scratch) / "again", report=False)
        for name in REPRODUCED:
            yield name, _is_same(again.directory / name, directory / name)


def _is_same(one: Path, other: Path) -> bool:
    return os.path.isfile(other) and one.read_bytes() == other.read_bytes()
