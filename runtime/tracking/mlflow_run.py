"""A run of MLflow, by its client."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specrun.compiler.plan import Mlflow
from specrun.runtime.tracking.tracker import About, Measures, scores

_SEND_S = 1.0
"""Measures are sent together, those of so many seconds."""
_MOST = 1000
"""How many of them MLflow takes at once."""
_LONGEST = 500
"""How many characters of a setting MLflow takes, whichever its version."""
_ARTIFACTS = ("spec.yaml", "script.py")
"""The files of a run that are kept beside its measures."""
_PATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "10"}
"""A server that does not answer must not hold up a training; by itself, MLflow asks it for many minutes."""


class MlflowRun:
    """Sends the measures of a run to MLflow."""

    def __init__(self, track: Mlflow, about: About) -> None:
        for variable, value in _PATIENCE.items():
            os.environ.setdefault(variable, value)
        from mlflow.tracking import MlflowClient

        self._client = MlflowClient(tracking_uri=track.uri)
        found = self._client.get_experiment_by_name(track.experiment)
        experiment = self._client.create_experiment(track.experiment) if found is None else found.experiment_id
        tags = {"specrun.digest": about.digest, "specrun.directory": str(about.directory)}
        name = f"{about.name} {about.directory.name}"
        self._run: str = self._client.create_run(experiment, tags=tags, run_name=name).info.run_id
        for key, value in (("name", about.name), *about.settings):
            self._client.log_param(self._run, _named(key), value[:_LONGEST])
        self._waiting: list[Any] = []
        self._sent = time.monotonic()

    def epoch(self, epoch: int, measures: Mapping[str, float]) -> None:
        """See Tracker."""
        for name, value in measures.items():
            self._note(name, value, epoch)
        if time.monotonic() - self._sent > _SEND_S or len(self._waiting) >= _MOST:
            self._send()

    def judged(self, epoch: int, metrics: Mapping[str, Measures], folder: Path) -> None:
        """See Tracker."""
        for part, measure, value in scores(metrics):
            self._note(f"{part}_{measure}", value, epoch)
        self._send()
        for name in _ARTIFACTS:
            self._client.log_artifact(self._run, str(folder / name))

    def close(self, *, done: bool) -> None:
        """See Tracker."""
        self._send()
        self._client.set_terminated(self._run, "FINISHED" if done else "FAILED")

    def _note(self, name: str, value: float, epoch: int) -> None:
        from mlflow.entities import Metric

        self._waiting.append(Metric(_named(name), value, int(time.time() * 1000), epoch))

    def _send(self) -> None:
        self._sent = time.monotonic()
        while self._waiting:
            some, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            self._client.log_batch(self._run, metrics=some)


def _named(name: str) -> str:
    """A name that MLflow takes: of letters, digits, `_`, `-`, `.` and blanks."""
    return re.sub(r"[^\w\-. ]", "_", name)
