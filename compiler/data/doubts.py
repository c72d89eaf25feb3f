"""What fits the spec and yet looks like a slip in the data: warnings with the lines that they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specrun.compiler.data.judges import ListedJudge, Mark
from specrun.compiler.data.kinds import as_text
from specrun.compiler.data.mistakes import SAYS, also, quoted
from specrun.compiler.data.table import Cell, Dialect, short
from specrun.compiler.data.tally import Tally
from specrun.compiler.diagnostics import Diagnostic, Label, Severity, Span
from specrun.compiler.suggest import listed

_LONE = 0.01
_OWN_VALUES = 0.9
_OWN_VALUES_ROWS = 50
_WORDS = 4
"""From so many words on average, values are texts rather than names."""


def find_doubts(tally: Tally, dialect: Dialect, *, complete: bool, decimal_found: bool) -> Iterator[Diagnostic]:
    """The D3xx warnings of one column; what only the whole of the data can tell is left out unless `complete`."""
    if decimal_found:
        yield from _decimal_commas(tally)
    if tally.expected.kind in ("category", "key") or (tally.expected.kind == "class" and not tally.expected.values):
        yield from _variants(tally)
    if complete:
        for find in _WHOLE:
            yield from find(tally, dialect)


def _warning(code: str, message: str, span: Span, hint: str, *labels: Label) -> Diagnostic:
    return Diagnostic(code, message, span, hint, Severity.WARNING, labels)


def _says(tally: Tally) -> Label:
    return Label(tally.expected.span, SAYS.get(tally.expected.kind, "the spec names it here"))


def _decimal_commas(tally: Tally) -> Iterator[Diagnostic]:
    commas = tally.found.get(Mark.COMMA)
    if commas is None:
        return
    example = quoted(tuple(commas.values)[:1])
    numbers = "1 number" if commas.count == 1 else f"{commas.count:,} numbers"
    message = f"`{tally.expected.column}` writes {numbers} with a decimal comma, such as {example}"
    hint = 'add `decimal: ","` to `data:` if that is right'
    message += also(commas.count, commas.rows, counted=True)
    yield _warning("D301", message, tally.span(commas.rows[0]), hint, _says(tally))


def _lone_negatives(tally: Tally, _dialect: Dialect) -> Iterator[Diagnostic]:
    negative = tally.found.get(Mark.NEGATIVE)
    if negative is None or negative.count >= _LONE * tally.known:
        return
    message = f"{quoted(negative.values)} in `{tally.expected.column}` is negative, as hardly any other value is"
    hint = "mend the value in the file" + (
        "" if tally.expected.target else ", or limit the column by `clip: [0, null]`"
    )
    yield _warning(
        "D302", message + also(negative.count, negative.rows), tally.span(negative.rows[0]), hint, _says(tally)
    )


def _variants(tally: Tally) -> Iterator[Diagnostic]:
    """Texts that differ only in letter case or in blanks at their ends, and texts that have such blanks at all."""
    folded: dict[str, list[str]] = {}
    for cell in tally.counts:
        if isinstance(cell, str):
            folded.setdefault(cell.strip().casefold(), []).append(cell)
    groups = [group for group in folded.values() if len(group) > 1]
    if groups:
        yield _same_but_for(tally, groups)
    alone = [group[0] for group in folded.values() if len(group) == 1 and group[0] != group[0].strip()]
    if alone:
        message = (
            f"{quoted(alone)} in `{tally.expected.column}` {'have' if len(alone) > 1 else 'has'} blanks at the ends"
        )
        rows = [tally.first[text] for text in alone[:4]]
        hint = "`strip: true` in `data:` drops them"
        yield _warning("D304", message, tally.span(rows[0]), hint, _says(tally))


def _same_but_for(tally: Tally, groups: list[list[str]]) -> Diagnostic:
    pairs = [_rare_and_common(tally, group) for group in groups]
    rare, common = pairs[0]
    blanks = rare.strip() == common.strip()
    difference = "blanks at the ends" if blanks else "letter case"
    message = f"`{short(rare)}` in `{tally.expected.column}` differs from `{short(common)}` only in {difference}"
    if len(pairs) > 1:
        message += f", as {quoted([pair[0] for pair in pairs[1:]])} {'does' if len(pairs) == 2 else 'do'} from another"
    hint = "`strip: true` in `data:` drops the blanks" if blanks else "write them alike in the file"
    other = Label(tally.span(tally.first[common]), f"`{short(common)}` is written here")
    return _warning("D303", message, tally.span(tally.first[rare]), hint, other, _says(tally))


def _rare_and_common(tally: Tally, group: list[str]) -> tuple[str, str]:
    ordered = sorted(group, key=lambda text: tally.counts[text])
    return ordered[0], ordered[-1]


def _absent_classes(tally: Tally, dialect: Dialect) -> Iterator[Diagnostic]:
    values, labels = tally.expected.values, tally.expected.kind == "labels"
    if not (labels or tally.expected.kind == "class") or not values:
        return
    judge = ListedJudge(values, dialect.decimal)
    present = {judge.key(cell) for cell in (tally.labels if labels else tally.counts)}
    absent: list[Cell] = [value for value in values if judge.key(value) not in present]
    if absent:
        message = (
            f"no row of `{tally.expected.column}` has the {'classes' if len(absent) > 1 else 'class'} {quoted(absent)}"
        )
        hint = "the network cannot learn what it never sees; see whether the name is right"
        yield _warning("D305", message, tally.expected.span, hint)


def _constant(tally: Tally, _dialect: Dialect) -> Iterator[Diagnostic]:
    column, (minimum, maximum) = tally.expected.column, tally.range()
    hint = "leave the column out, as nothing can be learnt from it"
    if tally.expected.target:
        hint = "see whether this is the column to predict, and whether all the rows are in the file"
    whole = tally.known == tally.rows > 1 and not tally.count(Mark.NO_NUMBER) and not tally.count(Mark.NOT_FINITE)
    same = len(tally.counts) == 1 or (minimum is not None and minimum == maximum)
    if tally.known == 0:
        yield _warning("D306", f"`{column}` has no value in any row", tally.expected.span, hint)
    elif whole and same and tally.expected.kind != "time":  # by a time rows are ordered, and nothing is learnt from it
        value: Cell = next(iter(tally.counts), minimum)
        yield _warning("D306", f"`{column}` is {quoted([value])} in every row", tally.expected.span, hint)


def _identifier(tally: Tally, _dialect: Dialect) -> Iterator[Diagnostic]:
    rows = tally.rows_until_full or tally.known
    if tally.expected.kind != "category" or rows < _OWN_VALUES_ROWS or len(tally.counts) < _OWN_VALUES * rows:
        return
    examples = listed([short(as_text(cell)) for cell in list(tally.counts)[:2]])
    message = (
        f"`{tally.expected.column}` has {len(tally.counts):,} different values in {rows:,} rows, such as {examples}"
    )
    hint = "leave the column out if it only names the row, or take `encoding: hashing`"
    if sum(len(as_text(cell).split()) for cell in tally.counts) >= _WORDS * len(tally.counts):
        hint = "make it a `text`, so that its words count, or leave the column out"
    yield _warning("D307", message, tally.expected.span, hint)


_WHOLE: tuple[Callable[[Tally, Dialect], Iterator[Diagnostic]], ...] = (
    _lone_negatives,
    _absent_classes,
    _constant,
    _identifier,
)
