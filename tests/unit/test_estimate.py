"""What a training needs of memory: the parts by hand, the limits of a process, and what is refused by them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from click.testing import CliRunner

from specrun.api import check
from specrun.cli import main
from specrun.compiler.compilation import Compilation
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.estimate import Estimate
from specrun.compiler.fitting import in_words, needs
from specrun.runtime import available, failing
from specrun.runtime.failing import check_memory, telling_memory

HEAD = 'specrun: 1\nname: wine\ndata: {dataset: wine}\nfeatures: {"*": number}\ntarget: target\nclasses: auto\n'
FIRST, LAST = 13 * 8 + 8, 8 * 3 + 3
GB = 10**9


def compiled(rest: str, head: str = HEAD, folder: Path | str = ".") -> Compilation:
    return check(head + rest, folder).compilation


def memory(rest: str) -> Estimate:
    return compiled(rest).memory


def test_the_parts_of_a_small_network() -> None:
    found = memory("layers:\n  - Dense: {units: 8, activation: relu}\ntraining: {batch_size: 16}\n")
    assert found.weights == 4 * (FIRST + LAST)
    assert found.gradients == 4 * FIRST
    assert found.optimizer == 2 * found.weights
    assert found.copies == 0
    assert found.activations == 16 * 4 * (13 + 8 + 3)
    assert (found.rows, found.held) == (178 * 13 * 4, 178)
    assert found.together == sum(found.parts.values())


@pytest.mark.parametrize(
    ("optimizer", "slots"),
    [
        ("SGD", 0),
        ("{SGD: {momentum: 0.9}}", 1),
        ("{Adam: {amsgrad: true}}", 3),
        ("{RMSprop: {momentum: 0.5, centered: true, use_ema: true}}", 4),
        ("{Lion: {gradient_accumulation_steps: 4}}", 2),
    ],
)
def test_what_an_optimizer_keeps(optimizer: str, slots: int) -> None:
    found = memory(f"layers: [Dense: 8]\ntraining: {{optimizer: {optimizer}}}\n")
    assert found.optimizer == slots * found.weights


def test_what_no_step_moves_has_neither_gradient_nor_slots() -> None:
    found = memory("layers:\n  - Dense: {units: 8, trainable: false}\n  - BatchNormalization\n")
    assert found.weights == 4 * (FIRST + 4 * 8 + LAST)
    assert found.optimizer == 2 * 4 * (2 * 8 + LAST)
    assert found.gradients == 4 * LAST


def test_all_gradients_are_there_where_they_are_clipped_together() -> None:
    found = memory("layers: [Dense: 8]\ntraining: {optimizer: {SGD: {global_clipnorm: 1}}}\n")
    assert found.gradients == found.weights


def test_a_batch_has_no_more_rows_than_there_are_to_train_on() -> None:
    assert memory("layers: [Dense: 8]\ntraining: {batch_size: 2000000000}\n").batch == 142


def test_kerass_own_loop_and_a_callback_keep_the_weights_once_more() -> None:
    callback = "{EarlyStopping: {monitor: loss, restore_best_weights: true}}"
    found = memory(f"layers: [Dense: 8]\ntraining: {{engine: fit, callbacks: [{callback}]}}\n")
    assert found.copies == found.weights + found.optimizer + found.weights
    assert memory(f"layers: [Dense: 8]\ntraining: {{epochs: 1, callbacks: [{callback}]}}\n").copies == 0


def test_layers_that_give_what_they_take_keep_nothing() -> None:
    plain = memory("layers: [Dense: 8, Dense: 4]\n")
    padded = memory("layers: [Dense: 8, Flatten, {Reshape: [8]}, Identity, Dense: 4]\n")
    assert padded.activations == plain.activations


def test_of_streamed_rows_one_block_is_in_memory(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,y\n" + "1,2\n2,1\n" * 100, "utf-8")
    head = "specrun: 1\nname: rows\ndata: {path: rows.csv, memory: %s}\nfeatures: {a: number}\ntarget: y\n"
    streamed = compiled("layers: []\n", head % "streamed", tmp_path).memory
    assert streamed.rows == compiled("layers: []\n", head % "in_memory", tmp_path).memory.rows == 200 * 4


def test_sizes_are_shown_in_the_unit_that_fits() -> None:
    sizes = [999, 1500, 15_200_000_000, 4 * 10**12, 10**30]
    assert list(map(in_words, sizes)) == ["999 bytes", "1.5 kB", "15.2 GB", "4.0 TB", "1.0e+12 EB"]


def test_small_parts_are_not_spoken_of() -> None:
    found = Estimate(4 * GB, GB, 0, 0, 10, 10, 1, 1)
    assert needs(found) == "it needs at least 5.0 GB (4.0 GB for weights, 1.0 GB for gradients)"


# What a process may have


def groups(folder: Path, lines: str, **limits: str) -> list[int]:
    """The limits of control groups, whose files are given by their paths, with `__` for a slash."""
    (folder / "cgroup").write_text(lines, "utf-8")
    for path, text in limits.items():
        file = folder / "fs" / path.replace("__", "/").replace("_max", ".max").replace("_swap", ".swap")
        file = file.with_name(file.name.replace("limit_in_bytes", "memory.limit_in_bytes"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return list(available._of_groups(folder / "cgroup", folder / "fs"))


def test_a_control_group_and_those_around_it_limit_a_process(tmp_path: Path) -> None:
    found = groups(tmp_path, "0::/a/b\n", a__b__memory_max="max\n", a__memory_max="7000\n", memory_max="9000\n")
    assert found == [7000, 9000]


def test_swap_is_memory_too(tmp_path: Path) -> None:
    assert groups(tmp_path, "0::/\n", memory_max="7000\n", memory_swap_max="500\n") == [7500]


def test_control_groups_of_the_first_version(tmp_path: Path) -> None:
    lines = "5:cpu:/x\n4:memory:/docker/1\n"
    assert groups(tmp_path, lines, memory__docker__1__limit_in_bytes="123\n") == [123]


def test_without_control_groups_there_is_no_limit(tmp_path: Path) -> None:
    assert list(available._of_groups(tmp_path / "cgroup", tmp_path)) == []


def test_the_least_of_all_limits_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(available, "_ACCELERATORS", ())
    monkeypatch.setattr(available, "_of_groups", lambda *_: iter([3000]))
    monkeypatch.setattr(available, "_of_process", lambda: iter([5000]))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=4000))
    monkeypatch.setattr(psutil, "swap_memory", lambda: SimpleNamespace(free=100))
    assert available.available_bytes() == 3000


def test_beside_a_gpu_nobody_knows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(available, "_ACCELERATORS", (str(tmp_path),))
    assert available.available_bytes() is None
    check_memory(compiled("layers: [Dense: 100000, Dense: 1000000]\n"))


# What is refused


def refused(compilation: Compilation, monkeypatch: pytest.MonkeyPatch, limit: int) -> tuple[str, str, str]:
    """What a training is refused with: the text under which it stands, the message and the hint."""
    monkeypatch.setattr(failing, "available_bytes", lambda: limit)
    with pytest.raises(SpecError) as caught:
        check_memory(compilation)
    (problem,) = caught.value.diagnostics
    assert problem.code == "R206"
    return problem.span.text[problem.span.column - 1 : problem.span.end - 1], problem.message, problem.hint


def test_what_fits_to_the_byte_is_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    compilation = compiled("layers: [Dense: 8]\n")
    monkeypatch.setattr(failing, "available_bytes", lambda: compilation.memory.together)
    check_memory(compilation)
    refused(compilation, monkeypatch, compilation.memory.together - 1)


def test_a_smaller_batch_is_proposed_that_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = "layers: [{RepeatVector: 1000}, {Dense: 1000}, GlobalMaxPooling1D]\ntraining:\n  batch_size: %d\n"
    under, _, hint = refused(compiled(rest % 100), monkeypatch, 10**8)
    assert under == "batch_size"
    assert hint.startswith("take a smaller `batch_size` of 24 rows or fewer")
    assert compiled(rest % 24).memory.together <= 10**8 < compiled(rest % 25).memory.together


def test_where_no_batch_would_do_it_is_the_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = "layers: [{RepeatVector: 1000000}, {Dense: 1000}, GlobalMaxPooling1D]\n"
    under, _, hint = refused(compiled(rest), monkeypatch, 10**9)
    assert (under, hint.startswith("take fewer `units`")) == ("{Dense: 1000}", True)


def test_memory_that_runs_out_all_the_same_is_a_diagnostic() -> None:
    compilation = compiled("layers: [Dense: 8]\n")

    class ResourceExhaustedError(Exception):
        """TensorFlow's, by its name."""

    for problem in (MemoryError(), MemoryError("Unable to allocate 8 GiB"), ResourceExhaustedError("OOM\nat line")):
        with pytest.raises(SpecError) as caught, telling_memory(compilation):
            raise problem
        (told,) = caught.value.diagnostics
        assert told.code == "R207"
        assert "\n" not in told.message
    with pytest.raises(KeyError), telling_memory(compilation):
        raise KeyError("another thing")


PROGRAM = """
import resource, sys
from click.testing import CliRunner
resource.setrlimit(resource.RLIMIT_AS, (1 << 31, resource.RLIM_INFINITY))
from specrun.cli import main
result = CliRunner().invoke(main, ["run", "spec.yaml"])
assert result.exit_code == 1, result.output
assert "error[R206]" in result.output, result.output
assert "this process may use" in result.output
heavy = {"tensorflow", "keras"} & set(sys.modules)
assert not heavy, heavy
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of a process is Linux's")
def test_a_run_that_cannot_fit_is_refused_before_tensorflow_is_there(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(f"{HEAD}layers: [Dense: 100000, Dense: 100000]\n", "utf-8")
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["spec.yaml"]


def test_explain_shows_the_parts(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(f"{HEAD}layers: [Dense: 8]\n", "utf-8")
    shown = CliRunner().invoke(main, ["explain", str(tmp_path / "spec.yaml")]).output
    _, _, table = shown.partition("memory, at least")
    assert [line.split("  ")[0].strip() for line in table.splitlines() if "B " in line or "bytes " in line][1:] == [
        "weights",
        "gradients",
        "the optimizer",
        "activations of a batch",
        "rows",
        "together",
    ]
