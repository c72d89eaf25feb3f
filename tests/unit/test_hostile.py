"""No text of a spec becomes code: wherever one may stand, the script differs from a harmless one in its strings alone.

Every place of a spec that takes a text gets hostile ones. The script is read from its bytes, as Python reads it, and
its tree is compared with that of the same spec with harmless placeholders: the same statements, and in place of each
placeholder the very text that the spec has.
"""

from __future__ import annotations

import ast
import csv
import json
import random
import re
from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.data import Column, Row, Table
from specrun.compiler.diagnostics import Diagnostic, Report, Span
from specrun.compiler.features import Boolean, Category, Feature, Number
from specrun.compiler.language.schema import schema
from specrun.compiler.language.sections import Data, Keras, Split, Training
from specrun.compiler.language.spec import FeatureSpec, Spec
from specrun.compiler.language.targets import Target
from specrun.compiler.lower import lower
from specrun.compiler.plan import Plan
from specrun.compiler.reader import Mapping
from specrun.compiler.resolve import resolve
from specrun.compiler.script import write_script
from specrun.compiler.script.environment import Code, environment
from specrun.compiler.script.printer import Printer
from specrun.compiler.survey import Survey, find_dialect
from specrun.compiler.verify import verify

HERE = Span("spec.yaml", 1, 1, 2)
WHERE = Path()
TEXTS_IN_ALL = 2_000
TEXTS_IN_A_SPEC = 40
WHOLE = [
    *(
        '"""\nimport os\n"""',
        "'; import os; '",
        '"); import os; print("',
        "x\\",
        "x\\'",
        "'\\",
        "\\",
        "\\\n",
        "{{ plan }}",
    ),
    *("iris coding: utf_7", "# coding: utf_7", "+AAo-print(1)+AAo-"),
    *("\u202e)tixe(sys\u2066", "\ufeff", "\ud83d\ude00"),
    *("\x00", "a\x00b", "\ud800", "a" * 500, "\\" * 500, "'\"" * 250),
    *("{" * 200, "é" * 500, "x\n" * 100, "# fmt: skip"),
]
PIECES = [
    *("'", '"', "\\", "'''", '"""', '\\"', "\\'", "\\\\"),
    *("\\N{BULLET}", "\\x41", "\\u0041", "#", "# fmt: off", "# noqa"),
    *("# -*- coding: utf_7 -*-", "coding: utf-7"),
    *("# vim: set fileencoding=rot13 :", "+AAo-import os", "# type: ignore"),
    *("{{ 7 * 7 }}", "{% raw %}", "{% endraw %}", "{# x #}", "{"),
    *("}", "{x!r}", "%s", "${HOME}", "$(id)", "`id`", "f'{x}'"),
    *("\n", "\r", "\r\n", "\t", "\v", "\f", "\x1c", "\x85", "\u2028"),
    *("\u2029", "\x1b[31m", "\x7f", "\x08", "\x1a", "\x00"),
    *("\u202e", "\u2066", "\u2069", "\u200b", "\u200d", "\ufeff"),
    *("\ufffe", "\ufffd", "\U000e0041", "\ud800", "\udfff"),
    *("import os", "__import__('os')", "exec(", ")", "]", ", x="),
    *(";", ":", "=", "lambda: 0", "None", "True", "1e999", "nan"),
    *("ﬁt", "\uff49mport", "é", "e\u0301", "😀", "ß", "İ", "中"),
    *("א", "\xa0", "a", "0", "-", ".", "..", "~", "*", "?", "/"),
]


def hostile_texts() -> list[str]:
    """Different texts, each made to break out of one place or another; the same at every run."""
    chosen = random.Random(20_24)
    texts = dict.fromkeys(WHOLE)
    while len(texts) < TEXTS_IN_ALL:
        texts["".join(chosen.choices(PIECES, k=chosen.randint(1, 7)))] = None
    return list(texts)


TEXTS = hostile_texts()
BATCHES = [TEXTS[i : i + TEXTS_IN_A_SPEC] for i in range(0, TEXTS_IN_ALL, TEXTS_IN_A_SPEC)]


DECIDING = "/*?\x00"
"""Characters of a column or path that decide what is done with it."""


def harmless(texts: Sequence[str]) -> list[str]:
    """A placeholder for each text, with its deciding characters."""
    kept = ("".join(dict.fromkeys(c for c in text if c in DECIDING)) for text in texts)
    return [f"p{i:02}q{deciding}" for i, deciding in enumerate(kept)]


