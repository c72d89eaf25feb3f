"""Models of scikit-learn that learn from the training rows what the network learns: a linear one, and trees."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from specrun.compiler.plan import Plan
from specrun.runtime.report.encoding import encoder_of
from specrun.runtime.report.judged import CLASSES, LABELS, NUMBERS, Answers, Judged, of_head, sample, truth_of

MOST_ROWS = 20_000
"""A model learns from so many of the training rows at most."""
_CELLS = 4_000_000
"""And from about so many encoded values, times outputs: more would take its time."""
_READ = 8_000_000
"""So many raw values are encoded at most."""
_LEAST_ROWS = 500
_MOST_OUTPUTS = 30
"""A round grows a tree for each class or label, so that there may be so many at most."""
_ROUNDS, _LEAST_ROUNDS = 100, 10
_SPLITS = 30_000
"""So many rounds, times encoded columns and outputs, are looked for splits at most."""
_LEARNT, _FASTEST = 10.0, 0.3
"""What the learning rate is of so many rounds, which learn faster the fewer they are, and at most so fast."""
_THREADS = 1
_SAID = "OMP_NUM_THREADS"
_SEED = 0


@dataclass(frozen=True, slots=True)
class Guess:
    """What somebody else answers on the rows: their name, who that is, and their answers, if there are any."""

    name: str
    doc: str
    answers: Answers | None


@dataclass(frozen=True, slots=True)
class Model:
    """A model: its name, and what makes it, of the number of its outputs and of the encoded columns."""

    name: str
    make: Callable[[int, int], Any]


def learnt(plan: Plan, frame: Any, labels: Any, rows: Judged) -> list[tuple[Guess, ...]]:
    """For each head, what models answer that learnt from the training rows, a data frame and its labels."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    encoder = encoder_of(plan)
    if encoder is None:
        reason = "it learns from numbers, dates, categories and texts, and there is none"
        return [_refused(answers.kind, reason) for answers in rows.answers]
    places = sample(len(frame), min(MOST_ROWS, max(_READ // len(frame.columns), _LEAST_ROWS)))
    places = np.random.default_rng(_SEED).permutation(places)
    with threadpool_limits(_THREADS), _threads_said(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            encoded, asked = encoder.fit_transform(frame.iloc[places]), encoder.transform(rows.frame)
        except Exception as problem:
            return [
                _refused(answers.kind, f"the columns cannot be encoded: {_said(problem)}") for answers in rows.answers
            ]
        found = []
        for asked_of in rows.answers:
            few = places[: max(_CELLS // (encoded.shape[1] * _outputs(asked_of)), _LEAST_ROWS)]
            truth = truth_of(asked_of.head, of_head(plan, asked_of.head, labels)[few])
            models = MODELS[asked_of.kind]
            found.append(tuple(_guess(model, encoded[: len(few)], truth, asked, asked_of) for model in models))
        return found


@contextmanager
def _threads_said() -> Iterator[None]:
    """Have scikit-learn take the number of threads as it is said: else it starts a program that counts the cores."""
    before = os.environ.get(_SAID)
    os.environ[_SAID] = str(_THREADS)
    try:
        yield
    finally:
        if before is None:
            del os.environ[_SAID]
        else:
            os.environ[_SAID] = before


def _outputs(answers: Answers) -> int:
    """How many numbers a model has to give for a row."""
    return 1 if answers.is_binary else len(answers.names)


def _guess(model: Model, encoded: Any, truth: Any, asked: Any, rows: Answers) -> Guess:
    """What one model answers, or why it does not: whatever scikit-learn refuses costs no more than that."""
    try:
        estimator = model.make(_outputs(rows), encoded.shape[1])
        answers = _ANSWERS[rows.kind](estimator, encoded, truth, asked, rows)
    except Exception as problem:
        return Guess(model.name, _said(problem), None)
    return Guess(model.name, f"scikit-learn's {estimator}, on {len(encoded):,} training rows", answers)


def _of_classes(estimator: Any, encoded: Any, truth: Any, asked: Any, rows: Answers) -> Answers:
    import numpy as np

    estimator.fit(encoded, truth)
    shares = np.zeros((len(asked), len(rows.names)))
    shares[:, estimator.classes_] = estimator.predict_proba(asked)
    return replace(rows, predicted=shares.argmax(axis=1), shares=shares)


def _of_labels(estimator: Any, encoded: Any, truth: Any, asked: Any, rows: Answers) -> Answers:
    import numpy as np
    from sklearn.base import clone

    shares = np.empty((len(asked), len(rows.names)))
    for place, has in enumerate(truth.T):
        alike = has.all() or not has.any()  # there is nothing to tell apart
        shares[:, place] = has[0] if alike else clone(estimator).fit(encoded, has).predict_proba(asked)[:, 1]
    return replace(rows, predicted=shares > 0.5, shares=shares)


def _of_numbers(estimator: Any, encoded: Any, truth: Any, asked: Any, rows: Answers) -> Answers:
    import numpy as np
    from sklearn.base import clone

    columns = [clone(estimator).fit(encoded, column).predict(asked) for column in truth.T]
    return replace(rows, predicted=np.column_stack(columns))


_ANSWERS = {CLASSES: _of_classes, LABELS: _of_labels, NUMBERS: _of_numbers}


def _logistic(outputs: int, columns: int) -> Any:  # noqa: ARG001 - as every model is made
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=200)


def _linear(outputs: int, columns: int) -> Any:  # noqa: ARG001
    from sklearn.linear_model import LinearRegression

    return LinearRegression()


def _trees_of_classes(outputs: int, columns: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(**_rounds(outputs, columns))


def _trees_of_numbers(outputs: int, columns: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(**_rounds(outputs, columns))


def _rounds(outputs: int, columns: int) -> dict[str, Any]:
    """How many rounds the trees are grown in, and how fast they learn, so that it takes about a second."""
    if outputs > _MOST_OUTPUTS:
        raise ValueError(f"it would grow {outputs:,} trees in each round, and so takes too long for a report")
    rounds = min(_ROUNDS, max(_SPLITS // (outputs * columns), _LEAST_ROUNDS))
    rate = round(min(_LEARNT / rounds, _FASTEST), 2)
    return {"max_iter": rounds, "learning_rate": rate, "random_state": _SEED}


MODELS: Mapping[str, tuple[Model, ...]] = {
    CLASSES: (Model("logistic regression", _logistic), Model("gradient boosting", _trees_of_classes)),
    LABELS: (Model("logistic regression", _logistic), Model("gradient boosting", _trees_of_classes)),
    NUMBERS: (Model("linear regression", _linear), Model("gradient boosting", _trees_of_numbers)),
}


def _refused(kind: str, reason: str) -> tuple[Guess, ...]:
    return tuple(Guess(model.name, reason, None) for model in MODELS[kind])


def _said(problem: Exception) -> str:
    return str(problem).strip().partition("\n")[0] or type(problem).__name__
