"""The live reading of expressions: what the script prints, evaluated."""

from __future__ import annotations

import builtins
import glob
import importlib
import operator
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from specrun.compiler.allowed import FUNCTIONS, READING
from specrun.compiler.catalogue import FAMILIES
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


_MADE_BY_KERAS = tuple({f"{f.rpartition('.')[0]}." for family in FAMILIES.values() for f in family.functions()})
"""What the names of the functions begin with that make objects of Keras."""
_LOOKUPS = ("keras.layers.StringLookup", "keras.layers.TextVectorization")
_MOST_POWER = 64
"""The largest exponent of a whole number: the digits of others take more time and memory than a plan has."""


class Evaluator:
    """Evaluates expressions in an environment of variables; data files are relative to `folder`.

    `statistics` keeps what was learnt of each column: its kind, the column and the value. Where `readable` is given, as
    for the plan of a saved run, which may be anybody's, no other file is read than these and what lies in them.
    """

    def __init__(self, folder: Path, readable: Iterable[str] | None = None) -> None:
        self.variables: dict[str, Any] = {}
        self.statistics: dict[tuple[str, str], Any] = {}
        self._folder = folder
        self._readable: frozenset[str] | None = None
        if readable is not None:
            self.restrict(readable)

    def restrict(self, readable: Iterable[str]) -> None:
        """Have no files read from now on but these, and what lies in them."""
        self._readable = frozenset(map(os.path.realpath, readable))

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
        called: Any = None if isinstance(function, str) else self(function)
        arguments = [self(argument) for argument in expression.arguments]
        keywords = {str(keyword.name): self(keyword.value) for keyword in expression.keywords}
        if isinstance(function, str):
            self._check(function, arguments, keywords)
            called = resolve_function(function)
        return called(*arguments, **keywords)

    def _check(self, function: str, arguments: list[Any], keywords: Mapping[str, Any]) -> None:
        """Raise ValueError where a function would take an argument for more than a value.

        Keras makes objects of dictionaries that name classes, and reads a vocabulary from a file that a text names.
        """
        if function in READING:
            self._check_readable(function, arguments, keywords)
        elif function.startswith(_MADE_BY_KERAS):
            values = (*arguments, *keywords.values())
            if any(isinstance(part, dict) for value in values for part in _parts(value)):
                raise ValueError(f"`{function}` takes no dictionary")
            texts = [keywords.get("vocabulary"), *(arguments if function in _LOOKUPS else ())]
            if any(isinstance(text, str | os.PathLike) for text in texts):
                raise ValueError(f"`{function}` takes no file for a vocabulary")

    def _check_readable(self, function: str, arguments: list[Any], keywords: Mapping[str, Any]) -> None:
        if self._readable is None:
            return
        path = os.path.abspath(str(arguments[0])) if arguments else ""
        if function == "glob.glob":
            known = {glob.escape(known) for known in self._readable} if not keywords else set()
        else:
            path, known = os.path.realpath(path), set(self._readable)
        if known.isdisjoint([path, *map(str, Path(path).parents)]):
            raise ValueError(f"the plan reads a file that nobody named: {path!r}")

    def _operation(self, expression: Operation) -> Any:
        if expression.left is None:
            return _UNARY[expression.operator](self(expression.right))
        left, right = self(expression.left), self(expression.right)
        if expression.operator == "**" and isinstance(right, int) and right > _MOST_POWER:
            raise ValueError(f"{right} is too large an exponent")
        if expression.operator == "*" and any(isinstance(side, str | list | tuple) for side in (left, right)):
            raise ValueError("only numbers are multiplied")
        return _BINARY[expression.operator](left, right)

    def _mapped(self, expression: Mapped) -> Any:
        outer = self.variables.get(expression.variable)
        pairs = []
        for item in self(expression.over):
            self.variables[expression.variable] = item
            pairs.append((None if expression.key is None else self(expression.key), self(expression.value)))
        self.variables[expression.variable] = outer
        return [value for _, value in pairs] if expression.key is None else dict(pairs)


def _parts(value: Any) -> Iterator[Any]:
    """A value, and if it is a list or a tuple what is in it."""
    yield value
    if isinstance(value, list | tuple):
        for part in value:
            yield from _parts(part)


def resolve_function(name: str) -> Any:
    """The function of an allowed name."""
    if name not in FUNCTIONS:
        raise ValueError(f"not an allowed function: {name!r}")
    module, _, attribute = name.rpartition(".")
    if module in ("", "str"):
        return getattr(str if module else builtins, attribute)
    return getattr(importlib.import_module(module), attribute)
