"""Quoted texts of this program become expressions, and print as they were written; what comes from a spec is data."""

from __future__ import annotations

import ast

import pytest

from specrun.compiler.expressions import (
    Choice,
    Computation,
    Expression,
    Foreign,
    Identifier,
    Items,
    Literal,
    Member,
    Operation,
    joined,
    mentions,
    name,
    within,
)
from specrun.compiler.quoting import assigned, quoted
from specrun.compiler.script.printer import Printer, functions
from specrun.runtime.evaluate import Evaluator

PRINTED = Printer()
A, B = name("a"), name("b")


@pytest.mark.parametrize(
    "source",
    [
        "tf.nn.relu(x @ self.kernel + self.bias)",
        "x @ (a + b)",
        "(a + b) @ c @ d",
        "a @ (b @ c)",
        "x[:, 0]",
        "x[:, :, None]",
        "x[1:]",
        "x[:-1] - x[1:]",
        "tf.where(x > 0, x, alpha * (tf.exp(x) - 1))",
        "(scores > 0) == (y > 0)",
        "a <= b",
        "a != b",
        "a and b or c",
        "a and (b or c)",
        "(a if b else c) + d",
        "a + b if c else d",
        "a if b else c if d else e",
        "(a if b else c) if d else e",
        "-a ** 2",
        "(-a) ** 2",
        "a ** -b",
        "-1e-07",
        "1 - 0.9",
        "{name: float(v) for name in d}",
        "[f(name) for name in d]",
        "sum(len(x[name]) + 1 for name in d)",
        "list(dict(Counter(a).most_common(3)))",
        "f(*rest, key=[1, 'two', None, True])",
        "{'a': 1} | {'b': [1.5, (a, b), (a,)]}",
        "(a + b).shape[-1]",
        "(a if b else c).shape",
        "max(a or 1, 1e-07)",
    ],
)
def test_what_is_quoted_prints_as_it_was_written(source: str) -> None:
    written = source.replace("Counter", "collections.Counter")
    written = written.replace("sum(len(x[name]) + 1 for name in d)", "sum([len(x[name]) + 1 for name in d])")
    printed = PRINTED(quoted(written))
    assert ast.dump(ast.parse(printed)) == ast.dump(ast.parse(source)), printed


def test_holes_are_filled_and_lists_spread() -> None:
    shape = Items((Literal(2), A))
    assert PRINTED(quoted("tf.zeros([*shape])", shape=shape)) == "tf.zeros([2, a])"
    assert PRINTED(quoted("f(*rest)", rest=A)) == "f(*a)"
    assert PRINTED(quoted("x(y)", x=A, y=Operation("+", A, B))) == "a(a + b)"
    assert PRINTED(quoted("x * y", x=Operation("+", A, B), y=quoted("c if d else e"))) == "(a + b) * (c if d else e)"
    step = assigned("mean, variance = tf.nn.moments(x, axes)", x=A, axes=Items((Literal(0),)))
    assert PRINTED.statement(step) == "mean, variance = tf.nn.moments(a, [0])"


def test_a_text_in_a_hole_stays_a_text() -> None:
    hostile = Literal("'] + __import__('os').system('true') #")
    printed = PRINTED(quoted("x[key]", key=hostile))
    assert ast.literal_eval(printed[2:-1]) == hostile.value


@pytest.mark.parametrize(
    "source",
    [
        "lambda x: x",
        "f(**x)",
        "a < b < c",
        "f'{a}'",
        "a is b",
        "not a",
        "[x for x in y if z]",
        "{**a}",
        "x[::2]",
        "await x",
    ],
)
def test_what_no_script_says_is_refused(source: str) -> None:
    with pytest.raises((ValueError, SyntaxError, KeyError)):
        quoted(source)


def test_what_is_called_is_imported() -> None:
    parts = quoted("tf.nn.relu(math.log(2)) + np.pi + collections.Counter(a)")
    assert functions([parts]) == {"tensorflow.nn.relu", "math.log", "numpy.pi", "collections.Counter"}


def test_only_known_modules_and_operators_are_named() -> None:
    for module in ("os.system", "subprocess.run", "keras.Model", "builtins.eval"):
        with pytest.raises(ValueError, match="not an allowed module"):
            Foreign(module)
    with pytest.raises(ValueError, match="not an allowed operator"):
        Computation("if", A, B)


@pytest.mark.parametrize(
    "expression",
    [
        Foreign("tensorflow.nn.relu"),
        Member(Literal(1), Identifier("real")),
        Choice(Literal(True), Literal(1), Literal(2)),
        Computation("<", Literal(1), Literal(2)),
        quoted("np.exp(1)"),
    ],
)
def test_the_runtime_evaluates_none_of_what_scripts_alone_say(expression: Expression, tmp_path: object) -> None:
    with pytest.raises((TypeError, KeyError)):
        Evaluator(tmp_path)(expression)  # type: ignore[arg-type]


def test_expressions_are_joined_searched_and_changed() -> None:
    assert PRINTED(joined("+", [A, B, A])) == "a + b + a"
    assert joined("|", []) == Literal(None)
    assert mentions(quoted("f(x[a])"), A)
    assert not mentions(quoted("f(x['a'])"), A)
    changed = within(quoted("f(a, g(a))"), lambda part: B if part == A else part)
    assert PRINTED(changed) == "f(b, g(a))"
