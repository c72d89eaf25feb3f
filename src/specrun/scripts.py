"""Scripts as files: written, or compared with what would be written."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from specrun.compiler.compilation import Compilation
from specrun.compiler.diagnostics import Diagnostic, Severity, Span, SpecError
from specrun.compiler.script import TARGETS, target_of, unsaid, write_script
from specrun.output import write_file

DIFFERS = 3
"""The exit status that says that a file is not what would be written."""

_IMPORTED = sys.stdlib_module_names | {"jax", "keras", "numpy", "pandas", "scipy", "sklearn", "tensorflow", "torch"}
"""Modules that a script imports, or that what it imports does."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script and the file that it is for; `unsaid` notes what of its spec it does without."""

    path: Path
    text: str
    unsaid: tuple[Diagnostic, ...] = ()

    def write(self, *, overwrite: bool) -> None:
        """Write the file. Raises SpecError where it is there and may not be overwritten, or cannot be written."""
        write_file(self.path, self.text, overwrite=overwrite)

    def remarks(self) -> Iterator[Diagnostic]:
        """What is unsaid, and a warning where the script has the name of a module: what imports that then finds it."""
        yield from self.unsaid
        if self.path.suffix == ".py" and self.path.stem in _IMPORTED:
            message = f"`{self.path.name}` would be imported in place of the module `{self.path.stem}`"
            hint = f"give it a name of its own, such as `{self.path.stem}_script.py`"
            yield Diagnostic("R103", message, Span(str(self.path), 1, 1, 2), hint, Severity.WARNING)

    def difference(self) -> str:
        """How the file has to change to be what would be written, as a unified diff; empty where it is that already."""
        try:
            found = self.path.read_bytes()
        except OSError:
            found = b""
        if found == self.text.encode():
            return ""
        old, new = (text.splitlines(keepends=True) for text in (found.decode("utf-8", "backslashreplace"), self.text))
        return "".join(difflib.unified_diff(old, new, str(self.path), f"{self.path} (as the spec has it)"))


@dataclass(frozen=True, slots=True)
class Refused:
    """A target that cannot hold the spec whose file has the stem, and why."""

    stem: str
    target: str
    error: SpecError

    @property
    def why(self) -> str:
        """One line."""
        first, *more = self.error.diagnostics
        return first.message + (f" (and {len(more)} more)" if more else "")


@dataclass(frozen=True, slots=True)
class Asked:
    """What scripts are asked for: of one `target`, or of all where that is None, each that can hold the spec.

    `output` is the file of the script, or, where there are `several`, the folder that they go into; None is the
    terminal, and of several the folder that one is in.
    """

    target: str | None
    output: Path | None
    several: bool
    annotate: bool
    backend: str

    def scripts(self, compilation: Compilation, stem: str) -> Iterator[Script | Refused]:
        """The scripts of a spec whose file has the stem. Raises SpecError where the one target cannot hold the spec."""
        if self.target is not None:
            yield self._script(compilation, stem, self.target)
            return
        for target in TARGETS:
            try:
                yield self._script(compilation, stem, target)
            except SpecError as error:
                yield Refused(stem, target, error)

    def _script(self, compilation: Compilation, stem: str, target: str) -> Script:
        path = self.output or Path("script.py")
        if self.several:
            path = (self.output or Path()) / f"{stem}_{target}{target_of(target).suffix}"
        plan, source = compilation.plan, compilation.folder
        text = write_script(plan, source, path.parent, target, annotate=self.annotate, backend=self.backend)
        return Script(path, text, tuple(unsaid(plan)))
