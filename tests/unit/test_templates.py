"""Nothing gets through a template but what a filter made safe."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
import ruff_api
from jinja2 import UndefinedError

from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import Assign, File, Items, Literal, call, name
from specrun.compiler.plan import Plan
from specrun.compiler.script.environment import Code, environment
from specrun.compiler.script.layout import formatted
from specrun.compiler.script.origins import Origins
from specrun.compiler.script.printer import Printer
from specrun.compiler.script.rendering import checked
from tests.hostile.compiling import plan_of
from tests.hostile.texts import PIECES, WHOLE
from tests.unit.test_hostile import scene_with


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(scene_with({}), "spec.yaml")


@pytest.mark.parametrize(
    "template",
    [
        "{{ text }}",
        "{{ 'x' }}",
        "{{ text | upper }}",
        "{{ text | tojson }}",
        "{{ text | safe }}",
        "{{ text | replace('a', 'b') }}",
        "{{ text | listed }}",
        "{{ [text] | few }}",
        "{{ code | upper }}",
        "{{ code ~ text }}",
        "{{ 'a' ~ code }}",
        "{{ [text] | join }}",
        "{{ [text] }}",
        "{{ 1 }}",
        "{{ none }}",
        "{{ nothing }}",
        "{% set x %}{{ code }}{% endset %}{{ x }}",
        "{% macro m() %}{{ code }}{% endmacro %}{{ m() }}",
        "{{ plan.name }}",
        "{{ self }}",
    ],
)
def test_a_template_prints_nothing_but_code(template: str, plan: Plan) -> None:
    unsafe = environment(Printer()).from_string(template)
    with pytest.raises((TypeError, UndefinedError)):
        unsafe.render(text="import os", code=Code("x = 1"), plan=plan)


def test_a_template_prints_what_a_filter_made_safe() -> None:
    template = environment(Printer()).from_string(
        "{{ code }} {{ text | value }} {{ texts | values }} {{ text | prose }}"
    )
    found = template.render(code=Code("x"), text='"""', texts=("a", 1))
    assert found == "x '\"\"\"' ['a', 1] '''"


@pytest.mark.parametrize("given", ["a b", "class", "é", "ﬁt", "x; y", ""])
def test_a_template_prints_no_variable_that_is_none(given: str) -> None:
    with pytest.raises(ValueError, match="not an identifier"):
        environment(Printer()).from_string("{{ name | variable }}").render(name=given)


@pytest.mark.parametrize("text", [*WHOLE, *PIECES])
def test_whatever_a_text_says_the_docstring_that_it_stands_in_is_one(text: str) -> None:
    template = environment(Printer()).from_string('"""{{ text | prose }}\n\n{{ text | paragraph }}\n"""\nx = 1\n')
    tree = ast.parse(template.render(text=f"What it is for. {text}").encode("utf-8"))
    assert [type(statement) for statement in tree.body] == [ast.Expr, ast.Assign]
    assert ast.get_docstring(tree)


ORIGIN = Span("folder/my spec.yaml", 3, 1, 2)


def filled(template: str, *, asked: bool | None = None, **values: object) -> str:
    origins = () if asked is None else (Origins(asked),)
    text: str = environment(Printer("DATA"), *origins).from_string(template).render(**values)
    return text


@pytest.mark.parametrize(
    ("template", "value", "printed"),
    [
        ("code", Items((name("x"), Literal("a"))), "[x, 'a']"),
        ("code", File("x.csv"), "DATA"),
        ("statement", Assign((name("x"),), Literal(1)), "x = 1"),
        ("value", "a'b", '"a\'b"'),
        ("value", 1.5, "1.5"),
        ("values", ("a", 1, None), "['a', 1, None]"),
        ("variable", "x_1", "x_1"),
        ("markdown", "*a*", r"\*a\*"),
        ("markdown", 1, "1"),
        ("span", "a`b", "`a'b`"),
        ("span", 1, "`1`"),
        ("few | prose", "abcdef", "a, b, c, d, e and f"),
        ("few | prose", "abcdefg", "a, b, c, d, e, f and 1 more"),
        ("listed | prose", "abcd", "`a`, `b`, `c` and `d`"),
        ("listed | prose", "abcdef", "`a`, `b`, `c`, `d` and 2 more"),
        ("shape | prose", (None, 3, None), "(batch, 3, ?)"),
        ("prose", 'a "b"\n\\', "a 'b' /"),
        ("items", (Literal(1), name("x")), "[1, x]"),
        ("of_training | code", Items((name("rows"), name("data"))), "[train, data]"),
        ("origin", ORIGIN, ""),
        ("lines", ("a", "b"), "a\nb"),
        ("paragraph", f"{'a' * 54} {'b' * 55} c", f"{'a' * 54} {'b' * 55}\nc"),
        ("paragraph", f"{'a' * 54} {'b' * 56} c", f"{'a' * 54}\n{'b' * 56} c"),
        ("paragraph", '"""\n\\', "''' /"),
        ("upper | variable", "x", "X"),
    ],
)
def test_what_a_filter_prints(template: str, value: object, printed: str) -> None:
    assert filled(f"{{{{ value | {template} }}}}", value=value) == printed


