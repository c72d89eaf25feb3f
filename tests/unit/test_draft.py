"""`specrun init`: a first spec for a data file, which `check` passes, with what is to be known of the columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import pytest
import yaml
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from specrun.cli import main
from specrun.compiler.compilation import compile_spec, load
from specrun.compiler.data import Column, Dialect
from specrun.compiler.draft.columns import Profile, find_markers, profile
from specrun.compiler.draft.dialect import Given, find_dialect
from specrun.compiler.draft.findings import near_equal, why_leaking, why_useless
from specrun.compiler.formatting import format_spec

ROWS = 400


def init(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["init", *arguments])


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(columns: Mapping[str, Callable[[int], object]], separator: str = ",", rows: int = ROWS) -> None:
    lines = [separator.join(columns)]
    lines += [separator.join(str(value(i)) for value in columns.values()) for i in range(rows)]
    Path("data.csv").write_text("\n".join(lines) + "\n", "utf-8")


def drafted(target: str, *more: str) -> str:
    """The spec that is written; it is right, and in canonical form."""
    done = init("data.csv", "--target", target, *more)
    assert done.exit_code == 0, done.output
    text = Path("data.yaml").read_text("utf-8")
    assert format_spec(text, "data.yaml") == text
    compile_spec(load(Path("data.yaml")), limit=None)
    return text


def test_every_kind_of_column_is_told() -> None:
    chance = Random(3)
    words = ["red", "green", "blue"]
    columns: dict[str, Callable[[int], object]] = {
        "id": lambda i: i + 1,
        "size": lambda _: round(chance.gauss(0, 1), 3),
        "colour": lambda _: chance.choice(words),
        "open": lambda _: chance.choice(("yes", "no")),
        "day": lambda _: f"2024-0{chance.randrange(1, 10)}-1{chance.randrange(10)}",
        "note": lambda _: " ".join(chance.choices(("so", "it", "goes", "on", "and", "ends", "well"), k=8)),
        "key": lambda i: f"k{i}",
        "always": lambda _: "x",
        "holes": lambda _: chance.choice(("1.5", "2.5", "NA")),
        "price": lambda _: chance.randrange(1000, 9000),
    }
    write(columns)
    text = drafted("price")
    lines = text.splitlines()
    assert "  size: number" in lines
    assert "  colour: category" in lines
    assert "  open: boolean" in lines
    assert "  day: datetime" in lines
    assert "  note: {type: text, vocabulary: 2000, output: tf_idf}" in lines
    assert "  holes: {type: number, missing: median}" in lines
    assert "left out: counts the rows" in text
    assert "left out: names the row: 400 different values in 400 rows" in text
    assert "left out: `x` in every row" in text
    assert "missing: [NA]" in text
    assert "classes" not in text
    assert "  - Rescaling: 10000" in lines or "  - Rescaling: 1000" in lines


def test_dirt_is_named() -> None:
    countries = ["Swiss", "Switzerland", "France", "France ", "Poland"]
    answers = {"low": 0, "high": 1, "mid": 1}
    kinds = [("low", "high", "mid")[i % 3] for i in range(ROWS)]
    columns: dict[str, Callable[[int], object]] = {
        "country": lambda i: countries[i * 7 % 5],
        "stars": lambda i: f"{i % 10},5",
        "age": lambda i: -7 if i == 30 else i * 11 % 70,
        "level": lambda i: kinds[i],
        "sold": lambda i: answers[kinds[i]],
    }
    write(columns, ";")
    text = drafted("sold")
    assert 'separator: ";"' in text
    assert 'decimal: ","' in text
    assert "strip: true" in text
    assert "one and the same? `Swiss` and `Switzerland`" in text
    assert "left out: gives the answer away: each of its values goes with one of `sold`" in text
    assert "`-7` in `age` is negative, as hardly any other value is" in text
    assert "classes: [0, 1]" in text


def test_rows_that_belong_together_stay_together() -> None:
    chance = Random(1)
    hotels = [(chance.randrange(2, 6), chance.choice("YN"), chance.randrange(100, 900)) for _ in range(20)]
    columns: dict[str, Callable[[int], object]] = {
        "hotel": lambda i: f"Hotel {'ABCDEFGHIJKLMNOPQRST'[i % 20]}",
        "stars": lambda i: hotels[i % 20][0],
        "pool": lambda i: hotels[i % 20][1],
        "rooms": lambda i: hotels[i % 20][2],
        "nights": lambda _: chance.randrange(1, 9),
        "score": lambda _: chance.randrange(1, 6),
    }
    write(columns)
    text = drafted("score")
    assert "group: hotel" in text
    assert "are the same in all rows of a `hotel`, which a random split would share" in text
    assert "left out: names the group" in text
    assert "type: ordinal" in text


def test_labels_in_cells_are_sets() -> None:
    parts = ["chain", "light", "brake", "tyre"]
    cells = ["|".join(part for bit, part in enumerate(parts) if i & 1 << bit) for i in range(16)]
    write({"years": lambda i: i % 9, "seen": lambda i: cells[i * 5 % 16], "mended": lambda i: cells[i * 7 % 16]})
    text = drafted("mended")
    assert "  seen: set" in text.splitlines()
    assert "target: {column: mended, type: labels}" in text
    assert "classes: auto" in text


def test_a_series_is_one() -> None:
    write({"month": lambda i: f"{1950 + i // 12}-{i % 12 + 1:02}", "sold": lambda i: 100 + i * 3 % 41}, rows=120)
    text = drafted("sold")
    assert "sold: {type: timeseries, window: 12}" in text
    assert "time: month" in text


def test_a_file_without_a_header() -> None:
    Path("data.csv").write_text("".join(f"{i % 7},{i % 2}\n" for i in range(50)))
    refused = init("data.csv", "--target", "label")
    assert refused.exit_code == 1
    assert "--columns" in refused.output
    text = drafted("label", "--columns", "width, label")
    assert "columns: [width, label]" in text


def test_nothing_is_overwritten() -> None:
    write({"a": lambda i: i % 5, "b": lambda i: i % 2})
    Path("data.yaml").write_text("mine")
    refused = init("data.csv", "--target", "b")
    assert refused.exit_code == 1
    assert "R102" in refused.output
    assert Path("data.yaml").read_text() == "mine"


def test_what_is_wrong_with_the_data_is_said_and_the_draft_kept() -> None:
    write({"a": lambda i: i % 5, "b": lambda i: "" if i == 7 else i % 2})
    done = init("data.csv", "--target", "b")
    assert done.exit_code == 1
    assert "D206" in done.output
    assert Path("data.yaml").exists()


@pytest.mark.parametrize(
    "name", ["a: b", "#", "- x", "yes", "1e3", "a\u2028b", "$width", "[x]", "'", '"', "auto", "déjà vu", " x "]
)
def test_columns_may_have_any_name(name: str) -> None:
    quoted = name.replace('"', '""')
    rows = [f'"{quoted}",b', *(f"{i % 50 / 10},{i % 2}" for i in range(100))]
    Path("data.csv").write_text("\n".join(rows) + "\n", "utf-8")
    assert name in {feature.name for feature in _features(drafted("b"))}


def test_a_column_that_no_spec_can_name_is_left_out() -> None:
    write({"*": lambda i: i % 7, "a": lambda i: i % 5, "b": lambda i: i % 2})
    assert "left out: in a spec, `*` stands for all columns that it does not name" in drafted("b")


def _features(text: str) -> list[Profile]:
    spec = compile_spec(load(Path("data.yaml")), limit=None).spec
    assert text
    return [Profile(feature.column, "", ()) for feature in spec.features]


@pytest.mark.parametrize(
    ("content", "separator"),
    [
        ("a;b;c\n1,5;2;3\n1,5;2;3\n", ";"),
        ("a,b\n1,2\n", ","),
        ("a\tb\n1, 2\t3\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('a,b\n"1;2",3\n"4;5",6\n', ","),
        ("a\n1\n", ","),
        ("", ","),
    ],
)
def test_the_separator_is_told(content: str, separator: str) -> None:
    Path("data.csv").write_text(content)
    assert find_dialect(Path("data.csv"), Given()).separator == separator


@pytest.mark.parametrize(
    ("content", "encoding"),
    [("ä,b\n".encode(), "utf-8"), ("ä,b\n".encode("cp1252"), "cp1252"), ("ä,b\n".encode("utf-16"), "utf-16")],
)
def test_the_encoding_is_told(content: bytes, encoding: str) -> None:
    Path("data.csv").write_bytes(content * 20_000)
    assert find_dialect(Path("data.csv"), Given()).encoding == encoding


def test_lines_of_json_have_one_encoding() -> None:
    Path("data.jsonl").write_bytes('{"ä": 1}\n'.encode("cp1252"))
    assert find_dialect(Path("data.jsonl"), Given(encoding="utf-16")).encoding == "utf-8"
    assert "[D108]" in init("data.jsonl", "--target", "ä").output


def column(*cells: object) -> Profile:
    return profile(Column("x", "text"), [str(cell) for cell in cells], Dialect("csv"))


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("Swiss", "Switzerland"), True),
        (("Germany", "germany"), True),
        (("Portugal", "Portugall"), True),
        (("Male", "Female"), False),
        (("Red", "Blue"), False),
        (("11th", "12th"), False),
        (("Never-married", "Married"), False),
    ],
)
def test_categories_that_are_nearly_equal(texts: tuple[str, ...], found: bool) -> None:
    assert bool(near_equal(column(*texts, *texts))) == found


def test_a_column_that_is_the_answer_in_other_units() -> None:
    chance = Random(2)
    metres = [round(chance.uniform(1, 90), 3) for _ in range(200)]
    feet = column(*(f"{3.28 * metre:.3f}" for metre in metres))
    assert "straight line" in why_leaking(feet, column(*metres), of_classes=False)
    assert not why_leaking(column(*(metre + chance.gauss(0, 9) for metre in metres)), column(*metres), of_classes=False)


def test_what_only_happens_to_be_different_is_no_name_of_a_row() -> None:
    chance = Random(4)
    assert not why_useless(column(*(f"{chance.random():.6f}" for _ in range(200))))
    assert not why_useless(column("a", "b", "c"))


def test_a_marker_is_one_where_it_spoils_numbers() -> None:
    assert find_markers({"n": ["1", "2", "-"], "c": ["a", "none"]}, ".") == ("-",)
    assert find_markers({"c": ["a", "?", "none"]}, ".") == ("?",)


def test_examples_are_listed_and_copied() -> None:
    listing = CliRunner().invoke(main, ["example"])
    names = listing.output.split()
    assert {"wine", "shapes", "bakery"} <= set(names)
    for name in names:
        for _ in range(2):  # what is there already is left as it is
            done = CliRunner().invoke(main, ["example", name])
            assert done.exit_code == 0, done.output
        assert CliRunner().invoke(main, ["check", f"{name}.yaml"]).exit_code == 0
    Path("wine.yaml").write_text("mine")
    assert CliRunner().invoke(main, ["example", "wine"]).exit_code == 1
    assert Path("wine.yaml").read_text() == "mine"
    unknown = CliRunner().invoke(main, ["example", "vine"])
    assert unknown.exit_code == 2
    assert "did you mean `wine`?" in unknown.output


WINE = "fixed acidity,volatile acidity,citric acid,residual sugar,chlorides,free sulfur dioxide,total sulfur dioxide"
REAL = {
    "LasVegasTripAdvisorReviews-Dataset.csv": ("Score", ()),
    "adult.csv": ("income", ()),
    "airline-passengers.csv": ("Passengers", ()),
    "california_housing.csv": ("median_house_value", ()),
    "penguins.csv": ("species", ()),
    "sms_spam.tsv": ("label", ("--columns", "label,message", "--no-quoting")),
    "winequality-white.csv": ("quality", ("--columns", f"{WINE},density,pH,sulphates,alcohol,quality")),
}


@pytest.mark.parametrize("name", REAL)
def test_a_spec_for_real_data_is_right(name: str, shared_data: Path) -> None:
    target, options = REAL[name]
    done = init(str(shared_data / name), "--target", target, *options, "-o", "spec.yaml")
    assert done.exit_code == 0, done.output
    assert CliRunner().invoke(main, ["check", "spec.yaml"]).exit_code == 0
    spec = compile_spec(load(Path("spec.yaml")), limit=None).spec
    assert [one.column for one in spec.targets] == [target]


def test_what_stands_in_the_hotel_reviews_is_named(shared_data: Path) -> None:
    init(str(shared_data / "LasVegasTripAdvisorReviews-Dataset.csv"), "--target", "Score", "-o", "spec.yaml")
    text = Path("spec.yaml").read_text("utf-8")
    for found in ('decimal: ","', "strip: true", "`Swiss` and `Switzerland`", "`-1806`", "group: Hotel name"):
        assert found in text


def test_more_rows_than_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specrun.compiler.draft.drafting.LOOKED_ROWS", 100)
    write({"a": lambda i: i % 7, "b": lambda i: "y" if i % 2 else "x"})
    text = drafted("b")
    assert "# told by the first 100 rows" in text
    assert "classes: auto" in text


def test_the_schema_completes_the_columns() -> None:
    write({"size": lambda i: i % 7, "price": lambda i: i % 9 + i / 7})
    drafted("price")
    schema = json.loads(Path("data.schema.json").read_text("utf-8"))
    assert list(schema["properties"]["features"]["properties"]) == ["size", "price"]
    printed = CliRunner().invoke(main, ["schema", "--for", "data.csv"])
    assert json.loads(printed.output) == schema
    validator = Draft202012Validator(schema)
    assert validator.is_valid(yaml.safe_load(Path("data.yaml").read_text("utf-8")))
    assert not validator.is_valid({"specrun": 1, "features": {"size": 3}})


def test_lists_of_numbers_are_vectors_where_all_are_as_long() -> None:
    rows = [{"v": [i / 7, i % 3], "w": [1.0] * (i % 4 + 1), "tags": ["a", "b"][: i % 3], "y": i % 2} for i in range(60)]
    Path("data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert init("data.jsonl", "--target", "y").exit_code == 0
    text = Path("data.yaml").read_text("utf-8")
    assert "  v: {type: vector, size: 2}" in text.splitlines()
    assert "left out: lists of many lengths" in text
    assert "  tags: set" in text.splitlines()


@pytest.mark.parametrize(("given", "status"), [("|", 0), (r"\t", 0), (",,", 2), ("", 2), ('"', 2), ("\n", 2)])
def test_a_separator_that_is_given_is_one_character(given: str, status: int) -> None:
    write({"x": lambda i: i % 7, "y": lambda i: ["no", "yes"][i % 2]}, "\t" if given == r"\t" else "|")
    outcome = init("data.csv", "--target", "y", "--separator", given)
    assert (outcome.exit_code, Path("data.yaml").exists()) == (status, not status)
    assert not status or "it is one character" in outcome.output
