"""Runs and checkpoints that are damaged: each is refused by a diagnostic that names the file, or is what it was.

`python -m tests.proof.corrupted 10000` trains a few small runs, damages their files at random and loads what is left,
through what the commands `predict`, `evaluate`, `runs` and `run --resume` call. A damage that makes no difference (a
byte of a file that is not read) has to leave the weights, the predictions, the records and the state that a training
goes on from bit-identical. Some damages are forgeries, whose digests are right: they may say something else, and may
do nothing else than load or be refused. Whatever ends in a traceback, takes more than ten seconds or 200 MB, opens a
file that no run names or has an effect outside is a fault.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from unittest import mock

from tests.proof.damage import Damage, damaged
from tests.proof.result import Result

MOST_SECONDS: Final = 10
MOST_BYTES: Final = 200 * 1024 * 1024
_EVERY_SECONDS: Final = 60
_JUDGED: Final = 0.05
"""The share of what loads that is judged on the rows of a file, too, which takes a while."""
_KEPT_NETWORKS: Final = 40

SPECS: Final = {
    "shop": """specrun: 1
name: shop
data: {path: rows.csv, split: {test: 0.25, validation: 0.2}}
features:
  price: {type: number, missing: median, normalize: zscore}
  town: category
  open: boolean
target: sold
classes: [few, many]
layers: [{Dense: 6}, {Dense: 6}, {Dropout: 0.2}]
training: {epochs: 2, batch_size: 8}
""",
    "graph": """specrun: 1
name: graph
data: {path: rows.csv, split: {test: 0.25}}
features:
  price: {type: number, normalize: minmax}
  town: {type: category, encoding: embedding, dim: 3}
  words: {type: text, vocabulary: 12}
targets:
  sold: {classes: [few, many]}
  weight: {loss: mean_absolute_error}
layers:
  - Concatenate: {inputs: [price, town], name: both}
  - Dense: {units: 5, activation: relu, name: one, inputs: both}
  - Dense: {units: 5, activation: relu, name: two, inputs: words}
  - Concatenate: {inputs: [one, two]}
training: {epochs: 1, batch_size: 8}
""",
    "begun": """specrun: 1
name: begun
data: {path: rows.csv, split: {test: 0.25, validation: 0.2}}
features: {price: {type: number, normalize: zscore}, town: category}
target: weight
layers: [{Dense: 6}, BatchNormalization, {Dropout: 0.2}]
training:
  epochs: 6
  batch_size: 8
  checkpoint: {steps: 2}
  callbacks:
    - EarlyStopping: {patience: 4, restore_best_weights: true}
    - ReduceLROnPlateau: {patience: 2, factor: 0.7}
