"""The page of a report: its pictures, the drawing of the network, and texts that want to be more than that."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.plan import Task
from specrun.runtime.report import plots
from specrun.runtime.report.columns import Column, Target
from specrun.runtime.report.drawing import MOST_NODES, Drawing, drawing_of
from specrun.runtime.report.drawn import SERIES, as_svg, axes, styled
from specrun.runtime.report.facts import Data, Judgement, OfHead, Report, Table
from specrun.runtime.report.importance import Column as Ranked
from specrun.runtime.report.importance import Importance
from specrun.runtime.report.judged import Answers
from specrun.runtime.report.judgement import calibration, confusion, thresholds
from specrun.runtime.report.judgement_plots import precision_recall, reliability, roc
from specrun.runtime.report.layout import HEIGHT, WIDTH, layout_of
from specrun.runtime.report.models import Guess
from specrun.runtime.report.page import as_page
from specrun.runtime.report.resampling import Interval
from specrun.runtime.report.scores import scores_of
from specrun.runtime.report.slices import Slice, Slices
from specrun.runtime.report.tables import table_of_epochs
from specrun.runtime.report.words import cell, counted, joined, percent, shown
from specrun.runtime.report.wrong import Wrong, WrongRow
from tests.answering import head_of, of_classes

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style></svg><b>",
    "' onload='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "$\\frac{1}{0$ & &lt;",
    "font-family: x; fill: #010101; url(#one)",
    "turn \u202e round \u2066 \x00 \x1b[31m \ud800",
)
SPEC = """specrun: 1
name: wine
data: {dataset: wine}
features: {"*": number}
target: target
classes: [0, 1, 2]
blocks:
  around:
    layers: [{Dense: 4}, {Dense: {units: 13, name: inner}}, {Add: {inputs: [input, inner]}}]
