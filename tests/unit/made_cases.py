"""Cases of `test_ui` that cannot lie in a repository, or that `specrun check` does not come to."""

from __future__ import annotations

import dataclasses
import errno
import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from specrun.beginning import begin
from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.data import Dialect, open_table
from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.draft import Given
from specrun.compiler.plan import Plan
from specrun.compiler.script import unsaid, write_script
from specrun.compiler.unchanged import as_they_are
from specrun.output import write_file
from specrun.predicting import _told
from specrun.runtime import failing, network, tracking
from specrun.runtime import run as running
from specrun.runtime.directory import check_free
from specrun.runtime.engines import Diverged
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.evaluating import of_file
from specrun.runtime.folding import check_folds
from specrun.runtime.given import Rows
from specrun.runtime.identity import identity_of, write_record
from specrun.runtime.loading import read_plan, read_records
from specrun.runtime.manifest import FILE as MANIFEST
from specrun.runtime.manifest import Kept, write_manifest
from specrun.runtime.report import of_run
from specrun.runtime.resuming import Begun, check_unchanged, find_begun
from specrun.runtime.rows import read_parts
from specrun.runtime.sealed import sealed, unsealed
from specrun.scripts import Script


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


def of_wine(rest: str) -> str:
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


def _with_links() -> None:
    """Two links back to the folder that they are in: of 20 folders there are a million paths."""
    Path("spec.yaml").write_text(_spec(f'path: "{"*/" * 20}hotels.csv"'))
    for name in ("one", "other"):
        Path(name).symlink_to(".")


def _bomb() -> None:
    """A text of 100 million letters in 3 kB."""
    from pyarrow import parquet, table

    Path("spec.yaml").write_text(_spec("path: hotels.parquet"))
    rows = table({"stars": [3], "pool": ["y" * 100_000_000], "score": [7.1]})
    parquet.write_table(rows, "hotels.parquet", compression="zstd", use_dictionary=False)


