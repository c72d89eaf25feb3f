"""Whether a spec fits what was found in its data: the kinds of a data set, texts to learn, rows for each part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specrun.compiler.data import DATASETS, ColumnFacts
from specrun.compiler.data.datasets import Dataset
from specrun.compiler.data.kinds import as_text
from specrun.compiler.diagnostics import Diagnostic
from specrun.compiler.features import Category, Set
from specrun.compiler.language.options import entry_of
from specrun.compiler.language.spec import Spec
from specrun.compiler.language.targets import Target
from specrun.compiler.parting import check_parts, check_windows, nothing_to_learn, part_sizes
from specrun.compiler.suggest import listed

_NO_NUMBERS = {"boolean": "D203", "datetime": "D208", "image": "D252", "vector": "D210"}
"""The kinds that are no numbers, as all the columns of the data sets are, and the codes that say so."""


def check_dataset(spec: Spec) -> Iterator[Diagnostic]:
    """The features and classes of a spec that are none in its data set, of which no rows are looked at."""
    dataset = DATASETS.get(spec.data.dataset or "")
    if dataset is None:
        return
    for feature in spec.features:
        kind = "" if feature.feature is None else feature.feature.kind
        if kind in _NO_NUMBERS:
            message = f"`{feature.column}` of `{dataset.name}` is a number, and no {kind}"
            yield Diagnostic(_NO_NUMBERS[kind], message, feature.span, "make the column a `number`")
    for target in spec.targets:
        yield from _check_target(target, dataset)


def _check_target(target: Target, dataset: Dataset) -> Iterator[Diagnostic]:
    if target.type == "number":
        return
    entry = entry_of(target, "classes")
    span = target.span if entry is None or target.classes is None else entry.key.span
    numbers = [column for column in target.columns if not dataset.classes or column != dataset.columns[-1].name]
    if numbers:
        message = f"`{numbers[0]}` of `{dataset.name}` is a number, and has no classes"
        yield Diagnostic("D205", message, span, "take `classes` out, or name another target")
        return
    if target.type == "labels":
        message = f"`{target.columns[0]}` of `{dataset.name}` is one class a row, and no list of labels"
        yield Diagnostic("D205", message, span, "take `type` out: it then is a class")
        return
    listed_as = {as_text(label) for label in target.classes or dataset.classes}
    unlisted = [str(label) for label in dataset.classes if str(label) not in listed_as]
    if unlisted:
        several = len(unlisted) > 1
        message = f"{listed(unlisted)} in `{target.columns[0]}` {'are' if several else 'is'} not among the classes"
        hint = f"the classes of `{dataset.name}` are {listed(map(str, dataset.classes))}"
        yield Diagnostic("D205", message, span, hint)


def check_counts(spec: Spec, counts: Mapping[str, int]) -> Iterator[Diagnostic]:
    """The categories and sets that have no text to learn; where nobody counts, a run finds them."""
    for feature in spec.features:
        is_set = isinstance(feature.feature, Set)
        learns = is_set or (isinstance(feature.feature, Category) and feature.feature.encoding != "hashing")
        if learns and counts.get(feature.column) == 0:
            yield nothing_to_learn(feature.column, "vocabulary", feature.span, "label" if is_set else "value")


def check_split(spec: Spec, rows: int, facts: Mapping[str, ColumnFacts]) -> Iterator[Diagnostic]:
    split = spec.data.split
    groups = facts[split.group].distinct if split.group is not None and split.group in facts else None
    if split.column is not None and split.column in facts and "train" not in facts[split.column].values:
        message = f"`{split.column}` names no row `train`, and there is nothing to train on"
        yield Diagnostic("D401", message, spec.span("data", "split", "column"), "name the part of each row in the file")
    (target, *_) = spec.targets
    labels = {as_text(value) for value in facts[target.columns[0]].values} if target.columns[0] in facts else set()
    classes = len(labels) or len(target.classes or ()) if target.has_class else 0
    if spec.series is not None:
        yield from check_windows(spec.series, part_sizes(split, rows), spec.span("data", "split"))
        return
    yield from check_parts(split, rows, groups, classes, spec.span("data", "split"))
