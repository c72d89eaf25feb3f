"""From the errors of JSON Schema to diagnostics: each with one place, one cause and a likely fix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from specrun.compiler import catalogue
from specrun.compiler.diagnostics import Diagnostic, Fix, Span
from specrun.compiler.language.schema import schema
from specrun.compiler.reader.nodes import Mapping, Node, Path, Scalar, Sequence
from specrun.compiler.suggest import listed, nearest

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
_TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "boolean": "`true` or `false`",
    "array": "a list",
    "object": "a mapping",
    "null": "`null`",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One error of the schema: `path` leads to `node`, the value at fault; `key` is where its key stands."""

    path: Path
    node: Node
    key: Span
    schema: MappingOf[str, Any]
    limit: Any

    @property
    def value(self) -> object:
        return self.node.plain()

    @property
    def owner(self) -> str:
        return str(self.schema.get("title", "this mapping"))

    @property
    def doc(self) -> str:
        return str(self.schema.get("description", "")).rstrip(".")


Finding: TypeAlias = tuple[Diagnostic, Path]


def validate(root: Node) -> tuple[tuple[Diagnostic, ...], frozenset[Path]]:
    """The diagnostics of a spec's structure, and the paths of what cannot be used because of them."""
    found: dict[Diagnostic, Path] = {}
    errors = list(_validator().iter_errors(root.plain()))
    crowded = {tuple(e.absolute_path) for e in errors if e.validator == "maxProperties"}
    for error in errors:
        path = tuple(error.absolute_path)
        if path in crowded and error.validator == "additionalProperties":
            continue  # one mistake: the options stand beside the name
        node, key = locate(root, path)
        violation = Violation(path, node, key, error.schema, error.validator_value)
        explain = _EXPLANATIONS.get(error.validator, _unexpected)
        found.update(explain(violation))
    return tuple(found), frozenset(found.values())


def locate(root: Node, path: Path) -> tuple[Node, Span]:
    """The node at `path`, and the span of the key that it stands under (its own, where it is an item of a list)."""
    node, key = root, root.span
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str):
            entry = node.entry(step)
            if entry is None:
                break
            node, key = entry.value, entry.key.span
        elif isinstance(node, Sequence) and isinstance(step, int):
            node = node.items[step]
            key = node.span
    return node, key


def without(root: Node, paths: frozenset[Path], at: Path = ()) -> Node | None:
    """The tree without what stands at `paths`; None where the root itself is among them."""
    if at in paths:
        return None
    if isinstance(root, Mapping):
        kept = ((entry, without(entry.value, paths, (*at, entry.name))) for entry in root)
        return Mapping(tuple(type(e)(e.key, value) for e, value in kept if value is not None), root.span)
    if isinstance(root, Sequence):
        items = (without(item, paths, (*at, i)) for i, item in enumerate(root.items))
        return Sequence(tuple(item for item in items if item is not None), root.span)
    return root


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator
    from referencing import Registry

    # A registry of its own: the default one would follow references to files and the network.
    return Draft202012Validator(schema(), registry=Registry())


def _unknown_keys(v: Violation) -> Iterator[Finding]:
    assert isinstance(v.node, Mapping)
    known = tuple(v.schema.get("properties", {}))
    needed = [name for name in v.schema.get("required", ()) if v.node.get(name) is None]
    for entry in v.node:
        if entry.name in known:
            continue
        match = nearest(entry.name, needed) or nearest(entry.name, known)
        fix = Fix(entry.key.span, match) if match else None
        family = v.owner if v.owner in SINGULAR else None
        hint = (
            f"did you mean `{match}`?" if match else f"{'the names' if family else 'the keys'} are {listed(known, 12)}"
        )
        if family:
            reason = catalogue.unavailable.get(family, {}).get(entry.name)
            if reason:
                yield Diagnostic("S109", f"`{entry.name}` cannot be used in a spec", entry.key.span, reason), v.path
                continue
            message, code = f"`{entry.name}` is not a {SINGULAR[family]}", "S105"
        else:
            message, code = f"`{entry.name}` is not a key of {v.owner}", "S102"
        yield Diagnostic(code, message, entry.key.span, hint, fix=fix), v.path if family else (*v.path, entry.name)


def _missing_keys(v: Violation) -> Iterator[Finding]:
    assert isinstance(v.node, Mapping)
    known = v.schema.get("properties", {})
    unknown = [entry.name for entry in v.node if entry.name not in known]
    for name in v.limit:
        if v.node.get(name) is None and not any(nearest(word, [name]) for word in unknown):
            doc = str(known.get(name, {}).get("description", "")).rstrip(".")
            hint = f"add `{name}:`{' — ' + doc[:1].lower() + doc[1:] if doc else ''}"
            yield Diagnostic("S103", f"{v.owner} needs `{name}`", v.key, hint), v.path


def _type(v: Violation) -> Iterator[Finding]:
    names = [v.limit] if isinstance(v.limit, str) else list(v.limit)
    family = v.owner if v.owner in SINGULAR else None
    if family:
        expected = f"the name of a {SINGULAR[family]}, or the name with its options"
    else:
        expected = " or ".join(_TYPES[name] for name in names)
    hint = v.doc or f"write {expected} here"
    if isinstance(v.node, Scalar) and v.node.quoted and {"integer", "number", "boolean"} & set(names):
        hint = "write it without quotes"
    elif "string" in names and isinstance(v.node, Scalar) and v.node.value is not None:
        hint = f'put it in quotes: `"{v.node.span.text[v.node.span.column - 1 : v.node.span.end - 1]}"`'
    yield Diagnostic("S104", f"expected {expected}, found {found(v.node)}", _value_span(v), hint), v.path