_ROWS = b"stars,pool,score\n3,yes,7.1\n4,no,8.0\n"
MADE: dict[str, Callable[[], None]] = {
    "D102-folder": _with_folder,
    "D102-pipe": _with_pipe,
    "D105-gzip": _with_data("path: hotels.csv", gzip.compress(_ROWS)),
    "D108-latin-1": _with_data("path: hotels.csv", _ROWS + "5,yes,Málaga\n".encode("latin-1")),
    "D109-nul": _with_data("path: hotels.csv", _ROWS + b"5,yes,9\x00\n"),
    "D120-long-cell": _with_data("path: hotels.csv", _ROWS + b"5,yes," + b"9" * 150_000 + b"\n"),
    "D106-very-many-blank-lines": _with_data("path: hotels.csv", _ROWS + b"\n" * 100_001 + b"5,yes,9\n"),
    "D112-very-many-rows": _with_data("path: hotels.csv", _ROWS + b"5,yes,9,9\n" * 10_001),
    "D120-row-of-many-lines": _with_data(
        "path: hotels.csv", _ROWS + b'5,"' + b"yes\n" * 15_000 + (b'","' + b"yes\n" * 15_000) * 100
    ),
    "D124-links-in-a-circle": _with_links,
    "D125-key-of-each-line": _with_data(
        "path: hotels.jsonl",
        b"".join(b'{"stars": 3, "%d": 1, "%d": 2}\n' % (n, n + 1) for n in range(2)) * 2
        + json.dumps({f"k{n}": n for n in range(25_000)}).encode(),
        "hotels.jsonl",
    ),
    "D123-blank-line-of-an-old-mac": _with_data("path: hotels.csv", _ROWS + b"  \r5,yes,9\n"),
    "D126-a-bomb": _bomb,
    "S001-a-folder": lambda: Path("spec.yaml").mkdir(),
    "S001-no-such-file": lambda: None,
    "Y101-latin-1": _spec_bytes(of_wine("description: año\n").encode("latin-1")),
    "Y101-utf-16": _spec_bytes(of_wine("layers: [{Dense: 8}]\n").encode("utf-16")),
    "Y102-too-large": _spec_bytes(b"rows:\n" + b"- [14.23, 1.71, 2.43]\n" * 200_000),
    "Y103-line-of-data": _spec_bytes(f"specrun: 1\nrows: {[1] * 40_000}\n".encode()),
    "Y104-nul": _spec_bytes(of_wine("layers: [{Dense: 8}]\x00\n").encode()),
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
    plan = compile_spec(Source(of_wine(f"{layers}training: {{optimizer: Adam}}\n"), "spec.yaml", Path())).plan
    write_script(plan, Path(), Path(), "sklearn")


_REFUSAL = ValueError("a cube has no seventh side\nat line 7")
_NO_MEMORY = MemoryError("no memory for 8 GiB\nat line 7")


def _training_breaks_off(engine: str = "graph", problem: Exception = _REFUSAL) -> None:
    training = f"training: {{epochs: 1, engine: {engine}}}"
    compilation = compile_spec(Source(of_wine(f"layers: [{{Dense: 8}}]\n{training}\n"), "spec.yaml", Path()))
    with mock.patch.object(running, "import_tensorflow"), mock.patch.object(failing, "train", side_effect=problem):
        running.run(compilation)


def _training_cannot_fit(rest: str, data: str = "dataset: wine", memory: int = 16 * 10**9) -> None:
    spec = of_wine(rest).replace("dataset: wine", data)
    Path("spec.yaml").write_text(spec, "utf-8")
    with mock.patch.object(failing, "available_bytes", return_value=memory):
        running.run(compile_spec(Source(spec, "spec.yaml", Path())))


def _rows_cannot_fit() -> None:
    Path("hotels.csv").write_text("city,target\n" + "".join(f"c{i},{i % 3}\n" for i in range(100)), "utf-8")
    spec = "specrun: 1\nname: hotels\ndata: {path: hotels.csv}\nfeatures:\n"
    spec += "  city: {type: category, encoding: hashing, bins: 100000000}\ntarget: target\nlayers:\n  - Dense: 1\n"
    with mock.patch.object(failing, "available_bytes", return_value=16 * 10**9):
        running.run(compile_spec(Source(spec, "spec.yaml", Path()), limit=None))


def _the_report_breaks_off() -> tuple[Diagnostic, ...]:
    compilation = compile_spec(Source(of_wine("layers: [{Dense: 8}]\ntraining: {epochs: 1}\n"), "spec.yaml", Path()))
    trained = mock.Mock(frames={}, labels={})
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


def _read_what_grows() -> None:
    Path("hotels.csv").write_bytes(_ROWS * 20)
    files = as_they_are([Path("hotels.csv")], Span("spec.yaml", 2, 14, 24, "data: {path: hotels.csv}"))
    with files.while_read(), Path("hotels.csv").open("ab") as file:
        file.write(b"4,no,8\n")


def _pandas_refuses() -> None:
    plan, evaluator = _compiled(
        "stars,score\n3,7\n4,8\n3,6\n", "features: {stars: number}\ntarget: score\nlayers: []\n"
    )
    with mock.patch("pandas.read_csv", side_effect=ValueError("Unable to parse string")):
        read_parts(plan, evaluator)


def _open_what_is_no_run() -> None:
    read_records(Path("runs/wine"))


def _left(version: str, number: int) -> Path:
    """A run directory that some version of specrun has left."""
    directory = Path("runs/wine/3")
    directory.mkdir(parents=True)
    (directory / "plan.json").write_text("{}\n")
    write_manifest(directory)
    said = unsealed((directory / MANIFEST).read_bytes()) | {"specrun": version, "format": number}
    (directory / MANIFEST).write_text(sealed(said))
    return directory


def _open_what_is_damaged() -> None:
    directory = _left("0.1.0", 1)
    (directory / "plan.json").write_text("{ }")
    read_plan(Kept(directory))


def _open_what_a_newer_version_left() -> None:
    read_records(_left("2.0.0", 2))


def _open_what_has_no_manifest() -> None:
    (_left("0.1.0", 1) / MANIFEST).unlink()
    read_records(Path("runs/wine/3"))


def _use_what_keras_refuses() -> None:
    with _told(Kept(_left("0.1.0", 1))):
        raise TypeError("'list' object is not callable")


def _predict_without_columns() -> None:
    Path("trained.csv").write_text("stars,pool,score\n" + "".join(f"{i % 5},yes,{i}\n" for i in range(9)), "utf-8")
    Path("new.csv").write_text("Star,pool\n4,yes\n", "utf-8")
    Path("spec.yaml").write_text(_spec("path: trained.csv"), "utf-8")
    plan = compile_spec(Source(_spec("path: trained.csv"), "spec.yaml", Path())).plan
    Rows(plan, Path(), [Path("new.csv")])


def _judge_by_a_file() -> None:
    plan = compile_spec(Source(of_wine("layers: [Dense: 8]\n"), "spec.yaml", Path())).plan
    of_file(plan.data.reading[0], Path("wine.csv"))


def _draft_for_a_text() -> None:
    rows = [f"{'the same words again and again ' * (i % 7)}{i},{i % 2}" for i in range(60)]
    Path("messages.csv").write_text("\n".join(["message,topic", *rows]) + "\n", "utf-8")
    begin(Path("messages.csv"), "message", Given(), Path("messages.yaml"))


def _resume_a_run_that_never_began() -> None:
    find_begun(Path("runs/wine/7"))


def _resume_under_other_versions() -> tuple[Diagnostic, ...]:
    compilation = compile_spec(Source(of_wine("layers: [Dense: 8]\n"), "spec.yaml", Path()))
    begun = Begun(Path("runs/wine/3"), Path("runs/wine/3.unfinished"), None)
    begun.folder.mkdir(parents=True)
    identity = identity_of(compilation)
    assert identity is not None
    write_record(begun.folder, dataclasses.replace(identity, environment="tensorflow==2.20.0"), {}, "", 0.0)
    return tuple(check_unchanged(compilation, begun))


def _track_without_the_package() -> None:
    spec = of_wine("layers: [Dense: 8]\ntraining:\n  epochs: 3\n  track: [tensorboard, mlflow]\n")
    with mock.patch.object(tracking, "find_spec", return_value=None):
        running.run(compile_spec(Source(spec, "spec.yaml", Path())))


def _write_what_is_of_a_run_alone() -> tuple[Diagnostic, ...]:
    spec = of_wine("layers: [Dense: 8]\ntraining: {track: tensorboard}\n").replace("wine}", "wine, split: {folds: 5}}")
    return tuple(unsaid(compile_spec(Source(spec, "spec.yaml", Path())).plan))


def _fold_a_rare_class() -> None:
    Path("hotels.csv").write_text("stars,score\n" + "3,a\n4,b\n5,b\n" * 4 + "1,c\n2,c\n")
    data = "data: {path: hotels.csv, split: {test: 0.4, stratify: true, folds: 4}}"
    spec = f"specrun: 1\nname: hotels\n{data}\nfeatures: {{stars: number}}\ntarget: score\nclasses: auto\nlayers: []\n"
    check_folds(compile_spec(Source(spec, "spec.yaml", Path())).plan, Path())


RAISED: dict[str, Callable[[], tuple[Diagnostic, ...] | None]] = {
    "D122-no-such-dataset": _no_such_dataset,
    "D127-file-that-grows": _read_what_grows,
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
    "R206-weights": lambda: _training_cannot_fit("layers:\n  - Dense: 100000\n  - Dense: {units: 1000000}\n"),
    "R206-a-batch": lambda: _training_cannot_fit(
        "layers:\n  - RepeatVector: 100000\n  - Dense: 1000\n  - GlobalMaxPooling1D\ntraining:\n  batch_size: 128\n"
    ),
    "R206-rows": _rows_cannot_fit,
    "R207-out-of-memory": lambda: _training_breaks_off(problem=_NO_MEMORY),
    "R203-disk-is-full": lambda: _training_breaks_off(problem=OSError(errno.ENOSPC, "no space left on device")),
    "R104-no-run-directory": _open_what_is_no_run,
    "R112-damaged": _open_what_is_damaged,
    "R113-newer": _open_what_a_newer_version_left,
    "R113-without-a-manifest": _open_what_has_no_manifest,
    "R114-refused": _use_what_keras_refuses,
    "R105-columns-that-are-absent": _predict_without_columns,
    "R106-a-data-set-was-trained-on": _judge_by_a_file,
    "D402-folds-of-a-rare-class": _fold_a_rare_class,
    "R301-mlflow-is-not-installed": _track_without_the_package,
    "R110-no-run-was-begun": _resume_a_run_that_never_began,
    "R111-other-versions": _resume_under_other_versions,
    "S213-a-text-to-predict": _draft_for_a_text,
    "S602-what-is-of-a-run-alone": _write_what_is_of_a_run_alone,
    "S601-a-layer-without-a-rule": _write_what_a_target_cannot_hold,
}
"""Cases that `specrun check` does not come to: each function raises them, or gives them back."""
