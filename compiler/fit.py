"""Whether a spec fits what was found in its data: the kinds of a data set, texts to learn, rows for each part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specrun.compiler.data import DATASETS, ColumnFacts
from specrun.compiler.data.kinds import as_text
from specrun.compiler.diagnostics import Diagnostic
from specrun.compiler.features import Boolean, Category
from specrun.compiler.language.spec import Spec
from specrun.compiler.parting import check_parts, nothing_to_learn
from specrun.compiler.suggest import listed


def check_dataset(spec: Spec) -> Iterator[Diagnostic]:
    """The booleans and classes of a spec that are none in its data set, of which no rows are looked at."""
    dataset = DATASETS.get(spec.data.dataset or "")
    if dataset is None:
        return
    for feature in spec.features:
        if isinstance(feature.feature, Boolean):
            message = f"`{feature.column}` of `{dataset.name}` is a number, and no boolean"
            yield Diagnostic("D203", message, feature.span, "make the column a `number`")
    if not spec.target or spec.classes == ():
        return
    span = spec.span("target") if spec.classes is None else spec.span("classes")
    if not dataset.classes or spec.target != dataset.columns[-1].name:
        message = f"`{spec.target}` of `{dataset.name}` is a number, and has no classes"
        yield Diagnostic("D205", message, span, "take `classes` out, or name another target")
        return
    listed_as = {as_text(label) for label in spec.classes or dataset.classes}
    unlisted = [str(label) for label in dataset.classes if str(label) not in listed_as]
    if unlisted:
        several = len(unlisted) > 1
        message = f"{listed(unlisted)} in `{spec.target}` {'are' if several else 'is'} not among the classes"
        hint = f"the classes of `{dataset.name}` are {listed(map(str, dataset.classes))}"
        yield Diagnostic("D205", message, span, hint)


def check_counts(spec: Spec, counts: Mapping[str, int]) -> Iterator[Diagnostic]:
    """The categories that have no text to learn; where nobody counts, a run finds them."""
    for feature in spec.features:
        learns = isinstance(feature.feature, Category) and feature.feature.encoding != "hashing"
        if learns and counts.get(feature.column) == 0:
            yield nothing_to_learn(feature.column, "vocabulary", feature.span)


def check_split(spec: Spec, rows: int, facts: Mapping[str, ColumnFacts]) -> Iterator[Diagnostic]:
    split = spec.data.split
    groups = facts[split.group].distinct if split.group is not None and split.group in facts else None
    if split.column is not None and split.column in facts and "train" not in facts[split.column].values:
        message = f"`{split.column}` names no row `train`, and there is nothing to train on"
        yield Diagnostic("D401", message, spec.span("data", "split", "column"), "name the part of each row in the file")
    labels = {as_text(value) for value in facts[spec.target].values} if spec.target in facts else set()
    yield from check_parts(split, rows, groups, len(labels) or len(spec.classes or ()), spec.span("data", "split"))
