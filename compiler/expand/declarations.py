"""Reads a `parameters:` section."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from typing import Final

from specrun.compiler.diagnostics import Diagnostic, Report
from specrun.compiler.expand.complaints import as_text, mistyped, place, unknown_key
from specrun.compiler.expand.parameters import TYPES, Declared, Parameter, is_of
from specrun.compiler.expand.references import Hole, Values, references, substituted
from specrun.compiler.language.wording import either, found, uncapitalized
from specrun.compiler.reader import Entry, Mapping, Scalar, Sequence
from specrun.compiler.suggest import did_you_mean

NAME: Final = "[a-z][a-z0-9_]*"
"""How parameters and blocks are called."""
KEYS: Final[MappingOf[str, str]] = {
    "type": "The type of the values; by default that of `default`.",
    "default": "The value where no other is given; without a default, one has to be given.",
    "doc": "What the parameter is for.",
    "choices": "The values that it may have.",
    "minimum": "The smallest value that it may have.",
    "maximum": "The largest value that it may have.",
}
"""What can be said of a parameter, and what that says."""
_OTHER_TYPES = {"int": "integer", "float": "number", "str": "text", "string": "text", "bool": "boolean"}


def declare(
    section: Entry | None, taken: MappingOf[str, str], values: Values, wanted: Iterable[str], report: Report
) -> Declared:
    """The parameters of a section; what is wrong with one goes into the report.

    `taken` are the names that none of them may have, each with the reason; `values` what a `$word` among the defaults
    stands for: one that stands for nothing is the caller's to report. `wanted` are the names that are used.
    """
    if section is None:
        return Declared()
    if not isinstance(section.value, Mapping):
        hint = "write a line for each parameter, such as `width: 64`"
        report.add(mistyped("parameters with their values", section.value, section.key.span, hint))
        span = place(section.value, section.key.span)
        return Declared(holes={name: Hole(f"${name}", span) for name in wanted if name not in values})
    parameters: dict[str, Parameter] = {}
    holes: dict[str, Scalar] = {}
    for entry in section.value:
        unknown = next((scalar for name, scalar in references(entry.value) if name not in values), None)
        if unknown is not None:
            holes[entry.name] = Hole(f"${entry.name}", unknown.span)
            continue
        problems: list[Diagnostic] = [*check_name("parameter", entry.key, taken)]
        parameter = _parameter(Entry(entry.key, substituted(entry.value, values)), problems)
        if parameter is not None and not problems:
            parameters[entry.name] = parameter
        else:
            holes[entry.name] = Hole(f"${entry.name}", problems[0].span)
        report.add(*problems)
    return Declared(parameters, holes)


def check_name(what: str, key: Scalar, taken: MappingOf[str, str]) -> Iterator[Diagnostic]:
    """Whether a parameter or a block can be called as it is."""
    name = str(key.value)
    if name in taken:
        yield Diagnostic("S510", f"a {what} cannot be called `{name}`", key.span, taken[name])
    elif not re.fullmatch(NAME, name):
        hint = "begin with a lower-case letter, and go on with lower-case letters, digits and `_`"
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        better = re.sub(r"[^a-z0-9]+", "_", words).strip("_").lstrip("_0123456789")
        hint = f"{hint}, such as `{better}`" if better else hint
        yield Diagnostic("S510", f"{found(key, 'value')} cannot be the name of a {what}", key.span, hint)


def _parameter(entry: Entry, problems: list[Diagnostic]) -> Parameter | None:
    key, node = entry.key, entry.value
    if isinstance(node, Mapping):
        return _described(key, node, problems)
    type_ = _type_of(node) if isinstance(node, Scalar) else None
    if isinstance(node, Scalar) and type_ is not None:
        return Parameter(key, type_, node)
    hint = f"write its default, such as `{entry.name}: 64`, or `{entry.name}: {{type: text}}` if it has none"
    problems.append(mistyped(f"the default of the parameter `{entry.name}`, or its options", node, key.span, hint))
    return None


def _described(key: Scalar, node: Mapping, problems: list[Diagnostic]) -> Parameter | None:
    """The parameter of `{type: …, default: …}`."""
    problems += (unknown_key(f"the parameter `{key.value}`", e, KEYS) for e in node if e.name not in KEYS)
    default = _default(node.entry("default"), problems)
    choices = _choices(node.entry("choices"), problems)
    type_ = _type(key, node.entry("type"), [*choices, *([default] if default else [])], problems)
    if type_ is None:
        return None
    minimum, maximum = (_bound(node.entry(name), type_, problems) for name in ("minimum", "maximum"))
    parameter = Parameter(key, type_, default, _doc(node.entry("doc"), problems), choices, minimum, maximum)
    values = (*choices, default) if default is not None else choices
    problems += filter(None, (parameter.wrong(value, value.span) for value in values))
    return parameter


def _default(entry: Entry | None, problems: list[Diagnostic]) -> Scalar | None:
    if entry is None or isinstance(entry.value, Scalar):
        return entry.value if entry is not None and isinstance(entry.value, Scalar) else None
    hint = "write one value: a list is written where it is used, and may hold parameters"
    problems.append(mistyped("one value", entry.value, entry.key.span, hint))
    return None


def _type(key: Scalar, entry: Entry | None, values: Iterable[Scalar], problems: list[Diagnostic]) -> str | None:
    """The type that is written, or that of the first of the values."""
    if entry is None:
        type_ = next(filter(None, map(_type_of, values)), None)
        if type_ is None and not problems:
            message = f"the parameter `{key.value}` needs `type`"
            problems.append(Diagnostic("S103", message, key.span, f"add `type:` and behind it {either(TYPES)}"))
        return type_
    word = str(entry.value.plain())
    if word in TYPES:
        return word
    other = _OTHER_TYPES.get(word)
    hint = f"did you mean `{other}`?" if other else did_you_mean(word, TYPES, f"write {either(TYPES)}")
    message = f"{found(entry.value, 'value')} is not a type of parameters"
    problems.append(Diagnostic("S105", message, place(entry.value, entry.key.span), hint))
    return None


def _type_of(value: Scalar) -> str | None:
    if isinstance(value.value, float):
        return "number"
    return next((type_ for type_ in TYPES if is_of(value, type_)), None)


def _choices(entry: Entry | None, problems: list[Diagnostic]) -> tuple[Scalar, ...]:
    if entry is None:
        return ()
    items = entry.value.items if isinstance(entry.value, Sequence) else ()
    if not items:
        hint = "write a list, such as `[relu, gelu]`"
        problems.append(mistyped("a list of values", entry.value, entry.key.span, hint))
    for item in items:
        if not isinstance(item, Scalar):
            problems.append(mistyped("a value", item, item.span, "write one value for each choice"))
    return tuple(item for item in items if isinstance(item, Scalar))


def _bound(entry: Entry | None, type_: str, problems: list[Diagnostic]) -> float | None:
    if entry is None:
        return None
    value = entry.value.plain()
    if type_ not in ("integer", "number"):
        message = f"a parameter that is {TYPES[type_]} has no `{entry.name}`"
        problems.append(Diagnostic("S102", message, entry.key.span, "leave it out"))
    elif not isinstance(value, bool) and isinstance(value, int | float):
        return value
    else:
        problems.append(
            mistyped("a number", entry.value, entry.key.span, f"write the number, or leave `{entry.name}` out")
        )
    return None


def _doc(entry: Entry | None, problems: list[Diagnostic]) -> str:
    if entry is None:
        return ""
    text = as_text(entry.value)
    if text is None:
        problems.append(mistyped("a text", entry.value, entry.key.span, "say in a sentence what the parameter is for"))
    return uncapitalized(str(text.value).rstrip(".")) if text is not None else ""
