"""What traps are laid with: a small spec, its data, and files that are large without taking room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

Lay: TypeAlias = Callable[[Path], None]
Content: TypeAlias = str | bytes | Callable[[], str]
"""What a file is to hold; what is large is made when it is written."""

SPEC: Final = """specrun: 1
data: {{path: {path}{more}}}
features: {{a: number}}
target: y
classes: ["no", "yes"]
layers: [{{Dense: 4}}]
"""
ROWS: Final = "a,y\n" + "".join(f"{i % 7},{('no', 'yes')[i % 2]}\n" for i in range(40))
GIB: Final = 1 << 30


def spec(path: str = "data.csv", more: str = "") -> str:
    """The text of a spec that reads a file; `more` are further options of its data."""
    return SPEC.format(path=path, more=f", {more}" if more else "")


def both(*lays: Lay) -> Lay:
    """Lays all of them, one after the other."""

    def lay(folder: Path) -> None:
        for each in lays:
            each(folder)

    return lay


def files(contents: Mapping[str, Content]) -> Lay:
    """Writes files by their names, in folders that are made."""

    def lay(folder: Path) -> None:
        for name, content in contents.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            made = content if isinstance(content, str | bytes) else content()
            path.write_bytes(made if isinstance(made, bytes) else made.encode())

    return lay


def data(content: Content, name: str = "data.csv", more: str = "") -> Lay:
    """Writes a spec and its data."""
    return files({"spec.yaml": spec(name, more), name: content})


def of_path(path: str, more: str = "") -> Lay:
    """Writes a spec that reads a path, and nothing there."""
    return files({"spec.yaml": spec(path, more)})


def sparse(name: str, size: int, start: bytes = b"", end: bytes = b"") -> Lay:
    """Makes a file of that size which holds nothing but zeros between its start and its end, and takes no room."""

    def lay(folder: Path) -> None:
        with (folder / name).open("wb") as file:
            file.write(start)
            file.truncate(size)
            file.seek(0, 2)
            file.write(end)

    return lay


def repeated(name: str, start: bytes, part: bytes, size: int, end: bytes = b"") -> Lay:
    """Writes a file of about that size, in which a part stands again and again."""

    def lay(folder: Path) -> None:
        block = part * max((1 << 22) // len(part), 1)
        with (folder / name).open("wb") as file:
            file.write(start)
            for _ in range(max(size // len(block), 1)):
                file.write(block)
            file.write(end)

    return lay
