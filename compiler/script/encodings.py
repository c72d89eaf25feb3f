"""What scripts without Keras read off the encoding of a group of features, beside the options of the feature."""

from __future__ import annotations

from specrun.compiler.expressions import Items, Statistic, statistics_of, walk
from specrun.compiler.plan import FeatureGroup


def vocabulary(group: FeatureGroup) -> Statistic:
    """The texts of a category that have a place of their own."""
    return next(statistics_of(*group.steps, group.encoding))


def true_texts(group: FeatureGroup) -> Items:
    """The texts that count as true of a boolean that is read as a text."""
    return next(part for part in walk(group.encoding) if isinstance(part, Items))
