"""Arithmetic on variables, written as Python writes it."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from specrun.compiler.expressions import Expression, Literal, Operation, name

_OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}


def arithmetic(formula: str) -> Expression:
    """The expression of a formula of variables, whole numbers and `+ - * / // %`. Raises ValueError for another."""
    return _expression(ast.parse(formula, mode="eval").body)


def _expression(node: ast.expr) -> Expression:
    match node:
        case ast.BinOp(left, operator, right) if type(operator) in _OPERATORS:
            return Operation(_OPERATORS[type(operator)], _expression(left), _expression(right))
        case ast.Constant(int(number)):
            return Literal(number)
        case ast.Name(variable):
            return name(variable)
    raise ValueError(f"not arithmetic: {ast.unparse(node)}")
