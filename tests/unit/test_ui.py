"""Wrong specs, each with the exact text that `specrun check` shows for it: a folder of `tests/ui` a case.

A folder holds `spec.yaml`, the data that it names, `settings.txt` where `--set` matters (a setting a line), and
`expected.txt`, which `pytest --renew` writes anew. What cannot lie in a repository is made by a function of `MADE`.
"""

from __future__ import annotations

import errno
import gzip
import json
import os
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from click.testing import CliRunner

from specrun.beginning import begin
from specrun.cli import main
from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.data import Dialect, open_table
from specrun.compiler.diagnostics import Diagnostic, Span, SpecError
from specrun.compiler.draft import Given
from specrun.compiler.language.validate import validate
from specrun.compiler.plan import Plan
from specrun.compiler.reader import read
from specrun.compiler.render.text import render_text, summary
from specrun.compiler.script import write_script
from specrun.output import write_file
from specrun.runtime import network
from specrun.runtime import run as running
from specrun.runtime.directory import check_free
from specrun.runtime.engines import Diverged
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.evaluating import of_file
from specrun.runtime.loading import read_records
from specrun.runtime.report import of_run
from specrun.runtime.rows import read_parts
from specrun.runtime.using import Rows
from specrun.scripts import Script

ROOT = Path(__file__).parents[2]
UI = ROOT / "tests" / "ui"
CASES = sorted(path.name for path in UI.iterdir() if path.is_dir())


def _spec(data: str) -> str:
    return f"""specrun: 1
name: hotels
data: {{{data}}}
features:
  stars: number
  pool: boolean
target: score
layers:
  - Dense: 8
"""


def _wine(rest: str) -> str:
    return f'specrun: 1\nname: wine\ndata: {{dataset: wine}}\nfeatures: {{"*": number}}\ntarget: target\n{rest}'


def _spec_bytes(content: bytes) -> Callable[[], None]:
    def make() -> None:
        Path("spec.yaml").write_bytes(content)

    return make


def _with_data(data: str, content: bytes, file: str = "hotels.csv") -> Callable[[], None]:
    def make() -> None:
        Path("spec.yaml").write_text(_spec(data))
        Path(file).write_bytes(content)

    return make


def _with_folder() -> None:
    Path("spec.yaml").write_text(_spec("path: hotels"))
    Path("hotels").mkdir()


def _with_pipe() -> None:
    Path("spec.yaml").write_text(_spec("path: hotels.csv"))
    os.mkfifo("hotels.csv")


_ROWS = b"stars,pool,score\n3,yes,7.1\n4,no,8.0\n"
MADE: dict[str, Callable[[], None]] = {
    "D102-folder": _with_folder,
    "D102-pipe": _with_pipe,
    "D105-gzip": _with_data("path: hotels.csv", gzip.compress(_ROWS)),
    "D108-latin-1": _with_data("path: hotels.csv", _ROWS + "5,yes,Málaga\n".encode("latin-1")),
    "D109-nul": _with_data("path: hotels.csv", _ROWS + b"5,yes,9\x00\n"),
    "D120-long-cell": _with_data("path: hotels.csv", _ROWS + b"5,yes," + b"9" * 150_000 + b"\n"),
    "D123-blank-line-of-an-old-mac": _with_data("path: hotels.csv", _ROWS + b"  \r5,yes,9\n"),
    "S001-a-folder": lambda: Path("spec.yaml").mkdir(),
    "S001-no-such-file": lambda: None,
    "Y101-latin-1": _spec_bytes(_wine("description: año\n").encode("latin-1")),
    "Y101-utf-16": _spec_bytes(_wine("layers: [{Dense: 8}]\n").encode("utf-16")),
    "Y102-too-large": _spec_bytes(b"rows:\n" + b"- [14.23, 1.71, 2.43]\n" * 200_000),
    "Y103-line-of-data": _spec_bytes(f"specrun: 1\nrows: {[1] * 40_000}\n".encode()),
    "Y104-nul": _spec_bytes(_wine("layers: [{Dense: 8}]\x00\n").encode()),
    "Y121-too-deep": _spec_bytes(f"specrun: 1\nlayers: {'[' * 70}{']' * 70}\n".encode()),
}
"""Cases that are made where they run: each function fills the current folder."""


