"""Expressions refuse what a script may not hold, compare by value and type, and know their parts."""

from __future__ import annotations

import keyword
from collections.abc import Callable

import pytest

from specrun.compiler.expressions import (
    Assign,
    Attribute,
    Call,
    Choice,
    Computation,
    Do,
    Expression,
    File,
    Foreign,
    From,
    Function,
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
    Statistic,
    call,
    children,
    joined,
    literals,
    mentions,
    method,
    name,
    rewritten,
    statistics_of,
    substituted,
    walk,
    within,
)

ONE, TWO = Literal(1), Literal(2)


@pytest.mark.parametrize("text", ["a", "_", "NUMBERS_2", "x" * 80, "match", "type", "print"])
def test_an_identifier_is_its_text(text: str) -> None:
    assert Identifier(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1a",
        "a b",
        "a.b",
        "a\n",
        "\na",
        "a;b",
        "a#",
        "x" * 81,
        "ﬁt",
        "é",
        "\uff41",
        "a\u200b",
        "a\x00",
        *keyword.kwlist,
    ],
)
def test_what_is_no_ascii_identifier_or_a_keyword_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an identifier"):
        Identifier(text)


@pytest.mark.parametrize(
    "make",
    [
        lambda: call("eval", Literal("1")),
        lambda: call("os.system"),
        lambda: call("keras.layers.Lambda"),
        lambda: call("keras.models.load_model"),
        lambda: call("pandas.read_pickle"),
        lambda: call("str.format"),
        lambda: call(""),
        lambda: Function("open"),
        lambda: Attribute(ONE, "__class__"),
        lambda: Attribute(ONE, "eval"),
        lambda: method(name("data"), "to_pickle"),
        lambda: Operation("@", ONE, TWO),
        lambda: Operation("if", ONE, TWO),
        lambda: call("dict", **{"class": ONE}),
        lambda: call("dict", **{"a b": ONE}),
        lambda: name("a.b"),
    ],
)
def test_what_is_not_allowed_cannot_be_made(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"not an (allowed|identifier)"):
        make()


def test_a_value_is_its_type_too() -> None:
    same = [Literal(1), Literal(1.0), Literal(True), Literal("1"), Literal(None)]
    assert len(set(same)) == len(same)
    assert Literal(1) == Literal(1)
    assert Literal(1) != Literal(True)
    assert Literal(0.0) != 0.0


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        (ONE, ()),
        (name("x"), ()),
        (Function("str"), ()),
        (File("a.csv"), ()),
        (Items((ONE, TWO)), (ONE, TWO)),
        (Group((ONE,)), (ONE,)),
        (Pairs(((ONE, TWO),)), (ONE, TWO)),
        (call("len", ONE, key=TWO), (ONE, TWO)),
        (Call(call("len", ONE), (TWO,)), (call("len", ONE), TWO)),
        (method(ONE, "mean", TWO), (Attribute(ONE, "mean"), TWO)),
        (Attribute(ONE, "frame"), (ONE,)),
        (Item(ONE, TWO), (ONE, TWO)),
        (From(ONE, 1), (ONE,)),
        (Slice(), ()),
        (Slice(ONE, TWO), (ONE, TWO)),
        (Slice(stop=TWO), (TWO,)),
        (Operation("-", ONE, TWO), (ONE, TWO)),
        (Operation("~", None, TWO), (TWO,)),
        (Statistic("mean", ONE), (ONE,)),
        (Mapped(Identifier("c"), ONE, TWO), (TWO, ONE)),
        (Mapped(Identifier("c"), ONE, TWO, name("c")), (TWO, name("c"), ONE)),
        (Assign((name("a"), name("b")), ONE), (name("a"), name("b"), ONE)),
        (Keyword(Identifier("k"), ONE), (ONE,)),
    ],
)
def test_the_parts_of_an_expression(expression: Expression | Assign | Keyword, parts: tuple[Expression, ...]) -> None:
    assert children(expression) == parts


def test_parts_are_replaced_wherever_they_stand() -> None:
    x, y = name("x"), name("y")
    step = Assign((x,), Call(call("len", key=x), (Items((x, Mapped(Identifier("c"), Item(x, ONE), x))),)))
    same = Assign((y,), Call(call("len", key=y), (Items((y, Mapped(Identifier("c"), Item(y, ONE), y))),)))
    assert substituted(step, x, y) == same
    assert substituted(same, x, TWO) == same
    assert substituted(Items((x,)), x, Item(x, ONE)) == Items((Item(x, ONE),))


