"""How the rows are read and parted, as steps of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from specrun.compiler.data import DATASETS
from specrun.compiler.expressions import (
    Assign,
    Attribute,
    Call,
    Expression,
    File,
    Function,
    Identifier,
    Item,
    Keyword,
    Literal,
    Mapped,
    Name,
    Operation,
    Pairs,
    call,
    literals,
    method,
    name,
)
from specrun.compiler.language.sections import Data as DataSection
from specrun.compiler.plan import Data, FeatureGroup
from specrun.compiler.resolve import Resolved
from specrun.compiler.survey import has_wildcard

_C = Identifier("c")


def lower_data(resolved: Resolved, groups: tuple[FeatureGroup, ...]) -> Data:
    """The steps from the files to the data frames of the parts."""
    steps = (*_reading(resolved, groups), *split_steps(resolved))
    return Data(steps, tuple(Identifier(part) for part in resolved.parts))


def split_steps(resolved: Resolved) -> Iterator[Assign]:
    """The steps from the data frame `data` of all rows to those of the parts."""
    return _SPLITS[resolved.spec.data.split.way](resolved)


def _reading(resolved: Resolved, groups: tuple[FeatureGroup, ...]) -> Iterator[Assign]:
    data = resolved.spec.data
    texts = _columns(resolved, groups, "string")
    if data.dataset is not None:
        frame = Attribute(call(DATASETS[data.dataset].function, as_frame=Literal(True)), "frame")
        yield _assign(frame)
    elif data.format == "csv":
        yield _assign(_read_files(data, "pandas.read_csv", _csv_options(resolved, groups, texts)))
    elif data.format == "jsonl":
        yield _assign(_read_files(data, "pandas.read_json", (_keyword("lines", Literal(True)),)))
    else:
        yield _assign(_read_files(data, "pandas.read_parquet", ()))
    if data.format != "csv":
        yield from _typed(texts, _columns(resolved, groups, "float32", physical="boolean"))
    renamed = [
        (Literal(source), Literal(column))
        for group in groups
        for source, column in zip(group.sources, group.columns, strict=True)
        if source != column
    ]
    if renamed:
        yield _assign(method(name("data"), "rename", columns=Pairs(tuple(renamed))))


def _read_files(data: DataSection, function: str, options: tuple[Keyword, ...]) -> Expression:
    assert data.path is not None
    if not has_wildcard(data.path):
        return Call(function, (File(data.path),), options)
    path = Identifier("path")
    each = Mapped(path, Call(function, (name("path"),), options), call("sorted", call("glob.glob", File(data.path))))
    return call("pandas.concat", each, ignore_index=Literal(True))


def _csv_options(resolved: Resolved, groups: tuple[FeatureGroup, ...], texts: Expression | None) -> tuple[Keyword, ...]:
    data = resolved.spec.data
    options: list[Keyword] = []
    if data.separator != ",":
        options.append(_keyword("sep", Literal(data.separator)))
    if data.decimal != ".":
        options.append(_keyword("decimal", Literal(data.decimal)))
    if data.encoding != "utf-8":
        options.append(_keyword("encoding", Literal(data.encoding)))
    if data.columns is not None:
        options += [_keyword("header", Literal(None)), _keyword("names", literals(data.columns))]
    if not data.quoting:
        options.append(_keyword("quoting", Function("csv.QUOTE_NONE")))
    # Only what the spec calls missing is: by pandas' own list, the classes `NA` and `None` would be too.
    with_missing = _columns(resolved, groups, "float32", may_miss=True)
    if with_missing is None:
        options.append(_keyword("na_filter", Literal(False)))
    else:
        options.append(_keyword("keep_default_na", Literal(False)))
        options.append(_keyword("na_values", Mapped(_C, literals(data.missing), with_missing, name("c"))))
    if texts is not None and data.strip:
        options.append(_keyword("converters", Mapped(_C, Function("str.strip"), texts, name("c"))))
    elif texts is not None:
        options.append(_keyword("dtype", Mapped(_C, Function("str"), texts, name("c"))))
    return tuple(options)


def _typed(texts: Expression | None, booleans: Expression | None) -> Iterator[Assign]:
    """Columns that the file does not hold as texts, made the texts and numbers that the model takes."""
    if texts is not None:
        as_text = method(name("data"), "astype", Mapped(_C, Literal("string"), texts, name("c")))
        yield _assign(method(as_text, "fillna", Mapped(_C, Literal(""), texts, name("c"))))
    if booleans is not None:
        yield _assign(method(name("data"), "astype", Mapped(_C, Literal("float32"), booleans, name("c"))))


def _assign(value: Expression) -> Assign:
    return Assign((name("data"),), value)


def _keyword(keyword: str, value: Expression) -> Keyword:
    return Keyword(Identifier(keyword), value)


def _columns(
    resolved: Resolved,
    groups: tuple[FeatureGroup, ...],
    dtype: str,
    *,
    physical: str | None = None,
    may_miss: bool = False,
) -> Expression | None:
    """The columns whose raw input has a type, as the sum of the lists that name them; None where there are none."""
    lists: list[Expression] = []
    for group in groups:
        first = group.sources[0]
        if group.dtype != dtype or (may_miss and not resolved.may_miss(first)):
            continue
        if physical is None or resolved.facts[first].physical == physical:
            lists.append(name(group.variable) if group.columns == group.sources else literals(group.sources))
    if dtype == "string" and (others := tuple(_other_texts(resolved))):
        lists.append(literals(others))
    total = lists[0] if lists else None
    for more in lists[1:]:
        total = Operation("+", total, more)
    return total


def _other_texts(resolved: Resolved) -> Iterator[str]:
    """Columns that are no features, and texts: the target, and what rows are grouped by."""
    group = resolved.spec.data.split.group
    if resolved.has_text_target:
        yield resolved.spec.target
    if group is not None and resolved.feature(group) is None and group != resolved.spec.target:
        yield group


def _random(resolved: Resolved) -> Iterator[Assign]:
    split, target = resolved.spec.data.split, resolved.spec.target
    for whole, held_out, share in _cuts(resolved):
        options = {"test_size": Literal(share), "random_state": Literal(split.seed)}
        stratify = {"stratify": Item(whole, Literal(target))} if split.stratify else {}
        cut = call("sklearn.model_selection.train_test_split", whole, **options, **stratify)
        yield Assign((name("train"), held_out), cut)


def _by_time(resolved: Resolved) -> Iterator[Assign]:
    key = {"key": Function("pandas.to_datetime")} if resolved.time_is_text else {}
    column = Literal(resolved.spec.data.split.time)
    yield Assign((name("data"),), method(name("data"), "sort_values", column, **key, kind=Literal("stable")))
    for whole, held_out, share in _cuts(resolved):
        cut = call("sklearn.model_selection.train_test_split", whole, test_size=Literal(share), shuffle=Literal(False))
        yield Assign((name("train"), held_out), cut)


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
    """What is cut, what is cut off it, and which share of it that is: first the test rows, then the validation rows."""
    split = resolved.spec.data.split
    yield name("data"), name("test"), split.test
    if split.validation is not None:
        # A share of all the rows, as a share of those that are left.
        left = 1 - Fraction(str(split.test))
        yield name("train"), name("validation"), float(Fraction(str(split.validation)) / left)


_SPLITS = {"column": _by_column, "time": _by_time, "group": _by_group, "random": _random}
"""The ways to part rows, in the order in which `Split.way` looks for them."""