""",
}


def write_rows(path: Path) -> None:
    """A table with what the features of the specs take."""
    rows = [
        f"{i % 11 / 2},{('Ulm', 'Ünye', 'Bonn')[i % 3]},{('no', 'yes')[i % 2]},{('red', 'blue')[i % 2]} box {i % 5},"
        f"{('few', 'many')[i % 11 > 5]},{i % 7 * 1.5}"
        for i in range(60)
    ]
    path.write_text("\n".join(["price,town,open,words,sold,weight", *rows, ""]), "utf-8")


@dataclass(frozen=True, slots=True)
class Scene:
    """A run: its files, whether it is `begun` and to be gone on with, and what it is if nothing is damaged."""

    name: str
    files: Mapping[str, bytes]
    begun: Any = None
    whole: str = ""


class Stage:
    """A folder with rows and runs, in which one trial after the other takes place.

    Networks of equal plans are made once: to make one takes a hundred times as long as all else that loading one does.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data, self.bait = folder / "rows.csv", folder / "outside" / "bait.csv"
        write_rows(self.data)
        self.bait.parent.mkdir()
        self.bait.write_text("a secret\nof somebody\n")
        self.sees_reading = self._reads_bait() or self._was_read()
        self.networks: dict[Any, Any] = {}
        self.predictors: dict[int, Any] = {}
        with self.networks_made_once():
            self.scenes = [self._scene(name) for name in SPECS]

    def _reads_bait(self) -> bool:
        self.reset_bait()
        self.bait.read_bytes()
        return self._was_read()

    def reset_bait(self) -> None:
        """Have the time at which the bait was read last lie before that at which it was written."""
        os.utime(self.bait, (1_000_000_000, 1_100_000_000))

    def _was_read(self) -> bool:
        return self.bait.stat().st_atime != 1_000_000_000

    def is_bait_read(self) -> bool:
        """Whether somebody has read the file that no run names: TensorFlow reads files without telling Python."""
        return self.sees_reading and self._was_read()

    @contextmanager
    def networks_made_once(self) -> Iterator[None]:
        """In the block, a network is made but once of a plan and what was learnt."""
        from specrun.runtime import loading, network, prediction

        build, served = network.build_network, network.Network.served
        models: dict[int, Any] = {}

        def built(plan: Any, evaluator: Any) -> Any:
            key = (repr(plan), repr(sorted(evaluator.statistics.items(), key=lambda item: item[0])))
            if key not in self.networks:
                if len(self.networks) > _KEPT_NETWORKS:
                    for kept in (self.networks, self.predictors, models):
                        kept.clear()
                self.networks[key] = build(plan, evaluator), evaluator.variables
            made, variables = self.networks[key]
            evaluator.variables |= variables
            for weight in made.model.weights:
                weight.assign(weight.value * 0)
            return made

        def model_of(made: Any) -> Any:
            if id(made) not in models:
                models[id(made)] = served(made)
            return models[id(made)]

        def predictor(model: Any) -> Any:
            if id(model) not in self.predictors:
                self.predictors[id(model)] = prediction.Predictor(model)
            return self.predictors[id(model)]

        with (
            mock.patch.object(loading, "build_network", built),
            mock.patch.object(network.Network, "served", model_of),
            mock.patch.object(loading, "Predictor", predictor),
        ):
            yield

    def _scene(self, name: str) -> Scene:
        from specrun.compiler.compilation import compile_spec, load
        from specrun.runtime.directory import unfinished
        from specrun.runtime.profile import choose_training
        from specrun.runtime.run import run

        spec, directory = self.folder / f"{name}.yaml", self.folder / "runs" / name / "1"
        spec.write_text(SPECS[name], "utf-8")
        compilation = compile_spec(load(spec), choose_training=choose_training, count_values=True)
        if name != "begun":
            run(compilation, directory, report=False)
            scene = Scene(name, _read(directory))
            shutil.rmtree(directory)
        else:
            breaking = _Breaking()
            with suppress(KeyboardInterrupt):
                run(compilation, directory, breaking.callback, tell=lambda _: None)
            breaking.calls = compilation.plan.training.callbacks
            breaking.make_callbacks()
            scene = Scene(name, _read(unfinished(directory)), breaking)
            shutil.rmtree(unfinished(directory))
        self.put(scene, scene.files)
        return Scene(name, scene.files, scene.begun, self.use(scene, random.Random(0), is_judged=True))

    def place(self, scene: Scene) -> Path:
        """Where the run of a scene lies."""
        return self.folder / "runs" / scene.name / ("1.unfinished" if scene.begun else "1")

    def put(self, scene: Scene, files: Mapping[str, Any]) -> None:
        """Lay the files of a run, in place of those that are there."""
        place = self.place(scene)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for name, content in files.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content) if isinstance(content, bytes) else content(path)

    def use(self, scene: Scene, chance: random.Random, *, is_judged: bool = False) -> str:
        """All that comes of a run, as a digest. Raises SpecError where it is refused."""
        return self._go_on(scene) if scene.begun else self._predict(scene, is_judged or chance.random() < _JUDGED)

    def _predict(self, scene: Scene, is_judged: bool) -> str:
        import numpy as np

        from specrun.compiler.plan_json import to_json
        from specrun.predicting import evaluate_file, predict_file
        from specrun.runs import find_runs, kept_json, listing
        from specrun.runtime.loading import load_run

        directory, output = self.place(scene), self.folder / "out.csv"
        output.unlink(missing_ok=True)
        found, _ = find_runs(directory)
        listing(found, "loss")
        predict_file(directory, [self.data], output)
        run = load_run(directory)
        said = [kept_json(directory), to_json(run.plan), repr(run), repr(run.history), repr(run.rows)]
        weights = [np.asarray(weight.value).tobytes() for weight in run.model.weights]
        digest = hashlib.sha256(b"".join([output.read_bytes(), *(text.encode() for text in said), *weights]))
        if is_judged:
            evaluate_file(directory, self.data)
        return digest.hexdigest()

    def _go_on(self, scene: Scene) -> str:
        import numpy as np

        from specrun.api import compiled_again
        from specrun.compiler.plan import Checkpointing
        from specrun.compiler.plan_json import to_json
        from specrun.runtime.checkpointing import Unfit, restore
        from specrun.runtime.directory import cannot_resume
        from specrun.runtime.engines.variables import variables_of

        scene.begun.make_callbacks()
        begun, compilation, warnings = compiled_again(self.place(scene))
        checkpoint, model = begun.checkpoint, scene.begun.model
        # How often checkpoints are written may be changed in between: it makes no difference to what is trained.
        training = replace(compilation.plan.training, checkpoint=Checkpointing(), track=())
        said = [to_json(replace(compilation.plan, training=training)), str(begun.began), str(len(warnings))]
        if checkpoint is None:
            return "from the beginning"
        variables = variables_of(model, with_metrics=True)
        for variable in variables:
            variable.assign(variable.value * 0)
        try:
            restore(model, scene.begun.callbacks, checkpoint)
        except Unfit as problem:
            raise cannot_resume(begun.directory, f"its checkpoint is of another run: {problem}", "") from None
        restored = zip(scene.begun.callbacks, checkpoint.callbacks, strict=True)
        learnt = [vars(callback)[name] for callback, known in restored for name in known]
        place = (checkpoint.epoch, checkpoint.done, checkpoint.is_over, checkpoint.seconds, checkpoint.history)
        arrays = [variable.value for variable in variables]
        arrays += [array for value in learnt if isinstance(value, list) for array in value]
        said += [repr([value for value in learnt if not isinstance(value, list)]), repr(place)]
        return hashlib.sha256(
            b"".join([*(t.encode() for t in said), *(np.asarray(a).tobytes() for a in arrays)])
        ).hexdigest()


