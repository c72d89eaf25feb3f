"""Expressions as Python text. The formatter lays it out; here only the meaning counts."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.compiler.expressions import (
    Assign,
    Attribute,
    Call,
    Expression,
    File,
    From,
    Function,
    Group,
    Item,
    Items,
    Keyword,
    Literal,
    Mapped,
    Name,
    Operation,
    Pairs,
    Spread,
    Statistic,
    children,
)
from specrun.compiler.script.imports import called_as
from specrun.compiler.script.literal import literal

PATH = "PATH"
"""The variable of a script that holds the path of its data."""


class Printer:
    """Prints expressions and statements."""

    def statement(self, step: Assign) -> str:
        """An assignment."""
        return f"{self._listed(step.targets)} = {self(step.value)}"

    def __call__(self, expression: Expression) -> str:
        """An expression."""
        match expression:
            case Literal(value):
                return literal(value)
            case Name(name):
                return name
            case Items(items):
                return f"[{self._listed(items)}]"
            case Group(items):
                return f"({self._listed(items)}{',' if len(items) == 1 else ''})"
            case Pairs(pairs):
                return f"{{{', '.join(f'{self(key)}: {self(value)}' for key, value in pairs)}}}"
            case Call(function, arguments, keywords):
                return f"{self._function(function)}({self._arguments(arguments, keywords)})"
            case Attribute(value, name):
                return f"{self._operand(value)}.{name}"
            case Function(name):
                return called_as(name)
            case Item(value, key):
                return f"{self._operand(value)}[{self(key)}]"
            case From(value, start):
                return f"{self._operand(value)}[:, {start}:]"
            case Spread(value):
                return f"*{self._operand(value)}"
            case Operation(operator, left, right):
                # `a + b + c` and `a ** 2 or 1` need no parentheses.
                plain = isinstance(left, Operation) and (operator == "or" or left.operator == operator in ("+", "|"))
                before = "" if left is None else f"{self(left) if plain else self._operand(left)} "
                return f"{before}{operator}{' ' if before else ''}{self._operand(right)}"
            case Mapped(variable, value, over, key):
                loop = f"for {variable} in {self(over)}"
                return f"[{self(value)} {loop}]" if key is None else f"{{{self(key)}: {self(value)} {loop}}}"
            case File():
                return PATH
            case Statistic(_, pandas):
                return self(pandas)

    def _function(self, function: str | Attribute | Call | Name | Item) -> str:
        return called_as(function) if isinstance(function, str) else self(function)

    def _arguments(self, arguments: Iterable[Expression], keywords: Iterable[Keyword]) -> str:
        return ", ".join([*map(self, arguments), *(f"{k.name}={self(k.value)}" for k in keywords)])

    def _listed(self, items: Iterable[Expression]) -> str:
        return ", ".join(map(self, items))

    def _operand(self, value: Expression) -> str:
        return f"({self(value)})" if isinstance(value, Operation) else self(value)


def functions(expressions: Iterable[Expression | Assign]) -> frozenset[str]:
    """The names of all the functions that the expressions call or mention."""
    found: set[str] = set()
    waiting = list(expressions)
    while waiting:
        expression = waiting.pop()
        if isinstance(expression, Call) and isinstance(expression.function, str):
            found.add(expression.function)
        elif isinstance(expression, Function):
            found.add(expression.name)
        waiting.extend(children(expression))
    return frozenset(found)
