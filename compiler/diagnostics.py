"""What is wrong with a spec or its data, as data.

A `Diagnostic` is complete in itself: it carries the source line that it stands under, so every rendering
(`specrun.compiler.render`) is a function of the diagnostic alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import islice

LONGEST = 1_000
"""How many characters a message or a hint may have; of a longer one, which holds a long name, the midst is left out."""


class Severity(Enum):
    """How grave a diagnostic is; only an error ends the compilation."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one line of a file: `line`, `column` and `end` are 1-based, and `end` is one past the last column.

    `text` is the source line itself, without its line break. `used` is where what stands here is made use of, if that
    is elsewhere: a layer of a block where the block is used, a parameter's value where its `$word` stands.
    """

    file: str
    line: int
    column: int
    end: int
    text: str = field(default="", compare=False, repr=False)
    used: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that a diagnostic points to, with what is to be seen there."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Fix:
    """The edit that would mend the mistake: put `replacement` in place of what `span` covers."""

    span: Span
    replacement: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake: what was found (`message`), where (`span`), and what to do next (`hint`)."""

    code: str
    message: str
    span: Span
    hint: str
    severity: Severity = Severity.ERROR
    labels: tuple[Label, ...] = ()
    fix: Fix | None = None

    def __post_init__(self) -> None:
        for name in ("message", "hint"):
            text: str = getattr(self, name)
            if len(text) > LONGEST:
                object.__setattr__(self, name, f"{text[: LONGEST // 2]} … {text[3 - LONGEST // 2 :]}")


class SpecError(Exception):
    """A spec or its data is at fault; `diagnostics` says where, in source order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = in_source_order(diagnostics)
        super().__init__("; ".join(f"{d.code}: {d.message}" for d in self.diagnostics))


class Report:
    """Collects the diagnostics of the phases of one compilation."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, Span], Diagnostic] = {}

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(in_source_order(self._found.values()))

    def add(self, *diagnostics: Diagnostic) -> None:
        """Keep each mistake once, however often it is found, and point to where its place is used."""
        for found in diagnostics:
            self._found.setdefault((found.code, found.message, found.span), _with_uses(found))

    @property
    def has_errors(self) -> bool:
        return any(d.severity is Severity.ERROR for d in self._found.values())

    def stop_on_errors(self) -> None:
        """End the compilation here if any phase so far found an error."""
        if self.has_errors:
            raise SpecError(self)


def used_at(span: Span, use: Span | None) -> Span:
    """The same place, made use of at another, behind where it is made use of already."""
    if use is None:
        return span
    return Span(span.file, span.line, span.column, span.end, span.text, used_at(span.used, use) if span.used else use)


def _with_uses(diagnostic: Diagnostic) -> Diagnostic:
    here = diagnostic.span
    uses = (use for use in _uses(here) if (use.file, use.line) != (here.file, here.line))
    labels = tuple(Label(use, "used here") for use in islice(uses, 3))
    return replace(diagnostic, labels=(*diagnostic.labels, *labels)) if labels else diagnostic


def _uses(span: Span) -> Iterator[Span]:
    while span.used is not None:
        span = span.used
        yield span


def in_source_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by line and column, keeping the files in the order in which they first appear."""
    found = tuple(dict.fromkeys(diagnostics))
    files = list(dict.fromkeys(d.span.file for d in found))
    return tuple(sorted(found, key=lambda d: (files.index(d.span.file), d.span.line, d.span.column, d.code)))
