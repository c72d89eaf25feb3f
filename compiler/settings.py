"""`--set training.epochs=10`: values from the command line, put into the tree of a spec before it is checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from specrun.compiler.diagnostics import Diagnostic, Report, Span
from specrun.compiler.reader import Entry, Mapping, Node, Scalar, Sequence, read_scalar

COMMAND_LINE = "--set"
"""The file that the spans of these values name."""


@dataclass(frozen=True, slots=True)
class Setting:
    """`path=text`: the path is keys joined by points, or the name of a parameter."""

    path: str
    text: str

    @property
    def span(self) -> Span:
        """Where the path stands."""
        return self._span(1, len(self.path) + 1)

    def value(self, report: Report) -> Node | None:
        """The value as YAML has it; None where it cannot be read, which goes into the report."""
        value, diagnostics = read_scalar(self.text, COMMAND_LINE)
        report.add(*(replace(d, span=self._place) for d in diagnostics))
        return replace(value, span=self._place) if value is not None else None

    def as_text(self) -> Scalar:
        """The value as a text, whatever it looks like; quotes around the whole of it are none of it."""
        value, diagnostics = read_scalar(self.text, COMMAND_LINE)
        is_quoted = not diagnostics and isinstance(value, Scalar) and value.quoted
        return Scalar(value.value if is_quoted and isinstance(value, Scalar) else self.text, self._place, quoted=True)

    @property
    def _place(self) -> Span:
        start = len(self.path) + 2
        return self._span(start, start + max(len(self.text), 1))

    def _span(self, column: int, end: int) -> Span:
        return Span(COMMAND_LINE, 1, column, end, f"{self.path}={self.text}")


def read_settings(texts: Iterable[str], report: Report) -> Iterator[Setting]:
    """What `--set` was given, text by text; what is none goes into the report."""
    for typed in texts:
        path, equals, text = typed.partition("=")
        if equals and all(path.split(".")):
            yield Setting(path, text)
            continue
        span = Span(COMMAND_LINE, 1, 1, max(len(path), 1) + 1, typed)
        hint = "write the keys and the value, as in `--set training.epochs=10`"
        report.add(Diagnostic("S120", f"`{typed}` sets nothing", span, hint))


def apply_settings(root: Mapping, settings: Iterable[Setting], report: Report) -> Mapping:
    """The tree with the value of each setting at its path; what cannot be set goes into the report."""
    for setting in settings:
        value = setting.as_text() if setting.path == "data.path" else setting.value(report)
        if value is not None:
            root = _put(root, setting.path.split("."), value, setting.span, report)
    return root


def _put(root: Mapping, keys: list[str], value: Node, span: Span, report: Report) -> Mapping:
    key, *rest = keys
    entry = root.entry(key)
    if rest:
        inner = entry.value if entry else Mapping((), span)
        if not isinstance(inner, Mapping):
            what = "a list" if isinstance(inner, Sequence) else "one value"
            message = f"`{key}` is {what}, so nothing in it can be set"
            report.add(Diagnostic("S120", message, span, f"set the whole of it: `--set {_whole(span, rest)}=…`"))
            return root
        value = _put(inner, rest, value, span, report)
    new = Entry(entry.key if entry else Scalar(key, span), value)
    if entry:
        return replace(root, entries=tuple(new if e is entry else e for e in root.entries))
    return replace(root, entries=(*root.entries, new))


def _whole(span: Span, rest: list[str]) -> str:
    """The keys of a setting without the last ones."""
    path = span.text.partition("=")[0]
    return path.removesuffix("." + ".".join(rest))
