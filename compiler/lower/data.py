"""How the rows are read and parted, as steps of the plan."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.compiler.expressions import (
    Assign,
    Attribute,
    Expression,
    Function,
    Identifier,
    Item,
    Literal,
    Name,
    Operation,
    call,
    method,
    name,
)
from specrun.compiler.features import Number
from specrun.compiler.lower.reading import reading_steps
from specrun.compiler.parting import cuts
from specrun.compiler.plan import Data, FeatureGroup
from specrun.compiler.resolve import Resolved


def lower_data(resolved: Resolved, groups: tuple[FeatureGroup, ...]) -> Data:
    """The steps from the files to the data frames of the parts."""
    steps = (*reading_steps(resolved, groups), *split_steps(resolved))
    return Data(steps, tuple(Identifier(part) for part in resolved.parts), resolved.spec.span("data", "split"))


def split_steps(resolved: Resolved) -> Iterator[Assign]:
    """The steps from the data frame `data` of all rows to those of the parts."""
    return _SPLITS[resolved.spec.data.split.way](resolved)


def _random(resolved: Resolved) -> Iterator[Assign]:
    split, target = resolved.spec.data.split, resolved.spec.target
    for whole, held_out, share in _cuts(resolved):
        options = {"test_size": Literal(share), "random_state": Literal(split.seed)}
        stratify = {"stratify": Item(whole, Literal(target))} if split.stratify else {}
        cut = call("sklearn.model_selection.train_test_split", whole, **options, **stratify)
        yield Assign((name("train"), held_out), cut)


def _by_time(resolved: Resolved) -> Iterator[Assign]:
    yield Assign((name("data"),), _in_order(resolved, str(resolved.spec.data.split.time)))
    for whole, held_out, share in _cuts(resolved):
        cut = call("sklearn.model_selection.train_test_split", whole, test_size=Literal(share), shuffle=Literal(False))
        yield Assign((name("train"), held_out), cut)


def _in_order(resolved: Resolved, column: str) -> Expression:
    """The rows by their time, those of one time as they stand in the file."""
    stable = Literal("stable")
    if resolved.time_is_text:
        times = Item(name("data"), Literal(column))
        # Without the format, pandas wants all dates written alike.
        dates = call("pandas.to_datetime", times, format=Literal("ISO8601"), utc=Literal(True))
        return Item(Attribute(name("data"), "iloc"), method(dates, "argsort", kind=stable))
    feature = resolved.feature(column)
    is_text = feature is not None and not isinstance(feature, Number)
    key = {"key": Function("pandas.to_numeric")} if is_text else {}
    return method(name("data"), "sort_values", Literal(column), **key, kind=stable)


def _by_group(resolved: Resolved) -> Iterator[Assign]:
    split = resolved.spec.data.split
    for whole, held_out, share in _cuts(resolved):
        options = {"test_size": Literal(share), "random_state": Literal(split.seed)}
        splitter = call("sklearn.model_selection.GroupShuffleSplit", n_splits=Literal(1), **options)
        rows = call("next", method(splitter, "split", whole, groups=Item(whole, Literal(split.group))))
        yield Assign((name("kept"), name("held_out")), rows)
        rows_of = Attribute(whole, "iloc")
        yield Assign((held_out,), Item(rows_of, name("held_out")))
        yield Assign((name("train"),), Item(rows_of, name("kept")))


def _by_column(resolved: Resolved) -> Iterator[Assign]:
    column = Item(name("data"), Literal(resolved.spec.data.split.column))
    for part in resolved.parts:
        yield Assign((name(part),), Item(name("data"), Operation("==", column, Literal(part))))


def _cuts(resolved: Resolved) -> Iterator[tuple[Name, Name, float]]:
    """What is cut, what is cut off it, and which share of it that is."""
    whole = name("data")
    for part, share in cuts(resolved.spec.data.split):
        yield whole, name(part), share
        whole = name("train")


_SPLITS = {"column": _by_column, "time": _by_time, "group": _by_group, "random": _random}
"""The ways to part rows, in the order in which `Split.way` looks for them."""
