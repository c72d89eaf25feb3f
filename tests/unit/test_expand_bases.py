"""`extends`: what a spec takes from its bases, where each value then stands, and which bases are refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from specrun.compiler.compilation import compile_spec, load
from specrun.compiler.diagnostics import Diagnostic, Report, SpecError
from specrun.compiler.expand import expand
from specrun.compiler.reader import Mapping, Node, Scalar, Sequence, read

SPEC = """specrun: 1
data: {path: flowers.csv}
features: {length: number}
target: kind
classes: auto
layers: [Dense: 8]
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(**texts: str) -> None:
    for name, text in texts.items():
        path = Path(f"{name.replace('__', '/')}.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def expanded(file: str = "spec.yaml", *settings: str) -> tuple[Mapping, Report]:
    path = Path(file)
    root, problems = read(path.read_bytes(), file)
    assert isinstance(root, Mapping)
    assert problems == ()
    report = Report()
    return expand(root, file, path.parent, settings, report), report


def plain(file: str = "spec.yaml", *settings: str) -> Any:
    root, report = expanded(file, *settings)
    assert list(report) == []
    return root.plain()


def refused(file: str = "spec.yaml") -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecError) as caught:
        expanded(file)
    return caught.value.diagnostics


def at(root: Node | None, *keys: str | int) -> Scalar:
    for key in keys:
        if isinstance(root, Sequence):
            assert isinstance(key, int)
            root = root.items[key]
        else:
            assert isinstance(root, Mapping)
            root = root.get(str(key))
    assert isinstance(root, Scalar)
    return root


@pytest.mark.parametrize(
    ("below", "over", "whole"),
    [
        ("a: 1\nb: 2", "b: 3\nc: 4", {"a": 1, "b": 3, "c": 4}),
        ("a: {b: 1, c: {d: 2, e: 3}}", "a: {c: {d: 4}, f: 5}", {"a": {"b": 1, "c": {"d": 4, "e": 3}, "f": 5}}),
        ("a: [1, 2]", "a: [3]", {"a": [3]}),
        ("a: {b: 1}", "a: [b]", {"a": ["b"]}),
        ("a: {b: 1}", "a: 2", {"a": 2}),
        ("a: 2", "a: {b: 1}", {"a": {"b": 1}}),
        ("a: {b: 1, c: 2}", "a: {b: null}", {"a": {"c": 2}}),
        ("a: 1", "a: ~\nb: null\nc: {d: null}", {"b": None, "c": {"d": None}}),
        ("name: base\ndescription: What is alike.", "x: 1", {"description": "What is alike.", "x": 1}),
        ("name: base", "name: own", {"name": "own"}),
        ("features: {a: number, b: {type: category, unknown: own}}", "features: {b: {unknown: zeros}, c: number}",
         {"features": {"a": "number", "b": {"type": "category", "unknown": "zeros"}, "c": "number"}}),
        ("features: {a: {type: category, unknown: own}}", "features: {a: {type: number}}",
         {"features": {"a": {"type": "number"}}}),
        ("features: {Age: number}", "features: {Sex: category}", {"features": {"Age": "number", "Sex": "category"}}),
        ("features: {Dense: number}", "features: {relu: number}", {"features": {"Dense": "number", "relu": "number"}}),
        ("training: {optimizer: {Adam: {beta_1: 0.8}}}", "training: {optimizer: {Adam: {beta_2: 0.9}}}",
         {"training": {"optimizer": {"Adam": {"beta_1": 0.8, "beta_2": 0.9}}}}),
        ("training: {optimizer: {Adam: {beta_1: 0.8}}}", "training: {optimizer: {SGD: {momentum: 0.9}}}",
         {"training": {"optimizer": {"SGD": {"momentum": 0.9}}}}),
        ("targets: {a: {type: number, loss: {huber: {delta: 2}}, weight: 2}}", "targets: {a: {loss: {log_cosh: {}}}}",
         {"targets": {"a": {"type": "number", "loss": {"log_cosh": {}}, "weight": 2}}}),
        ("targets: {a: {type: number, weight: 2}}", "targets: {a: {type: ordinal}, b: {}}",
         {"targets": {"a": {"type": "ordinal"}, "b": {}}}),
        ("training: {epochs: 1}", "training: {batch_size: 2}", {"training": {"epochs": 1, "batch_size": 2}}),
        ("training: {optimizer: {SGD: {learning_rate: {CosineDecay: {alpha: 0.1}}}}}",
         "training: {optimizer: {SGD: {learning_rate: {ExponentialDecay: {decay_rate: 0.9}}}}}",
         {"training": {"optimizer": {"SGD": {"learning_rate": {"ExponentialDecay": {"decay_rate": 0.9}}}}}}),
    ],
)  # fmt: skip
def test_a_spec_is_laid_over_its_base(below: str, over: str, whole: object) -> None:
    write(base=below, spec=f"extends: base.yaml\n{over}")
    assert plain() == whole


