"""Expressions of scripts, written as Python writes them: `quoted("tf.nn.relu(x @ kernel)", x=…, kernel=…)`.

What is quoted is a text of this program, never one of a spec: what comes from a spec goes into its holes.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from specrun.compiler.allowed import FUNCTIONS
from specrun.compiler.expressions import (
    Assign,
    Call,
    Choice,
    Computation,
    Expression,
    Foreign,
    Group,
    Identifier,
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
    name,
)

_MODULES = {"tf": "tensorflow", "np": "numpy", "math": "math", "collections": "collections"}
_OPERATORS: Mapping[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitOr: "|",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.And: "and",
    ast.Or: "or",
    ast.USub: "-",
    ast.Invert: "~",
}
_SCRIPTS_ALONE = frozenset(["@", "!=", "<", "<=", ">", ">=", "and"])


def quoted(source: str, **holes: Expression) -> Expression:
    """The expression of a text, each variable of it that is a hole filled.

    A module stands there by its alias (`tf`); `*rest` is filled by a list, item by item. Raises ValueError for what no
    script says.
    """
    return _Reader(holes).expression(ast.parse(source, mode="eval").body)


def assigned(source: str, **holes: Expression) -> Assign:
    """The assignment of a text, `target = value`, with its holes filled."""
    (step,) = ast.parse(source).body
    if not isinstance(step, ast.Assign):
        raise ValueError(f"not an assignment: {source}")
    reader, (target,) = _Reader(holes), step.targets
    targets = target.elts if isinstance(target, ast.Tuple) else [target]
    return Assign(tuple(reader.expression(each) for each in targets), reader.expression(step.value))


class _Reader:
    def __init__(self, holes: Mapping[str, Expression]) -> None:
        self._holes = holes

    def expression(self, node: ast.expr) -> Expression:
        match node:
            case ast.Constant(value) if value is None or isinstance(value, bool | int | float | str):
                return Literal(value)
            case ast.Name(variable):
                return self._holes[variable] if variable in self._holes else name(variable)
            case ast.Attribute(value, attribute):
                module = _module(node)
                return Foreign(module) if module else Member(self.expression(value), Identifier(attribute))
            case ast.Call(function, arguments, keywords):
                given = tuple(Keyword(Identifier(str(k.arg)), self.expression(k.value)) for k in keywords)
                return Call(self._called(function), self._listed(arguments), given)
            case ast.Subscript(value, key):
                return Item(self.expression(value), self.expression(key))
            case ast.Slice(lower, upper, None):
                return Slice(*(None if bound is None else self.expression(bound) for bound in (lower, upper)))
            case ast.List(items):
                return Items(self._listed(items))
            case ast.Tuple(items):
                return Group(self._listed(items))
            case ast.Dict(keys, values):
                pairs = zip((key for key in keys if key is not None), values, strict=True)
                return Pairs(tuple((self.expression(key), self.expression(value)) for key, value in pairs))
            case ast.DictComp(key, value, [ast.comprehension(ast.Name(each), over, [])]):
                return Mapped(Identifier(each), self.expression(value), self.expression(over), self.expression(key))
            case ast.ListComp(value, [ast.comprehension(ast.Name(each), over, [])]):
                return Mapped(Identifier(each), self.expression(value), self.expression(over))
            case ast.IfExp(condition, yes, no):
                return Choice(self.expression(condition), self.expression(yes), self.expression(no))
            case ast.UnaryOp(operator, ast.Constant(int(value) | float(value))) if isinstance(operator, ast.USub):
                return Literal(-value)
            case ast.UnaryOp(operator, right):
                return Operation(_OPERATORS[type(operator)], None, self.expression(right))
            case ast.BinOp(left, operator, right) | ast.Compare(left, [operator], [right]):
                return self._operation(operator, left, right)
            case ast.BoolOp(operator, [left, right]):
                return self._operation(operator, left, right)
        raise ValueError(f"no script says {ast.unparse(node)}")

    def _operation(self, operator: ast.AST, left: ast.expr, right: ast.expr) -> Operation:
        sign = _OPERATORS[type(operator)]
        kind = Computation if sign in _SCRIPTS_ALONE else Operation
        return kind(sign, self.expression(left), self.expression(right))

    def _called(self, function: ast.expr) -> str | Call | Name | Item | Foreign | Member:
        if isinstance(function, ast.Name) and function.id not in self._holes and function.id in FUNCTIONS:
            return function.id
        called = self.expression(function)
        if not isinstance(called, Call | Name | Item | Foreign | Member):
            raise ValueError(f"cannot be called: {ast.unparse(function)}")
        return called

    def _listed(self, items: list[ast.expr]) -> tuple[Expression, ...]:
        listed: list[Expression] = []
        for item in items:
            if isinstance(item, ast.Starred):
                value = self.expression(item.value)
                listed.extend(value.items if isinstance(value, Items) else [Spread(value)])
            else:
                listed.append(self.expression(item))
        return tuple(listed)


def _module(node: ast.expr) -> str | None:
    """The dotted name of something in a module, or None."""
    if isinstance(node, ast.Name):
        return _MODULES.get(node.id)
    if isinstance(node, ast.Attribute):
        outer = _module(node.value)
        return f"{outer}.{node.attr}" if outer else None
    return None
