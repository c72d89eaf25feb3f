"""What a loss compares with: the labels of a target, as an expression of the data frame `rows`."""

from __future__ import annotations

from specrun.compiler.catalogue import Labels
from specrun.compiler.expressions import (
    Attribute,
    Expression,
    Function,
    Identifier,
    Item,
    Literal,
    Mapped,
    Name,
    Operation,
    call,
    literals,
    method,
    name,
)
from specrun.compiler.language.targets import Target
from specrun.compiler.plan import Task
from specrun.compiler.resolve import Resolved

_ROWS = name("rows")
_FLOAT = Literal("float32")


def label_expression(
    target: Target, task: Task, labels: Labels, classes: Identifier | None, resolved: Resolved
) -> Expression:
    """The labels of a target of a task, in the form that its loss takes; `classes` is the variable that holds them."""
    if classes is None:  # a matrix, as the output is: some metrics take no vector
        return method(Item(_ROWS, literals(target.columns)), "to_numpy", _FLOAT)
    known = Name(classes)
    if task is Task.LABELS:
        marks = _marks_of_cells if target.is_in_cells else _marks_of_columns
        return marks(target, known, resolved)
    column = target.columns[0]
    if labels is Labels.BINARY:
        numbers = method(Item(_ROWS, literals([column])), "map", Attribute(known, "index"))
        return method(numbers, "to_numpy", _FLOAT)
    index = method(Item(_ROWS, Literal(column)), "map", Attribute(known, "index"))
    if task is Task.ORDINAL:
        return _above(index, call("len", known))
    if labels is Labels.ONE_HOT:
        return call("keras.utils.to_categorical", index, call("len", known))
    return method(index, "to_numpy")


def _marks_of_cells(target: Target, classes: Name, resolved: Resolved) -> Expression:
    """A 1 for each label that stands in a cell."""
    column = Item(_ROWS, Literal(target.columns[0]))
    if resolved.frame_of(target) == "list":
        texts = call("list", call("map", Function("str"), name("cell")))  # as the classes are
        marks = call("sklearn.preprocessing.MultiLabelBinarizer", classes=classes)
        marks = method(marks, "fit_transform", Mapped(Identifier("cell"), texts, column))
        return method(marks, "astype", _FLOAT)
    marks = method(Attribute(column, "str"), "get_dummies", Literal(target.separator))
    marks = method(marks, "reindex", columns=classes, fill_value=Literal(0))
    return method(marks, "to_numpy", _FLOAT)


def _marks_of_columns(target: Target, classes: Name, resolved: Resolved) -> Expression:
    """A 1 for each label whose column says so; no known pair has for false what another has for true."""
    marks: Expression = Item(_ROWS, classes)
    if resolved.frame_of(target) == "string":
        true = dict.fromkeys(resolved.pairs[column][1] for column in target.columns)
        marks = method(marks, "isin", literals(true))
    return method(marks, "to_numpy", _FLOAT)


def _above(index: Expression, count: Expression) -> Expression:
    """A 1 for each class but the last that the class of the row is above: the class 2 of 4 becomes 1, 1, 0.

    A class in an order is so made into several questions of yes or no, the first of which is whether it is above the
    lowest class: Frank and Hall, "A simple approach to ordinal classification" (2001), with one network for all of them
    as Cheng, Wang and Pollastri have it in "A neural network approach to ordinal regression" (2008). The row `i` of the
    triangle has `i` ones.
    """
    triangle = call("numpy.tri", count, Operation("-", count, Literal(1)), Literal(-1), _FLOAT)
    return Item(triangle, index)
