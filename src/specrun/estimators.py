"""Specs as estimators of scikit-learn: what `cross_val_score` and `Pipeline` take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_array, check_is_fitted, column_or_1d, validate_data

from specrun.compiler.compilation import Source, compile_spec, load, read_spec
from specrun.compiler.language.dump import flow
from specrun.compiler.reader import read
from specrun.runtime.loading import NEEDED, load_run
from specrun.runtime.profile import choose_training
from specrun.runtime.run import run

_PART = "part of the rows"
_TARGET = "target of the rows"


class _SpecEstimator(BaseEstimator):  # type: ignore[misc]
    """What both kinds have in common: a spec, of which the data are what `fit` is given.

    `spec` is a file, or the text of a spec. Its `data` are put aside, but for the share of `split.validation`, which is
    that of the last rows. Columns of a data frame are the spec's by their names, those of an array are `x0`, `x1`, ….
    `settings` are values to set, as in "training.epochs=10".
    """

    def __init__(self, spec: str | Path = "spec.yaml", settings: Sequence[str] = ()) -> None:
        self.spec = spec
        self.settings = settings

    def _fit(self, X: Any, y: Any, classes: Sequence[Any]) -> Self:
        source = self._source()
        share = read_spec(source).data.split.validation or 0.0
        frame = self._frame(X)
        rows = len(frame)
        frame[_TARGET] = y
        frame[_PART] = ["train" if row < rows - int(share * rows) else "validation" for row in range(rows)]
        with TemporaryDirectory() as folder:
            path = Path(folder) / "rows.parquet"
            frame.to_parquet(path)
            given = Source(_with_rows(source, path, classes), source.file, source.folder, tuple(self.settings))
            compilation = compile_spec(given, limit=None, choose_training=choose_training)
            self.run_ = run(compilation, Path(folder) / "run", report=False)
            self._files = {name: (self.run_.directory / name).read_bytes() for name in NEEDED}
        return self

    def __getstate__(self) -> dict[str, Any]:
        """The parameters and what was fitted, the run as the files that it is loaded from."""
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if name != "run_"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "_files" in state:
            with TemporaryDirectory() as folder:
                for name, content in state["_files"].items():
                    (Path(folder) / name).write_bytes(content)
                self.run_ = load_run(Path(folder))

    def _source(self) -> Source:
        if isinstance(self.spec, Path) or "\n" not in self.spec:
            return load(Path(self.spec), self.settings)
        return Source(self.spec, "spec", Path(), tuple(self.settings))

    def _frame(self, X: Any) -> Any:
        """The features as a data frame."""
        if isinstance(X, pd.DataFrame):
            return X.reset_index(drop=True).set_axis(list(map(str, X.columns)), axis=1)
        return pd.DataFrame(np.asarray(X), columns=[f"x{i}" for i in range(np.shape(X)[1])])

    def _predicted(self, X: Any) -> Any:
        check_is_fitted(self, "run_")
        X = validate_data(self, X, reset=False, skip_check_array=isinstance(X, pd.DataFrame))
        return np.asarray(self.run_.predict(self._frame(X)))

    def _validated(self, X: Any, y: Any) -> tuple[Any, Any]:
        if isinstance(X, pd.DataFrame):
            validate_data(self, X, skip_check_array=True)
            return X, column_or_1d(y, warn=True)
        X, y = validate_data(self, X, y)
        return X, y


class SpecClassifier(ClassifierMixin, _SpecEstimator):  # type: ignore[misc]
    """The network of a spec that predicts one of several classes; `classes_` are those of `y`, in their order."""

    def fit(self, X: Any, y: Any) -> Self:
        """Train on features, `(rows, columns)`, and the class of each row."""
        X, y = self._validated(X, y)
        check_classification_targets(y)
        self.classes_, numbers = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"a classifier needs two classes, and there is one class: {self.classes_[0]!r}")
        return self._fit(X, numbers, range(len(self.classes_)))

    def predict_proba(self, X: Any) -> Any:
        """The probability of each class, `(rows, classes)`."""
        found = self._predicted(X)
        return np.concatenate([1 - found, found], axis=1) if found.shape[1] == 1 else found

    def predict(self, X: Any) -> Any:
        """The likeliest class of each row."""
        likeliest = self.predict_proba(X).argmax(axis=1)
        return self.classes_[likeliest]


class SpecRegressor(RegressorMixin, _SpecEstimator):  # type: ignore[misc]
    """The network of a spec that predicts a number."""

    def fit(self, X: Any, y: Any) -> Self:
        """Train on features, `(rows, columns)`, and the number of each row."""
        X, y = self._validated(X, y)
        return self._fit(X, check_array(y, ensure_2d=False, dtype="float64"), ())

    def predict(self, X: Any) -> Any:
        """The number of each row, `(rows,)`."""
        return self._predicted(X)[:, 0]


def _with_rows(source: Source, path: Path, classes: Sequence[Any]) -> str:
    """The text of a spec with rows of a file for its data, and with the target and the classes that `fit` was given."""
    node, _ = read(source.text, source.file)
    plain = node.plain() if node is not None else {}
    assert isinstance(plain, dict)
    plain |= {"data": {"path": str(path), "split": {"column": _PART}}, "target": _TARGET}
    plain.pop("classes", None)
    if classes:
        plain["classes"] = list(classes)
    return flow(plain)