layers: [{around: {repeat: TIMES}}]
"""


class Model:
    """What a report asks of a Keras model."""

    def count_params(self) -> int:
        return 7


def drawn(times: int) -> Drawing:
    return drawing_of(compile_spec(Source(SPEC.replace("TIMES", str(times)), "spec.yaml", Path())).plan, Model())


def test_a_network_is_drawn_with_its_shapes_and_parameters() -> None:
    drawing = drawn(2)
    parts = {part.name: part for part in drawing.parts}
    assert (parts["dense"].layer, parts["dense"].shape, parts["dense"].parameters) == ("Dense", "(batch, 4)", 56)
    assert parts["add"].inputs == ("features", "around_1_inner")
    assert len(drawing.boxes) == len(drawing.parts) == 8
    assert len(drawing.lines) == sum(len(part.inputs) for part in drawing.parts)


def test_a_long_network_is_a_table_alone() -> None:
    drawing = drawn(MOST_NODES)
    assert len(drawing.parts) == 3 * MOST_NODES + 2
    assert drawing.boxes == ()
    assert "So many layers are not drawn" in as_page(page_of(("x",), drawing))


def test_boxes_stand_apart_and_lines_pass_them() -> None:
    graph = {"a": [], "b": [], "c": ["a"], "d": ["a", "b"], "e": ["c"], "f": ["e", "d", "a"], "g": ["f", "b"]}
    layout = layout_of(graph)
    for one, other in combinations(graph, 2):
        (x, y), (other_x, other_y) = layout.places[one], layout.places[other]
        assert abs(x - other_x) >= WIDTH or abs(y - other_y) >= HEIGHT
    for name, inputs in graph.items():
        assert all(layout.places[given][1] < layout.places[name][1] for given in inputs)
    for line in layout.lines:
        for (x, y), (to_x, to_y) in pairwise(line):
            if x == to_x:  # straight past what stands beside it
                inside = (left < x < left + WIDTH and y <= top < to_y for left, top in layout.places.values())
                assert not any(inside) or to_y - y != HEIGHT
    assert all(0 <= x <= layout.width - WIDTH and 0 <= y <= layout.height for x, y in layout.places.values())


def picture(key: str = "p") -> str:
    with styled():
        figure, drawing = axes()
        drawing.plot([1, 2], [2, 1], color=SERIES[0])
        drawing.set_xlabel(HOSTILE[5])
        return as_svg(figure, key)


def test_a_picture_is_the_same_for_everybody() -> None:
    import matplotlib

    plain = picture()
    with matplotlib.rc_context({"axes.grid": False, "font.size": 30, "text.usetex": True, "svg.fonttype": "path"}):
        assert picture() == plain


def test_a_picture_has_texts_the_colours_of_the_page_and_ids_of_its_own() -> None:
    one, other = picture("one"), picture("other")
    assert "<text" in one
    assert "var(--ink)" in one
    assert not re.search(r"#[0-9a-f]{6}\b", re.sub(r"#one-\w+", "", one))
    ids = re.findall(r'\bid="([^"]+)"', one)
    assert len(ids) == len(set(ids)) > 0
    assert not set(ids) & set(re.findall(r'\bid="([^"]+)"', other))
    assert set(re.findall(r"(?:url\(#|href=\"#)([^\")]+)", one)) == set(ids)
    assert 'aria-labelledby="one-words"' in one
    assert "DejaVu" not in one


def test_a_name_that_looks_like_a_style_stays_a_name() -> None:
    name = "font-family: x #010101 url(#y"
    with styled():
        figure, drawing = axes(names=[name])
        drawing.set_yticks([0], [name])
        svg = as_svg(figure, "p")
    ElementTree.fromstring(svg)
    assert f">{name}</text>" in svg


def test_words_say_what_is_in_a_curve() -> None:
    (told,) = plots.learning({"loss": [0.69, 0.4, 0.31], "val_loss": [0.6, 0.35, 0.41]})
    assert told.words == (
        "On the training rows, loss falls from 0.690 to 0.310 in 3 epochs; on the validation rows it is least, 0.350, "
        "in epoch 2, and 0.410 at the end."
    )
    with styled():
        (wide,) = plots.learning({"loss": [900.0, 1.0]})
    assert ">100<" in wide.svg
    assert "10^" not in wide.svg
    assert plots.learning({"loss": []}) == []
    (single,) = plots.learning({"accuracy": [float("nan")]})
    assert single.words == "On the training rows, accuracy stays from not a number to not a number in 1 epoch."


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.12345, "0.123"), (12.345, "12.35"), (1234.5, "1,234"), (-0.0, "0"), (1e-5, "1.0e-05")],
)
def test_numbers_are_shown_as_a_person_compares_them(value: float, text: str) -> None:
    assert shown(value) == text


def test_words() -> None:
    assert [percent(share) for share in (0.0, 1e-5, 0.25, 0.12345, 0.99999, 1.0)] == [
        "0%",
        "< 0.1%",
        "25%",
        "12.3%",
        "> 99.9%",
        "100%",
    ]
    assert [counted(1, "row"), counted(2000, "row"), counted(2, "category/categories")] == [
        "1 row",
        "2,000 rows",
        "2 categories",
    ]
    assert [joined([]), joined(["a"]), joined(["a", "b", "c"])] == ["", "a", "a, b and c"]
    assert [cell(1490400.0), cell(0.1 + 0.2), cell(float("inf"))] == ["1490400", "0.3", "inf"]
    assert [cell(float("nan")), cell(2.0), cell(None), cell(["a", "b"]), cell("")] == [
        "(missing)",
        "2",
        "(missing)",
        "a, b",
        "(empty)",
    ]


def page_of(texts: tuple[str, ...], drawing: Drawing | None = None) -> Report:
    """A report with texts in each place that a spec or data may fill."""
    text = texts[0]
    names = tuple(f"{each}{i}" for i, each in enumerate((*texts, "a", "b")))
    shares = np.random.default_rng(0).random((80, len(names)))
    answers = of_classes(np.arange(80) % len(names), shares / shares.sum(axis=1, keepdims=True), names)
    guess = Answers(answers.head, answers.kind, names, answers.truth, answers.truth)
    with styled():
        curves, reliable = thresholds(answers), calibration(answers)
        scores = scores_of(answers, [Guess(text, text, guess), Guess(text, text, None)])
        assert reliable is not None
        target = Target(head_of(Task.CLASSES, names, text), names, (("train", (3,) * len(names)),), None)
        ranked = Importance(text, text, 0.5, 80, 5, (Ranked(text, 0.1, 0.01),))
        slices = Slices(text, text, "max", 0.5, 9, (Slice(text, text, 20, Interval(0.5, 0.4, 0.6), -3.0),))
        wrong = Wrong(text, text, names, 20, (WrongRow(text, names, text, text, 0.1),))
        heads = tuple(
            OfHead(
                name=text,
                verdict=text,
                scores=scores,
                beside=plots.beside(f"beside-{i}", scores),
                confusion=confusion(answers),
                calibration=reliable,
                residuals=None,
                pictures=(
                    roc(f"roc-{i}", curves),
                    precision_recall(f"recall-{i}", curves),
                    reliability(f"reliability-{i}", reliable),
                ),
                wrong=wrong,
                importance=ranked,
                ranking=plots.ranking(f"ranking-{i}", ranked),
                slices=slices,
                parts=plots.parts(f"parts-{i}", slices),
            )
            for i in range(2)
        )
        return Report(
            name=text,
            description=text,
            on="",
            asked=((text, text),),
            spec=f"{text}\n{text}",
            data=Data(
                source=text,
                parts=Table("Rows", ("part", "rows>"), ((text, "3"),)),
                where=text,
                columns=(Column(text, "category", "none", text, text),),
                warnings=(Diagnostic("D301", f"`{text}` {text}", Span("spec.yaml", 1, 1, 2), text),),
                differences=(f"`{text}`",),
                targets=((plots.target("target", target, text), None),),
            ),
            drawing=drawing or drawn(1),
            curves=tuple(plots.learning({text: [1.0, 0.5], f"val_{text}": [1.0, 2.0]})),
            history=Table(text, ("epoch", f"{text}>"), (("1", text),)),
            measured=Table(text, ("measure", f"{text}>"), ((text, text),)),
            judgement=Judgement(80, 100, "row", f"{text} row/{text} rows", heads),
            limits=(text,),
            card=((text, text),),
            environment=text,
            directory=text,
            encoded=text,
        )


class Seen(HTMLParser):
    """The elements and attributes of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