def test_bases_may_have_bases() -> None:
    write(one="a: 1\nb: 1\nc: 1\n", two="extends: one.yaml\nb: 2\nc: 2\n", spec="c: 3\nextends: two.yaml\n")
    assert plain() == {"a": 1, "b": 2, "c": 3}


def test_what_a_base_takes_away_a_spec_may_write_again() -> None:
    write(one="a: {x: 1, y: 2}\n", two="extends: one.yaml\na: null\n", spec="extends: two.yaml\na: {z: 3}\n")
    assert plain() == {"a": {"z": 3}}


def test_every_value_stands_in_the_file_where_it_was_written() -> None:
    write(base="a: {b: 1, c: [2]}\n", spec="extends: base.yaml\na:\n  b: 3\n")
    root, _ = expanded()
    own, inherited = at(root, "a", "b").span, at(root, "a", "c", 0).span
    assert (own.file, own.line, own.column) == ("spec.yaml", 3, 6)
    assert (inherited.file, inherited.line, inherited.column) == ("base.yaml", 1, 15)
    assert inherited.text == "a: {b: 1, c: [2]}"
    assert root.span.file == "spec.yaml"


def test_a_parameter_is_given_a_value_and_keeps_what_was_said_of_it() -> None:
    declared = "parameters: {width: {type: integer, minimum: 4}, depth: 2}\na: $width\nb: $depth\n"
    write(base=declared, spec="extends: base.yaml\nparameters: {width: 8, depth: {type: number, default: 1.5}}\n")
    assert plain() == {"a": 8, "b": 1.5}
    assert plain("spec.yaml", "width=9") == {"a": 9, "b": 1.5}
    write(spec="extends: base.yaml\nparameters: {width: 3}\n")
    _, report = expanded()
    assert [(d.code, d.span.file, d.span.line) for d in report] == [("S106", "spec.yaml", 2)]


def test_a_block_replaces_that_of_the_base() -> None:
    write(
        base="blocks: {b: {parameters: {x: 1}, layers: [Dense: $x]}, c: {layers: [ReLU]}}\nlayers: [b]\n",
        spec="extends: base.yaml\nblocks: {b: {parameters: {y: 2}, layers: [Dense: $y]}}\nlayers: [b: 5, c]\n",
    )
    assert plain() == {"layers": [{"Dense": 5}, "ReLU"]}


def test_what_a_base_declares_need_not_be_used() -> None:
    declared = "parameters: {x: 1}\nblocks: {b: {layers: [ReLU]}}\n"
    write(base=declared, spec="extends: base.yaml\na: 1\n", alone=declared)
    assert plain() == {"a": 1}
    assert [problem.code for problem in expanded("alone.yaml")[1]] == ["S505", "S505"]


def test_settings_come_last() -> None:
    write(base="training: {epochs: 1, batch_size: 2}\n", spec="extends: base.yaml\ntraining: {epochs: 3}\n")
    assert plain("spec.yaml", "training.epochs=4", "training.batch_size=5") == {
        "training": {"epochs": 4, "batch_size": 5}
    }


@pytest.mark.parametrize(
    ("extends", "path", "relative"),
    [
        ("base.yaml", "x.csv", "x.csv"),
        ("common/base.yaml", "x.csv", "common/x.csv"),
        ("common/base.yaml", "../x*.csv", "common/../x*.csv"),
        ("../base.yaml", "data/x.csv", "../data/x.csv"),
        ("common/base.yaml", "/data/x.csv", "/data/x.csv"),
        ("common/base.yaml", "https://example.org/x.csv", "https://example.org/x.csv"),
    ],
)
def test_the_data_of_a_base_lie_relative_to_it(extends: str, path: str, relative: str) -> None:
    for text in (f"data: {{path: {path}}}\n", f"parameters: {{file: {path}}}\ndata: {{path: $file}}\n"):
        base = Path("inner", extends)
        base.parent.mkdir(parents=True, exist_ok=True)
        base.write_text(text)
        write(inner__spec=f"extends: {extends}\ndata: {{format: csv}}\n")
        root, report = expanded("inner/spec.yaml")
        assert list(report) == []
        assert root.plain() == {"data": {"path": relative, "format": "csv"}}
        assert at(root, "data", "path").span.file == str(base)


def test_data_of_the_spec_itself_and_of_the_command_line_are_not_moved() -> None:
    write(common__base="data: {path: x.csv}\nparameters: {file: y.csv}\n", spec="extends: common/base.yaml\n")
    assert plain("spec.yaml", "data.path=z.csv") == {"data": {"path": "z.csv"}}
    assert plain("spec.yaml", "data.path=$file") == {"data": {"path": "common/y.csv"}}
    assert plain("spec.yaml", "data.path=$file", "file=z.csv") == {"data": {"path": "z.csv"}}
    write(spec="extends: common/base.yaml\ndata: {path: z.csv}\n")
    assert plain() == {"data": {"path": "z.csv"}}


