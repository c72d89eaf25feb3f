"""`--set training.epochs=10`: values from the command line, put into the tree of a spec before it is checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from specrun.compiler.diagnostics import Diagnostic, Report, Span
from specrun.compiler.reader import Entry, Mapping, Node, Scalar, Sequence, read_scalar

COMMAND_LINE = "--set"
"""The file that the spans of these values name."""


def apply_settings(root: Mapping, settings: Iterable[str], report: Report) -> Mapping:
    """The tree with each `key.key=value` in it; what cannot be set goes into the report."""
    for setting in settings:
        path, equals, text = setting.partition("=")
        span = Span(COMMAND_LINE, 1, 1, max(len(path), 1) + 1, setting)
        if not equals or not all(path.split(".")):
            hint = "write the keys and the value, as in `--set training.epochs=10`"
            report.add(Diagnostic("S120", f"`{setting}` sets nothing", span, hint))
            continue
        value = _value(text, setting, len(path) + 2, path, report)
        if value is not None:
            root = _put(root, path.split("."), value, span, report)
    return root


def _value(text: str, setting: str, column: int, path: str, report: Report) -> Node | None:
    whole = Span(COMMAND_LINE, 1, column, column + max(len(text), 1), setting)
    if path == "data.path":  # a path is a text, whatever it looks like
        return Scalar(text, whole, quoted=True)
    value, diagnostics = read_scalar(text, COMMAND_LINE)
    report.add(*(replace(d, span=whole) for d in diagnostics))
    return replace(value, span=whole) if value is not None else None


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
