"""Objects of Keras that a spec names, as expressions."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.compiler import catalogue
from specrun.compiler.catalogue import Entry
from specrun.compiler.catalogue.entry import typed
from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.expressions import Call, Expression, Identifier, Items, Keyword, Literal
from specrun.compiler.language.sections import Keras


def entry_of(family: str, spec: Keras) -> Entry:
    """The catalogue's entry of an object whose name was checked."""
    entry = catalogue.find(family, spec.name)
    assert entry is not None
    return entry


def named_or_called(family: str, spec: Keras) -> Expression:
    """`"Adam"` where no option is written, and the call otherwise."""
    entry = entry_of(family, spec)
    if entry.string is not None and not spec.options:
        return Literal(entry.string)
    return called(family, spec)


def called(family: str, spec: Keras, more: Iterable[Keyword] = ()) -> Call:
    """The call that makes the object: its first argument by place (but for callbacks), the others by name."""
    entry = entry_of(family, spec)
    arguments: list[Expression] = []
    keywords: list[Keyword] = []
    for name, value in spec.options:
        if _is_of_call(entry, name):
            continue
        expression = _value(entry, name, value)
        if name == entry.first and family != "callbacks":
            arguments.append(expression)
        else:
            keywords.append(Keyword(Identifier(name), expression))
    return Call(entry.function, tuple(arguments), (*keywords, *more))


def applied_with(layer: Keras) -> tuple[Keyword, ...]:
    """What a layer is given where it is applied, beside its inputs."""
    entry = entry_of("layers", layer)
    written = ((name, value) for name, value in layer.options if _is_of_call(entry, name))
    return tuple(Keyword(Identifier(name), _value(entry, name, value)) for name, value in written)


def conflicts(family: str, spec: Keras, span: Span) -> Iterable[Diagnostic]:
    """What is wrong with the options of an object taken together, and with those of the objects in them."""
    entry = entry_of(family, spec)
    message = entry.conflict(dict(spec.options)) if entry.conflict else None
    if message:
        yield Diagnostic("S112", f"`{spec.name}`: {message}", span, "change one of them, or leave it out")
    for name, value in spec.options:
        argument = entry.argument(name)
        if argument is not None and argument.family is not None:
            for inner in value if isinstance(value, tuple) else (value,):
                if isinstance(inner, Keras):
                    yield from conflicts(argument.family, inner, inner.place.span if inner.place else span)


def _is_of_call(entry: Entry, name: str) -> bool:
    argument = entry.argument(name)
    return argument is not None and argument.of_call


def _value(entry: Entry, name: str, value: object) -> Expression:
    argument = entry.argument(name)
    if argument is not None and argument.family is not None:
        if isinstance(value, Keras):
            return named_or_called(argument.family, value)
        if isinstance(value, tuple):
            return Items(tuple(_value(entry, name, item) for item in value))
    return _literal(typed(argument.schema, value) if argument else value)


def _literal(value: object) -> Expression:
    if isinstance(value, tuple | list):
        return Items(tuple(_literal(item) for item in value))
    assert value is None or isinstance(value, bool | int | float | str)
    return Literal(value)
