"""The rendering for people: what is wrong, the line that it stands on, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from specrun.compiler.diagnostics import Diagnostic, Label, Severity, Span
from specrun.compiler.render.excerpt import Line, Mark, excerpt
from specrun.compiler.render.printable import printable

_ANSI = {"error": "1;31", "warning": "1;33", "note": "1;36", "help": "36", "gutter": "34"}


def render_text(diagnostics: Sequence[Diagnostic], colour: bool = False) -> str:
    """Each diagnostic with its excerpt, parted by empty lines; ANSI colours only where `colour` asks for them."""
    return "\n\n".join("\n".join(_Page(diagnostic, colour).lines()) for diagnostic in diagnostics)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """How many there are of each severity: `2 errors, 1 warning`."""
    severities = [diagnostic.severity for diagnostic in diagnostics]
    counts = ((severities.count(severity), severity.value) for severity in Severity)
    return ", ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts if n) or "no problems"


class _Page:
    """One diagnostic, drawn beside a gutter that is as wide as its largest line number."""

    def __init__(self, diagnostic: Diagnostic, colour: bool) -> None:
        self.diagnostic = diagnostic
        self.colour = colour
        marks = [Mark(diagnostic.span, "^"), *(Mark(label.span, "-", label.message) for label in diagnostic.labels)]
        by_file: dict[str, list[Mark]] = {diagnostic.span.file: []}
        for mark in marks:
            if mark.span.text:
                by_file.setdefault(mark.span.file, []).append(mark)
        self.excerpts = {file: excerpt(marks) for file, marks in by_file.items()}
        self.first = {file: marks[0].span for file, marks in by_file.items() if marks}
        numbers = [line.number for lines in self.excerpts.values() for line in lines]
        self.margin = " " * (len(str(max(numbers, default=1))) + 1)

    def lines(self) -> Iterator[str]:
        diagnostic = self.diagnostic
        title = self.paint(f"{diagnostic.severity.value}[{diagnostic.code}]", diagnostic.severity.value)
        yield f"{title}: {printable(diagnostic.message)}"
        yield self.arrow("-->", diagnostic.span)
        main, *others = self.excerpts
        yield from self.excerpt(self.excerpts[main])
        for file in others:
            if self.excerpts[main]:
                yield self.gutter()
            yield self.arrow(":::", self.first[file])
            yield from self.excerpt(self.excerpts[file])
        for label in diagnostic.labels:
            if not label.span.text:
                yield self.remark("note", _where_and_what(label))
        if diagnostic.hint:
            yield self.remark("help", printable(diagnostic.hint))

    def excerpt(self, lines: Sequence[Line]) -> Iterator[str]:
        if lines:
            yield self.gutter()
            yield from self.source(lines[0])
        for above, line in pairwise(lines):
            if line.number > above.number + 1:
                yield self.paint("...", "gutter")
            yield from self.source(line)

    def source(self, line: Line) -> Iterator[str]:
        yield self.gutter(line.shown, str(line.number))
        for underline in line.underlines:
            mark = underline.mark
            style = self.diagnostic.severity.value if mark.sign == "^" else "gutter"
            drawn = f"{mark.sign * underline.length} {printable(mark.message)}".rstrip()
            yield self.gutter(" " * underline.indent + self.paint(drawn, style))

    def gutter(self, text: str = "", number: str = "") -> str:
        bar = self.paint(f"{number.rjust(len(self.margin))} |", "gutter")
        return f"{bar} {text}".rstrip()

    def arrow(self, sign: str, span: Span) -> str:
        return f"{self.margin}{self.paint(sign, 'gutter')} {_place(span)}"

    def remark(self, word: str, text: str) -> str:
        return f"{self.margin} {self.paint('=', 'gutter')} {self.paint(f'{word}:', word)} {text}"

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{_ANSI[style]}m{text}\x1b[0m" if self.colour else text


def _place(span: Span) -> str:
    return f"{printable(span.file)}:{span.line}:{span.column}"


def _where_and_what(label: Label) -> str:
    return f"{_place(label.span)}: {printable(label.message)}"
