"""Pieces of sentences about what stands in a spec."""

from __future__ import annotations

import re
from collections.abc import Iterable

from specrun.compiler import catalogue
from specrun.compiler.reader.nodes import Mapping, Node, Scalar, Sequence

SINGULAR = {
    "layers": "layer",
    "activations": "activation",
    "initializers": "initializer",
    "regularizers": "regularizer",
    "constraints": "constraint",
    "optimizers": "optimizer",
    "schedules": "learning-rate schedule",
    "losses": "loss",
    "metrics": "metric",
    "callbacks": "callback",
}
EXAMPLES = {
    "layers": "Dense: 8",
    "activations": "relu",
    "initializers": "HeNormal",
    "regularizers": "{L2: 0.01}",
    "constraints": "NonNeg",
    "optimizers": "Adam",
    "schedules": "{ExponentialDecay: {…}}",
    "losses": "huber",
    "metrics": "accuracy",
    "callbacks": "TerminateOnNaN",
}
TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "boolean": "`true` or `false`",
    "array": "a list",
    "object": "a mapping (`key: value`)",
    "null": "`null`",
}
_SHOWN = 60
_CALL = re.compile(r"(?:\w+\.)*(\w+)\((.*)\)")


def found(node: Node, as_what: str = "type") -> str:
    """A node in words: what it is (`as_what` "type"), or its value alone where it has a short one."""
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "a mapping"
    if node.value is None:
        return "nothing"
    text = shown(node)
    if as_what == "value":
        return f"`{text}`"
    kind = {bool: "the truth value", int: "the whole number", float: "the number", str: "the text"}[type(node.value)]
    return f"{kind} `{text}`"


def shown(node: Scalar) -> str:
    """A value as it stands in the source, cut where it is long."""
    text = node.span.text[node.span.column - 1 : node.span.end - 1] or str(node.value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def is_written(node: Scalar) -> bool:
    """Whether a value that is null stands there: as a word, or as an alias of something that is not known."""
    text = node.span.text[node.span.column - 1 : node.span.end - 1]
    return text.startswith("*") or text.lower() in ("null", "~")


def inline(node: Node) -> str:
    """A node as it would stand in one line; what is long becomes `…`."""
    if isinstance(node, Sequence):
        text = f"[{', '.join(inline(item) for item in node.items[:8])}]"
    elif isinstance(node, Mapping):
        text = "{" + ", ".join(f"{entry.name}: {inline(entry.value)}" for entry in node.entries[:8]) + "}"
    else:
        text = "…" if node.value is None else shown(node)
    return text if len(text) <= _SHOWN else "…"


def one(noun: str) -> str:
    """`a layer`, `an optimizer`."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def either(words: Iterable[str]) -> str:
    """`a`, `b` or `c`."""
    quoted = [f"`{word}`" for word in words]
    return " or ".join(filter(None, [", ".join(quoted[:-1]), *quoted[-1:]]))


def told(hint: str, doc: str) -> str:
    """A hint, and behind it what the thing is."""
    return f"{hint} — {doc}" if doc else hint


def uncapitalized(text: str) -> str:
    """A sentence as it stands inside of another; names keep their capital."""
    first = text.split(" ", 1)[0]
    keep = first in ("Keras", "ISO") or not first[1:].islower()
    return text if keep and first not in ("A", "An") else text[:1].lower() + text[1:]


def from_call(family: str, text: str) -> str | None:
    """`Dense(8, activation='relu')` as a spec has it: `Dense: {units: 8, activation: relu}`; None if it is no call."""
    call = _CALL.fullmatch(text.strip())
    entry = catalogue.find(family, call[1]) if call else None
    if call is None or entry is None:
        return None
    given = [part.partition("=") for part in call[2].split(",") if part.strip()]
    options = [(name.strip() if equals else entry.first or "…", value or name) for name, equals, value in given]
    values = [(name, value.strip().strip("'\"")) for name, value in options]
    if not values:
        return entry.name
    if len(values) == 1 and values[0][0] == entry.first:
        return f"{entry.name}: {values[0][1]}"
    return f"{entry.name}: {{{', '.join(f'{name}: {value}' for name, value in values)}}}"
