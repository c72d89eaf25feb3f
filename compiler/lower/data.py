"""How the rows are read and parted, as steps of the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from specrun.compiler.data import ISO_FORMAT
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
from specrun.compiler.features import Datetime, Number
from specrun.compiler.language.sections import WAYS
from specrun.compiler.lower.features import frame_names
from specrun.compiler.lower.reading import reading_steps, used_columns
from specrun.compiler.lower.series import context_steps
from specrun.compiler.memory import STREAMED
from specrun.compiler.parting import cuts
from specrun.compiler.plan import Data, FeatureGroup, Folds
from specrun.compiler.resolve import Resolved

Cut: TypeAlias = tuple[Name, Name, float]
"""What is cut, what is cut off it, and which share of it that is."""


def lower_data(resolved: Resolved, groups: tuple[FeatureGroup, ...]) -> Data:
    """The steps from the files to the data frames of the parts."""
    context = () if resolved.spec.series is None else tuple(context_steps(resolved.parts))
    parts = tuple(Identifier(part) for part in resolved.parts)
    return Data(
        reading=tuple(reading_steps(resolved, groups)),
        parting=tuple(split_steps(resolved, frame_names(groups))),
        ordering=tuple(_in_file_order(resolved, parts)) if resolved.memory.name == STREAMED else (),
        parts=parts,
        context=context,
        columns=used_columns(resolved, groups),
        memory=resolved.memory,
        span=resolved.spec.span("data", "split"),
        folds=_folds(resolved, frame_names(groups)),
    )


def _in_file_order(resolved: Resolved, parts: Iterable[Identifier]) -> Iterator[Assign]:
    """The rows of each part as they stand in the files, where the split has not left them so."""
    if resolved.spec.data.split.way in ("random", "group", "time"):
        yield from (Assign((name(part),), method(name(part), "sort_index")) for part in parts)


def split_steps(resolved: Resolved, names: Mapping[str, str] | None = None) -> Iterator[Assign]:
    """The steps from the data frame `data` of all rows to those of the parts.

    `names` has what the frame calls the columns that have other names in the data.
    """
    way = resolved.spec.data.split.way
    return _SPLITS[way](resolved, _column(resolved, names or {}), tuple(_cuts(resolved)))


def _column(resolved: Resolved, names: Mapping[str, str]) -> str:
    """The column that parts the rows, or that of the classes, as the data frame calls it."""
    split = resolved.spec.data.split
    column = getattr(split, split.way) if split.way in WAYS else resolved.spec.target_columns[0]
    return names.get(column, column)


def _folds(resolved: Resolved, names: Mapping[str, str]) -> Folds | None:
    """How the rows are parted for cross-validation, where the split asks for it: by chance, or by group."""
    split, rows = resolved.spec.data.split, name("train")
    if split.folds is None:
        return None
    column, (test, *others) = _column(resolved, names), _cuts(resolved)
    values = Item(rows, Literal(column))
    class_ = "GroupKFold" if split.group is not None else "StratifiedKFold" if split.stratify else "KFold"
    options = {"n_splits": Literal(split.folds), "shuffle": Literal(True), "random_state": Literal(split.seed)}
    given = {"groups": values} if split.group is not None else {"y": values} if split.stratify else {}
    splitter = call(f"sklearn.model_selection.{class_}", **options)
    return Folds(
        count=split.folds,
        before=tuple(_SPLITS[split.way](resolved, column, (test,))),
        splits=method(splitter, "split", rows, **given),
        after=tuple(_SPLITS[split.way](resolved, column, tuple(others))),
        classes=values if split.stratify else None,
        span=resolved.spec.span("data", "split", "folds"),
    )


def _random(resolved: Resolved, target: str, cuts: tuple[Cut, ...]) -> Iterator[Assign]:
    split = resolved.spec.data.split
    for whole, held_out, share in cuts:
        options = {"test_size": Literal(share), "random_state": Literal(split.seed)}
        stratify = {"stratify": Item(whole, Literal(target))} if split.stratify else {}
        cut = call("sklearn.model_selection.train_test_split", whole, **options, **stratify)
        yield Assign((name("train"), held_out), cut)


def _by_time(resolved: Resolved, column: str, cuts: tuple[Cut, ...]) -> Iterator[Assign]:
    yield Assign((name("data"),), _in_order(resolved, column))
    yield from _as_they_stand(resolved, column, cuts)


def _as_they_stand(resolved: Resolved, column: str, cuts: tuple[Cut, ...]) -> Iterator[Assign]:  # noqa: ARG001 - as all
    for whole, held_out, share in cuts:
        cut = call("sklearn.model_selection.train_test_split", whole, test_size=Literal(share), shuffle=Literal(False))
        yield Assign((name("train"), held_out), cut)


def _in_order(resolved: Resolved, column: str) -> Expression:
    """The rows by their time, those of one time as they stand in the file."""
    stable = Literal("stable")
    feature = resolved.feature(str(resolved.spec.data.split.time))
    if resolved.time_is_text and not isinstance(feature, Datetime):
        times = Item(name("data"), Literal(column))
        # Without the format, pandas wants all dates written alike.
        dates = call("pandas.to_datetime", times, format=Literal(ISO_FORMAT), utc=Literal(True))
        return Item(Attribute(name("data"), "iloc"), method(dates, "argsort", kind=stable))
    is_text = reads_as_text(resolved, str(resolved.spec.data.split.time))
    decimal = resolved.spec.data.decimal
    if is_text and decimal != ".":
        times = Item(name("data"), Literal(column))
        numbers = method(times, "replace", Literal(decimal), Literal("."), regex=Literal(True))
        order = method(method(numbers, "astype", Function("float")), "argsort", kind=stable)
        return Item(Attribute(name("data"), "iloc"), order)
    key = {"key": Function("pandas.to_numeric")} if is_text else {}
    return method(name("data"), "sort_values", Literal(column), **key, kind=stable)


def reads_as_text(resolved: Resolved, column: str) -> bool:
    """Whether the data frame has texts of the column that tells the time of a row, be they numbers."""
    if column in resolved.spec.target_columns:
        return resolved.frame_of_target(column) == "string"
    feature = resolved.feature(column)
    return feature is not None and not isinstance(feature, Number | Datetime)


def _by_group(resolved: Resolved, column: str, cuts: tuple[Cut, ...]) -> Iterator[Assign]:
    split = resolved.spec.data.split
    for whole, held_out, share in cuts:
        options = {"test_size": Literal(share), "random_state": Literal(split.seed)}
        splitter = call("sklearn.model_selection.GroupShuffleSplit", n_splits=Literal(1), **options)
        rows = call("next", method(splitter, "split", whole, groups=Item(whole, Literal(column))))
        yield Assign((name("kept"), name("held_out")), rows)
        rows_of = Attribute(whole, "iloc")
        yield Assign((held_out,), Item(rows_of, name("held_out")))
        yield Assign((name("train"),), Item(rows_of, name("kept")))


def _by_column(resolved: Resolved, column: str, cuts: tuple[Cut, ...]) -> Iterator[Assign]:  # noqa: ARG001 - as all
    for part in resolved.parts:
        is_there = Operation("==", Item(name("data"), Literal(column)), Literal(part))
        yield Assign((name(part),), Item(name("data"), is_there))


def _cuts(resolved: Resolved) -> Iterator[Cut]:
    """What is cut, what is cut off it, and which share of it that is."""
    whole = name("data")
    for part, share in cuts(resolved.spec.data.split):
        yield whole, name(part), share
        whole = name("train")


_SPLITS = {
    "column": _by_column,
    "time": _by_time,
    "group": _by_group,
    "order": _as_they_stand,
    "random": _random,
}
"""The ways to part rows, by `Split.way`."""
