"""A value that is of another type than is wanted, or none of the names or words that may stand there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from typing import Any

from specrun.compiler import catalogue
from specrun.compiler.diagnostics import Diagnostic, Fix, Span
from specrun.compiler.features import KINDS
from specrun.compiler.language.habits import ADVICE, meant_name, truth
from specrun.compiler.language.options import options
from specrun.compiler.language.schema import bare_kinds
from specrun.compiler.language.targets import TARGET_TYPES
from specrun.compiler.language.violation import Finding, Violation
from specrun.compiler.language.wording import (
    EXAMPLES,
    SINGULAR,
    TYPES,
    either,
    found,
    from_call,
    one,
    shown,
    told,
    uncapitalized,
)
from specrun.compiler.reader.nodes import Entry, Mapping, Scalar
from specrun.compiler.reader.scalars import NumberRefused, resolve
from specrun.compiler.suggest import listed

_CLASSES = "the classes as a list, such as `[cat, dog]`, or `auto` for those of the data"
_TIGHT = re.compile(r"([^\s:]+):(?=\S)")


def mistyped(v: Violation) -> Iterator[Finding]:
    """A text where a number is wanted, nothing where options are, and the like."""
    names = [v.limit] if isinstance(v.limit, str) else list(v.limit)
    family = v.family
    if family is None and v.argument is not None and "number" not in names and "integer" not in names:
        family = v.argument.family
    yield _tight_colon(v, family) or _lone_name(v) or _of_wrong_type(v, names, family), v.path


def not_among(v: Violation) -> Iterator[Finding]:
    """A word that is none of those that may stand there."""
    words = [_word(choice) for choice in v.limit]
    if v.family:
        yield _no_name(v, v.family), v.path
        return
    key = next((step for step in reversed(v.path) if isinstance(step, str)), "")
    word = str(v.value) if isinstance(v.node, Scalar) else ""
    is_kind = words in (list(KINDS), [*bare_kinds(), "auto"])
    if is_kind and word in KINDS:
        yield _kind_needs(v, word), v.path
        return
    match = meant_name(word, KINDS if is_kind else words)
    hint = f"write {_CLASSES if key == 'classes' else either(words)}"
    what = f"a value of `{key}`"
    if is_kind:
        what = "a kind of feature"
    elif words == list(TARGET_TYPES):
        what = "a kind of target"
    if match:
        hint = f"did you mean `{match}`?"
    fix = Fix(v.span, match) if match else None
    yield Diagnostic("S105", f"{found(v.node, 'value')} is not {what}", v.span, hint, fix=fix), v.path


def unfit_keys(v: Violation) -> Iterator[Finding]:
    """`{Orthogonal: {…}}` where the family is right, and the name none of those that the argument takes; and the like.

    Groups and outputs have names of their own, which have a form or a length.
    """
    assert isinstance(v.node, Mapping)
    if isinstance(v.limit, str | int):
        yield from ((_misnamed(v, e.key), (*v.path, e.name)) for e in v.node if not _is_name(e.name, v.schema))
        return
    if isinstance(v.limit, MappingOf):  # `not`: the keys of a layer in a list, on one that stands inside another
        for entry in v.node:
            if entry.name in v.limit["enum"]:
                yield _of_a_list(entry), (*v.path, entry.name)
        return
    strange = (entry for entry in v.node if entry.name not in v.limit)
    yield from ((_unfit_name(v, entry.name, entry.key.span, v.limit), v.path) for entry in strange)


def _is_name(text: str, schema: MappingOf[str, Any]) -> bool:
    fits = schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))
    return fits and re.search(schema.get("pattern", ""), text) is not None


def _misnamed(v: Violation, key: Scalar) -> Diagnostic:
    hint = f"write a name of {v.schema.get('minLength', 1)} to {v.schema.get('maxLength', 80)} characters"
    if "pattern" in v.schema:
        hint = "begin with a letter or `_`, and go on with letters, digits, `_`, `-` and `.`, at most 80 of them"
        better = re.sub(r"[^A-Za-z0-9_.-]+", "_", str(key.value)).strip("-_.0123456789")[:80]
        hint = f"{hint}, such as `{better}`" if better else hint
    return Diagnostic("S107", f"{found(key, 'value')} cannot be a name", key.span, hint)


def _of_a_list(entry: Entry) -> Diagnostic:
    message = f"`{entry.name}` is not a key of a layer that stands inside another"
    hint = "leave it out: the layer around it has the name, and takes the inputs"
    return Diagnostic("S102", message, entry.key.span, hint)


def unknown_name(family: str, name: str, span: Span) -> Diagnostic:
    """A name that is none of its family, or one that a spec cannot use."""
    reason = catalogue.unavailable.get(family, {}).get(name)
    if reason:
        return Diagnostic("S109", f"`{name}` cannot be used in a spec", span, reason)
    choices = catalogue.family(family)
    if name in choices and choices[name].only_nested:
        return Diagnostic(
            "S105", f"`{name}` stands only inside another layer", span, f"write `RNN: {{cell: {{{name}: …}}}}`"
        )
    message = f"`{name}` is not {one(SINGULAR[family])}"
    advice = ADVICE.get(family, {}).get(name)
    match = None if advice else meant_name(name, choices, family)
    if match:
        return Diagnostic("S105", message, span, f"did you mean `{match}`?", fix=Fix(span, match))
    return Diagnostic("S105", message, span, advice or f"the names are {listed(choices, 12)}")


def _unfit_name(v: Violation, name: str, span: Span, fitting: Iterable[str]) -> Diagnostic:
    """A name of the right family, which this argument does not take."""
    return Diagnostic(
        "S105", f"`{name}` does not fit {v.subject}", span, f"the names that fit are {listed(fitting, 12)}"
    )


def _of_wrong_type(v: Violation, names: list[str], family: str | None) -> Diagnostic:
    if family:
        expected = f"the name of {one(SINGULAR[family])}, or the name with its options"
        hint, fix = f"write {one(SINGULAR[family])}, such as `{_example(v, family)}`", None
    elif v.path[:1] == ("features",) and len(v.path) <= 2:
        expected, hint, fix = _feature_expected(v)
    elif v.path[:1] == ("targets",) and len(v.path) <= 2:
        expected, hint, fix = _target_expected(v)
    else:
        expected = " or ".join(TYPES[name] for name in names)
        hint, fix = _instead(v, names, expected)
    return Diagnostic("S104", f"expected {expected}, found {found(v.node)}", v.span, hint, fix=fix)


def _example(v: Violation, family: str) -> str:
    fitting = catalogue.names_of(v.argument) if v.argument else ()
    first = catalogue.find(family, fitting[0]) if fitting else None
    return f"{first.name}: 8" if first and first.first == "units" else EXAMPLES[family]


def _feature_expected(v: Violation) -> tuple[str, str, Fix | None]:
    if len(v.path) == 1:
        return "columns with their kinds", "write a line for each column, such as `age: number` or `age: auto`", None
    hint = f"write `{v.path[1]}: auto`, or one of {either(KINDS)} in place of `auto`"
    return "the kind of a feature", hint, None


def _target_expected(v: Violation) -> tuple[str, str, Fix | None]:
    if len(v.path) == 1:
        return "outputs with their kinds", "write a line for each output, such as `price: number`", None
    return "the kind of a target", f"write `{v.path[1]}: number`, or one of {either(TARGET_TYPES)}", None


def _kind_needs(v: Violation, kind: str) -> Diagnostic:
    """A kind of feature by its name alone, where it has options without a default."""
    needed = [option for option in options(KINDS[kind]) if option.required]
    example = ", ".join([f"type: {kind}", *(f"{option.name}: …" for option in needed)])
    doc = needed[0].doc.rstrip(".") if len(needed) == 1 else ""
    message = f"`{kind}` needs {listed(option.name for option in needed)}"
    return Diagnostic("S103", message, v.span, told(f"write `{{{example}}}`", uncapitalized(doc)))


def _instead(v: Violation, names: list[str], expected: str) -> tuple[str, Fix | None]:
    """What to write in place of a value of the wrong type, and the fix where it is plain."""
    node = v.node
    if v.path[-1:] == ("classes",):
        return f"write {_CLASSES}", None
    if isinstance(node, Mapping) and node.entries and "array" in names:
        return f"begin each item with `- `, on a line of its own: `- {node.entries[0].name}: …`", None
    if isinstance(node, Scalar) and node.value is not None:
        replacement = _converted(node, names)
        if replacement:
            return replacement[0], Fix(node.span, replacement[1])
        if node.value is not None and "array" in names and str(node.value).startswith("("):
            return "write a list in square brackets, `[…]`", None
        if v.path == ("data",):
            return f"write `data: {{path: {shown(node)}}}`", None
    if node.plain() is None and "object" in names:
        name = v.path[-1]
        if catalogue.find("layers", str(name)) or catalogue.find("callbacks", str(name)):
            return f"write `{name}` without the colon", None
        return told(f"write its keys below it, indented, or leave `{name}:` out", v.doc), None
    return told(f"write {expected}", v.doc), None


def _converted(node: Scalar, names: list[str]) -> tuple[str, str] | None:
    """A hint and what it says to write, where the value itself can be turned into what is expected."""
    text = str(node.value)
    if node.quoted and _is_of(_resolved(text), names):
        return f"write it without quotes: `{text}`", text
    if "boolean" in names and (word := truth(text)):
        return f"write `{word}`", word
    if "string" in names and not node.quoted:
        return f'put it in quotes: `"{shown(node)}"`', f'"{shown(node)}"'
    if "array" in names:
        if text.startswith("(") and text.endswith(")"):
            return f"write it in square brackets: `[{text[1:-1]}]`", f"[{text[1:-1]}]"
        if not text.startswith("("):
            return f"write it as a list: `[{shown(node)}]`", f"[{shown(node)}]"
    digits = text.replace("_", "").replace(",", ".")
    if digits != text and _is_of(_resolved(digits), names):
        return f"write `{digits}`", digits
    return None


def _resolved(text: str) -> object:
    try:
        return resolve(text)
    except NumberRefused:
        return text


def _is_of(value: object, names: list[str]) -> bool:
    types = {"integer": (int,), "number": (int, float), "boolean": (bool,)}
    allowed = tuple(type_ for name in names for type_ in types.get(name, ()))
    return type(value) in allowed


def _lone_name(v: Violation) -> Diagnostic | None:
    """`- Dense:` and nothing behind the colon, or one value where there have to be several options."""
    entry = next((f[str(v.path[-1])] for f in catalogue.FAMILIES.values() if v.path and v.path[-1] in f), None)
    if entry is None or not _required(entry) or (v.node.plain() is not None and entry.first is not None):
        return None
    return _needs(entry, v.key if v.node.plain() is None else v.span)


def _needs(entry: catalogue.Entry, span: Span) -> Diagnostic:
    needed = _required(entry)
    example = ", ".join(f"{argument.name}: …" for argument in needed)
    doc = needed[0].doc if len(needed) == 1 else ""
    message = f"`{entry.name}` needs {listed(argument.name for argument in needed)}"
    return Diagnostic("S103", message, span, told(f"write `{entry.name}: {{{example}}}`", doc))


def _required(entry: catalogue.Entry) -> list[catalogue.Argument]:
    return [argument for argument in entry.arguments if argument.default is catalogue.REQUIRED]


def _tight_colon(v: Violation, family: str | None) -> Diagnostic | None:
    """`epochs:4` is a text to YAML, where a key was meant."""
    tight = _TIGHT.match(v.text)
    known = [*(catalogue.family(family) if family else ()), *v.schema.get("properties", {})]
    if tight is None or not isinstance(v.node, Scalar) or meant_name(tight[1], known) is None:
        return None
    start = v.node.span
    colon = Span(start.file, start.line, start.column + tight.end() - 1, start.column + tight.end(), start.text)
    return Diagnostic("Y107", "no space after the colon", colon, f"write `{tight[1]}: {v.text[tight.end() :]}`")


def _no_name(v: Violation, family: str) -> Diagnostic:
    word = str(v.value)
    entry, as_option = catalogue.find(family, word), from_call(family, word)
    fitting = catalogue.names_of(v.argument) if v.argument else ()
    if entry is not None and fitting and word not in fitting:
        return _unfit_name(v, word, v.span, fitting)
    if entry is not None and entry.only_nested and not fitting:
        return unknown_name(family, word, v.span)
    if entry is not None and _required(entry):
        return _needs(entry, v.span)
    if entry is not None:
        return _unfit_name(v, word, v.span, v.limit)
    if as_option:
        return Diagnostic("S105", f"`{word}` is written as in Python", v.span, f"write `{as_option}`")
    if family == "schedules" and not meant_name(word, catalogue.family(family), family):
        hint, fix = _instead(v, ["number"], "a number")
        message = f"expected a number or a learning-rate schedule, found {found(v.node)}"
        return Diagnostic("S104", message, v.span, hint, fix=fix)
    if word == "None":
        hint = "write `null`, or leave the key out"
        return Diagnostic("S105", f"`None` is not {one(SINGULAR[family])}", v.span, hint, fix=Fix(v.span, "null"))
    return _tight_colon(v, family) or unknown_name(family, word, v.span)


def _word(choice: object) -> str:
    return "null" if choice is None else str(choice)
