"""Looking at the rows of a spec's data: all that a limit allows, or the training rows alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from specrun.compiler.data import ColumnFacts, Dialect, Expected, Table, scan
from specrun.compiler.data.datasets import DatasetTable
from specrun.compiler.data.expected import with_more
from specrun.compiler.data.kinds import as_text
from specrun.compiler.diagnostics import Diagnostic, Report
from specrun.compiler.features import Category, Facts, Set
from specrun.compiler.infer import doubt_kinds, kind_of
from specrun.compiler.language.spec import FeatureSpec

_WIDE = 2.0**63
"""From here on, whole numbers are too large for the type that pandas gives them."""

_TEXTS = frozenset({"boolean", "category", "class", "labels", "part", "sequence", "set", "text"})
"""What is expected of columns of texts, or of what is read as such."""


@dataclass(frozen=True, slots=True)
class Look:
    """Looking at the rows of a table: all that the limit allows, or the training rows alone."""

    table: Table
    training: Table
    dialect: Dialect
    limit: int | None
    decimal_found: bool
    report: Report

    def scan(self, expected: Iterable[Expected]) -> tuple[dict[str, ColumnFacts], int | None]:
        """Hold the rows against what is expected of them; also their number, None where there are more of them."""
        wanted = tuple(expected)
        if not wanted:
            return {}, 0
        found = scan(self.table, self.dialect, wanted, self.limit, decimal_found=self.decimal_found)
        self.report.add(*found.diagnostics, *_moments_as_texts(wanted, self.table))
        rows = self.table.dataset.rows if isinstance(self.table, DatasetTable) else found.rows
        columns: dict[str, ColumnFacts] = {}
        for facts in found.columns:  # of a series, a column may be a feature and the target
            columns[facts.column] = with_more(facts, columns.get(facts.column, facts))
        return columns, rows if found.complete else None

    def texts(self, columns: Iterable[FeatureSpec], missing: tuple[str, ...]) -> dict[str, ColumnFacts]:
        """The different texts of the training rows, but for those that stand for a `missing` value."""
        wanted = [Expected(s.column, "text", s.span) for s in columns]
        if not wanted:
            return {}
        found = scan(self.training, replace(self.dialect, missing=missing), wanted, self.limit)
        return {facts.column: facts for facts in found.columns}

    def infer_kinds(self, features: tuple[FeatureSpec, ...]) -> tuple[FeatureSpec, ...]:
        """The features, those that the spec leaves to the data with the kind that the training rows show."""
        found = self.texts((s for s in features if s.feature is None), self.dialect.missing)
        self.report.add(*doubt_kinds(features, found, self.dialect.decimal))
        return tuple(
            replace(s, feature=s.feature or kind_of(self.physical(s.column), found.get(s.column), self.dialect.decimal))
            for s in features
        )

    def physical(self, column: str) -> str:
        index = self.table.index(column)
        return "text" if index is None else self.table.columns[index].physical

    def count_texts(self, features: tuple[FeatureSpec, ...]) -> dict[str, int]:
        """How many different texts the training rows have in each category or set, a missing one's included."""
        if isinstance(self.table, DatasetTable):  # of which no rows are looked at
            return {}
        categories = {s.column: s.feature for s in features if isinstance(s.feature, Category)}
        counts = self._count_labels(features)
        for column, found in self.texts((s for s in features if s.column in categories), ()).items():
            texts = {as_text(value) for value in found.values} | ({""} if found.missing else set())
            if categories[column].missing == "unknown":
                texts -= set(self.dialect.missing)
            if found.distinct is not None:
                counts[column] = len(texts)
        return counts

    def _count_labels(self, features: Iterable[FeatureSpec]) -> dict[str, int]:
        sets = tuple(s.feature.expected(s.column, s.span) for s in features if isinstance(s.feature, Set))
        found = scan(self.training, self.dialect, sets, self.limit).columns if sets else ()
        return {facts.column: facts.distinct for facts in found if facts.distinct is not None}

    def facts(self, spec: FeatureSpec, scanned: Mapping[str, ColumnFacts], counts: Mapping[str, int]) -> Facts:
        found = scanned.get(spec.column)
        return Facts(
            physical=self.physical(spec.column),
            missing=self.dialect.missing,
            booleans=found.booleans if found else None,
            distinct=counts.get(spec.column),
            wide=is_wide(found),
            finest=found.finest if found else None,
            decimal=self.dialect.decimal,
        )


def is_wide(found: ColumnFacts | None) -> bool:
    """Whether pandas has no one type for the whole numbers of a column: some are beyond 64 bits with a sign."""
    limits = (found.minimum, found.maximum) if found else ()
    return any(limit is not None and abs(limit) >= _WIDE for limit in limits)


def _moments_as_texts(wanted: Iterable[Expected], table: Table) -> Iterator[Diagnostic]:
    """Points in time that are to be texts: pandas writes `2024-02-15` or with a time, as all the others are."""
    for expected in wanted:
        place = table.index(expected.column)
        if expected.kind in _TEXTS and place is not None and table.columns[place].is_moment:
            message = f"`{expected.column}` holds points in time, of which there is no one text"
            is_feature = not expected.target and expected.kind != "part"
            otherwise = f"`{expected.column}: datetime`, or " if is_feature else ""
            hint = f"write {otherwise}the column as texts, such as `2024-02-15`"
            yield Diagnostic("D213", message, expected.span, hint)