def _no_such_dataset() -> tuple[Diagnostic, ...]:
    """The schema knows the data sets, so that no spec comes as far as this."""
    span = Span("spec.yaml", 3, 17, 22, "data: {dataset: wines}")
    return open_table(Dialect("dataset"), (), ("wines",), span)[1]


def _run_into_a_taken_directory() -> None:
    Path("runs").mkdir()
    Path("runs", "notes.txt").write_text("keep me")
    check_free(Path("runs"))


def _write_over_a_script() -> None:
    Path("model.py").write_text("keep me")
    write_file(Path("model.py"), "new", overwrite=False)


def _write_what_a_target_cannot_hold() -> None:
    layers = "layers:\n  - Dense: {units: 8, activation: relu}\n  - Dropout: 0.2\n"
    plan = compile_spec(Source(_wine(f"{layers}training: {{optimizer: Adam}}\n"), "spec.yaml", Path())).plan
    write_script(plan, Path(), Path(), "sklearn")


_NO_MEMORY = MemoryError("no memory for 8 GiB\nat line 7")


def _training_breaks_off(engine: str = "graph", problem: Exception = _NO_MEMORY) -> None:
    training = f"training: {{epochs: 1, engine: {engine}}}"
    compilation = compile_spec(Source(_wine(f"layers: [{{Dense: 8}}]\n{training}\n"), "spec.yaml", Path()))
    with mock.patch.object(running, "import_tensorflow"), mock.patch.object(running, "train", side_effect=problem):
        running.run(compilation)


def _the_report_breaks_off() -> tuple[Diagnostic, ...]:
    compilation = compile_spec(Source(_wine("layers: [{Dense: 8}]\ntraining: {epochs: 1}\n"), "spec.yaml", Path()))
    trained = mock.Mock(labels={})
    with mock.patch.object(of_run, "gathered", side_effect=ZeroDivisionError("division by zero\nat some depth")):
        return of_run.write_report(compilation, trained, {}, {}, mock.Mock(), Path(), Path())


def _compiled(data: str, rest: str, file: str = "hotels.csv") -> tuple[Plan, Evaluator]:
    """The plan of a spec over a data file, and what a run evaluates it with."""
    Path(file).write_text(data)
    data_line = f"data: {{path: {file}{', split: {column: part}' if ',part' in data else ''}}}\n"
    plan = compile_spec(Source(f"specrun: 1\nname: hotels\n{data_line}{rest}", "spec.yaml", Path())).plan
    evaluator = Evaluator(Path())
    evaluator.variables["CLASSES"] = list(plan.heads[0].classes)
    evaluator.variables |= {group.variable: list(group.columns) for group in plan.features}
    return plan, evaluator


def _weigh_an_absent_class() -> None:
    rows = "stars,score\n" + "3,a\n4,b\n" * 4
    rest = "features: {stars: number}\ntarget: score\nclasses: [a, b, c]\nlayers: []\n"
    read_parts(*_compiled(rows, f"{rest}training: {{class_weights: balanced}}\n"))


def _learn_from(rows: str, rest: str) -> None:
    plan, evaluator = _compiled(rows, rest)
    read_parts(plan, evaluator)
    for group in plan.features:
        evaluator.variables["name"] = group.columns[0]
        for part in (*group.steps, group.encoding):
            network._check_learnt(part, group, evaluator, group.sources[0], group.spans[0])


def _learn_from_nothing() -> None:
    rest = "features: {price: {type: number, missing: mean}}\ntarget: score\nlayers: []\n"
    _learn_from("price,score,part\n,7,train\n,8,train\n79,7,test\n", rest)


def _learn_a_text_of_keras() -> None:
    rows = "country,score\n" + "Spain,7\n[UNK],8\n" * 8
    _learn_from(rows, "features: {country: category}\ntarget: score\nlayers: []\n")


def _learn_a_label_of_keras() -> None:
    rows = "tags,score\n" + "sea|ship,7\n[UNK]|sea,8\n" * 8
    _learn_from(rows, 'features: {tags: {type: set, separator: "|"}}\ntarget: score\nlayers: []\n')


