"""What the YAML parser could not read, said for people who have never heard of tokens and scalars."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import yaml

from specrun.compiler.diagnostics import Diagnostic, Fix, Label
from specrun.compiler.reader.source import Source, shown

_TIGHT_COLON = re.compile(r"""\s*+(?:- ++)*+[^\s:'"\[\]{},#&*!|>%@`][^:'"]*(:)\S""")
_NO_CHARACTER = re.compile(r"\\U(?!0010|000[0-9a-fA-F])[0-9a-fA-F]{8}")
_QUOTE_ALL = "put quotes around the whole value"
_SAME_INDENT = "indent lines that belong together by the same number of spaces"
_KEY_AND_VALUE = re.compile(r"\s*+(?:- ++)*+[^\s#].*?:\s+[^\s#]")


@dataclass(frozen=True, slots=True)
class Failure:
    """Where the parser gave up: 0-based line and column, and the same of the construct that it was reading."""

    source: Source
    problem: str
    line: int
    column: int
    begun_line: int
    begun_column: int

    @property
    def text(self) -> str:
        return self.source.lines[self.line] if self.line < len(self.source.lines) else ""

    @property
    def before(self) -> str:
        return self.text[: self.column]

    @property
    def character(self) -> str:
        return self.text[self.column : self.column + 1]

    @property
    def opener(self) -> str:
        """The character that begins the construct."""
        text = self.source.lines[self.begun_line] if self.begun_line < len(self.source.lines) else ""
        return text[self.begun_column : self.begun_column + 1]

    def here(self, code: str, message: str, hint: str) -> Diagnostic:
        return Diagnostic(code, message, self.source.at(self.line, self.column), hint)


Explanation: TypeAlias = Callable[[Failure], Diagnostic]


