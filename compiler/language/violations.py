"""What one error of JSON Schema means to the person who wrote the spec."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingOf
from typing import Any

from specrun.compiler import catalogue
from specrun.compiler.diagnostics import Diagnostic, Fix, Label
from specrun.compiler.language.habits import ELSEWHERE, meant_key, other_word
from specrun.compiler.language.mistyped import mistyped, not_among, unfit_keys, unknown_name
from specrun.compiler.language.schema import schema
from specrun.compiler.language.violation import SECTIONS, Finding, Violation
from specrun.compiler.language.wording import EXAMPLES, SINGULAR, either, found, inline, one, told, uncapitalized
from specrun.compiler.reader.nodes import Entry, Mapping, Node, Scalar, Sequence
from specrun.compiler.suggest import listed


def explain(validator: str, violation: Violation) -> Iterator[Finding]:
    """The diagnostics of one error of the schema; `validator` is the keyword that was violated."""
    return _EXPLANATIONS.get(validator, _unexpected)(violation)


def _unknown_keys(v: Violation) -> Iterator[Finding]:
    assert isinstance(v.node, Mapping)
    known = tuple(v.schema.get("properties", {}))
    for entry in v.node:
        if entry.name in known or (entry.name.endswith(")") and entry.value.plain() is None):
            continue  # of `(1, 5)` in braces, YAML makes the key `5)`
        if v.family:
            yield unknown_name(v.family, entry.name, entry.key.span), v.path
        else:
            yield _unknown_key(v, entry, known), (*v.path, entry.name)


def _unknown_key(v: Violation, entry: Entry, known: tuple[str, ...]) -> Diagnostic:
    assert isinstance(v.node, Mapping)
    reason = catalogue.why_left_out(v.owner.strip("`"), entry.name)
    if reason:
        message = f"`{entry.name}` of {v.owner} cannot be used in a spec"
        return Diagnostic("S109", message, entry.key.span, reason)
    needed = [name for name in v.schema.get("required", ()) if v.node.get(name) is None]
    is_section = v.schema.get("title") in (*SECTIONS, "a spec")
    has_meaning = entry.name in ELSEWHERE or other_word(entry.name, known) is not None
    at_home = _home(entry.name) if is_section and not has_meaning else None
    match = None if at_home else meant_key(entry.name, known, needed)
    hint = at_home or ELSEWHERE.get(entry.name) or f"the keys are {listed(known, 12)}"
    if match:
        hint = f"did you mean `{match}`?"
    fix = Fix(entry.key.span, match) if match else None
    return Diagnostic("S102", f"`{entry.name}` is not a key of {v.owner}", entry.key.span, hint, fix=fix)


def _home(key: str) -> str | None:
    """Where a key of another section belongs."""
    if key in schema()["properties"]:
        return f"`{key}:` stands at the top, beside `data:`"
    section = next((name for name in SECTIONS if key in schema()["$defs"][name]["properties"]), None)
    return f"`{key}` belongs in `{section}:`" if section else None


def _missing_keys(v: Violation) -> Iterator[Finding]:
    assert isinstance(v.node, Mapping)
    known = v.schema.get("properties", {})
    for name in v.limit:
        if v.node.get(name) is not None:
            continue
        misspelt = next((e for e in v.node if e.name not in known and meant_key(e.name, [name])), None)
        if misspelt is None:
            yield Diagnostic("S103", f"{v.owner} needs `{name}`", v.key, _to_add(name, known.get(name, {}))), v.path
        elif v.schema.get("additionalProperties") is not False:  # no other error tells of the key
            yield _unknown_key(v, misspelt, tuple(known)), v.path


def _to_add(name: str, wanted: MappingOf[str, Any]) -> str:
    described = schema()["$defs"].get(str(wanted.get("$ref", "")).rsplit("/", 1)[-1], wanted)
    doc = uncapitalized(str(described.get("description", "")).rstrip("."))
    if "const" in wanted:
        return told(f"add `{name}: {wanted['const']}`", doc)
    choices = f" and behind it {either(wanted['enum'])}" if "enum" in wanted else ""
    return told(f"add `{name}:`{choices}", doc)


def _bound(words: str) -> Callable[[Violation], Iterator[Finding]]:
    def bounded(v: Violation) -> Iterator[Finding]:
        limit = f"{v.limit:g}" if isinstance(v.limit, float) else f"{v.limit:,}"
        message = f"{v.subject} has to be {words} {limit}, and is {found(v.node, 'value')}"
        hint = told(f"write a number that is {words} {limit}", v.doc)
        value = v.value if isinstance(v.value, int | float) else 0
        if v.limit == 1 and words in ("at most", "less than") and 2 <= value <= 100:
            hint = told(f"write a share of 1: `{value / 100:g}` is {value:g} in a hundred", v.doc)
        yield Diagnostic("S106", message, v.span, hint), v.path

    return bounded


def _length(words: str) -> Callable[[Violation], Iterator[Finding]]:
    def measured(v: Violation) -> Iterator[Finding]:
        unit = {Sequence: "item", Mapping: "key"}.get(type(v.node), "character")
        size = len(v.node.plain())  # type: ignore[arg-type]
        exact = v.schema.get("minItems") == v.schema.get("maxItems") is not None
        wanted = f"{'exactly' if exact else words} {v.limit} {unit}{'' if v.limit == 1 else 's'}"
        message = f"{v.subject} is empty" if size == 0 else f"{v.subject} needs {wanted}, and has {size}"
        yield Diagnostic("S107", message, v.span, told(f"write {wanted}", v.doc)), v.path

    return measured


def _pattern(v: Violation) -> Iterator[Finding]:
    if v.argument is not None:
        message = f"{found(v.node, 'value')} does not fit {v.subject}"
        yield Diagnostic("S107", message, v.span, told("write a text of another form", v.doc)), v.path
        return
    better = re.sub(r"[^A-Za-z0-9_.-]+", "-", str(v.value)).strip("-_.")[:80]
    hint = "use letters, digits, `_`, `-` and `.`, at most 80 of them"
    fix = Fix(v.span, better) if better and isinstance(v.value, str) else None
    message = f"{found(v.node, 'value')} cannot be a name"
    yield Diagnostic("S107", message, v.span, f"{hint}, such as `{better}`" if fix else hint, fix=fix), v.path


def _crowded(v: Violation) -> Iterator[Finding]:
    assert isinstance(v.node, Mapping)
    family = v.family
    if family is None:
        yield from _length("at most")(v)
        return
    first, *others = v.node.entries
    word = SINGULAR.get(family, "entry")
    entry = catalogue.find(family, first.name)
    if others[0].name in catalogue.family(family):
        hint = f"begin each {word} with a `-` of its own"
    else:
        options = [f"{other.name}: {inline(other.value)}" for other in others[:8]]
        options += ["…"] if len(others) > 8 else []
        if isinstance(first.value, Scalar) and first.value.value is not None and entry is not None and entry.first:
            options.insert(0, f"{entry.first}: {inline(first.value)}")
        hint = f"indent the options of `{first.name}` below it, or write `{first.name}: {{{', '.join(options)}}}`"
    message = f"`{others[0].name}` stands beside `{first.name}`, where one {word} belongs"
    label = Label(first.key.span, f"the {word}")
    yield Diagnostic("S108", message, others[0].key.span, hint, labels=(label,)), v.path


def _empty(v: Violation) -> Iterator[Finding]:
    hint = told("write at least one key", v.doc)
    if v.family:
        hint = f"write the name of {one(SINGULAR[v.family])}, such as `{EXAMPLES[v.family]}`"
    elif v.path == ("features",):
        hint = 'write a column and its kind, such as `age: number`; `"*": auto` takes all the columns'
    message = "nothing stands here" if v.path and isinstance(v.path[-1], int) else f"{v.subject} is empty"
    if isinstance(v.node, Mapping) and v.node.entries:  # more than one is wanted: outputs
        first = v.node.entries[0]
        message = f"{v.subject} has but one output"
        hint = f"add another, or write `target: {first.name}`, with its `classes` at the top of the spec if it has any"
    yield Diagnostic("S107", message, v.span, hint), v.path


def _version(v: Violation) -> Iterator[Finding]:
    message = f"{found(v.node, 'value')} is no version of the language that is known here"
    yield Diagnostic("S110", message, v.span, f"write `{v.path[-1]}: {v.limit}`", fix=Fix(v.span, str(v.limit))), v.path


def _repeated(v: Violation) -> Iterator[Finding]:
    assert isinstance(v.node, Sequence)
    met: dict[object, Node] = {}
    for item in v.node.items:
        plain = item.plain()
        first = met.setdefault((repr(plain),) if isinstance(plain, list | dict) else plain, item)
        if first is not item:
            label = Label(first.span, "the first one")
            message = f"{found(item, 'value')} stands twice in {v.subject}"
            yield Diagnostic("S111", message, item.span, "keep one of the two", labels=(label,)), v.path


def _unexpected(v: Violation) -> Iterator[Finding]:
    message = f"{found(v.node, 'value')} does not fit {v.subject}"
    yield Diagnostic("S104", message, v.span, told("write another value", v.doc)), v.path


_EXPLANATIONS: dict[str, Callable[[Violation], Iterator[Finding]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "type": mistyped,
    "enum": not_among,
    "const": _version,
    "minimum": _bound("at least"),
    "exclusiveMinimum": _bound("greater than"),
    "maximum": _bound("at most"),
    "exclusiveMaximum": _bound("less than"),
    "minLength": _length("at least"),
    "maxLength": _length("at most"),
    "minItems": _length("at least"),
    "maxItems": _length("at most"),
    "pattern": _pattern,
    "propertyNames": unfit_keys,
    "maxProperties": _crowded,
    "minProperties": _empty,
    "uniqueItems": _repeated,
}
