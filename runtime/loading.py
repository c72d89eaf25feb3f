"""A run from its directory: the plan, what was learnt and the weights, all of them data and none of them objects."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specrun.compiler.diagnostics import Diagnostic, Span, SpecError
from specrun.compiler.plan import Plan
from specrun.compiler.plan_json import FILE, from_json
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.identity import read_record
from specrun.runtime.network import Network, build_network
from specrun.runtime.prediction import Predictor
from specrun.runtime.quiet import import_tensorflow
from specrun.runtime.results import judged
from specrun.runtime.run import Run

NEEDED = (FILE, "fitted.json", "weights.npz", "metrics.json", "history.csv", "run.json")
"""What of a run directory it is loaded from."""


@dataclass(frozen=True, slots=True)
class Records:
    """What a run directory says: measures by the parts of the rows, `run.json`, and the measures of each epoch."""

    directory: Path
    metrics: Mapping[str, Mapping[str, Any]]
    record: Mapping[str, Any]
    history: Mapping[str, Sequence[float]]

    @property
    def judged(self) -> Mapping[str, float]:
        """The measures of the test rows, or of those that there are, by their names."""
        return judged(self.metrics)

    @property
    def baseline(self) -> Mapping[str, float]:
        """What the test rows score without a network."""
        found = self.metrics.get("test", {}).get("baseline", {})
        return found if isinstance(found, dict) else {}


def read_records(directory: Path) -> Records:
    """The records of a run. Raises SpecError where the directory holds none."""
    try:
        metrics = json.loads((directory / "metrics.json").read_text("utf-8"))
        with (directory / "history.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        history = {name: [float(row[name]) for row in rows] for name in (rows[0] if rows else {}) if name != "epoch"}
    except (OSError, ValueError, TypeError, KeyError) as problem:
        raise no_run(directory, problem) from None
    return Records(directory, metrics if isinstance(metrics, dict) else {}, read_record(directory), history)


def read_plan(directory: Path) -> Plan:
    """The plan of a run. Raises SpecError where the directory holds none."""
    try:
        return from_json((directory / FILE).read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise no_run(directory, problem) from None


def load_run(directory: Path) -> Run:
    """A run as it was when it ended. Raises SpecError where the directory is none, or is damaged."""
    plan, records = read_plan(directory), read_records(directory)
    network, _ = load_network(plan, directory)
    model = network.served()
    history = {name: list(values) for name, values in records.history.items()}
    metrics = {part: dict(found) for part, found in records.metrics.items()}
    return Run(plan, directory, model, history, metrics, dict(records.record.get("rows", {})), Predictor(model))


def load_network(plan: Plan, directory: Path) -> tuple[Network, Evaluator]:
    """The network of a run with its weights, and the evaluator that made it. Raises SpecError as `load_run` does."""
    import_tensorflow()
    import keras

    # Names of layers count on from earlier models, and one that is written may be among them.
    keras.backend.clear_session(free_memory=False)
    evaluator = Evaluator(directory)
    evaluator.variables |= plan.constants
    try:
        evaluator.statistics |= read_learnt(directory)
        network = build_network(plan, evaluator)
        network.served()
        _assign(network.model, directory / "weights.npz")
    except (
        ArithmeticError,
        LookupError,
        OSError,
        TypeError,
        ValueError,
        AttributeError,
        zipfile.BadZipFile,
    ) as problem:
        raise no_run(directory, problem) from None
    return network, evaluator


def read_learnt(directory: Path) -> dict[tuple[str, str], Any]:
    """What was learnt of each column, as an evaluator keeps it."""
    columns = json.loads((directory / "fitted.json").read_text("utf-8"))["columns"]
    return {(kind, column): value for column, learnt in columns.items() for kind, value in learnt.items()}


def _assign(model: Any, path: Path) -> None:
    """Give a model its weights, in the order in which it has them. Raises ValueError where these are others."""
    import numpy as np

    with np.load(path, allow_pickle=False) as arrays:
        if len(arrays.files) != len(model.weights):
            raise ValueError(f"`{path.name}` has {len(arrays.files)} weights, and the network {len(model.weights)}")
        for name, weight in zip(arrays.files, model.weights, strict=True):
            weight.assign(arrays[name])


def no_run(directory: Path, problem: Exception) -> SpecError:
    """The diagnostic for a directory that cannot be taken for a run's."""
    reason = str(problem).partition("\n")[0]
    if isinstance(problem, FileNotFoundError):
        reason = f"there is no `{Path(str(problem.filename)).name}`"
    message = f"`{directory}` is no run directory: {reason}"
    hint = "name a directory that `specrun run` left, such as `runs/wine/1`; `specrun runs` lists them"
    return SpecError([Diagnostic("R104", message, Span(str(directory), 1, 1, 2), hint)])
