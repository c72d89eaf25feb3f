"""The physical lines of a text file, each checked to be text."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from specrun.compiler.data.files import unreadable
from specrun.compiler.data.table import Source, line_span
from specrun.compiler.diagnostics import Diagnostic

MAX_LINE = 1 << 22
"""Characters in one physical line, and in all the lines of one record."""
MAX_BLANK = 100_000
"""Blank lines one below the other."""

# A lone surrogate stands in no readable text, so it marks the place of what could not be read.
_MARK = "\udfff"
_CODECS = {"utf-8": "utf-8-sig"}


def _mark_unreadable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _MARK, error.end


codecs.register_error("specrun.mark", _mark_unreadable)


class UnreadableError(Exception):
    """The rest of a file cannot be read; `diagnostic` says why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Lines:
    """An iterator of lines with their line breaks that remembers where a record begins.

    `number` is that of the last line read; `first` and `first_number` are of the first line since `start_record`.
    `ended` is true once a line was asked for after the last.
    """

    def __init__(self, file: TextIO, shown: str, encoding: str) -> None:
        self.shown = shown
        self.number = 0
        self.ended = False
        self.first: str | None = None
        self.first_number = 0
        self._characters = 0
        self._blank = 0
        self._read = file.readline
        self._encoding = encoding

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._read(MAX_LINE)
        if not line:
            self.ended = True
            raise StopIteration
        self.number += 1
        if self.first is None:
            self.first, self.first_number = line, self.number
            self._characters = 0
            self._blank = self._blank + 1 if line.isspace() else 0
        self._characters += len(line)
        if _MARK in line or "\0" in line or self._characters >= MAX_LINE or self._blank > MAX_BLANK:
            raise UnreadableError(self._problem(line))
        return line

    def start_record(self) -> None:
        """Let the next line be the first of a record."""
        self.first = None

    def _problem(self, line: str) -> Diagnostic:
        text = line.rstrip("\r\n").replace(_MARK, "\ufffd")
        if _MARK in line:
            column = line.index(_MARK) + 1
            message = f"`{self.shown}` is not in {self._encoding}: line {self.number} has a byte that cannot be read"
            hint = f"name the file's encoding: `encoding: {self._other_encoding(column)}`?"
            return self._diagnostic("D108", message, text, column, hint)
        if "\0" in line:
            column = line.index("\0") + 1
            message = f"line {self.number} of `{self.shown}` has a NUL character"
            hint = "if the file is UTF-16 add `encoding: utf-16`, else it is damaged or no text"
            return self._diagnostic("D109", message, text, column, hint)
        if self._blank > MAX_BLANK:
            message = f"`{self.shown}` has more than {MAX_BLANK:,} blank lines one below the other"
            hint = "see whether the file was written to its end, or remove them"
            return self._diagnostic("D106", message, text, 1, hint)
        if len(line) < MAX_LINE:
            message = f"the row in line {self.first_number} of `{self.shown}` is longer than {MAX_LINE:,} characters"
            text = (self.first or "").rstrip("\r\n")
            hint = "see whether a quote is missing; if quotes are plain text here, add `quoting: false`"
            return Diagnostic("D120", message, line_span(self.shown, self.first_number, text), hint)
        message = f"line {self.number} of `{self.shown}` is longer than {MAX_LINE:,} characters"
        return self._diagnostic("D120", message, text, 1, "break the lines of the file, one for each row")

    def _other_encoding(self, column: int) -> str:
        if self._encoding != "utf-8":
            return "utf-8"
        # A UTF-16 file starts with the bytes FF FE or FE FF, neither of which ever stands in UTF-8.
        return "utf-16" if (self.number, column) == (1, 1) else "latin-1"

    def _diagnostic(self, code: str, message: str, text: str, column: int, hint: str) -> Diagnostic:
        end = None if code == "D120" else column + 1
        return Diagnostic(code, message, line_span(self.shown, self.number, text, column, end), hint)


@contextmanager
def opened(source: Source, encoding: str) -> Iterator[Lines]:
    """The lines of a file; a byte order mark is dropped.

    Raises:
        UnreadableError: the system refuses to open the file or to read on, or a line is no text.
    """
    try:
        with source.path.open(encoding=_CODECS.get(encoding, encoding), errors="specrun.mark", newline="") as file:
            yield Lines(file, source.shown, encoding)
    except UnicodeError:
        message = f"`{source.shown}` is not in {encoding}: it does not start with a byte order mark"
        hint = "name the file's encoding: `encoding: utf-8`?"
        raise UnreadableError(Diagnostic("D108", message, line_span(source.shown, 1, ""), hint)) from None
    except OSError as problem:
        raise UnreadableError(unreadable(source, problem, line_span(source.shown, 1, ""))) from None
