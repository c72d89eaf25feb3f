"""Splits that the rows do not last for, whoever finds it: the compiler by counting, or pandas and scikit-learn."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from sklearn.model_selection import GroupShuffleSplit, train_test_split

from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.data import Table
from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.compiler.language.sections import Split
from specrun.compiler.parting import cuts, part_sizes
from specrun.compiler.resolve import Resolved
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.profile import choose_training
from specrun.runtime.rows import read_parts

SPEC = """specrun: 1
data: {path: rows.csv, split: %s}
features: {size: number, group: category}
target: kind
classes: [a, b, c]
layers: []
training: {class_weights: balanced}
"""


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 10, 49, 100, 1001])
@pytest.mark.parametrize(("test", "validation"), [(0.2, None), (0.33, 0.1), (0.5, 0.45), (0.1, 0.7), (0.999, None)])
def test_sizes_are_those_of_scikit_learn(rows: int, test: float, validation: float | None) -> None:
    split = Split(test=test, validation=validation)
    sizes = part_sizes(split, rows)
    assert sum(sizes.values()) == rows
    train, found = np.arange(rows), []
    try:
        for _, share in cuts(split):
            train, held_out = train_test_split(train, test_size=share, random_state=0)
            found.append(len(held_out))
    except ValueError:
        assert 0 in sizes.values()
    else:
        assert [len(train), *found] == list(sizes.values())


def test_groups_are_parted_as_rows_are() -> None:
    groups = np.repeat(np.arange(7), 3)
    train, _ = next(GroupShuffleSplit(n_splits=1, test_size=0.4, random_state=0).split(groups, groups=groups))
    assert len(set(groups[train])) == part_sizes(Split(test=0.4), 7)["train"]


def written(folder: Path, rows: Iterable[tuple[object, ...]], split: str) -> Source:
    lines = ["size,group,kind,part", *(",".join(map(str, row)) for row in rows)]
    (folder / "rows.csv").write_text("\n".join(lines) + "\n")
    return Source(SPEC % split, "spec.yaml", folder)


def parted(compilation: Compilation) -> dict[str, int]:
    """The sizes of the parts that a run would have."""
    evaluator = Evaluator(compilation.folder)
    evaluator.variables |= {group.variable: list(group.columns) for group in compilation.plan.features}
    return {part: len(frame) for part, frame in read_parts(compilation.plan, evaluator).items()}


def refused(folder: Path, rows: Iterable[tuple[object, ...]], split: str) -> Diagnostic:
    with pytest.raises(SpecError) as refusal:
        parted(compile_spec(written(folder, rows, split)))
    (error,) = (d for d in refusal.value.diagnostics if d.severity.value == "error")
    return error


ROWS = [(i, f"g{i % 4}", "abc"[i % 3], "test" if i % 2 else "train") for i in range(12)]


def test_rows_that_last_are_parted(tmp_path: Path) -> None:
    split = "{test: 0.25, validation: 0.25, stratify: true}"
    assert parted(compile_spec(written(tmp_path, ROWS, split))) == {"train": 6, "validation": 3, "test": 3}


@pytest.mark.parametrize(
    ("split", "rows", "code", "words"),
    [
        ("{test: 0.9, validation: 0.05}", ROWS, "D401", "the rows are too few, 12: none is left for the training rows"),
        (
            "{test: 0.5, group: group}",
            [(i, "g", "abc"[i % 3], "x") for i in range(9)],
            "D401",
            "the groups are too few",
        ),
        (
            "{column: part}",
            [(1, "g", "a", "train"), (2, "g", "b", "train"), (3, "g", "c", "test")],
            "D403",
            "class `c`",
        ),
        ("{test: 0.1, stratify: true}", ROWS, "D402", "2 test rows cannot hold each of the 3 classes"),
        ("{test: 0.4, stratify: true}", [*ROWS[::3], *ROWS[1::3], (9, "g", "c", "x")], "D402", "the one row of `c`"),
    ],
)
def test_rows_that_do_not_last_are_a_diagnostic(
    tmp_path: Path, split: str, rows: list[tuple[object, ...]], code: str, words: str
) -> None:
    error = refused(tmp_path, rows, split)
    assert error.code == code
    assert words in error.message
    assert error.span.file == "spec.yaml"


def test_training_rows_are_told_without_the_whole_of_the_data(tmp_path: Path) -> None:
    rows = [(i, f"g{i % 4}", "c" if i == 0 else "ab"[i % 2], "x") for i in range(30)]
    source = written(tmp_path, rows, "{test: 0.4, stratify: true}")
    with pytest.raises(SpecError, match=r"D402.*the one row of `c`"):
        compile_spec(source, choose_training=choose_training, count_values=True)


@pytest.mark.parametrize("options", ["", ", strip: true"])
@pytest.mark.parametrize(
    "times",
    [
        [2**53 + 1, 2**53, 2**53 + 3, 2**53 + 2],
        [-(2**62) - 1, -(2**62), 2**62 + 1, 2**62],
        [2**63 + 4096, 2**63, 2**63 + 1, 2**63 + 8192],
        [-(2**63) - 4096, 2**63, 5, 2**70],
        ["5", "+4", "-0", "3.0"],
        [10, 9, 1e20, -1e20],
    ],
    ids=["beyond floats", "of both signs", "beyond a sign", "beyond 64 bits", "with decimals", "floats"],
)
@pytest.mark.parametrize("feature", ["", ", when: number", ", when: {type: number, missing: mean}", ", when: category"])
def test_the_earliest_rows_are_those_of_the_script(
    times: list[object], options: str, feature: str, tmp_path: Path
) -> None:
    rows = [f"{i},{time},{i}" for i, time in enumerate([*times, *times])]
    (tmp_path / "rows.csv").write_text("\n".join(["size,when,y", *rows, ""]))
    text = (
        f"specrun: 1\ndata: {{path: rows.csv, split: {{time: when, test: 0.5}}{options}}}\n"
        f"features: {{size: number{feature}}}\ntarget: y\nlayers: []\n"
    )
    chosen = []

    def choose(resolved: Resolved, table: Table) -> bytes:
        chosen.append(choose_training(resolved, table))
        return chosen[0]

    compilation = compile_spec(Source(text, "spec.yaml", tmp_path), choose_training=choose, count_values=True)
    evaluator = Evaluator(tmp_path)
    evaluator.variables |= {group.variable: list(group.columns) for group in compilation.plan.features}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read = read_parts(compilation.plan, evaluator)
    trained = [i for i, is_chosen in enumerate(chosen[0]) if is_chosen]
    assert sorted(read["train"].index) == trained
    numbers = [Fraction(str(time)) for time in (*times, *times)]
    exact = sorted(range(8), key=lambda i: (numbers[i], i))
    as_floats = sorted(range(8), key=lambda i: (float(numbers[i]), i))
    assert trained in (sorted(exact[:4]), sorted(as_floats[:4]))