def _pandas_refuses() -> None:
    plan, evaluator = _compiled(
        "stars,score\n3,7\n4,8\n3,6\n", "features: {stars: number}\ntarget: score\nlayers: []\n"
    )
    with mock.patch("pandas.read_csv", side_effect=ValueError("Unable to parse string")):
        read_parts(plan, evaluator)


def _open_what_is_no_run() -> None:
    read_records(Path("runs/wine"))


def _predict_without_columns() -> None:
    Path("trained.csv").write_text("stars,pool,score\n" + "".join(f"{i % 5},yes,{i}\n" for i in range(9)), "utf-8")
    Path("new.csv").write_text("Star,pool\n4,yes\n", "utf-8")
    Path("spec.yaml").write_text(_spec("path: trained.csv"), "utf-8")
    plan = compile_spec(Source(_spec("path: trained.csv"), "spec.yaml", Path())).plan
    Rows(plan, Path(), Path("new.csv"))


def _judge_by_a_file() -> None:
    plan = compile_spec(Source(_wine("layers: [Dense: 8]\n"), "spec.yaml", Path())).plan
    of_file(plan.data.reading[0], Path("wine.csv"))


def _draft_for_a_text() -> None:
    rows = [f"{'the same words again and again ' * (i % 7)}{i},{i % 2}" for i in range(60)]
    Path("messages.csv").write_text("\n".join(["message,topic", *rows]) + "\n", "utf-8")
    begin(Path("messages.csv"), "message", Given(), Path("messages.yaml"))


RAISED: dict[str, Callable[[], tuple[Diagnostic, ...] | None]] = {
    "D122-no-such-dataset": _no_such_dataset,
    "D403-class-without-training-rows": _weigh_an_absent_class,
    "D404-nothing-to-learn-from": _learn_from_nothing,
    "D405-pandas-refuses": _pandas_refuses,
    "D406-label-of-keras": _learn_a_label_of_keras,
    "D406-text-of-keras": _learn_a_text_of_keras,
    "R101-run-directory-taken": _run_into_a_taken_directory,
    "R102-script-is-there": _write_over_a_script,
    "R103-script-named-like-a-module": lambda: tuple(Script(Path("keras.py"), "").remarks()),
    "R201-training-broke-off": _training_breaks_off,
    "R202-xla-broke-off": lambda: _training_breaks_off("xla"),
    "R204-no-number": lambda: _training_breaks_off(problem=Diverged(2, 17, "`dense` gives what is infinite")),
    "R205-no-report": _the_report_breaks_off,
    "R203-disk-is-full": lambda: _training_breaks_off(problem=OSError(errno.ENOSPC, "no space left on device")),
    "R104-no-run-directory": _open_what_is_no_run,
    "R105-columns-that-are-absent": _predict_without_columns,
    "R106-a-data-set-was-trained-on": _judge_by_a_file,
    "S213-a-text-to-predict": _draft_for_a_text,
    "S601-a-layer-without-a-rule": _write_what_a_target_cannot_hold,
}
"""Cases that `specrun check` does not come to: each function raises them, or gives them back."""


def shown(folder: Path) -> str:
    """What `specrun check spec.yaml` shows in a folder."""
    settings = folder / "settings.txt"
    lines = settings.read_text("utf-8").splitlines() if settings.exists() else []
    result = CliRunner().invoke(main, ["check", "spec.yaml", *(part for line in lines for part in ("--set", line))])
    assert result.exit_code == (1 if re.search(r"\d error", result.output.splitlines()[-1]) else 0), result.output
    return result.output


def raised(action: Callable[[], tuple[Diagnostic, ...] | None]) -> str:
    """The text of the diagnostics that an action raises, or gives back."""
    try:
        found = action() or ()
    except SpecError as error:
        found = error.diagnostics
    return f"{render_text(found)}\n\n{summary(found)}\n"


@pytest.mark.parametrize("case", CASES)
def test_shows_the_expected_text(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renew: bool) -> None:
    is_made = case in MADE or case in RAISED
    monkeypatch.chdir(tmp_path if is_made else UI / case)
    if case in MADE:
        MADE[case]()
    text = raised(RAISED[case]) if case in RAISED else shown(Path())
    expected = UI / case / "expected.txt"
    if renew:
        expected.write_text(text, "utf-8")
    assert text == expected.read_text("utf-8")


