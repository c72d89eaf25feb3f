"""What holds a hostile script against a harmless one sees each difference, and takes none where there is none."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable

import pytest

from tests.hostile.comparing import Script, compared, script_of
from tests.hostile.trees import Different, Trees

PAIRS = {"S": "x'y", "t4": "evil4", "t4_t5": "both", "T": "", "n 7": "m 7", "é1": "e", "xt4": "longer"}


def found(one: str, other: str) -> set[str]:
    trees = Trees(PAIRS)
    trees.same(ast.parse(one), ast.parse(other))
    return trees.found


@pytest.mark.parametrize(
    ("one", "other", "stand_ins"),
    [
        ("x = 1", "x = 1", ""),
        ("f('S')", 'f("x\'y")', "S"),
        ("f('S', 'T')", 'f("x\'y", "")', "S T"),
        ("f('Sx')", "f('Sx')", ""),
        # Names of layers and outputs are parts of others
        ("f('t4')", "f('evil4')", "t4"),
        ("f('t4_loss')", "f('evil4_loss')", ""),
        ("f('a_t4/b')", "f('a_evil4/b')", ""),
        ("f('t4_t5_t4')", "f('both_evil4')", ""),
        ("f('t44', 'at4', 't4a')", "f('t44', 'at4', 't4a')", ""),
        ("f('n 7.')", "f('m 7.')", ""),
        ("f('xt4_')", "f('longer_')", ""),
        ("f('é1_')", "f('é1_')", ""),
        # Variables take each other's place, one for one
        ("t4 = 1\nprint(t4)", "evil4 = 1\nprint(evil4)", ""),
        ("a = b\nc = a", "b = a\nc = b", ""),
        ("x.t4.t4", "x.evil4.evil4", ""),
        ("x.a.x", "x.b.x", ""),
        ("print(print)", "print(print)", ""),
        ("a", "Ab_1", ""),
        ("__name__", "__name__", ""),
        ("é = 1", "é = 1", ""),
        # A scope has names of its own
        ("def f(a):\n    b = a\n    return b", "def f(a):\n    c = a\n    return c", ""),
        ("def f():\n    a = 1\n    return a\na", "def f():\n    b = 1\n    return b\na", ""),
        ("def f(): a = 1\ndef g(): a = 1", "def f(): b = 1\ndef g(): c = 1", ""),
        ("lambda a: [a for b in a]", "lambda a: [a for c in a]", ""),
        ("def f():\n    a = 1\n    return [a for c in a]", "def f():\n    b = 1\n    return [b for d in b]", ""),
        ("def f():\n    def g(): return x\n    return g", "def f():\n    def g(): return y\n    return g", ""),
        ("def f():\n    x = 1\n    lambda: x", "def f():\n    y = 1\n    lambda: y", ""),
        ("def f():\n    x = 1\n    lambda a: (a, x)", "def f():\n    y = 1\n    lambda a: (a, y)", ""),
        (
            "def f():\n    x = 1\n    lambda x: [x for a in x]\n    x",
            "def f():\n    y = 1\n    lambda x: [x for b in x]\n    y",
            "",
        ),
        ("def f():\n    def g():\n        x = 1\n    x = 1", "def f():\n    def g():\n        y = 1\n    z = 1", ""),
        ("def f():\n    if x:\n        y = 1\n    return y", "def f():\n    if x:\n        z = 1\n    return z", ""),
    ],
)
def test_the_same(one: str, other: str, stand_ins: str) -> None:
    assert found(one, other) == set(stand_ins.split())


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("1", "1.0", "1 became 1.0"),
        ("1", "True", "1 became True"),
        ("'a'", "'b'", "'a' became 'b'"),
        ("'S'", "'S'", "\"x'y\" became 'S'"),
        ("'a'", "b'a'", "'a' became b'a'"),
        ("'t4_'", "'t4_'", "'evil4_' became 't4_'"),
        ("f(1)", "f(1, 2)", "[1] became [1, 2]"),
        ("f(1)", "f(a)", "1 became a"),
        ("a + b", "a - b", " became "),
        ("import a as b", "import c as b", "'a' became 'c'"),
        ("from a import b", "from .a import b", "0 became 1"),
        ("a = 1", "a: int = 1", "a = 1 became a: int = 1"),
        (f"'{'a' * 600}'", "'b'", f"'{'a' * 499} became 'b'"),
        (f"f({'a, ' * 300}b)", "f()", f"[{'a, ' * 166}a became []"),
        ("a = b", "a = a", "`b` became `a`: 'a', 'a'"),
        ("a = a", "a = b", "`a` became `b`: 'a', None"),
        ("(a, a)", "(b, c)", "`a` became `c`: 'b', None"),
        ("(a, b)", "(c, c)", "`b` became `c`: 'c', 'a'"),
        ("a", "print", "`a` became `print`"),
        ("print", "a", None),
        ("a", "__a__", "`a` became `__a__`"),
        ("a", "é", "`a` became `é`"),
        ("x.a", "x.é", "`a` became `é`"),
        ("x.a", "x.__class__", "`a` became `__class__`"),
        ("x.a.b", "x.c.c", "`a` became `c`: 'c', 'b'"),
        ("def f(a): return a", "def f(b): return a", "'a' became 'b'"),
        ("def f(a): return a", "def f(a): return b", "`a` became `b`, which is another variable"),
        ("lambda a: a", "lambda a: b", "`a` became `b`, which is another variable"),
        ("lambda a: b", "lambda a: a", "`b` became `a`, which is another variable"),
        ("def f():\n    a = 1\n    a", "def f():\n    a = 1\n    b", "`a` became `b`, which is another variable"),
        (
            "def f():\n    [a for a in x]\n    a",
            "def f():\n    [a for a in x]\n    b",
            "`a` became `b`, which is another variable",
        ),
        ("def f():\n    a = 1\nb", "def f():\n    a = 1\nprint", "`b` became `print`"),
        ("lambda a: 0\na", "lambda a: 0\nprint", "`a` became `print`"),
        ("def f(a, b): return a, b", "def f(a, b): return b, a", "`a` became `b`: 'a', 'b'"),
        ("def f(a): return b", "def f(a): return a", "`b` became `a`, which is another variable"),
        ("def f(a): pass", "def g(a): pass", "'f' became 'g'"),
        ("def f(a): pass\nb", "def f(a): pass\nf", "`b` became `f`: 'f', 'f'"),
        ("class a: pass\nb", "class a: pass\na", "`b` became `a`: 'a', 'a'"),
        ("import a\nb", "import a\na", "`b` became `a`: 'a', 'a'"),
        ("import a as c\nb", "import a as c\nc", "`b` became `c`: 'c', 'c'"),
        ("import a as c\nb\na", "import a as c\nd\na", None),
        ("def f(a):\n    return g(b)", "def f(a):\n    return g(c)", None),
        ("def f(a):\n    def g(b): pass\n    c", "def f(a):\n    def g(b): pass\n    d", None),
        ("def f():\n    lambda b: 0\n    b = 1", "def f():\n    lambda b: 0\n    c = 1", None),
        ("def f():\n    lambda b: 0\n    b", "def f():\n    lambda b: 0\n    c", None),
        (
            "def f():\n    def a(): pass\n    b",
            "def f():\n    def a(): pass\n    a",
            "`b` became `a`, which is another variable",
        ),
        (
            "def f():\n    print = 1\n    print",
            "def f():\n    a = 1\n    print",
            "`print` became `print`, which is another variable",
        ),
        ("def f(a): pass", "def f(*a): pass", "[a] became []"),
        ("a", "a, b", "a became (a, b)"),
        ("-a", "+a", " became "),
    ],
)
def test_different(one: str, other: str, said: str | None) -> None:
    if said is None:
        assert found(one, other) == set()
        return
    with pytest.raises(Different) as raised:
        found(one, other)
    assert str(raised.value) == said


def test_keywords_are_no_names() -> None:
    one, other = ast.parse("x.a"), ast.parse("x.a")
    other.body[0].value.attr = "class"  # type: ignore[attr-defined]
    with pytest.raises(Different, match="`a` became `class`"):
        Trees({}).same(one, other)


def test_without_stand_ins_texts_are_themselves() -> None:
    trees = Trees({})
    trees.same(ast.parse("'a', ''"), ast.parse("'a', ''"))
    assert trees.found == set()


def test_other_kinds_of_values() -> None:
    for one, other in (("a", 1), ([1], (1,)), ([1], [2]), (None, "")):
        with pytest.raises(Different, match="became"):
            Trees({}).same(one, other)
    Trees({}).same([1, "a", None], [1, "a", None])


# Whole scripts


def python(text: str) -> Script:
    return script_of(text, ".py")


def notebook(*cells: tuple[str, str], frame: str = "x") -> Script:
    made = [{"cell_type": kind, "source": source.splitlines(keepends=True), "id": frame} for kind, source in cells]
    return script_of(json.dumps({"cells": made, "é": frame}), ".ipynb")


def test_scripts_are_read_in_parts() -> None:
    assert python("x\n") == Script(("x\n",), (), None)
    script = notebook(("code", "a\nb\n"), ("markdown", "c"), ("code", "d"))
    assert (script.code, script.notes) == (("a\nb\n", "d"), ("c",))
    assert script.frame == {
        "cells": [{"cell_type": kind, "id": "x"} for kind in ("code", "markdown", "code")],
        "é": "x",
    }


@pytest.mark.parametrize("laid_out", [True, False])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 'S'\n", 'x = "x\'y"\n'),
        ('"""Say S."""\nx = \'S\'\n', '"""Say x."""\nx = "x\'y"\n'),
        ("# spec.yaml:1-2,4\nx = 'S'\n", '# é_b.yaml:1\nx = "x\'y"\n'),
        ("# a:12\nx = 'S'\n", '# b.c-d:3-4,5,67\nx = "x\'y"\n'),
        ("# the same comment\nx = 'S'\n", '# the same comment\nx = "x\'y"\n'),
    ],
)
def test_scripts_that_are_the_same(one: str, other: str, laid_out: bool) -> None:
    assert compared(python(one), python(other), PAIRS, laid_out=laid_out) == {"S"}


def test_where_lines_are_laid_out_they_may_be_broken() -> None:
    one, other = python("x = f(1, 2)\n"), python("x = f(\n    1,\n    2,\n)\n")
    assert compared(one, other, {}, laid_out=True) == set()
    with pytest.raises(Different, match=r"^the tokens are others$"):
        compared(one, other, {}, laid_out=False)


@pytest.mark.parametrize("laid_out", [True, False])
@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("# a\n", "# b\n", "a comment is another one: '# a', '# b'"),
        ("# a:1\n", "# b\n", "a comment is another one: '# a:1', '# b'"),
        ("# b\n", "# a:1\n", "a comment is another one: '# b', '# a:1'"),
        ("# a:1\n", "# a b:1\n", "a comment is another one: '# a:1', '# a b:1'"),
        ("# a:1\n", "# a!:1\n", "a comment is another one: '# a:1', '# a!:1'"),
        ("# a:1\n", "# a@:1\n", "a comment is another one: '# a:1', '# a@:1'"),
        ("# a:1\n", "# a[:1\n", "a comment is another one: '# a:1', '# a[:1'"),
        ("# a:1\n", "# a{:1\n", "a comment is another one: '# a:1', '# a{:1'"),
        ("# a:1\n", "# A:1 x\n", "a comment is another one: '# a:1', '# A:1 x'"),
        ("# a:1\n", "# a:1,\n", "a comment is another one: '# a:1', '# a:1,'"),
        ("# a\n", "", "the tokens are others"),
        ("x = 1\n", "x = 2\n", "1 became 2"),
        ("x = 1  # type: int\n", "x = 1  # type: str\n", "'int' became 'str'"),
        ("'''a'''\nx\n", "x\n'''a'''\n", "[x] became [x, 'a']"),
        ("x = 1\n", "# coding: latin-1\nx = 1\n", "the encoding is iso-8859-1"),
    ],
)
def test_scripts_that_are_different(one: str, other: str, said: str, laid_out: bool) -> None:
    with pytest.raises(Different) as raised:
        compared(python(one), python(other), {}, laid_out=laid_out)
    assert str(raised.value).startswith(said)


def test_a_docstring_alone_is_left_out() -> None:
    assert compared(python('"""a"""\n'), python('"""b"""\n'), {}, laid_out=True) == set()
    with pytest.raises(Different):
        compared(python("x = 1\n"), python("y = 1\nz = 1\n"), {}, laid_out=True)


@pytest.mark.parametrize(
    "other",
    [
        notebook(("code", "x = 1"), ("markdown", "# a"), frame="y"),
        notebook(("markdown", "# a"), ("code", "x = 1")),
    ],
)
def test_the_frame_of_a_notebook_is_compared(other: Script) -> None:
    one = notebook(("code", "x = 1"), ("markdown", "# a"))
    with pytest.raises(Different, match=re.escape(f"{one.frame!r}\n{other.frame!r}")):
        compared(one, other, {}, laid_out=False)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("# S\n\ntext S", "# x'y\n\ntext\nx'y", True),
        ("a", "*a*", False),
        ("a", "# a", False),
        ("# a", "## a", False),
        ("a", "`a`", False),
        ("a", "<b>", False),
        ("a", "[a](b)", False),
        ("a", "~~a~~", False),
        ("a", "|a|\n|-|\n|b|", False),
        ("a", "a\n\nb", False),
        ("a", "a  \nb", False),
        ("- a", "1. a", False),
        ("a", "&amp;", True),
    ],
)
def test_notes_have_one_structure(one: str, other: str, is_same: bool) -> None:
    scripts = notebook(("code", "x"), ("markdown", one)), notebook(("code", "x"), ("markdown", other))
    if is_same:
        assert compared(*scripts, {}, laid_out=False) == set()
    else:
        with pytest.raises(Different, match=re.escape(f"a note is another one:\n{one}\n{other}")):
            compared(*scripts, {}, laid_out=False)


@pytest.mark.parametrize("part", [lambda parts: Script(parts, (), None), lambda parts: Script((), parts, None)])
def test_no_part_is_passed_over(part: Callable[[tuple[str, ...]], Script]) -> None:
    with pytest.raises(ValueError, match="argument 2 is"):
        compared(part(("a", "b")), part(("a",)), {}, laid_out=False)
    with pytest.raises(ValueError, match="argument 2 is"):
        compared(part(("a",)), part(("a", "b")), {}, laid_out=False)


def test_names_are_one_for_one_over_all_parts() -> None:
    one, other = Script(("a", "a"), (), None), Script(("b", "c"), (), None)
    with pytest.raises(Different, match="`a` became `c`"):
        compared(one, other, {}, laid_out=False)
