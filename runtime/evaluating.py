"""Judging a run on a data file: read by the plan's own steps, measured as the test rows were."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specrun.compiler.data.datasets import DATASETS
from specrun.compiler.diagnostics import Diagnostic, Span, SpecError
from specrun.compiler.expressions import Assign, Call, File, Mapped, substituted, walk
from specrun.compiler.plan import Plan
from specrun.compiler.plan_json import FILE as PLAN
from specrun.runtime.engines import KERAS_ROWS, Held
from specrun.runtime.engines.graph import Graph
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.labels import labels_of
from specrun.runtime.loading import load_network
from specrun.runtime.manifest import Kept, damaged
from specrun.runtime.network import Network
from specrun.runtime.quiet import import_tensorflow
from specrun.runtime.rows import execute_steps
from specrun.runtime.sums import sums_of

_DATASETS = frozenset(dataset.function for dataset in DATASETS.values())


@dataclass(frozen=True, slots=True)
class Judged:
    """The measures of a run on the rows of a file, so many rows or windows of a series: what of and by what network."""

    measures: dict[str, float]
    rows: int
    network: Network
    frame: Any
    labels: Any


def judge(plan: Plan, kept: Kept, data: Path, images: Iterable[str] = ()) -> Judged:
    """A run judged on the rows of a file, which may name `images`: of a plan that is anybody's, no other file is read.

    The rows were checked before. Raises SpecError where the directory is damaged, or the file cannot be read as the
    training data were.
    """
    import_tensorflow()
    import keras

    keras.backend.clear_session(free_memory=False)  # names of metrics count on from earlier models
    network, evaluator = load_network(plan, kept)
    evaluator.restrict(images)
    weights = plan.objective.loss_weights
    names = frozenset(head.name for head in plan.heads)
    try:
        network.model.compile(
            loss=_of_heads(evaluator(plan.objective.loss), names),
            metrics=_of_heads(evaluator(plan.objective.metrics), names),
            loss_weights=None if weights is None else evaluator(weights),
        )
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as problem:
        raise damaged(kept.directory, PLAN, problem) from None
    frame = _read(plan, kept, data)
    samples = Held((network.features(frame), labels_of(plan, evaluator, frame)))
    with sums_of(plan):
        measures = Graph().evaluate(network.model, samples, plan.training.measured_batch_size or KERAS_ROWS)
    return Judged(measures, samples.rows, network, frame, samples.labels())


def _of_heads(value: Any, names: frozenset[str]) -> Any:
    """What is compiled, which is of heads by their names if it is a dictionary: Keras makes objects of others."""
    of_each = list(value.values()) if isinstance(value, dict) and value.keys() <= names else [value]
    parts = [part for one in of_each for part in (one if isinstance(one, list) else [one])]
    if any(isinstance(part, dict) for part in parts):
        raise ValueError("its losses or metrics are not of its outputs")
    return value


def _read(plan: Plan, kept: Kept, data: Path) -> Any:
    """The data frame that the plan reads of a file."""
    reader = Evaluator(Path(), readable=[str(data.resolve())])
    reader.variables |= plan.constants
    first, *others = plan.data.reading
    files = {part for part in walk(first) if isinstance(part, File)}
    if not files and not any(map(_is_dataset, walk(first))):
        raise damaged(kept.directory, PLAN, ValueError("the training read no data"))
    for file in files:  # of a column of images, the paths are relative to the folder of the data
        others = [substituted(step, file, File(str(data.resolve()))) for step in others]
    execute_steps((of_file(first, data), *others), reader, plan.data.span)
    return reader.variables["data"]


def _is_dataset(part: object) -> bool:
    return isinstance(part, Call) and part.function in _DATASETS


def of_file(step: Assign, data: Path) -> Assign:
    """The step that reads the files of the training, with another file in their stead."""
    file = next((part for part in walk(step) if isinstance(part, File)), None)
    if file is None:
        message = "the model was trained on a data set of scikit-learn, and no file is read as that was"
        hint = "in Python, give `run.predict` a data frame, and compare what it predicts"
        raise SpecError([Diagnostic("R106", message, Span(str(data), 1, 1, 2), hint)])
    path = str(data.resolve())
    several = any(isinstance(part, Mapped) for part in walk(step))
    return substituted(step, file, File(glob.escape(path) if several else path))