def _choice(v: Violation) -> Iterator[Finding]:
    family = v.owner if v.owner in SINGULAR else None
    word = str(v.value) if isinstance(v.node, Scalar) else ""
    if family:
        entry = catalogue.find(family, word)
        reason = catalogue.unavailable.get(family, {}).get(word)
        if reason:
            yield Diagnostic("S109", f"`{word}` cannot be used in a spec", _value_span(v), reason), v.path
            return
        if entry is not None:
            needed = [a.name for a in entry.arguments if a.default is catalogue.REQUIRED]
            example = ", ".join(f"{name}: …" for name in needed)
            message = f"`{word}` needs {listed(needed)}"
            yield Diagnostic("S103", message, _value_span(v), f"write `{word}: {{{example}}}`"), v.path
            return
    choices = list(catalogue.family(family)) if family else [str(c) for c in v.limit]
    match = nearest(word, choices)
    hint = f"did you mean `{match}`?" if match else f"one of {listed(choices, 12)}"
    what = f"is not a {SINGULAR[family]}" if family else "is not allowed here"
    fix = Fix(v.node.span, match) if match else None
    yield Diagnostic("S105", f"{found(v.node, 'value')} {what}", _value_span(v), hint, fix=fix), v.path


def _bound(words: str) -> Callable[[Violation], Iterator[Finding]]:
    def explain(v: Violation) -> Iterator[Finding]:
        limit = f"{v.limit:g}" if isinstance(v.limit, float) else str(v.limit)
        hint = v.doc or f"write a number that is {words} {limit}"
        yield Diagnostic("S106", f"{found(v.node, 'value')} is not {words} {limit}", _value_span(v), hint), v.path

    return explain


def _length(words: str) -> Callable[[Violation], Iterator[Finding]]:
    def explain(v: Violation) -> Iterator[Finding]:
        unit = {Sequence: "item", Mapping: "key"}.get(type(v.node), "character")
        plural = "" if v.limit == 1 else "s"
        message = f"expected at {words} {v.limit} {unit}{plural}, found {len(v.node.plain())}"  # type: ignore[arg-type]
        yield Diagnostic("S107", message, _value_span(v), v.doc or f"write at {words} {v.limit} {unit}{plural}"), v.path

    return explain


def _pattern(v: Violation) -> Iterator[Finding]:
    hint = "use letters, digits, `_`, `-` and `.`, at most 80 of them"
    yield Diagnostic("S107", f"{found(v.node, 'value')} cannot be a name", _value_span(v), hint), v.path


def _crowded(v: Violation) -> Iterator[Finding]:
    assert isinstance(v.node, Mapping)
    first, second = v.node.entries[:2]
    word = SINGULAR.get(v.owner, "entry")
    if second.name in catalogue.family(v.owner):
        hint = f"begin each {word} with a `-` of its own"
    else:
        hint = f"the options of `{first.name}` stand below it: `{first.name}: {{{second.name}: …}}`"
    message = f"`{second.name}` stands beside `{first.name}`, where one {word} belongs"
    yield Diagnostic("S108", message, second.key.span, hint), v.path


def _empty(v: Violation) -> Iterator[Finding]:
    word = SINGULAR.get(v.owner)
    hint = f"write the name of a {word}" if word else v.doc or "write at least one entry, or leave the key out"
    yield Diagnostic("S107", "nothing stands in this mapping", _value_span(v), hint), v.path


def _version(v: Violation) -> Iterator[Finding]:
    hint = f"write `{v.path[-1]}: {v.limit}`"
    yield Diagnostic("S110", f"{found(v.node, 'value')} is not {v.limit}", _value_span(v), hint), v.path


def _repeated(v: Violation) -> Iterator[Finding]:
    assert isinstance(v.node, Sequence)
    seen: list[object] = []
    for item in v.node.items:
        if item.plain() in seen:
            yield (
                Diagnostic("S111", f"{found(item, 'value')} stands twice in the list", item.span, "keep one of them"),
                v.path,
            )
        seen.append(item.plain())


def _unexpected(v: Violation) -> Iterator[Finding]:
    yield (
        Diagnostic(
            "S104", f"{found(v.node, 'value')} does not fit here", _value_span(v), v.doc or "see `specrun schema`"
        ),
        v.path,
    )


def found(node: Node, as_what: str = "type") -> str:
    """A node in words: what it is (`as_what` "type"), or its value alone where it has a short one."""
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "a mapping"
    if node.value is None:
        return "nothing"
    text = node.span.text[node.span.column - 1 : node.span.end - 1] or str(node.value)
    if as_what == "value":
        return f"`{text}`"
    kind = {bool: "the truth value", int: "the whole number", float: "the number", str: "the text"}[type(node.value)]
    return f"{kind} `{text}`"


def _value_span(v: Violation) -> Span:
    """Under the value where it stands on one line; under its key where it is a block."""
    is_block = isinstance(v.node, Mapping | Sequence) or v.node.value is None
    return v.key if is_block else v.node.span


_EXPLANATIONS: dict[str, Callable[[Violation], Iterator[Finding]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "type": _type,
    "enum": _choice,
    "const": _version,
    "minimum": _bound("at least"),
    "exclusiveMinimum": _bound("greater than"),
    "maximum": _bound("at most"),
    "exclusiveMaximum": _bound("less than"),
    "minLength": _length("least"),
    "maxLength": _length("most"),
    "minItems": _length("least"),
    "maxItems": _length("most"),
    "pattern": _pattern,
    "maxProperties": _crowded,
    "minProperties": _empty,
    "uniqueItems": _repeated,
}
