"""How the files are read into the data frame `data`, each column as what the network takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from specrun.compiler.data import DATASETS
from specrun.compiler.data.folder_table import IMAGE, INSIDE, LABEL
from specrun.compiler.expressions import (
    Assign,
    Attribute,
    Call,
    Expression,
    File,
    Function,
    Identifier,
    Item,
    Items,
    Keyword,
    Literal,
    Mapped,
    Operation,
    Pairs,
    call,
    literals,
    method,
    name,
    substituted,
)
from specrun.compiler.features import Image
from specrun.compiler.features.kind import VALUES
from specrun.compiler.language.sections import Data as DataSection
from specrun.compiler.matching import has_wildcard
from specrun.compiler.memory import STREAMED
from specrun.compiler.plan import FeatureGroup
from specrun.compiler.resolve import Resolved

_C = Identifier("c")
_NAN = Function("numpy.nan")
_NO_DECIMALS = (Literal(r"\.0$"), Literal(""))


def reading_steps(resolved: Resolved, groups: tuple[FeatureGroup, ...]) -> Iterator[Assign]:
    """The steps from the files, or the data set, to the data frame."""
    data, frame = resolved.spec.data, _Frame(resolved, groups)
    if data.dataset is not None:
        yield _assign(Attribute(call(DATASETS[data.dataset].function, as_frame=Literal(True)), "frame"))
        yield from _texts(frame)
    elif data.format == "csv":
        yield _assign(_read_files(data, "pandas.read_csv", tuple(_csv_options(data, frame))))
        yield from _stripped_numbers(data, frame)
    elif data.format == "image_folder":
        yield from _folder(data)
    elif data.format == "jsonl":
        # Left to its habits, pandas makes `007` a number and a text that looks like one a date.
        exactly = {"lines": Literal(True), "dtype": Literal(False), "encoding": Literal("utf-8-sig")}
        yield _assign(_read_files(data, "pandas.read_json", _keywords(**exactly)))
        yield from (*_numbers(data, frame), *_texts(frame))
    else:
        yield _assign(_read_files(data, "pandas.read_parquet", ()))
        if resolved.memory.name == STREAMED and not has_wildcard(str(data.path)):
            yield _assign(method(name("data"), "reset_index", drop=Literal(True)))  # the file may hold another
        yield from (*_numbers(data, frame), *_texts(frame))
    yield from _image_paths(resolved)
    yield from _parsed(groups)
    of_columns = (group for group in groups if group.input is not None)
    renamed = [(s, c) for group in of_columns for s, c in zip(group.sources, group.columns, strict=True) if s != c]
    if renamed:
        pairs = Pairs(tuple((Literal(source), Literal(column)) for source, column in renamed))
        yield _assign(method(name("data"), "rename", columns=pairs))


def used_columns(resolved: Resolved, groups: tuple[FeatureGroup, ...]) -> tuple[str, ...]:
    """The columns that the steps look at, in their order in the files."""
    used = _Frame(resolved, groups).columns
    return tuple(column for column in resolved.columns if column in used)


def _parsed(groups: Iterable[FeatureGroup]) -> Iterator[Assign]:
    """The columns of which the data frame holds something else than was read."""
    for group in groups:
        if group.parse is not None:
            columns = (Item(name("data"), Literal(source)) for source in group.sources)
            yield from (Assign((column,), substituted(group.parse, VALUES, column)) for column in columns)


class _Frame:
    """The columns of the data frame by what they have to be, as lists that a script names them by."""

    def __init__(self, resolved: Resolved, groups: tuple[FeatureGroup, ...]) -> None:
        self._resolved, self._groups = resolved, tuple(group for group in groups if group.input is not None)
        self._dtypes = {source: self._type_of(group, source) for group in self._groups for source in group.sources}
        split = resolved.spec.data.split
        self._others = {column: resolved.frame_of_target(column) for column in resolved.spec.target_columns}
        time = "date" if resolved.time_is_text else "float32"
        for column, dtype in ((split.group, "string"), (split.time, time), (split.column, "part")):
            if column is not None:
                self._others.setdefault(column, dtype)  # what is predicted parts the rows as it is
        self._others = {column: dtype for column, dtype in self._others.items() if column not in self._dtypes}

    @property
    def columns(self) -> frozenset[str]:
        """All the columns that the steps look at."""
        return frozenset([*self._dtypes, *self._others])

    def used(self) -> Expression | None:
        """All the columns that the steps look at, if the files have others beside them."""
        if self.columns.issuperset(self._resolved.columns):
            return None
        return self._listed(lambda _: True, self._others)

    def texts(self, *more: str) -> Expression | None:
        """The columns that have to be texts, those that are no features of the types `more` among them."""
        others = (column for column, dtype in self._others.items() if dtype in ("string", *more))
        return self._listed(lambda column: self._dtypes[column] == "string", others)

    def numbers(self) -> Expression | None:
        """The columns that have to be numbers."""
        others = (column for column, dtype in self._others.items() if dtype == "float32")
        return self._listed(self._is_number, others)

    def numbers_that_may_miss(self) -> Expression | None:
        """The features that are numbers and whose policy allows missing values."""
        return self._listed(lambda column: self._is_number(column) and self._resolved.may_miss(column))

    def has_written_numbers(self) -> bool:
        """Whether the files hold some of them as texts."""
        may_miss, physical = self._resolved.may_miss, self._resolved.columns
        return any(self._is_number(c) and may_miss(c) and physical[c] == "text" for c in self._dtypes)

    def wide_numbers(self) -> Expression | None:
        """The features, and the times, with a whole number that no type of whole numbers holds, but not as a text."""
        time = self._resolved.spec.data.split.time if self._resolved.time_is_wide else None
        others = (column for column, dtype in self._others.items() if dtype == "float32" and column == time)
        stripped = self._resolved.is_stripped
        wide = {column for column, facts in self._resolved.facts.items() if facts.wide and not stripped(column)}
        return self._listed(lambda column: self._is_number(column) and column in wide, others)

    def whole_texts(self) -> Expression | None:
        """The columns that have to be texts, and that pandas holds as numbers with decimals, be they whole (`3.0`)."""
        physical, may_miss = self._resolved.columns, self._resolved.may_miss
        decimals = {c for c, held in physical.items() if held == "number" or (held == "integer" and may_miss(c))}
        others = (column for column, dtype in self._others.items() if dtype == "string" and column in decimals)
        return self._listed(lambda column: self._dtypes[column] == "string" and column in decimals, others)

    def _type_of(self, group: FeatureGroup, source: str) -> str:
        """What a column of a group is read as; datetimes as texts where pandas might take them for numbers."""
        is_text = self._resolved.columns[source] == "text" and self._resolved.spec.data.format != "csv"
        return group.frame if group.frame != "datetime" or is_text else "string"

    def _is_number(self, column: str) -> bool:
        return self._dtypes[column] == "float32"

    def _listed(self, wanted: Callable[[str], bool], others: Iterable[str] = ()) -> Expression | None:
        """The wanted features and the others: the lists that name them, added up; None where there are none."""
        lists: list[Expression] = []
        alone: list[str] = []
        for group in self._groups:
            chosen = tuple(source for source in group.sources if wanted(source))
            if chosen == group.columns:
                lists.append(name(group.variable))
            else:
                alone += chosen
        alone += others
        if alone:
            lists.append(literals(alone))
        total = lists[0] if lists else None
        for more in lists[1:]:
            total = Operation("+", total, more)
        return total


def _folder(data: DataSection) -> Iterator[Assign]:
    """The images of the folders in a folder, each with the name of the folder that it lies in."""
    assert data.path is not None
    path = Identifier("path")
    images = call(
        "sorted", call("glob.glob", call("os.path.join", call("glob.escape", File(data.path)), *map(Literal, INSIDE)))
    )
    yield _assign(call("pandas.DataFrame", Pairs(((Literal(IMAGE), images),))))
    label = call("os.path.basename", call("os.path.dirname", name("path")))
    labels = Mapped(path, label, Item(name("data"), Literal(IMAGE)))
    yield Assign((Item(name("data"), Literal(LABEL)),), labels)


def _image_paths(resolved: Resolved) -> Iterator[Assign]:
    """The paths of images, relative to the folder of the data, as paths that lead there."""
    for spec in resolved.spec.features:
        if isinstance(spec.feature, Image) and resolved.spec.data.format != "image_folder":
            folder = call("os.path.dirname", File(str(resolved.spec.data.path)))
            parts = (folder, *((Literal(spec.feature.folder),) if spec.feature.folder else ()), name("path"))
            column = Item(name("data"), Literal(spec.column))
            yield Assign((column,), Mapped(Identifier("path"), call("os.path.join", *parts), column))


def _read_files(data: DataSection, function: str, options: tuple[Keyword, ...]) -> Expression:
    assert data.path is not None
    if not has_wildcard(data.path):
        return Call(function, (File(data.path),), options)
    path = Identifier("path")
    each = Mapped(path, Call(function, (name("path"),), options), call("sorted", call("glob.glob", File(data.path))))
    return call("pandas.concat", each, ignore_index=Literal(True))


def _csv_options(data: DataSection, frame: _Frame) -> Iterator[Keyword]:
    if data.separator != ",":
        yield from _keywords(sep=Literal(data.separator))
    if data.decimal != ".":
        yield from _keywords(decimal=Literal(data.decimal))
    if data.encoding != "utf-8":
        yield from _keywords(encoding=Literal(data.encoding))
    if data.columns is not None:
        yield from _keywords(header=Literal(None), names=literals(data.columns))
    used = frame.used()
    if used is not None:
        yield from _keywords(usecols=used)
    if not data.quoting:
        yield from _keywords(quoting=Function("csv.QUOTE_NONE"))
    with_missing = frame.numbers_that_may_miss()
    # Only what the spec calls missing is: by pandas' own list, the classes `NA` and `None` would be too.
    if with_missing is None or data.strip:
        yield from _keywords(na_filter=Literal(False))
    else:
        markers = _for_each(with_missing, literals(data.missing))
        yield from _keywords(keep_default_na=Literal(False), na_values=markers)
    texts, wide = frame.texts(), frame.wide_numbers()
    if data.strip:
        stripped = _sum(frame.texts("date", "part"), with_missing)
        yield from _keywords(converters=_each("str.strip", stripped)) if stripped is not None else ()
        texts = None
    types = [_each(type_, columns) for type_, columns in (("str", texts), ("float", wide)) if columns is not None]
    if types:
        yield from _keywords(dtype=types[0] if len(types) == 1 else Operation("|", types[0], types[1]))


def _stripped_numbers(data: DataSection, frame: _Frame) -> Iterator[Assign]:
    """Numbers that were read as texts, since pandas knows no missing value by a marker with blanks around it."""
    numbers = frame.numbers_that_may_miss()
    if not data.strip or numbers is None:
        return
    known = Item(name("data"), numbers)
    value = method(known, "replace", literals(data.missing), _NAN)
    if data.decimal != ".":
        value = method(value, "replace", Literal(data.decimal), Literal("."), regex=Literal(True))
    yield Assign((known,), method(value, "astype", Function("float")))


def _numbers(data: DataSection, frame: _Frame) -> Iterator[Assign]:
    """Numbers that the file may hold as texts, decimals or booleans, or with missing values."""
    numbers = frame.numbers()
    if numbers is not None:
        named, known = _named("numbers", numbers)
        value = method(known, "replace", literals(data.missing), _NAN) if frame.has_written_numbers() else known
        yield from (*named, Assign((known,), method(value, "astype", Function("float"))))


def _texts(frame: _Frame) -> Iterator[Assign]:
    """Texts that the file may hold as numbers, or with missing values."""
    texts, whole = frame.texts(), frame.whole_texts()
    if whole is not None:
        named, known = _named("codes", whole)
        value = method(method(known, "astype", Literal("string")), "replace", *_NO_DECIMALS, regex=Literal(True))
        yield from (*named, Assign((known,), value))
    if texts is not None:
        named, known = _named("texts", texts)
        value = method(method(known, "astype", Literal("string")), "fillna", Literal(""))
        yield from (*named, Assign((known,), value))


def _named(variable: str, columns: Expression) -> tuple[tuple[Assign, ...], Item]:
    """The columns of the data frame, under a name if they are not one list; with the step that names them."""
    if isinstance(columns, Operation):
        return (Assign((name(variable),), columns),), Item(name("data"), name(variable))
    return (), Item(name("data"), columns)


def _each(type_: str, columns: Expression) -> Expression:
    return _for_each(columns, Function(type_))


def _for_each(columns: Expression, value: Expression) -> Expression:
    """The same value for each column: written out where the columns are, else in a loop over the lists of them."""
    if isinstance(columns, Items):
        return Pairs(tuple((column, value) for column in columns.items))
    return Mapped(_C, value, columns, name("c"))


def _sum(left: Expression | None, right: Expression | None) -> Expression | None:
    if left is None or right is None:
        return left or right
    return Operation("+", left, right)


def _assign(value: Expression) -> Assign:
    return Assign((name("data"),), value)


def _keywords(**options: Expression) -> tuple[Keyword, ...]:
    return tuple(Keyword(Identifier(keyword), value) for keyword, value in options.items())