PLAIN = as_page(page_of(("word",)))
LONG = as_page(page_of(("word", *(f"word{i}" for i in range(len(HOSTILE))))))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_more_than_text(text: str) -> None:
    page = as_page(page_of((text, *HOSTILE)))
    page.encode("utf-8")
    seen, plain = Seen(page), Seen(LONG)
    assert {tag for tag, _ in seen.elements} == {tag for tag, _ in plain.elements}
    assert not {tag for tag, _ in seen.elements} & {"script", "img", "iframe", "object"}
    assert {name for _, has in seen.elements for name in has} == {name for _, has in plain.elements for name in has}
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", page)


def test_a_page_asks_for_nothing_and_forbids_it() -> None:
    policy = next(has for tag, has in Seen(PLAIN).elements if tag == "meta" and "http-equiv" in has)
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert str(policy["content"]).startswith("default-src 'none'; style-src 'unsafe-inline';")
    for tag, has in Seen(PLAIN).elements:
        for name in ("href", "src", "xlink:href"):
            assert str(has.get(name, "#")).startswith("#") or (tag, has.get(name)) == ("link", "data:,")
    assert "url(http" not in PLAIN
    assert "@import" not in PLAIN


def test_a_page_is_well_made() -> None:
    elements = Seen(PLAIN).elements
    ids = [has["id"] for _, has in elements if "id" in has]
    heads = [tag for tag, _ in elements if re.fullmatch("h[1-6]", tag)]
    assert len(ids) == len(set(ids))
    assert heads.count("h1") == 1
    assert all(int(other[1]) - int(one[1]) <= 1 for one, other in pairwise(heads))
    assert ("html", {"lang": "en"}) in elements
    assert [tag for tag, _ in elements if tag == "table"]
    assert len([tag for tag, _ in elements if tag == "table"]) == len([tag for tag, _ in elements if tag == "caption"])
    named = {str(has.get("aria-labelledby")) for tag, has in elements if tag == "svg"}
    assert named <= set(map(str, ids))
    targets = {str(has["href"])[1:] for tag, has in elements if tag == "a"}
    assert targets <= set(map(str, ids))


def test_long_tables_are_thinned_out() -> None:
    told = table_of_epochs({"loss": [1 / (i + 1) for i in range(101)]})
    assert told is not None
    assert told.caption == "Measures of each epoch, every 3 epochs"
    assert [row[0] for row in (told.rows[0], told.rows[1], told.rows[-1])] == ["1", "4", "101"]
    assert table_of_epochs({}) is table_of_epochs({"loss": []}) is None


def test_a_page_of_other_rows_has_no_curves() -> None:
    page = as_page(replace(page_of(("word",)), on="new.csv"))
    assert "Judged on new.csv" in page
    assert "Learning curves" not in page