def test_what_is_rewritten_is_rewritten_from_within() -> None:
    def doubled(expression: Expression) -> Expression:
        return (
            Literal(expression.value * 2) if isinstance(expression, Literal) and expression.value == 1 else expression
        )

    assert rewritten(Operation("+", ONE, Items((ONE, TWO))), doubled) == Operation("+", TWO, Items((TWO, TWO)))


def test_short_ways_to_write_expressions() -> None:
    assert literals(["a", 1]) == Items((Literal("a"), ONE))
    assert name("x") == Name(Identifier("x"))
    assert method(name("x"), "clip", ONE, max=TWO) == Call(
        Attribute(name("x"), "clip"), (ONE,), (Keyword(Identifier("max"), TWO),)
    )


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Identifier("a b"), "not an identifier: 'a b'"),
        (lambda: call("eval"), "not an allowed function: 'eval'"),
        (lambda: Function("open"), "not an allowed function: 'open'"),
        (lambda: Attribute(ONE, "eval"), "not an allowed attribute: 'eval'"),
        (lambda: Operation("@", ONE, TWO), "not an allowed operator: '@'"),
        (lambda: Computation("+", ONE, TWO), "not an allowed operator: '+'"),
        (lambda: Foreign("os.system"), "not an allowed module: 'os.system'"),
    ],
)
def test_what_is_refused_is_named(make: Callable[[], object], says: str) -> None:
    with pytest.raises(ValueError, match="not an") as refused:
        make()
    assert str(refused.value) == says


def test_what_is_not_said_of_an_expression() -> None:
    assert From(ONE, 1).axes == 2
    assert (Slice().start, Slice().stop, Mapped(Identifier("c"), ONE, TWO).key) == (None, None, None)
    assert (Call("len").arguments, Call("len").keywords) == ((), ())


def test_equal_values_have_one_hash_and_others_seldom() -> None:
    assert len({hash(Literal(value)) for value in (1, 2, 1.5, True, "1", None)}) == 6
    assert hash(Literal("a")) == hash(Literal("a"))
    assert Literal("a") != Literal("b")


def test_calls_are_made_of_names_and_values() -> None:
    assert call("len", ONE, key=TWO) == Call("len", (ONE,), (Keyword(Identifier("key"), TWO),))
    assert method(ONE, "mean", TWO, axis=ONE) == Call(
        Attribute(ONE, "mean"), (TWO,), (Keyword(Identifier("axis"), ONE),)
    )
    assert literals(["a", 1]) == Items((Literal("a"), Literal(1)))
    assert Identifier("a") == name("a").name
    assert type(name("a").name) is Identifier


def test_all_that_something_is_made_of() -> None:
    x, mean = name("x"), Statistic("mean", name("train"))
    step = Assign((x,), Operation("-", Item(x, ONE), mean))
    inner = (x, step.value, Item(x, ONE), x, ONE, mean, name("train"))
    assert list(walk(step, Do(call("len", TWO)))) == [step, *inner, Do(call("len", TWO)), call("len", TWO), TWO]
    assert list(statistics_of(step, step)) == [mean, mean]
    assert mentions(step, ONE)
    assert mentions(step, mean)
    assert not mentions(step, TWO)
    assert children(Do(call("len"))) == (call("len"),)
    assert children(Choice(ONE, TWO, x)) == (ONE, TWO, x)
    assert children(Member(x, Identifier("a"))) == (x,)
    assert children(Spread(x)) == (x,)
    assert children(Computation("<", ONE, TWO)) == (ONE, TWO)
    assert children(Foreign("math.pi")) == ()


def test_parts_are_joined() -> None:
    x = name("x")
    assert joined("+", []) == Literal(None)
    assert joined("+", [ONE]) == ONE
    assert joined("+", [ONE, TWO, x]) == Operation("+", Operation("+", ONE, TWO), x)


def test_only_what_something_is_directly_made_of_is_changed() -> None:
    x, y = name("x"), name("y")
    seen: list[Expression] = []

    def change(part: Expression) -> Expression:
        seen.append(part)
        return y

    whole = Call("len", (Items((x,)), x), (Keyword(Identifier("key"), x),))
    assert within(whole, change) == Call("len", (y, y), (Keyword(Identifier("key"), y),))
    assert seen == [Items((x,)), x, x]
    assert within(Pairs(((x, ONE), (ONE, x))), change) == Pairs(((y, y), (y, y)))
    assert within(Slice(x), change) == Slice(y)
    assert within(File("a"), change) == File("a")
    assert rewritten(ONE, lambda _: TWO) == TWO
    assert rewritten(Do(call("len", ONE)), lambda part: TWO if part == ONE else part) == Do(call("len", TWO))
    rewritten(Do(call("len", ONE)), lambda part: part if isinstance(part, Expression) else pytest.fail(str(part)))