def test_every_code_has_a_case() -> None:
    assert codes_in_the_sources() <= {case.partition("-")[0] for case in CASES}


@pytest.mark.parametrize("case", CASES)
def test_a_case_shows_the_code_that_it_is_named_after(case: str) -> None:
    code = case.partition("-")[0]
    assert not re.fullmatch(r"[A-Z]\d{3}", code) or f"[{code}]: " in (UI / case / "expected.txt").read_text("utf-8")


def codes_in_the_sources() -> set[str]:
    """Every code that is written in the sources."""
    folders = ("compiler", "runtime", "src/specrun")
    files = {file.resolve() for folder in folders for file in (ROOT / folder).rglob("*.py")}
    return {code for file in files for code in re.findall(r'"([A-Z]\d{3})"', file.read_text("utf-8"))}


@pytest.mark.parametrize("case", [case for case in CASES if (UI / case / "spec.yaml").exists()])
def test_says_nothing_twice(case: str) -> None:
    lines = (UI / case / "expected.txt").read_text("utf-8").splitlines()
    heads = [pair for pair in pairwise(lines) if re.match(r"(error|warning)\[", pair[0])]
    assert len(heads) == len(set(heads))


@pytest.mark.parametrize(
    "word", ["maxProperties", "additionalProperties", "is not of type", "NoneType", "object at 0x"]
)
def test_no_text_shows_what_is_inside(word: str) -> None:
    assert not [case for case in CASES if word in (UI / case / "expected.txt").read_text("utf-8")]


RICH: dict[str, Any] = {
    "specrun": 1,
    "name": "hotels",
    "description": "A guess.",
    "data": {"path": "hotels.csv", "decimal": ".", "missing": ["?"], "split": {"test": 0.5, "seed": 1}},
    "features": {"stars": {"type": "number", "clip": [1, 5], "missing": "mean"}, "country": "category", "*": "auto"},
    "target": "pool",
    "classes": ["no", "yes"],
    "layers": [{"Dense": {"units": 8, "kernel_regularizer": {"L2": 0.01}, "name": "a"}}, {"Dropout": 0.2}, "ReLU"],
    "training": {
        "epochs": 2,
        "optimizer": {"Adam": {"learning_rate": {"CosineDecay": {"initial_learning_rate": 0.1, "decay_steps": 9}}}},
        "metrics": ["accuracy", {"AUC": {"curve": "PR"}}],
        "class_weights": [1, 2],
        "callbacks": [{"EarlyStopping": {"monitor": "loss"}}],
    },
}
STRANGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0.5,
    "x",
    "",
    "a: b",
    [],
    {},
    [1],
    ["x", None],
    {"x": 1},
    {"Dense": {"x": "8"}},
)


def _with_each_value_replaced(node: Any) -> Iterator[Any]:
    """The tree with a strange value in place of each of its values, one at a time, and with each of them left out."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        for value in (*STRANGE, *_with_each_value_replaced(node[key])):
            changed = node.copy()
            changed[key] = value
            yield changed
        changed = node.copy()
        del changed[key]
        yield changed


@pytest.mark.parametrize(
    "line",
    [
        "layers: [{Dense: {units:8, activation: relu}}]",
        "layers: [{Dense: 8}]\ntraining: *fast",
        "layers: [{Dense: {<<: {units: 8}}}]",
        "layers: [{Dense: 8}]\ntraining: {optimizer: {Adam: {learning_rate: .inf}}}",
    ],
)
def test_the_structure_does_not_say_again_what_the_reader_said(line: str) -> None:
    root, reported = read(_wine(line), "spec.yaml")
    assert root is not None
    assert reported
    assert validate(root, reported)[0] == ()


def refusal(tree: Any) -> tuple[Diagnostic, ...]:
    """What the compiler has against a spec; anything else that it raises is for the test to fail on."""
    try:
        compile_spec(Source(json.dumps(tree), "spec.yaml", UI / "S204-unknown-column"))
    except SpecError as error:
        return error.diagnostics or pytest.fail(f"refused without a word: {tree}")
    return ()


def test_no_value_anywhere_breaks_the_compiler() -> None:
    assert not refusal(RICH)
    assert sum(bool(refusal(tree)) for tree in _with_each_value_replaced(RICH)) > 300