def test_folders_of_bases_of_bases_add_up() -> None:
    write(a__b__one="data: {path: x.csv}\n", a__two="extends: b/one.yaml\n", spec="extends: a/two.yaml\n")
    assert plain() == {"data": {"path": "a/b/x.csv"}}


def test_a_base_of_another_folder_is_compiled_with_its_data() -> None:
    write(common__base=SPEC, runs__mine="extends: ../common/base.yaml\ntraining: {epochs: 3}\n")
    Path("common/flowers.csv").write_text("length,kind\n" + "1.5,a\n2.5,b\n" * 10)
    compilation = compile_spec(load(Path("runs/mine.yaml")))
    assert compilation.diagnostics == ()
    assert compilation.plan.name == "mine"
    assert compilation.spec.training.epochs == 3
    assert compilation.spec.data.path == "../common/flowers.csv"


def test_mistakes_in_a_base_are_shown_there() -> None:
    Path("flowers.csv").write_text("length,kind\n1.5,a\n2.5,b\n")
    write(base=SPEC.replace("number", "nubmer"), spec="extends: base.yaml\ntraining: {epochs: 0}\n")
    with pytest.raises(SpecError) as caught:
        compile_spec(load(Path("spec.yaml")))
    assert {(d.code, d.span.file, d.span.line) for d in caught.value.diagnostics} == {
        ("S106", "spec.yaml", 2),
        ("S105", "base.yaml", 3),
    }


@pytest.mark.parametrize(
    ("extends", "code", "column"),
    [
        ("3", "S104", 10),
        ("[base.yaml]", "S104", 1),
        ("{path: base.yaml}", "S104", 1),
        ("''", "S104", 10),
        ("", "S104", 1),
        ("bse.yaml", "S501", 10),
        ("$base", "S501", 10),
        ("base.csv", "S501", 10),
        ("base.yaml/spec.yaml", "S501", 10),
        ("folder.yaml", "S501", 10),
        ('"a\\0.yaml"', "S501", 10),
        (f"{'x' * 300}.yaml", "S501", 10),
        ("https://example.org/base.yaml", "S501", 10),
        ("spec.yaml", "S502", 10),
        ("./../{here}/spec.yaml", "S502", 10),
    ],
)
def test_what_is_no_base_is_refused(extends: str, code: str, column: int) -> None:
    Path("folder.yaml").mkdir()
    write(base="a: 1\n", spec=f"extends: {extends.replace('{here}', Path.cwd().name)}\n")
    (problem,) = refused()
    assert (problem.code, problem.span.line, problem.span.column) == (code, 1, column)
    assert problem.hint


def test_a_pipe_is_not_waited_for() -> None:
    os.mkfifo("base.yaml")
    write(spec="extends: base.yaml\n")
    assert [problem.code for problem in refused()] == ["S501"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("a: 1\n  b: 2\n", "Y110"), ("- a\n", "S101"), ("text\n", "S101"), ("", "Y123"), ("a: *b\n", "Y114")],
)
def test_a_base_that_cannot_be_read_points_to_where_it_is_extended(text: str, code: str) -> None:
    write(base=text, spec="extends: base.yaml\n")
    problems = refused() if code != "Y114" else tuple(expanded()[1])
    (problem,) = problems
    assert (problem.code, problem.span.file) == (code, "base.yaml")
    assert [(label.span.file, label.message) for label in problem.labels][-1] == ("spec.yaml", "used here")


def test_a_circle_is_shown() -> None:
    write(spec="extends: a.yaml\n", a="extends: b.yaml\n", b="\nextends: a.yaml\n")
    (problem,) = refused()
    assert (problem.code, problem.span.file, problem.span.line) == ("S502", "a.yaml", 1)
    assert "`a.yaml` → `b.yaml` → `a.yaml`" in problem.message
    assert [(label.span.file, label.span.line) for label in problem.labels] == [("b.yaml", 2)]


@pytest.mark.parametrize(("bases", "codes"), [(10, []), (11, ["S502"])])
def test_ten_bases_are_enough(bases: int, codes: list[str]) -> None:
    for number in range(bases):
        below = f"extends: b{number + 1}.yaml\n" if number + 1 < bases else ""
        write(**{f"b{number}": f"{below}x{number}: 1\n"})
    write(spec="extends: b0.yaml\n")
    if codes:
        assert [problem.code for problem in refused()] == codes
    else:
        assert len(plain()) == bases


def test_a_base_is_called_by_the_folder_that_it_is_seen_from() -> None:
    write(common__base="a: *b\n", inner__spec="extends: ../common/base.yaml\n")
    (problem,) = expanded("inner/spec.yaml")[1]
    assert problem.span.file == "inner/../common/base.yaml"
