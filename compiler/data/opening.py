"""From the paths of a spec to a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from specrun.compiler.data.datasets import open_dataset
from specrun.compiler.data.files import check_files
from specrun.compiler.data.folder_table import open_folder
from specrun.compiler.data.header import open_csv
from specrun.compiler.data.jsonl_table import open_jsonl
from specrun.compiler.data.parquet_table import open_parquet
from specrun.compiler.data.table import Dialect, Source, Table
from specrun.compiler.diagnostics import Diagnostic, Span


def open_table(
    dialect: Dialect, paths: Sequence[Path], shown: Sequence[str], span: Span
) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    """The table that the files make up together, or what keeps them from being one.

    `shown` are the files' names for messages. Without any path, `shown` holds the pattern that matched no file; for a
    data set it holds the set's name. `span` is where the spec names the files.
    """
    if dialect.format == "dataset":
        return open_dataset(shown[0], span)
    if not paths:
        hint = "a path is relative to the folder of the spec"
        return None, (Diagnostic("D101", f"no file matches `{shown[0]}`", span, hint),)
    sources = tuple(Source(path, name) for path, name in zip(paths, shown, strict=True))
    if dialect.format == "image_folder":
        return open_folder(sources[0], span)
    problems = check_files(sources, dialect.format, span)
    if problems:
        return None, problems
    if dialect.format == "parquet":
        return open_parquet(sources, span)
    return (open_jsonl if dialect.format == "jsonl" else open_csv)(dialect, sources, span)
