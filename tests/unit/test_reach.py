"""What the plan of a saved run may reach, which is anybody's: no file that nobody named, no object of Keras."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specrun.compiler.allowed import FUNCTIONS, READING
from specrun.compiler.expressions import (
    Call,
    Expression,
    File,
    Function,
    Group,
    Identifier,
    Items,
    Literal,
    Mapped,
    Operation,
    Pairs,
    call,
    literals,
    name,
)
from specrun.runtime.evaluate import Evaluator


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A file that somebody names, beside one that nobody does."""
    for folder in ("named", "[other]"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "rows.csv").write_text(f"a,b\n1,{folder}\n")
    return tmp_path / "named" / "rows.csv"


def reader(function: str, path: str) -> Expression:
    return call(function, Literal(path))


@pytest.mark.parametrize("function", sorted(READING))
def test_no_file_is_read_that_nobody_named(data: Path, function: str) -> None:
    other = data.parents[1] / "[other]" / "rows.csv"
    evaluator = Evaluator(Path(), readable=[str(data)])
    paths = (str(other), f"{data}/../../[[]other]/rows.csv", "http://127.0.0.1:9/rows.csv", "", "/dev/zero", f"{data}x")
    for path in (*paths, str(data.parent), "gs://rows/rows.csv"):
        with pytest.raises(ValueError, match="a file that nobody named"):
            evaluator(reader(function, path))
    with pytest.raises(ValueError, match="a file that nobody named"):
        evaluator(call(function))
    with pytest.raises(ValueError, match="a file that nobody named"):
        Evaluator(data.parent, readable=())(call(function, File("rows.csv")))


def test_a_link_to_what_nobody_named_is_not_followed(data: Path) -> None:
    link = data.parent / "link.csv"
    link.symlink_to(data.parents[1] / "[other]" / "rows.csv")
    with pytest.raises(ValueError, match="a file that nobody named"):
        Evaluator(Path(), readable=[str(data)])(reader("pandas.read_csv", str(link)))
    assert len(Evaluator(Path(), readable=[str(link)])(reader("pandas.read_csv", str(link)))) == 1


def test_what_is_named_is_read(data: Path) -> None:
    for evaluator in (Evaluator(data.parent, readable=[str(data)]), Evaluator(data.parent)):
        assert list(evaluator(call("pandas.read_csv", File("rows.csv")))["b"]) == ["named"]
    other = data.parents[1] / "[other]"
    evaluator = Evaluator(data.parents[1], readable=[str(other)])
    found = call("glob.glob", call("os.path.join", call("glob.escape", File("[other]")), Literal("*")))
    each = Mapped(Identifier("path"), call("pandas.read_csv", name("path")), found)
    assert len(evaluator(each)) == 1
    os.rename(data, other / "more.csv")
    assert len(evaluator(each)) == 2
    wide = call("glob.glob", call("glob.escape", File("[other]")), recursive=Literal(True))
    with pytest.raises(ValueError, match="a file that nobody named"):
        evaluator(wide)


def test_what_reads_files_is_no_value() -> None:
    for function in [*READING, *(each for each in FUNCTIONS if each.startswith("keras."))]:
        with pytest.raises(ValueError, match="not an allowed function"):
            Function(function)
    assert Evaluator(Path())(Function("str")) is str


CONFIG = Pairs(((Literal("class_name"), Literal("function")), (Literal("module"), Literal("os"))))


@pytest.mark.parametrize(
    "expression",
    [
        call("keras.layers.Dense", Literal(3), activation=CONFIG),
        call("keras.layers.Dense", CONFIG),
        call("keras.layers.Dense", Literal(3), activation=call("dict", CONFIG)),
        call("keras.layers.RNN", Items((CONFIG,))),
        call("keras.layers.RNN", Group((Items((CONFIG,)),))),
        call("keras.optimizers.Adam", CONFIG),
    ],
)
def test_no_dictionary_becomes_an_object_of_keras(expression: Call) -> None:
    with pytest.raises(ValueError, match="takes no dictionary"):
        Evaluator(Path())(expression)


@pytest.mark.parametrize(
    "expression",
    [
        call("keras.layers.StringLookup", vocabulary=Literal("/etc/passwd")),
        call("keras.layers.StringLookup", vocabulary=Operation("+", Literal("/etc/"), Literal("passwd"))),
        call(
            "keras.layers.StringLookup", Literal(None), Literal(1), Literal(None), Literal("?"), Literal("/etc/passwd")
        ),
        call("keras.layers.TextVectorization", vocabulary=Literal("/etc/passwd")),
    ],
)
def test_no_vocabulary_is_read(expression: Call) -> None:
    with pytest.raises(ValueError, match="takes no file for a vocabulary"):
        Evaluator(Path())(expression)


@pytest.mark.parametrize(
    "expression",
    [
        Operation("**", Literal(10), Literal(10**9)),
        Operation("**", Literal(10), Operation("**", Literal(10), Literal(20))),
        Operation("*", Literal("x"), Literal(10**12)),
        Operation("*", Literal(10**12), literals([1])),
        Operation("*", Group((Literal(1),)), Literal(10**12)),
    ],
)
def test_no_operation_takes_more_than_numbers_do(expression: Expression) -> None:
    with pytest.raises(ValueError, match=r"too large an exponent|only numbers"):
        Evaluator(Path())(expression)
    assert Evaluator(Path())(Operation("**", Literal(10), Literal(2))) == 100
