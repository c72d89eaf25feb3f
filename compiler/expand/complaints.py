"""What is wrong with the parts of a spec that only its expansion sees, in the words of the other checks."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.compiler.diagnostics import Diagnostic, Fix, Span
from specrun.compiler.language.wording import found
from specrun.compiler.reader import Entry, Mapping, Node, Scalar, Sequence
from specrun.compiler.suggest import listed, nearest


def place(node: Node, key: Span) -> Span:
    """Under a value where it stands on one line; under its key where it is a block or nothing."""
    is_block = isinstance(node, Mapping | Sequence) or node.value is None
    return key if is_block else node.span


def mistyped(expected: str, node: Node, key: Span, hint: str) -> Diagnostic:
    """A value of another type than is wanted."""
    return Diagnostic("S104", f"expected {expected}, found {found(node)}", place(node, key), hint)


def unknown_key(owner: str, entry: Entry, known: Iterable[str]) -> Diagnostic:
    """A key that its mapping does not have."""
    known = tuple(known)
    match = nearest(entry.name, known)
    hint = f"did you mean `{match}`?" if match else f"the keys are {listed(known, 12)}"
    fix = Fix(entry.key.span, match) if match else None
    return Diagnostic("S102", f"`{entry.name}` is not a key of {owner}", entry.key.span, hint, fix=fix)


def as_text(node: Node | None) -> Scalar | None:
    """The node, where it is a text."""
    return node if isinstance(node, Scalar) and isinstance(node.value, str) and node.value else None
