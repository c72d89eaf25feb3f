"""What is learnt of a column from the training rows: each statistic and the expression that it is, of pandas mostly.

The expressions are of the data frame `train` and of the column's name, the variable `name`.
"""

from __future__ import annotations

from specrun.compiler.expressions import (
    Call,
    Expression,
    From,
    Item,
    Literal,
    Operation,
    Statistic,
    call,
    literals,
    method,
    name,
)

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


LEARNER = name("learner")
"""A layer of Keras that the training values of a column were shown to."""
WHY_LEARNER = "One layer learns words, another takes them: Keras saves learnt words as lines, line breaks and all"
"""What a script says of it: a layer that has learnt by itself comes back wrong where a word holds a line break."""


def words() -> Statistic:
    """The texts that `LEARNER` has learnt, the most frequent first; of equal ones, the one that sorts last."""
    known = method(LEARNER, "get_vocabulary", include_special_tokens=Literal(False))
    return Statistic("vocabulary", known)


def texts_with_word(texts: Expression) -> Expression:
    """In how many of the texts each word is that `LEARNER` has learnt; before them, in how many there are others."""
    return call("tensorflow.sparse.reduce_sum", Call(LEARNER, (texts,)), Literal(0))


def weights_of_words(counts: Expression) -> Statistic:
    """How telling each word is, by the `counts` of texts with it: the logarithm of 1 + texts / (1 + count)."""
    share = Operation("/", call("len", name("train")), Operation("+", Literal(1), counts))
    weights = From(call("numpy.log", Operation("+", Literal(1), share)), 1, axes=1)
    return Statistic("idf_weights", method(weights, "tolist"))


_ITEMS = method(method(COLUMN, "explode"), "dropna")
"""What is in the lists of a column."""


def labels() -> Statistic:
    """The sorted different texts in the lists of a column, but for empty ones."""
    return Statistic("vocabulary", call("sorted", call("filter", Literal(None), method(_ITEMS, "unique"))))


def items(most: int) -> Statistic:
    """The most frequent texts in the lists of a column, but for empty ones; of equal ones, the first come first."""
    counts = call("collections.Counter", call("filter", Literal(None), _ITEMS))
    return Statistic("vocabulary", call("list", call("dict", method(counts, "most_common", Literal(most)))))


def means(table: Expression) -> Statistic:
    """The mean of the known values of each column of a table, as a list."""
    return Statistic("mean", method(method(table, "mean"), "tolist"))


def variances(table: Expression) -> Statistic:
    """The variance of the known values of each column of a table, as a list; 1 for 0."""
    known = method(method(table, "var", ddof=Literal(0)), "replace", Literal(0), Literal(1))
    return Statistic("variance", method(known, "tolist"))


def _squared_distance(upper: Expression, lower: Expression) -> Expression:
    return Operation("**", Operation("-", upper, lower), Literal(2))


def _or_one(scale: Expression) -> Expression:
    """1 where the values do not differ, as scikit-learn's scalers have it: a division by 0 would make them huge."""
    return Operation("or", scale, Literal(1))
