"""The Python face: load a spec, look at it, print its script, train it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.compilation import load as load_source
from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.compiler.plan import Plan
from specrun.compiler.resolve import FIRST_ROWS

if TYPE_CHECKING:
    from specrun.runtime.resuming import Begun
    from specrun.runtime.run import Run


@dataclass(frozen=True, slots=True)
class Spec:
    """A spec without errors, whose data were held against it."""

    compilation: Compilation

    @property
    def plan(self) -> Plan:
        """All that was decided about the model."""
        return self.compilation.plan

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The warnings, in source order."""
        return self.compilation.diagnostics

    def script(
        self, target: str = "keras", folder: str | Path = ".", *, annotate: bool = False, backend: str = "tensorflow"
    ) -> str:
        """The standalone script of a target, its data named relative to `folder`.

        `annotate` names the lines of the spec that each block comes from; `backend` says what Keras computes with.
        Raises SpecError where scripts of the target cannot hold the spec, ValueError for a target or backend that is
        none.
        """
        from specrun.compiler.script import BACKENDS, TARGETS, write_script

        for what, word, known in (("target", target, TARGETS), ("backend", backend, BACKENDS)):
            if word not in known:
                raise ValueError(f"no {what} is called {word!r}; there are {', '.join(known)}")
        source = self.compilation.folder
        return write_script(self.plan, source, Path(folder), target, annotate=annotate, backend=backend)

    def run(self, out: str | Path | None = None, *, report: bool = True) -> Run:
        """Train the model and leave a run directory, `out` or the next free one under `runs`, with a `report` in it."""
        from specrun.runtime.run import run

        return run(self.compilation, None if out is None else Path(out), report=report)


def load(path: str | Path, settings: Iterable[str] = ()) -> Spec:
    """The spec of a YAML file, every row of its data looked at.

    `settings` are values to set, as in "training.epochs=10". Raises SpecError, whose `diagnostics` say what is wrong.
    """
    return Spec(compiled(Path(path), settings, every_row=True))


def load_run(directory: str | Path) -> Run:
    """A run from the directory that it left, as it was when it ended: its model, history and measures.

    Raises SpecError where the directory is none, or is damaged.
    """
    from specrun.runtime.loading import load_run

    return load_run(Path(directory))


def resume(directory: str | Path) -> Run:
    """Go on with a run that was stopped or broken off, from its last checkpoint; it ends as if it never had been.

    `directory` is where the run is to be at its end. Raises SpecError where no such run was begun, or where its data
    are others now.
    """
    from specrun.runtime.run import run

    begun, compilation, _ = compiled_again(Path(directory))
    return run(compilation, begun=begun)


def compiled_again(directory: Path) -> tuple[Begun, Compilation, list[Diagnostic]]:
    """A run to go on with, its spec compiled, and warnings. Raises SpecError as `resume` does."""
    from specrun.runtime.resuming import changed, check_unchanged, find_begun

    begun = find_begun(directory)
    try:
        compilation = compiled(begun.spec, every_row=True)
    except SpecError as error:
        raise SpecError([*error.diagnostics, *changed(begun).diagnostics]) from None
    return begun, compilation, check_unchanged(compilation, begun)


def check(text: str, folder: str | Path = ".") -> Spec:
    """The spec of a YAML text, whose data's paths are relative to `folder`. Raises SpecError as `load` does."""
    return Spec(_compiled(Source(text, "spec", Path(folder)), every_row=True))


def compiled(
    path: Path, settings: Iterable[str] = (), *, every_row: bool = False, count_values: bool = False
) -> Compilation:
    """A spec file compiled; `count_values` and `every_row` look at all the data where the plan needs no such look."""
    return _compiled(load_source(path, settings), every_row=every_row, count_values=count_values)


def _compiled(source: Source, *, every_row: bool = False, count_values: bool = False) -> Compilation:
    from specrun.runtime.profile import choose_training

    limit = None if every_row or count_values else FIRST_ROWS
    return compile_spec(source, limit=limit, choose_training=choose_training, count_values=count_values)
