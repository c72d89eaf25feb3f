"""A spec before and after it is formatted: where it goes, and what is different."""

from __future__ import annotations

import difflib
import sys
from dataclasses import dataclass
from pathlib import Path

from specrun.compiler.compilation import load
from specrun.compiler.formatting import format_spec
from specrun.compiler.reader import LIMITS
from specrun.compiler.render.printable import printable
from specrun.output import write_file

STDIN = Path("-")
"""The path that stands for the standard input, and for the standard output."""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """The bytes of a spec and those of its canonical form; `name` is fit to be shown."""

    path: Path
    name: str
    before: bytes
    after: bytes

    @property
    def differs(self) -> bool:
        return self.before != self.after

    def write(self) -> None:
        """Write a file that differs, its mode kept; of the standard input, always. Raises SpecError where it cannot."""
        if self.path == STDIN:
            sys.stdout.buffer.write(self.after)
            sys.stdout.buffer.flush()
        elif self.differs:
            # What a link leads to is replaced, not the link.
            write_file(self.path.resolve(), self.after.decode(), overwrite=True)

    def difference(self) -> str:
        """What would change, as a unified diff."""
        before, after = (text.decode("utf-8-sig").splitlines(keepends=True) for text in (self.before, self.after))
        if before and not before[-1].endswith("\n"):
            before[-1] += "\n\\ No newline at end of file\n"
        return "".join(difflib.unified_diff(before, after, self.name, f"{self.name} (formatted)"))


def formatted(path: Path) -> Rewriting:
    """A spec and its canonical form. Raises SpecError where the file or the text in it cannot be read."""
    if path == STDIN:
        name, content = "stdin", b"" if sys.stdin is None else sys.stdin.buffer.read(LIMITS.size_bytes + 1)
    else:
        source = load(path)
        name, content = source.file, source.text if isinstance(source.text, bytes) else source.text.encode()
    return Rewriting(path, printable(name), content, format_spec(content, name).encode())
