"""Expressions as Python text. The formatter lays it out; here only the meaning counts."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.compiler.expressions import (
    Attribute,
    Call,
    Do,
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
    Slice,
    Spread,
    Statement,
    Statistic,
    children,
)
from specrun.compiler.script.imports import called_as
from specrun.compiler.script.literal import literal

_BINARY = (("or",), ("==",), ("|",), ("+", "-"), ("*", "/", "//", "%"), (), ("**",))
_UNARY = (*[()] * 5, ("~", "-"))
"""The operators, those that bind more tightly behind the others."""


class Printer:
    """Prints expressions and statements; `path` is what a script calls the path of its data."""

    def __init__(self, path: str = "PATH") -> None:
        self._path = path

    def statement(self, step: Statement) -> str:
        """An assignment, or a call for its effect."""
        if isinstance(step, Do):
            return self(step.call)
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
            case From(value, start, axes):
                return f"{self._operand(value)}[{':, ' * (axes - 1)}{start}:]"
            case Slice(start, stop):
                return f"{'' if start is None else self(start)}:{'' if stop is None else self(stop)}"
            case Spread(value):
                return f"*{self._operand(value)}"
            case Operation(operator, left, right):
                binding = _binding(expression)
                after = self._bound(right, binding + 1)
                if left is None:
                    return f"{operator}{after}"
                # `(a - b) - c` is `a - b - c`, but `(a ** b) ** c` is not `a ** b ** c`.
                return f"{self._bound(left, binding + (operator in ('**', '==')))} {operator} {after}"
            case Mapped(variable, value, over, key):
                loop = f"for {variable} in {self(over)}"
                return f"[{self(value)} {loop}]" if key is None else f"{{{self(key)}: {self(value)} {loop}}}"
            case File():
                return self._path
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

    def _bound(self, value: Expression, binding: int) -> str:
        """An operand, in parentheses where it is an operation that binds more loosely than `binding`."""
        return f"({self(value)})" if isinstance(value, Operation) and _binding(value) < binding else self(value)


def _binding(operation: Operation) -> int:
    """How tightly an operator binds its operands."""
    operators = _UNARY if operation.left is None else _BINARY
    return next(rank for rank, equal in enumerate(operators) if operation.operator in equal)


def functions(expressions: Iterable[Expression | Statement]) -> frozenset[str]:
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