class _Breaking:
    """Breaks a training off in the midst of its third epoch, and keeps its model."""

    model: Any = None
    calls: tuple[Any, ...] = ()
    callbacks: tuple[Any, ...] = ()

    def callback(self) -> Any:
        import keras

        kept = self

        class Breaking(keras.callbacks.Callback):  # type: ignore[misc]
            epoch = 0

            def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
                self.epoch = epoch

            def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
                if self.epoch == 2 and batch > 2:
                    kept.model = self.model
                    raise KeyboardInterrupt

        return Breaking()

    def make_callbacks(self) -> None:
        """The callbacks of the plan anew, as they are when a training begins."""
        from specrun.runtime.evaluate import Evaluator

        self.callbacks = tuple(Evaluator(Path())(call) for call in self.calls)
        for callback in self.callbacks:
            callback.set_model(self.model)
            callback.on_train_begin()


def _read(directory: Path) -> dict[str, bytes]:
    found = {path.relative_to(directory).as_posix(): path for path in sorted(directory.rglob("*")) if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name != "lock"}


class _Hangs(BaseException):
    """A trial takes too long."""


@dataclass(slots=True)
class Watch:
    """What a process opens, starts and connects to while it looks: a hook stays, so that a process has one."""

    allowed: tuple[str, ...]
    seen: list[str] | None = None

    def __post_init__(self) -> None:
        sys.addaudithook(self._see)

    def _see(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.seen is None:
            return
        if event.startswith(_FORBIDDEN):
            self.seen.append(f"{event}{arguments!r}")
        elif event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            path = os.path.abspath(os.fsdecode(arguments[0]))
            if not path.startswith(self.allowed) and path != tempfile.gettempdir():  # for what has no name
                self.seen.append(f"open {path}")


_FORBIDDEN: Final = ("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.", "urllib.", "exec_")
_watch: Watch | None = None


@dataclass(slots=True)
class Tally:
    """What came of the trials: how often each, and what was wrong."""

    outcomes: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    most_bytes: int = 0


def trial(stage: Stage, seed: int, number: int, tally: Tally) -> None:
    """Damage a run, and use it."""
    from specrun.compiler.diagnostics import SpecError

    chance = random.Random(f"{seed}:{number}")
    scene, other = chance.sample(stage.scenes, 2)
    damage = damaged(chance, scene.files, other.files, stage.bait)
    stage.put(scene, damage.files)
    stage.reset_bait()
    problem, began, before = "", time.monotonic(), _peak(reset=True)
    try:
        with _within(MOST_SECONDS), _watched(stage) as seen:
            found = stage.use(scene, chance)
        outcome = "the same" if found == scene.whole else "another"
        if outcome == "another" and not damage.forged and not _is_begun_anew(scene, damage, found):
            problem = "a wrong load"
    except SpecError as error:
        outcome = "refused"
        tally.codes.update({d.code for d in error.diagnostics})
        problem = "" if _names(error, scene, damage) else f"no file is named: {error.diagnostics[0].message}"
    except _Hangs:
        outcome, problem = "hung", f"more than {MOST_SECONDS} s"
    except Exception as error:
        outcome, problem = "broke off", f"{type(error).__name__}: {str(error)[:300]}"
        if os.environ.get("SPECRUN_TRACEBACK"):
            raise
    took, more = time.monotonic() - began, _peak() - before
    problem = (
        problem or (f"effects: {seen[:3]}" if seen else "") or ("the bait was read" if stage.is_bait_read() else "")
    )
    problem = problem or (f"{more / 2**20:,.0f} MB" if more > MOST_BYTES else "")
    tally.outcomes[f"{'forged, ' if damage.forged else ''}{outcome}"] += 1
    tally.slowest_s, tally.most_bytes = max(tally.slowest_s, took), max(tally.most_bytes, more)
    if problem:
        again = f"python -m tests.proof.corrupted --seed {seed} --only {number}"
        tally.faults.append(f"{again}: {scene.name}, {damage.said}{', forged' if damage.forged else ''}: {problem}")
        print(tally.faults[-1], file=sys.stderr, flush=True)


def _is_begun_anew(scene: Scene, damage: Damage, found: str) -> bool:
    """Whether a training begins again because its checkpoint is gone: there is nothing to load."""
    return bool(scene.begun) and found == "from the beginning" and "lost" in damage.said


def _names(error: Any, scene: Scene, damage: Damage) -> bool:
    """Whether a diagnostic says which of the files is meant."""
    said = " ".join(f"{d.message} {d.span.file} {d.hint}" for d in error.diagnostics)
    files = sorted(scene.files) if damage.forged else sorted(damage.touched)
    words = [*files, *(word for name in files for word in _WORDS.get(name, ()))]
    return any(word in said for word in words)


_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "spec.yaml": ("its spec has changed",),
    "checkpoint.bin": ("its checkpoint",),
    "run.json": ("its data have changed", "its spec has changed"),
}


