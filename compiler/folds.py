"""The plans of cross-validation: the same plan on other rows, one for each fold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specrun.compiler.expressions import Assign, Attribute, Item, Literal, call, name
from specrun.compiler.plan import Folds, Plan


def fold_plans(plan: Plan) -> Iterator[Plan]:
    """The plan of each fold, whose test rows are those that judge; none where the plan asks for no folds.

    All that is learnt from data is learnt anew, from the training rows of the fold.
    """
    folds = plan.data.folds
    for place in range(0 if folds is None else folds.count):
        assert folds is not None
        parting = tuple(_parting(folds, place))
        yield replace(plan, data=replace(plan.data, parting=parting, folds=None))


def _parting(folds: Folds, place: int) -> Iterator[Assign]:
    """The steps from all the rows to those of a fold; what `before` has called the test rows is in no part of it."""
    yield from folds.before
    yield Assign((name("kept"), name("held_out")), Item(call("list", folds.splits), Literal(place)))
    rows_of = Attribute(name("train"), "iloc")
    yield Assign((name("test"),), Item(rows_of, name("held_out")))
    yield Assign((name("train"),), Item(rows_of, name("kept")))
    yield from folds.after
