"""Whether there are rows enough for every part of a split, and values enough among the training rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction

from specrun.compiler.data.expected import PARTS
from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.language.sections import Split
from specrun.compiler.series import Series


def cuts(split: Split) -> Iterator[tuple[str, float]]:
    """The parts that are cut off, in turn, and which share of the rows that are left each is: first the test rows."""
    yield "test", split.test
    if split.validation is not None:
        # A share of all the rows, as a share of those that are left.
        yield "validation", float(Fraction(str(split.validation)) / (1 - Fraction(str(split.test))))


def part_sizes(split: Split, rows: int) -> dict[str, int]:
    """How many rows, or groups, each part of a random split or one by group or time gets; 0 where they do not last."""
    sizes: dict[str, int] = {}
    for part, share in cuts(split):
        sizes[part] = min(math.ceil(share * rows), rows)
        rows -= sizes[part]
    return {"train": rows, **sizes}


def check_parts(split: Split, rows: int, groups: int | None, classes: int, span: Span) -> Iterator[Diagnostic]:
    """What is wrong with parting so many rows, of so many groups and classes, in the way that a split says."""
    if split.way == "column":
        return
    what, count = ("groups", groups) if groups is not None else ("rows", rows)
    sizes = part_sizes(split, count)
    empty = next((part for part, size in sizes.items() if size == 0), None)
    if empty is not None:
        message = f"the {what} are too few, {count:,}: none is left for the {name_of(empty)} rows"
        yield Diagnostic("D401", message, span, "hold out a smaller share, or get more rows")
        return
    left = count - sizes["test"]
    if split.folds is not None and left < split.folds:
        message = f"the {what} beside the test rows are too few, {left:,}, for {split.folds} `folds`"
        yield Diagnostic("D401", message, span, "write fewer folds, or get more rows")
    elif split.stratify and min(sizes.values()) < classes:
        part = min(sizes, key=lambda part: sizes[part])
        message = f"{sizes[part]} {name_of(part)} rows cannot hold each of the {classes} classes, as `stratify` asks"
        yield Diagnostic("D402", message, span, "take `stratify` out, or hold out a larger share")


def windows_of(series: Series, sizes: Mapping[str, int]) -> dict[str, int]:
    """How many windows there are in parts of so many rows, which look back on those before, but for the first part."""
    before = {part: 0 if part == "train" else series.window for part in PARTS if part in sizes}
    return {part: series.windows(sizes[part] + rows) for part, rows in before.items()}


def check_windows(series: Series, sizes: Mapping[str, int], span: Span) -> Iterator[Diagnostic]:
    """Whether there is a sample in each part of a series; those of the other parts look back on the rows before."""
    window, horizon = series.window, series.horizon
    followed = f"the {horizon:,} that follow" if horizon > 1 else "one that follows"
    sample = f"a sample is a window of {window:,} row{'s' * (window > 1)} and {followed}"
    predicted = "1 row is predicted" if horizon == 1 else f"{horizon:,} rows are predicted at once"
    for part, rows in sizes.items():
        is_train = part == "train"
        if rows < (series.length if is_train else horizon):
            are = "is 1" if rows == 1 else f"are {rows or 'no'}"
            message = f"{sample if is_train else predicted}, and there {are} {name_of(part)} row{'s' * (rows != 1)}"
            hint = f"make the `{'window' if is_train else 'horizon'}` shorter, hold out another share, or get more rows"
            yield Diagnostic("D230", message, span, hint)


def name_of(part: str) -> str:
    """A part as messages call its rows."""
    return {"train": "training"}.get(part, part)


def nothing_to_learn(column: str, statistic: str, span: Span, what: str = "value") -> Diagnostic:
    """A column of which no training row has a value, or `what` there is to learn from."""
    message = f"`{column}` has no {what} in any training row, and its {statistic.replace('_', ' ')} is learnt from them"
    return Diagnostic("D404", message, span, "leave the column out, or part the rows in another way")
