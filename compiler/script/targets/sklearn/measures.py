"""What a script measures, as scikit-learn spells it."""

from __future__ import annotations

from collections.abc import Mapping

from specrun.compiler.catalogue import logged_name
from specrun.compiler.expressions import Expression, Literal, Pairs, literals
from specrun.compiler.plan import Head, Task
from specrun.compiler.quoting import quoted
from specrun.compiler.script.stack import metrics_of
from specrun.compiler.script.targets.sklearn.names import scikit

_ACCURACY = "accuracy_score(labels, model.predict(rows))"
_ERRORS = {
    "MeanAbsoluteError": "mean_absolute_error(labels, model.predict(rows))",
    "MeanSquaredError": "mean_squared_error(labels, model.predict(rows))",
    "R2Score": "r2_score(labels, model.predict(rows))",
}
METRICS: Mapping[Task, Mapping[str, str]] = {
    Task.CLASSES: dict.fromkeys(("accuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy"), _ACCURACY),
    Task.BINARY: {
        "accuracy": _ACCURACY,
        "BinaryAccuracy": _ACCURACY,
        "AUC": "roc_auc_score(labels, model.predict_proba(rows)[:, 1])",
        "Precision": "precision_score(labels, model.predict(rows), pos_label=positive)",
        "Recall": "recall_score(labels, model.predict(rows), pos_label=positive)",
    },
    Task.LABELS: {
        "BinaryAccuracy": "1 - hamming_loss(labels, model.predict(rows))",
        "AUC": 'roc_auc_score(labels, model.predict_proba(rows), average="micro")',
    },
    Task.NUMBER: {
        **_ERRORS,
        "RootMeanSquaredError": "root_mean_squared_error(labels, model.predict(rows))",
    },
    Task.NUMBERS: _ERRORS,  # the root of the mean of several is another thing there
}
"""Keras's metrics of a target, of the variable `rows`."""


def labels_of(head: Head) -> Expression:
    """What is compared with, of the data frame `rows`."""
    if head.task is Task.LABELS:
        return quoted("labels(rows)")
    column = Literal(head.columns[0]) if len(head.columns) == 1 else literals(head.columns)
    return quoted("rows[column]", column=column)


def measures_of(head: Head) -> Expression:
    """The metrics of a target on the data frame `rows`, by their names; where there are none, what a model scores."""
    labels, positive = labels_of(head), Literal(head.classes[-1] if head.classes else None)
    if not head.metrics:
        return quoted('{"score": model.score(rows, labels)}', labels=labels)
    entries = (metric.entry for metric in metrics_of(head))
    sources = ((logged_name(entry), METRICS[head.task][entry.name]) for entry in entries)
    return Pairs(tuple((Literal(name), scikit(source, labels=labels, positive=positive)) for name, source in sources))
