"""The way from a YAML text to a plan, phase by phase; all the problems of a spec are reported together."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from pathlib import Path

from specrun.compiler.collector import collector_paused
from specrun.compiler.columns import check_names
from specrun.compiler.diagnostics import Diagnostic, Report, Span, SpecError
from specrun.compiler.estimate import Estimate, estimated
from specrun.compiler.expand import expand, without_holes
from specrun.compiler.fitting import check_possible
from specrun.compiler.language.build import build
from specrun.compiler.language.spec import Spec
from specrun.compiler.language.validate import found, validate, without_faults
from specrun.compiler.lower import lower
from specrun.compiler.opening import Unreadable, read_file
from specrun.compiler.plan import Plan
from specrun.compiler.reader import Mapping, read
from specrun.compiler.resolve import FIRST_ROWS, ChooseTraining, resolve
from specrun.compiler.settings import COMMAND_LINE
from specrun.compiler.survey import survey
from specrun.compiler.unchanged import Files


@dataclass(frozen=True, slots=True)
class Source:
    """A spec's text. `file` names it in messages; its data's paths are relative to `folder`."""

    text: str | bytes
    file: str
    folder: Path
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compilation:
    """A spec without errors: its plan, the filled-in spec, what the path of its data is relative to, the warnings.

    `memory` is what training it needs at least; `files` are its data as they were before they were looked at.
    `inferred` names the columns whose kind the training rows told; `windows` is how many those of a series are in each
    part, where all the rows were looked at.
    """

    plan: Plan
    spec: Spec
    folder: Path
    diagnostics: tuple[Diagnostic, ...]
    memory: Estimate
    files: Files
    inferred: frozenset[str] = frozenset()
    windows: MappingOf[str, int] = field(default_factory=dict)


def load(path: Path, settings: Iterable[str] = ()) -> Source:
    """The source of a spec file. Raises SpecError where it cannot be read."""
    try:
        text = read_file(path)
    except Unreadable as problem:
        message = f"the spec `{path}` {problem.why}"
        raise SpecError([Diagnostic("S001", message, Span(str(path), 1, 1, 2), problem.hint)]) from None
    return Source(text, str(path), path.parent, tuple(settings))


@collector_paused()
def compile_spec(
    source: Source,
    *,
    limit: int | None = FIRST_ROWS,
    choose_training: ChooseTraining | None = None,
    count_values: bool = False,
) -> Compilation:
    """The plan of a spec; see `resolve` for the options. Raises SpecError with all that is wrong."""
    report = Report()
    spec = _read(source, report)
    report.add(*check_names(spec))
    folder = _data_folder(spec, source)
    seen = survey(spec, folder, report)
    if seen is None:
        raise SpecError(report)
    resolved = resolve(spec, seen, report, limit=limit, choose_training=choose_training, count_values=count_values)
    report.stop_on_errors()
    plan, filled = lower(resolved, report)
    memory = estimated(resolved, plan)
    report.add(*check_possible(plan, filled, memory))
    report.stop_on_errors()
    return Compilation(plan, filled, folder, tuple(report), memory, seen.files, resolved.inferred, resolved.windows)


def read_spec(source: Source) -> Spec:
    """A spec, whose data are not looked at. Raises SpecError with what is wrong in its structure."""
    report = Report()
    spec = _read(source, report)
    report.stop_on_errors()
    return spec


def _read(source: Source, report: Report) -> Spec:
    """The spec, without what is wrong in its structure, so that the checks that follow can go on beside it."""
    root, diagnostics = read(source.text, source.file)
    report.add(*diagnostics)
    if root is None:
        raise SpecError(report)
    if not isinstance(root, Mapping):
        hint = "begin with `specrun: 1`, and see the README for a first spec"
        report.add(Diagnostic("S101", f"a spec is a mapping, not {found(root)}", root.span, hint))
        raise SpecError(report)
    root = expand(root, source.file, source.folder, source.settings, report)
    report.add(*validate(root, tuple(report)))
    sound = without_faults(without_holes(root)) if report.has_errors else root
    if sound is None:
        raise SpecError(report)
    return build(sound if isinstance(sound, Mapping) else Mapping((), root.span))


def _data_folder(spec: Spec, source: Source) -> Path:
    """Data paths are relative to the spec, but one that was typed in a shell to where it was typed."""
    node = spec.place.get("data") if isinstance(spec.place, Mapping) else None
    path = node.get("path") if isinstance(node, Mapping) else None
    return Path() if path is not None and path.span.file == COMMAND_LINE else source.folder