def explain(source: Source, error: yaml.YAMLError) -> Diagnostic:
    """The diagnostic (Y105 to Y113, Y116, Y120) for an error of PyYAML's scanner or parser."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Diagnostic("Y105", "this is not YAML", source.at(0, 0), "see what the shipped specs look like")
    mark, begun = error.problem_mark, error.context_mark or error.problem_mark
    problem = error.problem or ""
    failure = Failure(source, problem, mark.line, mark.column, begun.line, begun.column)
    saying = f"{error.context or ''} {problem}"
    return next((say for words, say in _EXPLANATIONS if words in saying), _unclear)(failure)


def tight_colon(source: Source, line: int, column: int) -> Diagnostic:
    """Y107 for the colon at a 0-based place that has no space after it."""
    span = source.at(line, column)
    hint = "write `: ` between a key and its value"
    return Diagnostic("Y107", "no space after the colon", span, hint, fix=Fix(span, ": "))


def no_character(source: Source) -> Diagnostic:
    """Y112 for an escape of more than there are characters, `\\UFFFFFFFF`."""
    places = ((n, found.start()) for n, text in enumerate(source.lines) for found in _NO_CHARACTER.finditer(text))
    return _incomplete(source, *next(places, (0, 0)))


def _unclear(at: Failure) -> Diagnostic:
    return at.here("Y105", f"this is not YAML: {at.problem}", "check indentation, quotes and brackets up to here")


def _tab(at: Failure) -> Diagnostic:
    tab = at.source.at(at.line, at.column)
    message = "a tab stands where only spaces may" if at.before.strip() else "a tab is used for indentation"
    return Diagnostic("Y106", message, tab, "indent with spaces, two for each level", fix=Fix(tab, "  "))


def _bad_start(at: Failure) -> Diagnostic:
    if at.character == "\t":
        return _tab(at)
    character = "a backtick" if at.character == "`" else shown(at.character)
    return at.here("Y111", f"a value cannot begin with {character}", "put the text in quotes")


def _no_name(at: Failure) -> Diagnostic:
    sign = at.opener
    meaning = "repeats" if sign == "*" else "names"
    span = at.source.at(at.begun_line, at.begun_column)
    message = f"`{sign}` {meaning} a value in YAML, but no name follows"
    return Diagnostic("Y111", message, span, f"put a text that begins with `{sign}` in quotes")


def _bad_escape(at: Failure) -> Diagnostic:
    return _incomplete(at.source, at.line, max(at.text[: at.column + 1].rfind("\\"), 0))


def _incomplete(source: Source, line: int, start: int) -> Diagnostic:
    escape = source.lines[line][start : start + 2]
    span = source.at(line, start, len(escape))
    message = f"{shown(escape)} is not a complete escape of a double-quoted text"
    return Diagnostic("Y112", message, span, "write `\\\\` for a backslash, or use single quotes")


def _unclosed_quote(at: Failure) -> Diagnostic:
    span = at.source.at(at.begun_line, at.begun_column)
    sign = at.opener
    hint = f"write {sign} at the end of the text" + (" (inside it, a ' is written twice)" if sign == "'" else "")
    return Diagnostic("Y109", "the quotation mark is never closed", span, hint)


def _unclosed_bracket(at: Failure) -> Diagnostic:
    bracket = at.opener
    closer = "}" if bracket == "{" else "]"
    if at.line == at.begun_line and at.character:
        wrong = at.character in "]}"
        message = f"`{bracket}` is closed by `{at.character}`" if wrong else f"expected `,` or `{closer}` here"
        hint = f"close it with `{closer}`" if wrong else "put a comma between items, and quotes around texts"
        return at.here("Y108", message, hint)
    column = _indent(at.text) if at.character else at.column
    noticed = Label(at.source.at(at.line, column), f"expected `,` or `{closer}` before this")
    span = at.source.at(at.begun_line, at.begun_column)
    hint = f"write `{closer}` after the last item"
    return Diagnostic("Y108", f"`{bracket}` is never closed", span, hint, labels=(noticed,))


def _no_value(at: Failure) -> Diagnostic:
    if not at.character:
        return at.here("Y105", "a value was expected", "write a value here")
    if at.before.strip() or at.character not in "-.":
        message = f"a value was expected, but {shown(at.character)} stands here"
        return at.here("Y111", message, f"put a text that begins with `{at.character}` in quotes, or remove it")
    return at.here("Y105", "the document ends before the value", "close what is open in the lines above")


def _misplaced_colon(at: Failure) -> Diagnostic:
    start, above = _line_above(at)
    if re.search(r":\s", at.before):
        hint = "put a text with `: ` in quotes, or write keys inside a value as `{key: value}`"
        return at.here("Y111", "a second `: ` in one line", hint)
    tight = _TIGHT_COLON.match(above)
    if tight and not _KEY_AND_VALUE.match(above):
        return tight_colon(at.source, start, tight.start(1))
    indent = len(at.text) - len(at.text.lstrip())
    if _KEY_AND_VALUE.match(above):
        message = "this line is indented deeper than its neighbours"
        label = Label(at.source.at(start, _indent(above), len(above.strip())), "this key has its value already")
        span = at.source.at(at.line, indent, len(at.before.strip()))
        return Diagnostic("Y110", message, span, _SAME_INDENT, labels=(label,))
    if above.strip():
        return _keyless(at.source, start)
    return at.here(
        "Y105", "a colon is not allowed here", "put a text with `: ` in quotes; keys have up to 1,024 characters"
    )


def _missing_colon(at: Failure) -> Diagnostic:
    text = at.source.lines[at.begun_line]
    tight = _TIGHT_COLON.match(text, at.begun_column)
    return tight_colon(at.source, at.begun_line, tight.start(1)) if tight else _keyless(at.source, at.begun_line)


def _loose_colon(at: Failure) -> Diagnostic:
    return at.here("Y111", "a text cannot end with `:` here", "put the text in quotes, or a space after the colon")


def _misplaced_item(at: Failure) -> Diagnostic:
    hint = "put the list on the lines below, or write it as `[a, b]`; quote a text that begins with `- `"
    return at.here("Y105", "a list item (`- `) cannot stand after a key on its line", hint)


def _misfit(at: Failure) -> Diagnostic:
    """The parser expected the next key of a mapping, or the next `-` of a list."""
    if at.character == ":":
        return at.here(
            "Y120", "there is no key before the colon", "write the key, or quote a text that begins with `:`"
        )
    if at.before.strip():
        if at.before.rstrip()[-1] not in "'\"":
            return at.here("Y111", f"{shown(at.character)} does not fit here", _QUOTE_ALL)
        hint = "close each quotation mark above; inside '…' write '' for ', inside \"…\" write \\\" for \""
        return at.here("Y111", "there is text after the closing quotation mark", hint)
    if at.column == at.begun_column:
        wrong, right = ("a list item (`- `)", "key") if at.character == "-" else ("a key", "list item (`- `)")
        message = f"{wrong} stands where the next {right} was expected"
        return at.here("Y110", message, "indent it so that it belongs to a line above")
    return at.here("Y110", "the indentation of this line matches no line above", _SAME_INDENT)


def _after_the_end(at: Failure) -> Diagnostic:
    if at.before.strip() and at.character:
        return at.here("Y111", f"{shown(at.character)} stands after the end of the value", _QUOTE_ALL)
    first = next((line for line in at.source.lines if line.strip() and line.lstrip()[0] not in "#-%"), "")
    if at.column < _indent(first):
        return at.here("Y110", "this line is indented less than the first one", "begin all outer keys in column 1")
    return at.here("Y105", "the document has ended before this line", "remove what follows, or check the indentation")


def _bad_tag(at: Failure) -> Diagnostic:
    span = at.source.at(at.begun_line, at.begun_column)
    hint = "put a text that begins with `!` in quotes"
    return Diagnostic("Y116", "`!` begins a tag, and tags are not allowed", span, hint)


def _bad_block(at: Failure) -> Diagnostic:
    if at.character == "\t":
        return _tab(at)
    sign = at.opener
    message = f"`{sign}` begins a text on the lines below, so nothing may follow it"
    return at.here("Y111", message, f"put a text that begins with `{sign}` in quotes")


def _bad_directive(at: Failure) -> Diagnostic:
    span = at.source.at(at.begun_line, at.begun_column)
    hint = "remove it, or put the text in quotes"
    return Diagnostic("Y105", "a line that begins with `%` is a YAML directive", span, hint)


def _keyless(source: Source, line: int) -> Diagnostic:
    text = source.lines[line]
    words = text.strip()
    span = source.at(line, _indent(text), len(words))
    hint = "write `key: value`, or `- item` in a list"
    return Diagnostic("Y113", f"{shown(words)} has no `: `, so it is no key", span, hint)


def _line_above(at: Failure) -> tuple[int, str]:
    for line in range(at.line - 1, -1, -1):
        text = at.source.lines[line]
        if text.strip() and not text.lstrip().startswith("#"):
            return line, text
    return 0, ""


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


# The first whose words the parser says explains it; both of PyYAML's parsers are met, the C one and the pure one.
_EXPLANATIONS: tuple[tuple[str, Explanation], ...] = (
    ("violates indentation", _tab),
    ("cannot start any token", _bad_start),
    ("directive", _bad_directive),
    ("alphabetic or numeric", _no_name),
    ("unknown escape", _bad_escape),
    ("hexdecimal", _bad_escape),
    ("hexadecimal", _bad_escape),
    ("invalid Unicode character", _bad_escape),
    ("quoted scalar", _unclosed_quote),
    ("quoted-scalar", _unclosed_quote),
    ("expected ',' or '", _unclosed_bracket),
    ("node content", _no_value),
    ("mapping values are not allowed", _misplaced_colon),
    ("could not find expected ':'", _missing_colon),
    ("unexpected ':'", _loose_colon),
    ("sequence entries are not allowed", _misplaced_item),
    ("mapping keys are not allowed", _bad_start),
    ("parsing a block", _misfit),
    ("document start>", _after_the_end),
    ("tag", _bad_tag),
    ("block scalar", _bad_block),
    ("incompatible YAML", _bad_directive),
)
