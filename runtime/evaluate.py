"""The live reading of expressions: what the script prints, evaluated."""

from __future__ import annotations

import builtins
import importlib
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from specrun.compiler.allowed import FUNCTIONS
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
)

_UNARY: Mapping[str, Callable[[Any], Any]] = {"~": operator.invert, "-": operator.neg}
_BINARY: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "==": operator.eq,
    "|": operator.or_,
    "or": lambda left, right: left or right,
}


class Evaluator:
    """Evaluates expressions in an environment of variables; data files are relative to `folder`.

    `statistics` keeps what was learnt of each column: its kind, the column and the value.
    """

    def __init__(self, folder: Path) -> None:
        self.variables: dict[str, Any] = {}
        self.statistics: dict[tuple[str, str], Any] = {}
        self._folder = folder

    def execute(self, step: Statement) -> None:
        """Carry out an assignment, or a call for its effect."""
        if isinstance(step, Do):
            self(step.call)
            return
        value = self(step.value)
        values = [value] if len(step.targets) == 1 else list(value)
        for target, part in zip(step.targets, values, strict=True):
            if isinstance(target, Name):
                self.variables[target.name] = part
            elif isinstance(target, Item):
                self(target.value)[self(target.key)] = part
            else:
                raise TypeError(f"nothing can be assigned to {target}")

    def __call__(self, expression: Expression) -> Any:
        """The value of an expression."""
        match expression:
            case Literal(value):
                return value
            case Name(name):
                return self.variables[name]
            case Items(items):
                return list(self._spread(items))
            case Group(items):
                return tuple(self._spread(items))
            case Pairs(pairs):
                return {self(key): self(value) for key, value in pairs}
            case Call():
                return self._call(expression)
            case Attribute(value, name):
                return getattr(self(value), name)
            case Function(name):
                return resolve_function(name)
            case Item(value, key):
                return self(value)[self(key)]
            case From(value, start, axes):
                return self(value)[(*[slice(None)] * (axes - 1), slice(start, None))]
            case Slice(start, stop):
                return slice(*(None if bound is None else self(bound) for bound in (start, stop)))
            case Spread():
                raise TypeError("only a list or tuple can hold what is spread")
            case Operation():
                return self._operation(expression)
            case Mapped():
                return self._mapped(expression)
            case File(path):
                return str(self._folder / path)
            case Foreign() | Member() | Choice():
                raise TypeError(f"scripts alone can say {expression}")
            case Statistic(kind, pandas):
                learnt = kind, str(self.variables["name"])
                if learnt not in self.statistics:
                    self.statistics[learnt] = self(pandas)
                return self.statistics[learnt]

    def _spread(self, items: Iterable[Expression]) -> Iterator[Any]:
        for item in items:
            if isinstance(item, Spread):
                yield from self(item.value)
            else:
                yield self(item)

    def _call(self, expression: Call) -> Any:
        function = expression.function
        called = resolve_function(function) if isinstance(function, str) else self(function)
        return called(*map(self, expression.arguments), **{str(k.name): self(k.value) for k in expression.keywords})

    def _operation(self, expression: Operation) -> Any:
        if expression.left is None:
            return _UNARY[expression.operator](self(expression.right))
        return _BINARY[expression.operator](self(expression.left), self(expression.right))

    def _mapped(self, expression: Mapped) -> Any:
        outer = self.variables.get(expression.variable)
        pairs = []
        for item in self(expression.over):
            self.variables[expression.variable] = item
            pairs.append((None if expression.key is None else self(expression.key), self(expression.value)))
        self.variables[expression.variable] = outer
        return [value for _, value in pairs] if expression.key is None else dict(pairs)


def resolve_function(name: str) -> Any:
    """The function of an allowed name."""
    if name not in FUNCTIONS:
        raise ValueError(f"not an allowed function: {name!r}")
    module, _, attribute = name.rpartition(".")
    if module in ("", "str"):
        return getattr(str if module else builtins, attribute)
    return getattr(importlib.import_module(module), attribute)
