"""Nothing gets through a template but what a filter made safe."""

from __future__ import annotations

import ast

import pytest
from jinja2 import UndefinedError

from specrun.compiler.plan import Plan
from specrun.compiler.script.environment import Code, environment
from specrun.compiler.script.printer import Printer
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


@pytest.mark.parametrize("name", ["a b", "class", "é", "ﬁt", "x; y", ""])
def test_a_template_prints_no_variable_that_is_none(name: str) -> None:
    with pytest.raises(ValueError, match="not an identifier"):
        environment(Printer()).from_string("{{ name | variable }}").render(name=name)


@pytest.mark.parametrize("text", [*WHOLE, *PIECES])
def test_whatever_a_text_says_the_docstring_that_it_stands_in_is_one(text: str) -> None:
    template = environment(Printer()).from_string('"""{{ text | prose }}\n\n{{ text | paragraph }}\n"""\nx = 1\n')
    tree = ast.parse(template.render(text=f"What it is for. {text}").encode("utf-8"))
    assert [type(statement) for statement in tree.body] == [ast.Expr, ast.Assign]
    assert ast.get_docstring(tree)
