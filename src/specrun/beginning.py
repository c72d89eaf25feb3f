"""Beginning: the files that `specrun init` leaves."""

from __future__ import annotations

import json
import os
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.compiler.draft import Given, columns_of, draft_spec
from specrun.compiler.language.editor_schema import schema_of_columns
from specrun.compiler.reader import Mapping, Scalar, read
from specrun.output import make_folder, taken, write_file


def begin(data: Path, target: str, given: Given, spec: Path, *, overwrite: bool = False) -> tuple[Diagnostic, ...]:
    """Write the draft of a spec, and the schema that editors complete it by; what has to be mended in the data for it.

    Raises SpecError where the spec is there already and is not to be overwritten, where a file cannot be read or
    written, or where there is no such target.
    """
    if not spec.name:
        raise taken(spec)
    schema = spec.with_suffix(".schema.json")
    text, problems = draft_spec(data, target, given, spec, schema.name)
    is_new = not os.path.lexists(schema)
    if not overwrite and os.path.lexists(spec):
        raise taken(spec)
    write_file(schema, as_json(schema_of_columns(columns_of(data, given))), overwrite=overwrite)
    try:
        write_file(spec, text, overwrite=overwrite)
    except SpecError:
        if is_new:
            schema.unlink(missing_ok=True)
        raise
    return problems


def examples() -> tuple[str, ...]:
    """The names of the specs that ship."""
    return tuple(
        sorted(path.name.removesuffix(".yaml") for path in _shipped().iterdir() if path.name.endswith(".yaml"))
    )


def copy_example(name: str, folder: Path) -> Path:
    """Copy a spec that ships, the data that it reads and the schema of specs to a folder; the path of the spec.

    Raises SpecError where a file is there already, with something else in it, or cannot be written.
    """
    spec = _shipped() / f"{name}.yaml"
    text = spec.read_text("utf-8")
    node, _ = read(text, spec.name)
    data = node.get("data") if isinstance(node, Mapping) else None
    path = data.get("path") if isinstance(data, Mapping) else None
    files = [(spec.name, spec), ("specrun.schema.json", _shipped() / "specrun.schema.json")]
    if isinstance(path, Scalar):
        files += _within(str(path.value), _shipped().joinpath(*str(path.value).split("/")))
    for to, source in files:
        _copy(source.read_bytes(), folder / to)
    return folder / spec.name


def _shipped() -> Traversable:
    return resources.files("specrun.specs")


def _within(name: str, source: Traversable) -> list[tuple[str, Traversable]]:
    """A file, or all those in a folder and in the folders of that, each with its path."""
    if source.is_file():
        return [(name, source)]
    inside = (part for part in source.iterdir() if not part.name.startswith("_"))
    return [found for part in inside for found in _within(f"{name}/{part.name}", part)]


def _copy(content: bytes, to: Path) -> None:
    make_folder(to.parent)
    if not _holds(to, content):
        write_file(to, content, overwrite=False)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return os.path.isfile(path) and path.read_bytes() == content
    except OSError:
        return False


def as_json(schema: dict[str, Any]) -> str:
    """A schema as the text of a file."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