class Rows(Table):
    """Columns without rows."""

    def __init__(self, columns: Iterable[str]) -> None:
        super().__init__(tuple(Column(name, "text") for name in columns))

    def rows(self, problems: list[Diagnostic] | None = None) -> Generator[Row, None, None]:  # noqa: ARG002
        """No rows."""
        yield from ()


def spec_of(texts: Sequence[str], number: int) -> Spec:
    """A spec with forty texts in all the places where it takes one; `number` chooses its format and its split."""
    columns, labels, markers = texts[:20], tuple(texts[20:28]), tuple(texts[28:36])
    false, true, path, description = texts[36:]
    kinds: list[Feature] = [
        *[Number()] * 4,
        *[Number(missing="mean")] * 2,
        *[Category()] * 4,
        *[Category(missing="unknown", unknown="zeros")] * 2,
        *[Category(encoding="embedding", dim=4)] * 2,
        *[Category(encoding="hashing", bins=4)] * 2,
        Boolean(values=(false, true), missing="true"),
        Boolean(values=(true, false)),
    ]
    target, divided_by = columns[18:]
    ways: dict[str, Any] = [{"group": divided_by}, {"time": divided_by}, {"column": divided_by}, {}][number % 4]
    data = Data(
        path=path_of(path),
        format=["csv", "jsonl"][number % 3 == 2],
        separator=[";", "'", "\\", "\t", "|", "#", "{"][number % 7],
        decimal=".",
        columns=tuple(columns) if number % 3 == 1 else None,
        missing=markers,
        strip=number % 5 == 0,
        split=Split(**ways, seed=1),
    )
    features = (FeatureSpec(c, f, HERE) for c, f in zip(columns, kinds, strict=False))
    layers = (Keras(name="Dense", options=(("units", 2),)),)
    place = Mapping((), HERE)
    targets = (Target(name=target, span=HERE, column=target, type="class", classes=labels),)
    return Spec("model", description, data, tuple(features), targets, layers, Training(), place)


def path_of(text: str) -> str:
    # Slashes and dots are what the path of a script is reckoned with.
    return f"d{text.replace('/', '')}.csv"


def plan_of(spec: Spec) -> Plan:
    report = Report()
    table = Rows(dict.fromkeys([*(f.column for f in spec.features), *spec.target_columns, *split_columns(spec)]))
    resolved = resolve(spec, Survey(table, find_dialect(spec.data), "rows"), report)
    plan, _ = lower(resolved, report)
    assert list(report) == []
    verify(plan)
    return plan


def split_columns(spec: Spec) -> list[str]:
    split = spec.data.split
    return [column for column in (split.group, split.time, split.column) if column is not None]


def tree_of(script: str) -> ast.Module:
    """The tree of a script as Python reads its file, without the docstring."""
    raw = script.encode("utf-8")
    compile(raw, "script.py", "exec")
    tree = ast.parse(raw)
    assert ast.get_docstring(tree) is not None
    del tree.body[0]
    return tree


def assert_same_but_for(pairs: dict[str, str], harmless_tree: ast.AST, hostile_tree: ast.AST) -> set[str]:
    """The second tree is the first with each placeholder replaced by its text; which of them occur."""
    found = set()
    for one, other in zip(ast.walk(harmless_tree), ast.walk(hostile_tree), strict=True):
        assert type(one) is type(other)
        for field, value in ast.iter_fields(one):
            if isinstance(value, ast.AST | list):
                continue
            is_placeholder = isinstance(one, ast.Constant) and isinstance(value, str) and value in pairs
            assert getattr(other, field) == (pairs[value] if is_placeholder else value)
            found |= {value} if is_placeholder else set()
    return found


def assert_only_strings_differ(texts: Sequence[str], number: int) -> None:
    names = harmless(texts)
    plan, hostile_plan = plan_of(spec_of(names, number)), plan_of(spec_of(texts, number))
    pairs = dict(zip(names, texts, strict=True)) | {path_of(names[38]): path_of(texts[38])}
    for group, hostile_group in zip(plan.features, hostile_plan.features, strict=True):
        assert not any("/" in column for column in hostile_group.columns)
        pairs |= dict(zip(group.columns, hostile_group.columns, strict=True))
    script = write_script(hostile_plan, WHERE, WHERE)
    with pytest.MonkeyPatch.context() as patch:
        # The layout is no part of a tree, and takes long.
        patch.setattr("specrun.compiler.script.rendering.formatted", str)
        plain = write_script(plan, WHERE, WHERE)
    found = assert_same_but_for(pairs, tree_of(plain), tree_of(script))
    unused = set(names[28:36]) if number % 3 == 2 else set()  # JSON Lines have their own missing values
    assert found >= {n for n in names[:38] if "/" not in n} - unused - {names[19]}