def test_layers_stand_in_one_line_or_in_one_each(plan: Plan) -> None:
    one = replace(plan.network.nodes[0], call=call("len"), span=ORIGIN)
    template = "{{ nodes | chain }}"
    assert filled(template, nodes=(one,)) == "[len()]"
    assert filled(template, nodes=(one, one)) == "[len(), len()]"
    assert filled(template, nodes=(one, one, one)) == "[len(), len(), len(),]"
    assert filled(template, asked=False, nodes=(one, one)) == "[len(), len()]"
    here = "\n# my_spec.yaml:3\nlen()"
    assert filled(template, asked=True, nodes=(one, one)) == f"[{here}, {here},]"
    assert filled("{{ span | origin }}x", asked=True, span=ORIGIN) == "# my_spec.yaml:3\nx"


def test_what_is_refused_is_named(plan: Plan) -> None:
    with pytest.raises(TypeError, match=r"^a template may print code alone, not str$"):
        filled("{{ text }}", text="x")
    with pytest.raises(TypeError, match=r"^a template may print code alone, not int$"):
        filled("{{ 1 }}")
    with pytest.raises(UndefinedError):
        filled("{% if nothing %}x{% endif %}")
    with pytest.raises(TypeError, match="code alone, not Plan"):
        filled("{{ plan }}", plan=plan)


def test_lines_of_a_template_that_print_nothing_leave_none_behind() -> None:
    template = "{% if true %}\n  {% if true %}\nx < y & {{ code }}\n  {% endif %}\n{% endif %}\n"
    assert filled(template, code=Code("'<a>' & 1")) == "x < y & '<a>' & 1\n"
    assert filled("x\n\n") == "x\n\n"


def test_each_environment_prints_in_its_own_way() -> None:
    one, other = (environment(Printer(path)).from_string("{{ file | code }}") for path in ("ONE", "OTHER"))
    assert (one.render(file=File("x")), other.render(file=File("x"))) == ("ONE", "OTHER")


def test_templates_are_read_from_the_package() -> None:
    assert environment(Printer()).get_template("keras/script.py.jinja")
    with pytest.raises(FileNotFoundError):
        environment(Printer()).get_template("keras/none.jinja")


# What is printed is read once more


def test_a_script_that_is_laid_out_is_python() -> None:
    assert checked("x =  [ 1,2 ]") == "x = [1, 2]\n"
    assert checked("é = '\\ud800'  # 😀") == 'é = "\\ud800"  # 😀\n'
    with pytest.raises(SyntaxError):
        checked("x = return")
    with pytest.raises(SyntaxError, match="unknown encoding"):
        checked("# coding: nothing\nx = 1\n")
    with pytest.raises(SyntaxError, match="null bytes"):
        checked("'''\0'''")


def test_a_script_is_laid_out_in_one_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ruff.toml").write_text("line-length = 20\nthis is no configuration")
    fits = f"x = f({'a' * 56}, {'b' * 55})\n"
    assert formatted(fits) == fits
    assert len(fits) == 121
    assert formatted(fits.replace("a,", "aa,")) == f"x = f(\n    {'a' * 57}, {'b' * 55}\n)\n"
    with pytest.raises(SyntaxError, match=r"^unexpected EOF while parsing at byte range 5..5$"):
        formatted("x = (")


def test_scripts_are_laid_out_for_the_oldest_python_that_runs_them() -> None:
    with mock.patch("ruff_api.FormatOptions", wraps=ruff_api.FormatOptions) as options:
        assert formatted("x=1") == "x = 1\n"
    options.assert_called_once_with(target_version="py311", line_width=120)
