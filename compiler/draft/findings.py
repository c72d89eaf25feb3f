"""What is to be known of the columns of a table before one learns from them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations
from math import sqrt

from specrun.compiler.data import Cell, short
from specrun.compiler.data.kinds import as_text
from specrun.compiler.draft.columns import Profile, aligned, is_ascending
from specrun.compiler.suggest import listed

_OWN_VALUES = 0.9
_FEW_ROWS = 50
"""So many different values among the rows, and in so many rows at least, make a name of each row."""
_REPEATED = 10
"""A value that tells the answer has to stand in so many rows on average to be more than a coincidence."""
_SURE = 0.999
_SAME_LINE = 0.9999
_MOST_COMPARED = 200
_SHOWN_PAIRS = 3
_LONG_ENOUGH, _ENDING = 5, 2
"""Shorter texts are near to each other by chance; so many letters at the end may be those of another form of a word."""
_SHARED = 3
"""So many columns that hang on one, and no fewer than a quarter of all, make its rows a group."""


def why_useless(column: Profile) -> str:
    """Why nothing can be learnt from a column; empty where something may be."""
    if not column.known:
        return "no value in any row"
    if len(column.counts) == 1 and not column.missing:
        return f"`{short(as_text(next(iter(column.counts))), 30)}` in every row"
    if len(column.cells) < _FEW_ROWS:
        return ""
    if column.kind == "number" and is_ascending(column.numbers):
        return "counts the rows"
    if column.kind == "category" and len(column.counts) >= _OWN_VALUES * column.known:
        return f"names the row: {len(column.counts):,} different values in {column.known:,} rows"
    return ""


def why_leaking(column: Profile, target: Profile, *, of_classes: bool) -> str:
    """Why a column gives the answer away; empty where it does not."""
    pairs = list(aligned(column, target))
    if column.kind in ("text", "set", "vector", "sequence") or len(pairs) < _FEW_ROWS:
        return ""
    if not of_classes and column.kind == "number" and _correlation(column, target) > _SAME_LINE:
        return f"gives the answer away: it goes with `{target.name}` in a straight line"
    answers: dict[Cell, Counter[Cell]] = defaultdict(Counter)
    for value, answer in pairs:
        answers[value][answer] += 1
    told = sum(max(counts.values()) for counts in answers.values())
    guessed = Counter(answer for _, answer in pairs).most_common(1)[0][1]
    repeats = len(answers) * _REPEATED <= len(pairs)
    if repeats and told >= _SURE * len(pairs) > guessed:
        return f"gives the answer away: each of its values goes with one of `{target.name}`"
    return ""


def _correlation(one: Profile, other: Profile) -> float:
    """Pearson's, without its sign."""
    pairs = [(x, y) for x, y in zip(one.numbers, other.numbers, strict=True) if x is not None and y is not None]
    mean_x, mean_y = (sum(values) / len(pairs) for values in zip(*pairs, strict=True))
    xx = sum((x - mean_x) ** 2 for x, _ in pairs)
    yy = sum((y - mean_y) ** 2 for _, y in pairs)
    xy = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    return abs(xy) / sqrt(xx * yy) if xx and yy else 0.0


def near_equal(column: Profile) -> str:
    """The categories of a column that may be one; empty where there are none."""
    texts = sorted(as_text(value) for value in column.counts)
    if column.kind != "category" or len(texts) > _MOST_COMPARED:
        return ""
    pairs = [f"`{short(a, 30)}` and `{short(b, 30)}`" for a, b in combinations(texts, 2) if _is_near(a, b)]
    more = f", and {len(pairs) - _SHOWN_PAIRS} pairs more" if len(pairs) > _SHOWN_PAIRS else ""
    return f"one and the same? {', '.join(pairs[:_SHOWN_PAIRS])}{more}" if pairs else ""


def _is_near(one: str, other: str) -> bool:
    """Whether two texts are one but for letter case or a slip, or one is the other cut short."""
    short_, long = sorted((one.strip().casefold(), other.strip().casefold()), key=len)
    if any(character.isdigit() for character in one + other):
        return False
    if short_ == long:
        return True
    if len(short_) < _LONG_ENOUGH:
        return False
    if len(long) - len(short_) > 1:
        same = next((i for i, (a, b) in enumerate(zip(short_, long, strict=False)) if a != b), len(short_))
        return " " not in long and same >= len(short_) - _ENDING and len(short_) <= len(long) / 2
    return SequenceMatcher(None, short_, long).ratio() > 1 - 1 / len(long)


def find_group(columns: Sequence[Profile]) -> tuple[Profile, tuple[str, ...]] | None:
    """The column whose rows belong together, and the others that are the same in all of these."""
    candidates = [column for column in columns if column.kind == "category" and _repeats(column)]
    found = [(column, tuple(_hanging_on(column, columns))) for column in candidates]
    enough = [(c, names) for c, names in found if len(names) >= max(_SHARED, (len(columns) - 1) / 4)]
    return max(enough, key=lambda pair: (len(pair[1]), len(pair[0].counts)), default=None)


def _repeats(column: Profile) -> bool:
    return not column.missing and len(column.counts) > _SHARED and len(column.counts) * _SHARED <= column.known


def _hanging_on(column: Profile, others: Sequence[Profile]) -> Iterator[str]:
    """The names of the columns that have one value for each value of a column."""
    for other in others:
        if other is not column and len(other.counts) > 1:
            met: dict[Cell, Cell] = {}
            if all(met.setdefault(value, more) == more for value, more in zip(column.cells, other.cells, strict=True)):
                yield other.name


def shown_group(group: tuple[Profile, tuple[str, ...]]) -> str:
    """Why the rows of a group are not to be parted."""
    column, names = group
    return f"{listed(names, 3)} are the same in all rows of a `{column.name}`, which a random split would share"
