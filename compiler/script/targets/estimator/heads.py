"""What an estimator predicts: which one it is, its loss, and what it measures."""

from __future__ import annotations

from specrun.compiler.catalogue import logged_name
from specrun.compiler.expressions import Call, Expression, Foreign, Keyword, Literal, Name, Pairs, method
from specrun.compiler.plan import Head, Task
from specrun.compiler.quoting import quoted
from specrun.compiler.script.stack import metrics_of

_OF_NUMBERS = ("MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError", "RootMeanSquaredError")
METRICS = {
    Task.CLASSES: ("accuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy"),
    Task.BINARY: ("accuracy", "AUC", "BinaryAccuracy", "Precision", "Recall"),
    Task.LABELS: ("AUC", "BinaryAccuracy"),
    Task.NUMBER: _OF_NUMBERS,
    Task.NUMBERS: _OF_NUMBERS,
}
"""What an estimator of classes measures by itself, and what can be added to one of numbers."""
_ESTIMATORS = {
    Task.CLASSES: "tf.estimator.DNNClassifier(n_classes=len(classes))",
    Task.BINARY: "tf.estimator.DNNClassifier()",
    Task.LABELS: "tf.estimator.DNNEstimator(head=tf.estimator.MultiLabelHead(len(classes), thresholds=[0.5]))",
    Task.NUMBER: "tf.estimator.DNNRegressor()",
    Task.NUMBERS: "tf.estimator.DNNRegressor(label_dimension=count)",
}


def labels_of(head: Head) -> Expression:
    """The labels of the data frame `rows`; one class among several is a whole number, whatever Keras's loss takes."""
    match head.labels:
        case Call("keras.utils.to_categorical", (index, *_)):
            return method(index, "to_numpy")
    return head.labels


def index_of(head: Head) -> Expression:
    """The numbers of the classes of the rows of the data frame `rows`."""
    assert head.variable is not None
    return quoted("rows[column].map(classes.index)", column=Literal(head.columns[0]), classes=Name(head.variable))


def estimator_of(head: Head, arguments: tuple[Keyword, ...]) -> Expression:
    """The estimator of a target, with the `arguments` that all estimators take."""
    classes = Literal(None) if head.variable is None else Name(head.variable)
    made = quoted(_ESTIMATORS[head.task], classes=classes, count=Literal(len(head.columns)))
    assert isinstance(made, Call)
    return Call(made.function, (), (*made.keywords, *arguments))


def added_metrics(head: Head) -> Expression | None:
    """The metrics that an estimator does not measure by itself, by their names; None where there are none."""
    if head.task not in (Task.NUMBER, Task.NUMBERS) or not head.metrics:
        return None
    entries = (metric.entry for metric in metrics_of(head))
    made = ((entry, Foreign(f"tensorflow.keras.metrics.{entry.name}")) for entry in entries)
    return Pairs(tuple((Literal(logged_name(entry)), Call(metric)) for entry, metric in made))
