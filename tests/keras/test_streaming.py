"""Rows in files: stores of columns, samples in blocks, and what is said where a file cannot be read to its end."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.runtime.run import run
from specrun.runtime.streaming import chunks
from specrun.runtime.streaming.ahead import ahead
from specrun.runtime.streaming.rows import SAMPLED_ROWS, Sample
from specrun.runtime.streaming.samples import Stored, Writer
from specrun.runtime.streaming.store import Store

SPEC = """specrun: 1
data: {path: rows.csv, memory: streamed, split: {test: 0.2}}
features: {a: number}
target: b
layers: [{Dense: 2}]
training: {epochs: 1}
"""


def stored(folder: Path, rows: int, block_rows: int) -> Stored:
    writer = Writer(folder / "samples")
    for first in range(0, rows, 7):
        numbers = np.arange(first, min(first + 7, rows))
        writer.append(({"a": tf.constant(numbers[:, None], tf.float32)}, numbers))
    return writer.stored(block_rows)


def order_of(samples: Stored, epochs: int) -> list[list[int]]:
    found = []
    for _, epoch in zip(range(epochs), samples.epochs(seed=3), strict=False):
        found.append([int(n) for block in epoch for n in block.data[1].numpy()[block.order.numpy()[: block.rows]]])
    return found


@pytest.mark.parametrize(("rows", "block_rows"), [(50, 8), (48, 8), (5, 8), (8, 8)])
def test_blocks_come_in_another_order_in_each_epoch(tmp_path: Path, rows: int, block_rows: int) -> None:
    samples = stored(tmp_path, rows, block_rows)
    first, second = order_of(samples, 2)
    assert first != second
    assert sorted(first) == sorted(second) == list(range(rows))
    assert order_of(samples, 2) == [first, second]
    whole = rows // block_rows * block_rows
    for begin in range(0, whole, block_rows):
        block = sorted(first[begin : begin + block_rows])
        assert block == list(range(block[0], block[0] + block_rows))
        assert block[0] % block_rows == 0
    assert sorted(first[whole:]) == list(range(whole, rows))


def test_all_blocks_are_of_one_size(tmp_path: Path) -> None:
    samples = stored(tmp_path, 21, 8)
    shapes = {(len(block.data[1]), len(block.order)) for block in next(samples.epochs(0))}
    assert shapes == {(8, 8)}
    assert sum(block.rows for block in next(samples.epochs(0))) == 21


def test_fit_has_the_batches_of_the_blocks(tmp_path: Path) -> None:
    samples = stored(tmp_path, 21, 8)
    batches = iter(samples.shuffled(4, seed=3))
    taken = [next(batches)[1].numpy().tolist() for _ in range(6)]
    assert [number for batch in taken for number in batch] == order_of(samples, 1)[0]
    assert [len(batch) for batch in taken] == [4, 4, 4, 4, 4, 1]


def test_samples_are_judged_in_their_order(tmp_path: Path) -> None:
    samples = stored(tmp_path, 21, 8)
    assert [n for _, labels in samples.judged(4) for n in labels.numpy()] == list(range(21))
    assert samples.labels().tolist() == list(range(21))
    assert samples.head()[0]["a"].shape == (1, 1)


def test_a_store_gives_back_what_it_was_given(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "whole": [1, 2, 3],
            "number": [0.5, None, 2.5],
            "word": pd.Series(["x", "", "y"], dtype="str"),
            "text": pd.Series(["a", "", "c"], dtype="string"),
            "moment": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"], utc=True).as_unit("s"),
            "list": [["a", "b"], "", []],
            "array": [np.array([1.5, 2.0]), np.array([]), np.array([0.1])],
        }
    )
    store = Store(tmp_path / "store")
    store.append(frame)
    store.append(frame.assign(whole=[0.5, 1.5, 2.5]))
    first, second = store.chunks()
    pd.testing.assert_frame_equal(first.drop(columns="array"), frame.drop(columns="array"))
    assert first["array"].tolist() == [[1.5, 2.0], [], [0.1]]
    assert second["whole"].dtype == "float64"
    assert [*store.frame(["list", "whole"])] == ["list", "whole"]
    assert store.frame(["whole"])["whole"].tolist() == [1, 2, 3, 0.5, 1.5, 2.5]
    assert store.frame([]).shape == (6, 0)


def test_what_fails_ahead_fails_here() -> None:
    def numbers() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    taken = ahead(numbers())
    assert next(taken) == 1
    with pytest.raises(ValueError, match="no more"):
        next(taken)
    assert list(ahead(())) == []


def test_a_file_that_changes_on_the_way_is_a_diagnostic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n" + "1,2\n" * 50)
    compilation = compile_spec(Source(SPEC, "spec.yaml", tmp_path))
    (tmp_path / "rows.csv").write_text("a,b\n" + "1,2\n" * 50 + "1,2,3,4\n")
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 20)
    with pytest.raises(SpecError) as refused:
        run(compilation, tmp_path / "out")
    assert [problem.code for problem in refused.value.diagnostics] == ["D127"]
    assert not [*tmp_path.glob(".*")]
    assert not (tmp_path / "out").exists()


def test_a_full_disk_is_a_diagnostic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def append(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    (tmp_path / "rows.csv").write_text("a,b\n" + "1,2\n" * 50)
    monkeypatch.setattr(Store, "append", append)
    with pytest.raises(SpecError) as refused:
        run(compile_spec(Source(SPEC, "spec.yaml", tmp_path)), tmp_path / "runs" / "out")
    (problem,) = refused.value.diagnostics
    assert (problem.code, problem.message) == ("R203", f"the disk of `{tmp_path / 'runs'}` is full")
    assert not (tmp_path / "runs").exists()


def test_a_streamed_run_leaves_what_any_run_leaves(tmp_path: Path) -> None:
    rows: Any = pd.DataFrame({"a": np.arange(60.0), "b": np.arange(60.0) * 2})
    rows.to_csv(tmp_path / "rows.csv", index=False)
    done = run(compile_spec(Source(SPEC, "spec.yaml", tmp_path)), tmp_path / "out")
    assert done.rows == {"train": 48, "test": 12}
    assert "baseline" in done.metrics["test"]
    assert done.predict(rows.head(3)).shape == (3, 1)
    assert not [path for path in (tmp_path / "out").iterdir() if path.is_dir()]


def test_a_sample_keeps_its_rows_alone() -> None:
    """Of a slice, the whole chunk would stay in memory; the rows are every so manieth of all."""
    rows = SAMPLED_ROWS * 3
    frame = pd.DataFrame({"a": np.arange(rows, dtype=float)})
    sample = Sample(rows)
    for first in range(0, rows, 7_001):
        chunk = frame.iloc[first : first + 7_001].reset_index(drop=True)
        sample.add(first, chunk)
        assert not np.shares_memory(sample._kept[-1]["a"].to_numpy(), chunk["a"].to_numpy())
    kept = sample.frame()
    assert kept["a"].tolist() == list(range(0, rows, 3))
    assert kept.index.tolist() == list(range(0, rows, 3))