@pytest.mark.parametrize("number", range(len(BATCHES)))
def test_no_text_becomes_code(number: int) -> None:
    assert_only_strings_differ(BATCHES[number], number)


@pytest.mark.parametrize("text", ["\x00", "x\x00y"])
def test_a_description_with_a_nul_is_no_nul_in_the_script(text: str) -> None:
    plan = replace(plan_of(spec_of(harmless(TEXTS[:40]), 0)), description=text)
    assert "\x00" not in write_script(plan, WHERE, WHERE)


@pytest.mark.parametrize("text", [*WHOLE, *PIECES])
def test_whatever_the_description_says_the_docstring_is_one(text: str) -> None:
    plan = plan_of(spec_of(harmless(TEXTS[:40]), 0))
    template = environment(Printer()).from_string('"""{{ text | prose }}\n\n{{ text | paragraph }}\n"""\nx = 1\n')
    tree = ast.parse(template.render(text=f"{plan.description} {text}").encode("utf-8"))
    assert [type(statement) for statement in tree.body] == [ast.Expr, ast.Assign]
    assert ast.get_docstring(tree)


# The whole way, from bytes to bytes


def spec_text(texts: Sequence[str], path: str) -> str:
    number, category, target, label, other, marker = texts
    return json.dumps(
        {
            "specrun": 1,
            "description": "".join(texts)[:2000],
            "data": {"path": path, "missing": [marker], "split": {"test": 0.5}},
            "features": {number: "number", category: {"type": "category", "missing": "unknown"}},
            "target": target,
            "classes": [label, other],
            "layers": [],
        },
        ensure_ascii=False,
    )


def write_data(texts: Sequence[str], path: Path) -> None:
    number, category, target, label, other, marker = texts
    rows = [{number: i, category: [category, target, marker][i % 3], target: [label, other][i % 2]} for i in range(12)]
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "ascii")
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def compiled_script(texts: Sequence[str], path: Path) -> str:
    write_data(texts, path)
    compilation = compile_spec(Source(spec_text(texts, path.name), "spec.yaml", path.parent), limit=None)
    verify(compilation.plan)
    return write_script(compilation.plan, path.parent, path.parent)


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_no_text_becomes_code_on_the_whole_way(tmp_path: Path, ending: str) -> None:
    usable = [t for t in TEXTS if t.isprintable() and t == t.strip() and t and t != "*" and len(t) < 100]
    for start in range(0, 120, 6):
        texts = usable[start : start + 6]
        names = [f"{n}x" for n in harmless(texts)]
        pairs = dict(zip(names, texts, strict=True))
        pairs |= {name.replace("/", "_"): text.replace("/", "_") for name, text in pairs.items()}
        path = tmp_path / f"{start}.{ending}"
        plain, hostile = tree_of(compiled_script(names, path)), tree_of(compiled_script(texts, path))
        assert len(assert_same_but_for(pairs, plain, hostile)) >= 5


@pytest.mark.parametrize("text", ["a\x00b", "\x00", "a/b", "/"])
def test_no_input_of_a_network_has_a_name_that_keras_cannot_save(tmp_path: Path, text: str) -> None:
    texts = [text, f"{text}2", f"{text}3", "yes", "no", "?"]
    write_data(texts, tmp_path / "data.jsonl")
    source = Source(spec_text(texts, "data.jsonl"), "spec.yaml", tmp_path)
    columns = [column for group in compile_spec(source).plan.features for column in group.columns]
    assert len(set(columns)) == 2
    assert not {"/", "\x00"} & set("".join(columns))


# Names


@pytest.mark.parametrize("way", ["name", "layer"])
def test_no_hostile_text_is_a_name(way: str) -> None:
    top = schema()
    layer = top["$defs"]["layer_Dense"]["then"]["properties"]["name"]
    pattern = (top["properties"]["name"] if way == "name" else layer)["pattern"]
    plain = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)
    assert re.search(pattern, "model-1")
    for text in (*TEXTS, "model\n", "a b", "a/b", "é", "\uff4dodel", "model\r", "", "a" * 81):
        if re.search(pattern, text):
            assert plain.fullmatch(text), repr(text)
            assert len(text) <= 80


# Templates


@pytest.mark.parametrize(
    "template",
    [
        "{{ text }}",
        "{{ 'x' }}",
        "{{ text | upper }}",
        "{{ text | tojson }}",
        "{{ text | safe }}",
        "{{ text | replace('a', 'b') }}",
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
def test_a_template_prints_nothing_but_code(template: str) -> None:
    from jinja2 import UndefinedError

    plan = plan_of(spec_of(harmless(TEXTS[:40]), 0))
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
