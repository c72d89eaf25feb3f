"""What kind of feature a column is, judged by its values in the training rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specrun.compiler.data import MARKERS, ColumnFacts, infer_kind
from specrun.compiler.diagnostics import Diagnostic, Severity
from specrun.compiler.features import Boolean, Category, Datetime, Feature, Number
from specrun.compiler.language.spec import FeatureSpec
from specrun.compiler.suggest import listed


def kind_of(physical: str, found: ColumnFacts | None, decimal: str) -> Feature:
    """The feature of a column with the type `physical` in its file, and with what was `found` in the training rows."""
    values = found.values if found else ()
    kind = infer_kind(values, decimal) if values else "category" if physical in ("text", "list") else "number"
    has_missing = found is not None and found.missing > 0
    if kind == "number":
        return Number(missing="mean") if has_missing else Number()
    if kind == "datetime":
        return Datetime(missing="median") if has_missing else Datetime()
    return Category() if kind == "category" or has_missing else Boolean()


def doubt_kinds(
    features: tuple[FeatureSpec, ...], found: Mapping[str, ColumnFacts], decimal: str
) -> Iterator[Diagnostic]:
    """Warnings of columns that are categories only because of texts that usually stand for a missing value."""
    spoilt: dict[tuple[str, tuple[str, ...]], list[FeatureSpec]] = {}
    for spec in features:
        values = found[spec.column].values if spec.column in found else ()
        markers = tuple(sorted(str(value) for value in values if str(value).lower() in MARKERS))
        others = [value for value in values if str(value) not in markers]
        kind = infer_kind(others, decimal) if markers else "category"
        if kind in ("number", "datetime") and infer_kind(values, decimal) == "category":
            spoilt.setdefault((kind, markers), []).append(spec)
    for (kind, markers), specs in spoilt.items():
        columns, several = listed([spec.column for spec in specs], 4), len(specs) > 1
        message = f"{columns} would be {f'{kind}s' if several else f'a {kind}'} but for {listed(markers)}"
        quoted = ", ".join(f'"{marker}"' for marker in markers)
        hint = f"add `missing: [{quoted}]` to `data:`"
        yield Diagnostic("D308", message, specs[0].span, hint, Severity.WARNING)
