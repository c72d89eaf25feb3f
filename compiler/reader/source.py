"""The text of a spec, its lines, and the spans that point into it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from yaml.events import Event

from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.reader.limits import LIMITS

# YAML 1.1 breaks lines at U+0085, U+2028 and U+2029, YAML 1.2 and editors do not; without them, all agree on the lines.
_FORBIDDEN = re.compile("[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_PROPERTIES = re.compile(r"(?:[&!]\S*[ \t]+)*")
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Source:
    """A text that YAML may hold, by lines; `lines` are without their breaks and shared by all spans."""

    file: str
    text: str
    lines: tuple[str, ...]

    def at(self, line: int, column: int, width: int = 1) -> Span:
        """The span at a 0-based place; one after the end of the text becomes the end of the last line with text."""
        if line >= len(self.lines) or (line == len(self.lines) - 1 and not self.lines[line].strip()):
            line = max((n for n, text in enumerate(self.lines) if text.strip()), default=0)
            column = len(self.lines[line].rstrip())
        return Span(self.file, line + 1, column + 1, column + 1 + max(width, 1), self.lines[line])

    def of(self, event: Event) -> Span:
        """The span of a parser's event: its first line, without an anchor or tag that comes before the value."""
        start, stop = event.start_mark, event.end_mark
        assert start is not None
        assert stop is not None
        line = start.line
        if line >= len(self.lines):
            return self.at(line, 0)
        text, column = self.lines[line], start.column
        end = stop.column if stop.line == line else len(text.rstrip())
        if text[column : column + 1] in ("&", "!"):
            properties = _PROPERTIES.match(text, column)
            if properties and properties.end() < end:
                column = properties.end()
        return Span(self.file, line + 1, column + 1, max(column + 1, end) + 1, text)


def open_source(text: str | bytes, file: str) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The text as a source, or None with the reasons (Y101 to Y104) why YAML cannot hold it."""
    raw = text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
    if len(raw) > LIMITS.size_bytes:
        return None, (_too_large(raw[:400].decode(errors="replace"), len(raw), file),)
    if isinstance(text, bytes):
        try:
            text = text.decode()
        except UnicodeDecodeError as error:
            return None, (_not_utf8(raw, error.start, file),)
    text = text.removeprefix("\ufeff")
    source = Source(file, text, _lines(text))
    problems = _too_long(source) or _forbidden(source)
    return (None if problems else source), problems


def shown(text: str) -> str:
    """The text in backticks, fit for one line of a message."""
    short = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
    printable = "".join(c if c.isprintable() else "\ufffd" for c in short)
    return f"`{printable}`"


def _lines(text: str) -> tuple[str, ...]:
    # What a span shows goes to terminals: no control character may reach one.
    return tuple(_LINE_BREAK.split(_FORBIDDEN.sub("\ufffd", text)))


def _too_large(start: str, size_bytes: int, file: str) -> Diagnostic:
    line = _lines(start.removeprefix("\ufeff"))[0][:80]
    return Diagnostic(
        "Y102",
        f"the text has {size_bytes:,} bytes, and at most {LIMITS.size_bytes:,} are read",
        Span(file, 1, 1, max(len(line), 1) + 1, line),
        "is this a spec? data belongs in a file of its own, named by `data.path`",
    )


def _not_utf8(raw: bytes, position: int, file: str) -> Diagnostic:
    before = _lines(raw[:position].decode().removeprefix("\ufeff"))
    line = _lines(raw.decode(errors="replace").removeprefix("\ufeff"))[len(before) - 1]
    column = len(before[-1])
    utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    found = "the text is UTF-16, not UTF-8" if utf16 else f"the byte 0x{raw[position]:02X} is not valid UTF-8"
    return Diagnostic(
        "Y101",
        found,
        Span(file, len(before), column + 1, column + 2, line[: LIMITS.line_characters]),
        "save the file with the encoding UTF-8",
    )


def _too_long(source: Source) -> tuple[Diagnostic, ...]:
    for number, line in enumerate(source.lines, start=1):
        if len(line) > LIMITS.line_characters:
            message = f"the line has {len(line):,} characters, and at most {LIMITS.line_characters:,} are read"
            span = Span(source.file, number, 1, 81, line[:80])
            return (Diagnostic("Y103", message, span, "write it on several lines"),)
    return ()


def _forbidden(source: Source) -> tuple[Diagnostic, ...]:
    if not _FORBIDDEN.search(source.text):
        return ()
    problems = []
    for number, line in enumerate(_LINE_BREAK.split(source.text)):
        found = _FORBIDDEN.search(line)
        if found:
            problems.append(_forbidden_character(source, number, found))
        if len(problems) == 10:
            break
    return tuple(problems)


def _forbidden_character(source: Source, line: int, found: re.Match[str]) -> Diagnostic:
    code = ord(found[0])
    escape = f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"
    surrogate = 0xD800 <= code <= 0xDFFF
    return Diagnostic(
        "Y104",
        f"the character U+{code:04X}{' (NUL)' if code == 0 else ''} cannot stand in YAML",
        source.at(line, found.start()),
        "remove it" if surrogate else f"remove it, or write it as `{escape}` inside double quotes",
    )
