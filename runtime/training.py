"""Training a plan: what the script does, by the engine of the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from specrun.compiler.estimate import Estimate, estimate
from specrun.compiler.expressions import Call
from specrun.compiler.memory import BLOCK_ROWS, STREAMED
from specrun.compiler.plan import Plan
from specrun.compiler.unchanged import Files
from specrun.runtime.checkpointing import Checkpoints
from specrun.runtime.engines import ENGINES, KERAS_ROWS, Held, Job, Samples
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.labels import labels_of
from specrun.runtime.network import Network, build_network
from specrun.runtime.rows import read_parts
from specrun.runtime.streaming import Sample, Streamed
from specrun.runtime.sums import sums_of


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained plan: its network, its history (the values of each measure), its rows and what was learnt.

    `frames` are the data frames of the parts; of streamed rows, they have but their lengths any more, and `sampled` has
    some rows of each part.

    `metrics` holds the measures of each part: {"test": {"loss": …, "accuracy": …}, …}; `labels` what each part was
    compared with, a dictionary by the names of the outputs where there are several. `before` are, of a series, the
    labels one row earlier: what was known last.
    """

    plan: Plan
    network: Network
    history: dict[str, list[float]]
    metrics: dict[str, dict[str, float]]
    frames: Mapping[str, Any]
    labels: dict[str, Any]
    before: dict[str, Any]
    statistics: dict[tuple[str, str], Any]
    sampled: Mapping[str, Sample] = field(default_factory=dict)


def train(
    plan: Plan,
    folder: Path,
    saved: Path,
    watchers: Iterable[Any] = (),
    checkpoints: Checkpoints | None = None,
    files: Files | None = None,
    fits: Callable[[Plan, Estimate], None] | None = None,
) -> Trained:
    """Train the network of a plan.

    `folder` is what the paths of the data are relative to; what callbacks save goes to the folder `saved`. `watchers`
    are Keras callbacks that look on and change nothing. With `checkpoints`, the training can be resumed. `fits` may
    refuse what the training needs of memory, once the rows have told how long the features are. Raises SpecError where
    the data are not what their `files` were any more.
    """
    import keras

    evaluator = Evaluator(folder)
    evaluator.variables |= plan.constants
    # Names of metrics count on from earlier models, and callbacks watch them by name.
    keras.backend.clear_session(free_memory=False)
    keras.utils.set_random_seed(plan.training.seed)
    with TemporaryDirectory(prefix=".rows-", dir=saved.parent, ignore_cleanup_errors=True) as scratch:
        with nullcontext() if files is None else files.while_read():
            streamed = Streamed(plan, evaluator, Path(scratch)) if plan.data.memory.name == STREAMED else None
            parts = read_parts(plan, evaluator) if streamed is None else streamed.parts
        with sums_of(plan):
            return _train(plan, evaluator, streamed, parts, saved, tuple(watchers), checkpoints, fits)


def _train(
    plan: Plan,
    evaluator: Evaluator,
    streamed: Streamed | None,
    parts: Mapping[str, Any],
    saved: Path,
    watchers: tuple[Any, ...],
    checkpoints: Checkpoints | None,
    fits: Callable[[Plan, Estimate], None] | None,
) -> Trained:
    def look(learnt: Plan) -> None:
        counts = {part: plan.samples(len(rows)) for part, rows in parts.items()}
        if fits is not None:
            fits(learnt, estimate(learnt, sum(counts.values()), counts["train"]))

    network = build_network(plan, evaluator, look)
    weights = plan.objective.loss_weights
    network.model.compile(
        optimizer=evaluator(plan.training.optimizer),
        loss=evaluator(plan.objective.loss),
        metrics=evaluator(plan.objective.metrics),
        loss_weights=None if weights is None else evaluator(weights),
        jit_compile=plan.training.engine.jit_compile or "auto",
    )
    if plan.training.built_first:
        _build(network)

    def samples_of(rows: Any) -> tuple[Any, Any]:
        return network.features(rows), labels_of(plan, evaluator, rows)

    samples: Mapping[str, Samples]
    if streamed is None:
        samples = {part: Held(samples_of(rows)) for part, rows in parts.items()}
    else:
        samples = streamed.samples(samples_of, network.width, plan.training.block_rows or BLOCK_ROWS)
    engine, class_weight = ENGINES[plan.training.engine.name](), plan.training.class_weight
    size = plan.training.measured_batch_size or KERAS_ROWS
    callbacks = [_callback(call, evaluator, saved) for call in plan.training.callbacks]
    job = Job(
        network.model,
        samples["train"],
        samples.get("validation"),
        batch_size=plan.training.batch_size,
        epochs=plan.training.epochs,
        seed=plan.training.seed,
        class_weight=None if class_weight is None else evaluator(class_weight),
        callbacks=[*callbacks, *watchers],
        measured_batch_size=size,
    )
    if checkpoints is not None:
        saving = checkpoints.callback(callbacks, job.steps, each_step=engine.each_step)
        job = replace(
            job, callbacks=[*job.callbacks, saving], begin=checkpoints.place, pause=checkpoints.schedule.steps
        )
    history = engine.fit(job)
    metrics = {part: engine.evaluate(network.model, each, size) for part, each in samples.items()}
    labels = {part: each.labels() for part, each in samples.items()}
    before = {} if plan.series is None else {p: labels_of(plan, evaluator, _moved(f)) for p, f in parts.items()}
    sampled = {} if streamed is None else streamed.sampled
    return Trained(plan, network, history, metrics, parts, labels, before, evaluator.statistics, sampled)


def _build(network: Network) -> None:
    """Make the variables of the model, and those of its optimizer, which begin at the weights."""
    if not network.model.built:
        network.model.build(network.parts.shape)
    network.model.optimizer.build(network.model.trainable_variables)


def _moved(rows: Any) -> Any:
    """The rows one place further down; what then stands first is in no label."""
    import pandas as pd

    return pd.concat([rows.head(1), rows[:-1]])


def _callback(call: Call, evaluator: Evaluator, saved: Path) -> Any:
    """A callback; the file that it writes, if any, lies in the folder `saved`."""
    callback = evaluator(call)
    if any(keyword.name == "filepath" for keyword in call.keywords):
        saved.mkdir(parents=True, exist_ok=True)
        callback.filepath = str(saved / Path(callback.filepath).name)
    return callback
