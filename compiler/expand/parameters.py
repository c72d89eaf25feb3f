"""The parameters of a spec or a block, and what values they take."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from specrun.compiler.diagnostics import Diagnostic, Fix, Report, Span
from specrun.compiler.expand.complaints import mistyped
from specrun.compiler.expand.references import Hole
from specrun.compiler.language.wording import either, found, shown, told
from specrun.compiler.reader import LIMITS, Node, Scalar
from specrun.compiler.settings import Setting
from specrun.compiler.suggest import nearest

TYPES: Final[MappingOf[str, str]] = {
    "integer": "a whole number",
    "number": "a number",
    "text": "a text",
    "boolean": "`true` or `false`",
}
"""The types of parameters, in words."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared parameter; `type` is one of `TYPES`, `default` None where a value has to be given.

    A `default` of null lets null be given too.
    """

    key: Scalar
    type: str
    default: Scalar | None = None
    doc: str = ""
    choices: tuple[Scalar, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def name(self) -> str:
        return str(self.key.value)

    def wrong(self, value: Node, key: Span) -> Diagnostic | None:
        """What is wrong with a value that is given to the parameter under `key`, or None."""
        if isinstance(value, Hole) or (self._takes_null and value.plain() is None):
            return None
        if not isinstance(value, Scalar) or not is_of(value, self.type):
            return self._mistyped(value, key)
        if self.choices and value not in self.choices:
            return self._not_among(value)
        number = value.value if isinstance(value.value, int | float) else 0
        if self.minimum is not None and number < self.minimum:
            return self._beyond(value, f"at least {self.minimum:g}")
        if self.maximum is not None and number > self.maximum:
            return self._beyond(value, f"at most {self.maximum:g}")
        return None

    @property
    def _takes_null(self) -> bool:
        return self.default is not None and self.default.value is None

    def _mistyped(self, value: Node, key: Span) -> Diagnostic:
        hint = told(f"write {TYPES[self.type]}", self.doc)
        if self.type == "integer" and isinstance(value, Scalar) and is_of(value, "number"):
            hint = f"write a whole number, or declare `{self.name}: {{type: number, …}}` to take others too"
        if self.type == "text" and isinstance(value, Scalar) and value.value is not None:
            hint = f'put it in quotes: `"{shown(value)}"`'
        return mistyped(f"{TYPES[self.type]} for the parameter `{self.name}`", value, key, hint)

    def _not_among(self, value: Scalar) -> Diagnostic:
        words = [str(choice.value) for choice in self.choices]
        match = nearest(str(value.value), words)
        hint = f"did you mean `{match}`?" if match else told(f"write {either(words)}", self.doc)
        message = f"{found(value, 'value')} is not a value of the parameter `{self.name}`"
        return Diagnostic("S105", message, value.span, hint, fix=Fix(value.span, match) if match else None)

    def _beyond(self, value: Scalar, wanted: str) -> Diagnostic:
        message = f"the parameter `{self.name}` has to be {wanted}, and is {found(value, 'value')}"
        return Diagnostic("S106", message, value.span, told(f"write a number that is {wanted}", self.doc))


@dataclass(frozen=True, slots=True)
class Declared:
    """The parameters of a section by name; `holes` is what stands for those whose declaration is wrong."""

    parameters: MappingOf[str, Parameter] = field(default_factory=dict)
    holes: MappingOf[str, Scalar] = field(default_factory=dict)


def is_of(value: Scalar, type_: str) -> bool:
    """Whether a value is of a type of parameters."""
    number = value.value
    if isinstance(number, bool) or not isinstance(number, int | float):
        return isinstance(number, {"text": str, "boolean": bool}.get(type_, ()))
    return type_ == "number" or (type_ == "integer" and number == int(number))


def values_of(declared: Declared, settings: MappingOf[str, Setting], report: Report) -> dict[str, Scalar]:
    """The value of each parameter of a spec: of the command line where one is given there, else its default."""
    values = dict(declared.holes)
    for name, parameter in declared.parameters.items():
        setting = settings.get(name)
        if setting is not None:
            values[name] = _set(parameter, setting, report)
        elif parameter.default is not None:
            values[name] = parameter.default
        else:
            hint = told(f"give it one: `--set {name}=…`, or a `default:`", parameter.doc)
            report.add(Diagnostic("S504", f"the parameter `{name}` has no value", parameter.key.span, hint))
            values[name] = Hole(f"${name}", parameter.key.span)
    return values


def _set(parameter: Parameter, setting: Setting, report: Report) -> Scalar:
    value = setting.as_text() if parameter.type == "text" else setting.value(report)
    if value is None:
        return Hole(f"${parameter.name}", setting.span)
    wrong = parameter.wrong(value, value.span)
    if wrong is not None:
        report.add(wrong)
    return value if wrong is None and isinstance(value, Scalar) else Hole(f"${parameter.name}", value.span)


def check_known(met: Iterable[tuple[str, Scalar]], known: Collection[str], report: Report) -> None:
    """Report each `$word` that stands for none of the parameters that can stand there."""
    unknown = ((name, scalar) for name, scalar in met if name not in known)
    for name, scalar in islice(unknown, LIMITS.problems):
        match = nearest(name, islice(known, LIMITS.problems))
        hint = f"declare it under `parameters:`; the text `${name}` is written `$${name}`"
        hint = f"did you mean `${match}`?" if match else hint
        fix = Fix(scalar.span, f"${match}") if match else None
        report.add(Diagnostic("S503", f"no parameter is called `{name}`", scalar.span, hint, fix=fix))
