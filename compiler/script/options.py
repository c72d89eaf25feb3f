"""The options of an object of Keras, as a rule reads them: all that are written, and the defaults of the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from specrun.compiler.catalogue import FAMILIES, REQUIRED, Entry
from specrun.compiler.expressions import Call, Expression, Group, Items, Keyword, Literal

Value = None | bool | int | float | str | tuple["Value", ...]

_IN_WORDS = {
    "layers": "layer",
    "activations": "activation",
    "initializers": "initializer",
    "regularizers": "regularizer",
    "optimizers": "optimizer",
    "schedules": "schedule",
    "losses": "loss",
    "metrics": "metric",
    "callbacks": "callback",
}


class Refused(Exception):
    """Something that no rule holds; the text follows on `has no rule for`."""


@dataclass(frozen=True, slots=True)
class Options:
    """An object of Keras that a plan names: its `entry` in the catalogue and what is `given`, by name."""

    entry: Entry
    given: dict[str, Expression]

    @property
    def name(self) -> str:
        """How a refusal calls it."""
        return f"the {_IN_WORDS[self.entry.family]} `{self.entry.name}`"

    def __getitem__(self, option: str) -> Expression:
        """An option as an expression."""
        return self.given[option] if option in self.given else _literal(self.entry.defaults[option])

    def value(self, option: str) -> Value:
        """An option whose value the plan knows. Raises Refused for another."""
        try:
            return known(self[option])
        except ValueError:
            raise Refused(f"`{option}` of {self.name}") from None

    def number(self, option: str) -> float:
        """An option that is a number. Raises Refused for another."""
        value = self.value(option)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused(f"`{option}` of {self.name}")
        return value

    def pair(self, option: str, axes: int) -> tuple[int, ...]:
        """An option that is a whole number for each axis, or one for all of them."""
        value = self.value(option)
        values = value if isinstance(value, tuple) else (value,) * axes
        return tuple(number for number in values if isinstance(number, int))

    def only(self, known_options: Iterable[str]) -> None:
        """Raise Refused where another option than these is given and is not at its default."""
        for option, expression in self.given.items():
            if option not in {*known_options, "name"} and expression != _literal(
                self.entry.defaults.get(option, REQUIRED)
            ):
                raise Refused(f"`{option}` of {self.name}")


def options_of(family: str, expression: Expression, more: Iterable[Keyword] = ()) -> Options:
    """The options of an object that is called, or that is given by Keras's word for it."""
    entries = FAMILIES[family]
    if isinstance(expression, Literal):
        word = str(expression.value)
        return Options(entries.get(word) or next(entry for entry in entries.values() if entry.string == word), {})
    assert isinstance(expression, Call)
    names = zip(entries, entries.functions(), strict=True)
    # What comes last is no alias: `accuracy` stands for a class too.
    entry = entries[[name for name, function in names if function == expression.function][-1]]
    first = {str(entry.first): value for value in expression.arguments}
    return Options(entry, first | {str(k.name): k.value for k in (*expression.keywords, *more)})


def known(expression: Expression) -> Value:
    """The value of literals, and of lists of them. Raises ValueError for another expression."""
    match expression:
        case Literal(value):
            return value
        case Items(items) | Group(items):
            return tuple(map(known, items))
    raise ValueError(f"not known before the script runs: {expression}")


def _literal(value: object) -> Expression:
    if isinstance(value, tuple):
        return Items(tuple(_literal(item) for item in value))
    return Literal(value) if value is None or isinstance(value, bool | int | float | str) else Literal(None)