@contextmanager
def _within(seconds: int) -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise _Hangs

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _watched(stage: Stage) -> Iterator[list[str]]:
    global _watch
    allowed = (
        str(stage.folder / "runs"),
        str(stage.data),
        str(stage.folder / "out.csv"),
        str(stage.folder / ".specrun."),
    )
    libraries = (sys.prefix, sys.base_prefix, str(Path(__file__).resolve().parents[2]), "/proc/", "/sys/", "/dev/null")
    _watch = _watch or Watch(())
    _watch.allowed, _watch.seen = (*allowed, *libraries), []
    try:
        yield _watch.seen
    finally:
        _watch.seen = None


def _peak(*, reset: bool = False) -> int:
    """The most memory of this process so far, in bytes; Linux counts from anew, if it is asked to."""
    if reset and sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")
    if sys.platform == "linux":
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def prove(count: int, seed: int | None = None) -> Result:
    """Try so many damages; a trial is repeated by its seed and its number."""
    seed = secrets.randbelow(10**6) if seed is None else seed
    began = time.monotonic()
    tally = tried(seed, range(count))
    outcomes = ", ".join(f"{number:,} {outcome}" for outcome, number in tally.outcomes.most_common())
    codes = ", ".join(f"{code} {number:,}" for code, number in tally.codes.most_common(8))
    seen = f"{count:,} damages, seed {seed}: {outcomes} ({codes}); at most {tally.slowest_s:.1f} s and"
    seen += f" {tally.most_bytes / 2**20:,.0f} MB for one, {time.monotonic() - began:,.0f} s for all"
    return Result(seen, tuple(tally.faults))


def tried(seed: int, numbers: range) -> Tally:
    """The trials of these numbers."""
    tally, told = Tally(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="specrun-corrupted-") as folder:
        stage = Stage(Path(folder).resolve())
        with stage.networks_made_once():
            for number in numbers:
                trial(stage, seed, number, tally)
                if time.monotonic() > told + _EVERY_SECONDS:
                    told = time.monotonic()
                    print(f"{number + 1:,} damages, {len(tally.faults)} faults", file=sys.stderr, flush=True)
    return tally


def main() -> None:
    """Try, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.corrupted", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=10_000, help="how many damages")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="by default another one each time")
    parser.add_argument("--only", type=int, help="try the damage of this number alone")
    args = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    print(f"seed {args.seed}", file=sys.stderr, flush=True)
    if args.only is not None:
        tally = tried(args.seed, range(args.only, args.only + 1))
        print(*tally.faults, dict(tally.outcomes), dict(tally.codes), sep="\n")
        sys.exit(1 if tally.faults else 0)
    result = prove(args.count, args.seed)
    print(*result.faults[:20], result.seen, sep="\n")
    sys.exit(0 if result.holds else 1)


if __name__ == "__main__":
    main()
