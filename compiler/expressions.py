"""The small language that a plan is written in: expressions that the runtime evaluates and the script prints.

`specrun.compiler.script.printer` is the one printer, `specrun.runtime.evaluate` the one evaluator. An expression
is data: it calls nothing but what `specrun.compiler.allowed` names.
"""

from __future__ import annotations

import dataclasses
import keyword
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, cast

from specrun.compiler.allowed import ATTRIBUTES, FUNCTIONS, OPERATORS, READING, SCRIPT_MODULES, SCRIPT_OPERATORS

Scalar: TypeAlias = None | bool | int | float | str

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")


class Identifier(str):
    """A name that may stand in a script: ASCII, no keyword, at most 80 characters."""

    __slots__ = ()

    def __new__(cls, name: str) -> Identifier:
        if not _IDENTIFIER.fullmatch(name) or keyword.iskeyword(name):
            raise ValueError(f"not an identifier: {name!r}")
        return super().__new__(cls, name)


@dataclass(frozen=True, slots=True)
class Literal:
    """One value; the only way for a text of a spec into a script."""

    value: Scalar

    def __eq__(self, other: object) -> bool:
        # 1, 1.0 and True are one value to Python and three to Keras.
        return isinstance(other, Literal) and type(self.value) is type(other.value) and self.value == other.value

    def __hash__(self) -> int:
        return hash((type(self.value), self.value))


@dataclass(frozen=True, slots=True)
class Name:
    """A variable of the script, or of the runtime's environment."""

    name: Identifier


@dataclass(frozen=True, slots=True)
class Items:
    """A list, `[a, b]`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A tuple, `(a, b)`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A dictionary, `{a: b}`."""

    pairs: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Keyword:
    """An argument by name."""

    name: Identifier
    value: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an allowed function (`keras.layers.Dense`), of an allowed method, or of a layer.

    A layer is what a call gave, a variable or an item that holds one. In scripts alone, what is called may be
    `Foreign` or a `Member`.
    """

    function: str | Attribute | Call | Name | Item | Foreign | Member
    arguments: tuple[Expression, ...] = ()
    keywords: tuple[Keyword, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.function, str) and self.function not in FUNCTIONS:
            raise ValueError(f"not an allowed function: {self.function!r}")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An allowed attribute of a value, `value.name`."""

    value: Expression
    name: str

    def __post_init__(self) -> None:
        if self.name not in ATTRIBUTES:
            raise ValueError(f"not an allowed attribute: {self.name!r}")


@dataclass(frozen=True, slots=True)
class Function:
    """An allowed function or type as a value, such as `str`; what reads files, and what is of Keras, is only called."""

    name: str

    def __post_init__(self) -> None:
        if self.name not in FUNCTIONS or self.name in READING or self.name.startswith("keras."):
            raise ValueError(f"not an allowed function: {self.name!r}")


@dataclass(frozen=True, slots=True)
class Item:
    """`value[key]`."""

    value: Expression
    key: Expression


@dataclass(frozen=True, slots=True)
class Slice:
    """`start:stop`, the key of an item: the values from `start` up to before `stop`."""

    start: Expression | None = None
    stop: Expression | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """`*value`: what a list or tuple is made of, within another."""

    value: Expression


@dataclass(frozen=True, slots=True)
class From:
    """`value[:, start:]`: the columns of a tensor from `start` on, along the last of so many `axes`."""

    value: Expression
    start: int
    axes: int = 2


@dataclass(frozen=True, slots=True)
class Operation:
    """`left operator right`, or `operator right` where there is no left side."""

    operator: str
    left: Expression | None
    right: Expression

    def __post_init__(self) -> None:
        if self.operator not in OPERATORS:
            raise ValueError(f"not an allowed operator: {self.operator!r}")


@dataclass(frozen=True, slots=True)
class Foreign:
    """A function or constant of a module, such as `tensorflow.nn.relu`, that only scripts name."""

    name: str

    def __post_init__(self) -> None:
        if not self.name.startswith(SCRIPT_MODULES):
            raise ValueError(f"not an allowed module: {self.name!r}")


@dataclass(frozen=True, slots=True)
class Member:
    """`value.name` in a script alone: of the objects that it makes itself."""

    value: Expression
    name: Identifier


@dataclass(frozen=True, slots=True)
class Choice:
    """`yes if condition else no`, in a script alone."""

    condition: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True)
class Computation(Operation):
    """An operation with an operator that scripts alone have."""

    def __post_init__(self) -> None:
        if self.operator not in SCRIPT_OPERATORS:
            raise ValueError(f"not an allowed operator: {self.operator!r}")


@dataclass(frozen=True, slots=True)
class Mapped:
    """`{key: value for variable in over}`, or the list `[value for variable in over]` where there is no key."""

    variable: Identifier
    value: Expression
    over: Expression
    key: Expression | None = None


@dataclass(frozen=True, slots=True)
class File:
    """The path of the data, relative to the folder of the spec; a script names it at its top, relative to its own."""

    path: str


