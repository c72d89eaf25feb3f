"""Expressions as Python text."""

from __future__ import annotations

import ast
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.compiler import statistics
from specrun.compiler.expressions import (
    Assign,
    Attribute,
    Call,
    Expression,
    File,
    From,
    Function,
    Group,
    Identifier,
    Item,
    Items,
    Literal,
    Mapped,
    Operation,
    Pairs,
    Slice,
    call,
    literals,
    method,
    name,
)
from specrun.compiler.script.printer import Printer, functions

A, B, C = name("a"), name("b"), Identifier("c")
SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.Eq: "==",
    ast.BitOr: "|",
    ast.Invert: "~",
    ast.USub: "-",
}
OPERATIONS = st.recursive(
    st.sampled_from([A, B]),
    lambda inner: st.one_of(
        st.builds(Operation, st.sampled_from(sorted({*SIGNS.values(), "or"} - {"~"})), inner, inner),
        st.builds(Operation, st.sampled_from(["~", "-"]), st.none(), inner),
    ),
).filter(lambda value: isinstance(value, Operation))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (Literal("it's"), '"it\'s"'),
        (Literal(1e-3), "0.001"),
        (Literal(None), "None"),
        (A, "a"),
        (Items((A, B)), "[a, b]"),
        (Items(()), "[]"),
        (Group((A,)), "(a,)"),
        (Group((A, B)), "(a, b)"),
        (Group(()), "()"),
        (Pairs(((Literal(0), A), (Literal("x"), B))), "{0: a, 'x': b}"),
        (call("keras.layers.Dense", Literal(8), activation=Literal("relu")), "layers.Dense(8, activation='relu')"),
        (call("keras.optimizers.Adam"), "keras.optimizers.Adam()"),
        (call("pandas.read_csv", File("x.csv"), sep=Literal(";")), "pd.read_csv(PATH, sep=';')"),
        (Call(call("keras.layers.Hashing", num_bins=Literal(4)), (A,)), "layers.Hashing(num_bins=4)(a)"),
        (method(A, "fillna", Literal(0)), "a.fillna(0)"),
        (Attribute(A, "iloc"), "a.iloc"),
        (Function("str"), "str"),
        (Function("csv.QUOTE_NONE"), "csv.QUOTE_NONE"),
        (Item(A, Literal("x y")), "a['x y']"),
        (From(A, 1), "a[:, 1:]"),
        (From(A, 2, axes=1), "a[2:]"),
        (From(A, 2, axes=3), "a[:, :, 2:]"),
        (Item(A, Slice(start=B)), "a[b:]"),
        (Item(A, Slice(stop=Operation("-", None, B))), "a[:-b]"),
        (Operation("+", A, B), "a + b"),
        (Operation("~", None, A), "~a"),
        (Operation("**", Operation("-", A, B), Literal(2)), "(a - b) ** 2"),
        (Operation("-", Operation("-", A, B), A), "a - b - a"),
        (Operation("-", A, Operation("-", A, B)), "a - (a - b)"),
        (Operation("+", A, Operation("*", A, B)), "a + a * b"),
        (Operation("%", Operation("+", A, B), B), "(a + b) % b"),
        (Operation("**", Operation("**", A, B), A), "(a ** b) ** a"),
        (Operation("**", A, Operation("**", A, B)), "a ** (a ** b)"),
        (Operation("**", Operation("-", None, A), B), "(-a) ** b"),
        (Operation("-", None, Operation("**", A, B)), "-a ** b"),
        (Operation("==", Operation("==", A, B), B), "(a == b) == b"),
        (Operation("|", Operation("==", A, B), B), "(a == b) | b"),
        (Operation("or", Operation("/", A, B), Literal(1)), "a / b or 1"),
        (Item(Operation("+", A, B), Literal(0)), "(a + b)[0]"),
        (method(Operation("==", A, B), "astype", Literal("float32")), "(a == b).astype('float32')"),
        (Mapped(C, Function("str"), A, name("c")), "{c: str for c in a}"),
        (Mapped(C, name("c"), A), "[c for c in a]"),
        (statistics.mean(statistics.COLUMN), "train[name].mean()"),
        (statistics.variance(statistics.COLUMN), "train[name].var(ddof=0) or 1"),
        (statistics.median(statistics.clipped(None, 3.0)), "train[name].clip(None, 3.0).median()"),
        (statistics.squared_range(statistics.COLUMN), "(train[name].max() - train[name].min()) ** 2 or 1"),
        (statistics.vocabulary(), "sorted(train[name].unique())"),
        (statistics.vocabulary(("", "?")), "sorted(train[name][~train[name].isin(['', '?'])].unique())"),
    ],
)
def test_expressions(expression: Expression, text: str) -> None:
    assert Printer()(expression) == text
    ast.parse(text)


@given(OPERATIONS)
def test_operations_keep_their_meaning(operation: Operation) -> None:
    """What is printed reads as the same tree, whatever operations stand in one another."""
    assert _tree(ast.parse(Printer()(operation), mode="eval").body) == operation


def _tree(node: ast.expr) -> Expression:
    """The operation that Python reads."""
    match node:
        case ast.BinOp(left, operator, right):
            return Operation(SIGNS[type(operator)], _tree(left), _tree(right))
        case ast.Compare(left, [operator], [right]):
            return Operation(SIGNS[type(operator)], _tree(left), _tree(right))
        case ast.BoolOp(_, [first, *others]):
            return reduce(lambda left, right: Operation("or", left, _tree(right)), others, _tree(first))
        case ast.UnaryOp(operator, operand):
            return Operation(SIGNS[type(operator)], None, _tree(operand))
        case ast.Name(variable):
            return name(variable)
    raise AssertionError(ast.dump(node))


def test_statements() -> None:
    print_statement = Printer().statement
    assert print_statement(Assign((A,), Literal(1))) == "a = 1"
    assert print_statement(Assign((A, B), call("len", A))) == "a, b = len(a)"


def test_a_sum_of_lists_keeps_its_meaning() -> None:
    total = Operation("+", Operation("+", literals([1]), literals([2])), literals([3]))
    assert ast.dump(ast.parse(Printer()(total))) == ast.dump(ast.parse("[1] + [2] + [3]"))


def test_the_functions_that_expressions_call_or_mention() -> None:
    reading = call("pandas.read_csv", File("x"), quoting=Function("csv.QUOTE_NONE"))
    layer = Call(call("keras.layers.StringLookup", vocabulary=statistics.vocabulary()), (A,))
    found = functions([Assign((A,), reading), layer, method(A, "mean")])
    assert found == {"pandas.read_csv", "csv.QUOTE_NONE", "keras.layers.StringLookup", "sorted"}
