"""The specs that are changed, in folders with their data."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from specrun.compiler.reader import read

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Case:
    """A spec to try, as it would stand in a file of a folder."""

    text: str | bytes
    file: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Seed:
    """A spec to begin with; `tree` holds its plain values, None where it cannot be read."""

    text: str
    folder: Path
    tree: Any
    is_right: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names."""
        target = self.tree.get("target")
        targets = [target.get("column") if isinstance(target, dict) else target]
        targets += list(self.tree.get("targets", ()))
        named = [name for each in targets for name in (each if isinstance(each, list) else [each])]
        return (*(name for name in self.tree["features"] if name != "*"), *filter(None, named))


def make_workplace(folder: Path) -> None:
    """Write the data files that the cases of `tests/parity` name, the pictures in them those of `specs`."""
    from tests.parity.workplace import make_rows, write_csv, write_typed, write_words

    frame = make_rows()
    write_csv(frame, folder)
    write_typed(frame, folder)
    write_words(frame, folder)
    lines = ["picture,weight,light"]
    for label, shape in (("dark", "circle"), ("light", "square")):
        shutil.copytree(ROOT / "specs" / "data" / "shapes" / shape, folder / "images" / label)
        pictures = sorted(path.name for path in (folder / "images" / label).iterdir())
        lines += (f"{label}/{name},{i / 8},{label}" for i, name in enumerate(pictures))
    (folder / "pictures.csv").write_text("\n".join(lines) + "\n", "utf-8")


@cache
def seeds(workplace: Path) -> tuple[Seed, ...]:
    """All the specs to begin with; `workplace` is a folder that `make_workplace` filled."""
    return tuple(_seeds(workplace))


def _seeds(workplace: Path) -> Iterator[Seed]:
    for path in sorted((ROOT / "specs").glob("*.yaml")):
        yield _seed(path, path.parent, is_right=True)
    for path in sorted((ROOT / "tests" / "parity" / "cases").glob("*.yaml")):
        yield _seed(path, workplace, is_right=True)
    for path in sorted((ROOT / "tests" / "ui").glob("*/*.yaml")):
        yield _seed(path, path.parent, is_right=False)


def _seed(path: Path, folder: Path, *, is_right: bool) -> Seed:
    raw = path.read_bytes()
    root, problems = read(raw, path.name)
    return Seed(raw.decode("utf-8", "replace"), folder, None if root is None or problems else root.plain(), is_right)
