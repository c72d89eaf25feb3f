"""The first look at the data of a spec: which files, which dialect, which columns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from specrun.compiler.data import Dialect, Table, find_format, open_table, usual_separator
from specrun.compiler.diagnostics import Diagnostic, Report, Span
from specrun.compiler.language.options import entry_of
from specrun.compiler.language.sections import Data
from specrun.compiler.language.spec import Spec
from specrun.compiler.matching import TooManyError, has_wildcard, matching
from specrun.compiler.opening import ADDRESS
from specrun.compiler.paths import shown_path
from specrun.compiler.unchanged import Files, as_they_are


@dataclass(frozen=True, slots=True)
class Survey:
    """The data as the spec names them, in files of `size` bytes.

    `shown` is how messages call them; paths in them are relative to `folder`. `files` are they as they were before.
    """

    table: Table
    dialect: Dialect
    shown: str
    files: Files
    folder: Path = Path()
    size: int = 0


def survey(spec: Spec, folder: Path, report: Report) -> Survey | None:
    """Open the data of a spec, its paths relative to `folder`; None, and diagnostics, where that cannot be done."""
    data = spec.data
    if data.path and data.dataset:
        span = _span(data, "dataset", spec)
        report.add(Diagnostic("S201", "`data` names both a `path` and a `dataset`", span, "take one of them out"))
    if bool(data.path) == bool(data.dataset):
        return None  # that there is neither was said when the structure was checked
    span = _span(data, "dataset" if data.dataset else "path", spec)
    dialect = find_dialect(data)
    try:
        paths, shown = data_files(data, folder)
    except TooManyError as problem:
        hint = "name fewer, or join them into one; a `*` in the name of a folder stands for very many"
        report.add(Diagnostic("D124", f"`{data.path}` {problem}", span, hint))
        return None
    files = as_they_are(paths, span)
    table, diagnostics = open_table(dialect, paths, shown, span)
    report.add(*diagnostics)
    if table is None:
        return None
    if dialect.format in ("dataset", "image_folder"):
        return Survey(table, dialect, shown[0], files)
    return Survey(table, dialect, shown[0], files, paths[0].parent, sum(path.stat().st_size for path in paths))


def find_dialect(data: Data) -> Dialect:
    """The dialect that a spec asks for; what it leaves open follows from the file's ending."""
    path = str(data.path)
    return Dialect(
        format="dataset" if data.dataset else data.format or find_format(path) or "",
        separator=data.separator or usual_separator(path),
        decimal="." if data.decimal == "auto" else data.decimal,
        encoding=data.encoding,
        columns=data.columns or (),
        missing=tuple(dict.fromkeys(("", *data.missing))),
        quoting=data.quoting,
        strip=data.strip,
    )


def data_files(data: Data, folder: Path) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """The files of a spec and their names as messages show them; no file and the pattern where none matches.

    Raises TooManyError where the pattern stands for too many.
    """
    if data.dataset is not None:
        return (), (data.dataset,)
    pattern = str(data.path)
    if ADDRESS in pattern:  # a path would lose one of the slashes
        return (folder / pattern,), (pattern,)
    if not has_wildcard(pattern):
        return (folder / pattern,), (shown_path(folder / pattern),)
    found = tuple(matching(folder / pattern))
    return found, tuple(map(shown_path, found)) or (pattern,)


def _span(data: Data, name: str, spec: Spec) -> Span:
    entry = entry_of(data, name)
    return entry.value.span if entry else spec.span("data")
