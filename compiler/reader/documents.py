"""The two ways in: a whole spec, and one value of the command line."""

from __future__ import annotations

from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.reader.compose import compose
from specrun.compiler.reader.nodes import Node, Scalar
from specrun.compiler.reader.source import Source, open_source

Reading = tuple[Node | None, tuple[Diagnostic, ...]]


def read(text: str | bytes, file: str) -> Reading:
    """The tree of a YAML document, or None, and what is wrong with it in source order.

    Bytes are UTF-8, with or without a byte order mark. `file` is the name that spans show. Never raises, and takes
    time and memory that `LIMITS` bounds. Where a mistake could be passed over, the tree is there too, without it.
    """
    source, problems = open_source(text, file)
    if source is None:
        return None, problems
    node, problems = compose(source)
    if node is not None or problems:
        return node, problems
    hint = "write a spec: `specrun init DATA --target COLUMN` makes a first one"
    return None, (Diagnostic("Y123", "the document is empty", source.at(0, 0), hint),)


def read_scalar(text: str, file: str) -> Reading:
    """The value of `--set key=value`: a scalar, `[1, 2]` or `{a: b}` in one line; nothing at all is null.

    `file` is the name that spans show; they point into line 1. Limits are those of `read`.
    """
    source, problems = open_source(text, file)
    if source is None:
        return None, problems
    if not text.strip(" "):
        return Scalar(None, source.at(0, 0)), ()
    reason = _before_reading(source)
    if reason is None:
        node, problems = compose(source)
        if problems:
            return node, problems
        reason = _after_reading(source, node)
        if reason is None:
            return node, ()
    hint = "put a text in quotes of its own, inside those of the shell: `'\"…\"'`"
    return None, (Diagnostic("Y127", reason, _whole(source), hint),)


def _before_reading(source: Source) -> str | None:
    """Why the text is no single value, where that shows before it is parsed."""
    if len(source.lines) > 1:
        return "the value has more than one line"
    text = source.text.lstrip()
    start = next((start for start in ("|", ">", "---", "...", "%") if text.startswith(start)), None)
    return f"a value on the command line cannot begin with `{start}`" if start else None


def _after_reading(source: Source, node: Node | None) -> str | None:
    """Why the text is no single value, where only its tree shows that."""
    if node is None:
        return "the value is only a comment"
    if not isinstance(node, Scalar) and not source.text.lstrip().startswith(("[", "{")):
        return "a list is written `[a, b]` and a mapping `{key: value}` on the command line"
    if source.text[node.span.end - 1 :].strip():
        return "`#` after a space begins a comment, so the rest of the value would be lost"
    return None


def _whole(source: Source) -> Span:
    return source.at(0, 0, len(source.lines[0].rstrip()))
