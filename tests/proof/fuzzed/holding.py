"""What is held for a spec, whatever stands in it."""

from __future__ import annotations

import ast
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path

from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.diagnostics import LONGEST, Diagnostic, Span, SpecError
from specrun.compiler.formatting import format_spec
from specrun.compiler.language.dump import to_yaml
from specrun.compiler.pages import codes
from specrun.compiler.reader import read
from specrun.compiler.render import FORMATS
from specrun.compiler.script import TARGETS, write_script
from specrun.compiler.verify import verify
from specrun.runtime.profile import choose_training
from tests.proof.fuzzed.seeds import Case

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(slots=True)
class Outcome:
    """What became of a spec: whether it is a plan, the codes that were met, the CPU seconds until then, the faults."""

    is_plan: bool = False
    codes: set[str] = field(default_factory=set)
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


def hold(case: Case, *, every_row: bool, thorough: bool = False) -> Outcome:
    """Compile a spec and look at what comes of it.

    `every_row` compiles it as `explain` and `compile` do, else it is as for `check`. `thorough` does so too, writes the
    scripts of a plan, and holds the filled-in spec and the canonical form against it. Raises what the compiler raises
    and may not.
    """
    outcome = Outcome()
    source = Source(case.text, case.file, case.folder)
    before = time.process_time()
    try:
        compilation = _compiled(source, every_row=every_row or thorough)
        found = compilation.diagnostics
    except SpecError as error:
        compilation, found = None, error.diagnostics
    outcome.seconds = time.process_time() - before
    outcome.is_plan = compilation is not None
    if compilation is None and not found:
        outcome.faults.append("refused without a word")
    _look_at(found, case, outcome)
    if compilation is not None:
        verify(compilation.plan)
    if thorough:
        outcome.faults += _format(case)
    if thorough and compilation is not None:
        outcome.faults += _compile_again(compilation, case)
        for target in TARGETS:
            _write(compilation, target, case, outcome)
    return outcome


def _compiled(source: Source, *, every_row: bool) -> Compilation:
    if every_row:
        return compile_spec(source, limit=None, choose_training=choose_training, count_values=True)
    return compile_spec(source)


def _look_at(found: Sequence[Diagnostic], case: Case, outcome: Outcome) -> None:
    outcome.codes |= {problem.code for problem in found}
    outcome.faults += faults_of(found, case)


def faults_of(found: Sequence[Diagnostic], case: Case) -> Iterator[str]:
    """What is wrong with diagnostics of a spec, each alone and as they are shown."""
    yield from chain.from_iterable(_faults_of(problem, case) for problem in found)
    yield from _faults_of_renderings(found)


def _faults_of(problem: Diagnostic, case: Case) -> Iterator[str]:
    what = f"{problem.code} {problem.message[:200]!r}"
    if problem.code not in _known_codes():
        yield f"{what}: no page has this code"
    if not problem.message.strip() or not problem.hint.strip():
        yield f"{what}: no message or no hint"
    if len(problem.message) > LONGEST or len(problem.hint) > LONGEST:
        yield f"{what}: {len(problem.message)} characters, and {len(problem.hint)} in the hint"
    spans = [problem.span, *(label.span for label in problem.labels)]
    for span in [*spans, problem.fix.span] if problem.fix else spans:
        yield from (f"{what}: {wrong}" for wrong in _faults_of_span(span, case))


@cache
def _known_codes() -> frozenset[str]:
    return frozenset(codes())


def _faults_of_span(span: Span, case: Case) -> Iterator[str]:
    if span.file == case.file:
        lines = lines_of(case.text)
    elif Path(span.file).suffix in (".yaml", ".csv", ".tsv", ".jsonl"):
        lines = _lines_of_file(span.file)
    else:  # a line is a row, shown as a text
        lines = (span.text,) * span.line
    if not 1 <= span.line <= max(len(lines), 1):
        yield f"line {span.line} of {len(lines)} in {span.file!r}"
        return
    line = lines[span.line - 1] if lines else ""
    # What is missing at the end of a line stands one past it.
    if not 1 <= span.column < span.end or (span.text and (span.column > len(line) + 1 or span.end > len(line) + 2)):
        yield f"columns {span.column} to {span.end} of {len(line)} in line {span.line} of {span.file!r}"
    if span.file == case.file and len(line) < 1_000 and not _is_shown(line, span.text):
        yield f"line {span.line} of {span.file!r} is said to be {span.text[:100]!r}"


def _is_shown(line: str, shown: str) -> bool:
    """Whether a line is shown as it is, but for what YAML cannot hold."""
    if shown in ("", line):
        return True
    return len(shown) == len(line) and all(b in (a, "\ufffd") for a, b in zip(line, shown, strict=True))


@lru_cache(maxsize=4)
def lines_of(text: str | bytes) -> tuple[str, ...]:
    """The lines of a spec, as an editor would show them."""
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return tuple(_LINE_BREAK.split(text.removeprefix("\ufeff")))


@cache
def _lines_of_file(file: str) -> tuple[str, ...]:
    try:
        return lines_of(Path(file).read_bytes())
    except (OSError, ValueError):
        return ()


def _faults_of_renderings(found: Sequence[Diagnostic]) -> Iterator[str]:
    for name, rendering in FORMATS.items():
        text = rendering(found)
        text.encode()
        if not text.replace("\n", "").isprintable():
            odd = sorted({c for c in text if not c.isprintable()} - {"\n"})
            yield f"{name} shows {odd!r}"
        counts = {
            "json": lambda text: len(json.loads(text)["diagnostics"]),
            "sarif": lambda text: len(json.loads(text)["runs"][0]["results"]),
            "github": lambda text: len(re.findall("^::(?:error|warning|notice) file=", text, re.MULTILINE)),
            "text": lambda text: len(re.findall(r"^(?:error|warning|note)\[", text, re.MULTILINE)),
        }
        if counts[name](text) != len(found):
            yield f"{name} shows {counts[name](text)} of {len(found)} diagnostics"
        if name == "github" and len(text.splitlines()) != len(found):
            yield "github has lines that are no commands"


def _format(case: Case) -> Iterator[str]:
    try:
        text = format_spec(case.text, case.file)
    except SpecError as error:
        if not error.diagnostics:
            yield "formatting is refused without a word"
        return
    before, after = (read(each, case.file)[0] for each in (case.text, text))
    if before is None or after is None or before.plain() != after.plain():
        yield "the canonical form says something else"
    if format_spec(text, case.file) != text:
        yield "the canonical form has another one"


def _compile_again(compilation: Compilation, case: Case) -> Iterator[str]:
    text = to_yaml(compilation.spec)
    try:
        again = _compiled(Source(text, case.file, compilation.folder), every_row=True)
    except SpecError as error:
        yield f"the filled-in spec is refused: {error}"
        return
    if again.plan != compilation.plan:
        yield "the filled-in spec is another plan"


def _write(compilation: Compilation, target: str, case: Case, outcome: Outcome) -> None:
    try:
        text = write_script(compilation.plan, compilation.folder, case.folder, target)
    except SpecError as error:
        _look_at(error.diagnostics, case, outcome)
        if not error.diagnostics:
            outcome.faults.append(f"{target} refuses the plan without a word")
        return
    if text.startswith("{"):
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    ast.parse(text)
