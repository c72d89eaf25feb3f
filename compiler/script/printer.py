"""Expressions as Python text. The formatter lays it out; here only the meaning counts."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.compiler.expressions import (
    Attribute,
    Call,
    Choice,
    Do,
    Expression,
    File,
    Foreign,
    From,
    Function,
    Group,
    Item,
    Items,
    Keyword,
    Literal,
    Mapped,
    Member,
    Name,
    Operation,
    Pairs,
    Slice,
    Spread,
    Statement,
    Statistic,
    walk,
)
from specrun.compiler.script.imports import called_as
from specrun.compiler.script.literal import literal

_COMPARED = ("==", "!=", "<", "<=", ">", ">=")
_BINARY = (("or",), ("and",), _COMPARED, ("|",), ("+", "-"), ("*", "/", "//", "%", "@"), (), ("**",))
_UNARY = (*[()] * 6, ("~", "-"))
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
            case Call(Name("sum"), (Mapped(key=None) as each,)):
                return f"sum({self(each)[1:-1]})"
            case Call(function, arguments, keywords):
                return f"{self._function(function)}({self._arguments(arguments, keywords)})"
            case Attribute(value, name) | Member(value, name):
                return f"{self._operand(value)}.{name}"
            case Choice(condition, yes, no):
                return f"{self._bound(yes, 0)} if {self._bound(condition, 0)} else {self(no)}"
            case Function(name) | Foreign(name):
                return called_as(name)
            case Item(value, key):
                # `x[:, 0]`: of slices and indices, not of a tuple that holds slices
                return f"{self._operand(value)}[{self._listed(key.items) if isinstance(key, Group) else self(key)}]"
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
                return f"{self._bound(left, binding + (operator in ('**', *_COMPARED)))} {operator} {after}"
            case Mapped(variable, value, over, key):
                loop = f"for {variable} in {self(over)}"
                return f"[{self(value)} {loop}]" if key is None else f"{{{self(key)}: {self(value)} {loop}}}"
            case File():
                return self._path
            case Statistic(_, pandas):
                return self(pandas)

    def _function(self, function: str | Expression) -> str:
        return called_as(function) if isinstance(function, str) else self(function)

    def _arguments(self, arguments: Iterable[Expression], keywords: Iterable[Keyword]) -> str:
        return ", ".join([*map(self, arguments), *(f"{k.name}={self(k.value)}" for k in keywords)])

    def _listed(self, items: Iterable[Expression]) -> str:
        return ", ".join(map(self, items))

    def _operand(self, value: Expression) -> str:
        return f"({self(value)})" if isinstance(value, Operation | Choice) else self(value)

    def _bound(self, value: Expression, binding: int) -> str:
        """An operand, in parentheses where it is an operation that binds more loosely than `binding`."""
        is_loose = isinstance(value, Operation | Choice) and _binding(value) < binding
        return f"({self(value)})" if is_loose else self(value)


def _binding(operation: Operation | Choice) -> int:
    """How tightly an operator binds its operands; a choice binds them least."""
    if isinstance(operation, Choice):
        return -1
    operators = _UNARY if operation.left is None else _BINARY
    return next(rank for rank, equal in enumerate(operators) if operation.operator in equal)


def functions(expressions: Iterable[Expression | Statement]) -> frozenset[str]:
    """The names of all the functions that the expressions call or mention."""
    found: set[str] = set()
    for part in walk(*expressions):
        if isinstance(part, Call) and isinstance(part.function, str):
            found.add(part.function)
        elif isinstance(part, Function | Foreign):
            found.add(part.name)
    return frozenset(found)