@dataclass(frozen=True, slots=True)
class Assign:
    """`targets = value`, a statement; several targets take the parts of a tuple."""

    targets: tuple[Expression, ...]
    value: Expression


@dataclass(frozen=True, slots=True)
class Do:
    """`call`, a statement: a method that is called for what it does to its object."""

    call: Call


@dataclass(frozen=True, slots=True)
class Statistic:
    """What is learnt of one column from the training rows alone: a number, or a list of texts or numbers.

    `kind` says what it is ("mean", "vocabulary"); `pandas` is the expression that the script prints for it, of the data
    frame `train` and of the column's name, the variable `name`.
    """

    kind: str
    pandas: Expression


Expression: TypeAlias = (
    Literal
    | Name
    | Items
    | Group
    | Pairs
    | Call
    | Attribute
    | Function
    | Item
    | From
    | Slice
    | Spread
    | Operation
    | Mapped
    | File
    | Statistic
    | Foreign
    | Member
    | Choice
)
Statement: TypeAlias = Assign | Do
Part = TypeVar("Part", bound=Expression | Statement)


def name(text: str) -> Name:
    """A variable."""
    return Name(Identifier(text))


def literals(values: Iterable[Scalar]) -> Items:
    """A list of values."""
    return Items(tuple(Literal(value) for value in values))


def children(expression: Expression | Statement | Keyword) -> tuple[Expression, ...]:
    """The expressions that an expression or statement is made of, in the order in which they are evaluated."""
    match expression:
        case Assign(targets, value):
            return (*targets, value)
        case Do(call):
            return (call,)
        case Keyword(_, value) | Attribute(value) | Member(value) | From(value) | Spread(value) | Statistic(_, value):
            return (value,)
        case Choice(condition, yes, no):
            return (condition, yes, no)
        case Items(items) | Group(items):
            return items
        case Pairs(pairs):
            return tuple(part for pair in pairs for part in pair)
        case Call(function, arguments, keywords):
            head = () if isinstance(function, str) else (function,)
            return (*head, *arguments, *(k.value for k in keywords))
        case Item(value, key):
            return (value, key)
        case Slice(start, stop):
            return tuple(bound for bound in (start, stop) if bound is not None)
        case Operation(_, left, right):
            return (right,) if left is None else (left, right)
        case Mapped(_, value, over, key):
            return (over, value) if key is None else (over, key, value)
        case _:
            return ()


def within(part: Part, change: Callable[[Expression], Expression]) -> Part:
    """The same expression or statement, each expression that it is directly made of changed."""
    return cast("Part", _within(part, change))


def _within(part: object, change: Callable[[Expression], Expression]) -> object:
    if isinstance(part, tuple):
        return tuple(_changed(inner, change) for inner in part)
    if not dataclasses.is_dataclass(part) or isinstance(part, type):
        return part
    inner = {field.name: _changed(getattr(part, field.name), change) for field in dataclasses.fields(part)}
    return dataclasses.replace(part, **inner)


def _changed(part: object, change: Callable[[Expression], Expression]) -> object:
    return change(part) if isinstance(part, Expression) else _within(part, change)


def rewritten(part: Part, change: Callable[[Expression], Expression]) -> Part:
    """The same expression or statement, each expression in it changed, the inner ones first."""
    whole = within(part, lambda inner: rewritten(inner, change))
    return cast("Part", change(whole)) if isinstance(whole, Expression) else whole


def substituted(part: Part, old: Expression, new: Expression) -> Part:
    """The same with `new` in place of each expression in it that is `old`."""
    return rewritten(part, lambda expression: new if expression == old else expression)


def walk(*parts: Expression | Statement) -> Iterator[Expression | Statement]:
    """The parts, each followed by all that it is made of, as deep as that goes."""
    for part in parts:
        yield part
        yield from walk(*children(part))


def mentions(part: Expression | Statement, wanted: Expression) -> bool:
    """Whether an expression or statement is, or is somewhere made of, `wanted`."""
    return wanted in walk(part)


def joined(operator: str, parts: Sequence[Expression]) -> Expression:
    """The parts with an operator between them; None where there are none."""
    total = parts[0] if parts else Literal(None)
    for part in parts[1:]:
        total = Operation(operator, total, part)
    return total


def statistics_of(*parts: Expression | Statement) -> Iterator[Statistic]:
    """The statistics that expressions and statements are made of, each time that they stand there."""
    return (part for part in walk(*parts) if isinstance(part, Statistic))


def call(function: str, *arguments: Expression, **keywords: Expression) -> Call:
    """A call of an allowed function."""
    return Call(function, arguments, tuple(Keyword(Identifier(k), v) for k, v in keywords.items()))


def method(value: Expression, attribute: str, *arguments: Expression, **keywords: Expression) -> Call:
    """A call of an allowed method of `value`."""
    return Call(Attribute(value, attribute), arguments, tuple(Keyword(Identifier(k), v) for k, v in keywords.items()))
