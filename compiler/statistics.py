"""What is learnt of a column from the training rows: each statistic and the pandas expression that it is.

The expressions are of the data frame `train` and of the column's name, the variable `name`.
"""

from __future__ import annotations

from specrun.compiler.expressions import Expression, Item, Literal, Operation, Statistic, call, literals, method, name

COLUMN: Expression = Item(name("train"), name("name"))
"""The training values of a column."""


def clipped(lower: float | None, upper: float | None) -> Expression:
    """The training values of a column, those beyond a bound moved to it."""
    return method(COLUMN, "clip", Literal(lower), Literal(upper))


def mean(values: Expression) -> Statistic:
    """The mean of the known values."""
    return Statistic("mean", method(values, "mean"))


def variance(values: Expression) -> Statistic:
    """The mean squared distance from the mean (divided by n, as scikit-learn's `StandardScaler` does); 1 for 0."""
    return Statistic("variance", _or_one(method(values, "var", ddof=Literal(0))))


def median(values: Expression) -> Statistic:
    """The median of the known values."""
    return Statistic("median", method(values, "median"))


def minimum(values: Expression) -> Statistic:
    """The smallest known value."""
    return Statistic("minimum", method(values, "min"))


def squared_range(values: Expression) -> Statistic:
    """The squared distance between the smallest and the largest value, to stand in a variance's place; 1 for 0."""
    return Statistic("squared_range", _or_one(_squared_distance(method(values, "max"), method(values, "min"))))


def squared_quartile_range(values: Expression) -> Statistic:
    """The squared distance between the quartiles, to stand in a variance's place; 1 for 0."""
    upper, lower = (method(values, "quantile", Literal(q)) for q in (0.75, 0.25))
    return Statistic("squared_quartile_range", _or_one(_squared_distance(upper, lower)))


def vocabulary(without: tuple[str, ...] = ()) -> Statistic:
    """The sorted different texts, but for those of `without`."""
    known = COLUMN
    if without:
        known = Item(COLUMN, Operation("~", None, method(COLUMN, "isin", literals(without))))
    return Statistic("vocabulary", call("sorted", method(known, "unique")))


def _squared_distance(upper: Expression, lower: Expression) -> Expression:
    return Operation("**", Operation("-", upper, lower), Literal(2))


def _or_one(scale: Expression) -> Expression:
    """1 where the values do not differ, as scikit-learn's scalers have it: a division by 0 would make them huge."""
    return Operation("or", scale, Literal(1))
