"""What is wrong with the targets of a spec, whatever its data are."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace

from specrun.compiler.data import DATASETS, ColumnFacts, Expected, Lists, read_number
from specrun.compiler.data.kinds import as_text
from specrun.compiler.data.table import Cell
from specrun.compiler.diagnostics import Diagnostic, Label, Span
from specrun.compiler.language.options import entry_of
from specrun.compiler.language.sections import Data
from specrun.compiler.language.targets import Target
from specrun.compiler.reader.nodes import Sequence
from specrun.compiler.suggest import listed

_LARGEST = 2**53
"""Up to here, each whole number is another one as a float, too."""
_WHAT = {
    "class": "is a class",
    "labels": "holds several labels",
    "number": "is a number",
    "ordinal": "is a class in an order",
}
_WHAT_SEVERAL = {
    **dict.fromkeys(("class", "ordinal"), "are columns of classes"),
    "labels": "are labels",
    "number": "are numbers",
}


def check_targets(targets: tuple[Target, ...]) -> Iterator[Diagnostic]:
    """Options that contradict each other, classes of two types, outputs of one name."""
    for target in targets:
        yield from (Diagnostic("S245", *conflict) for conflict in _conflicts(target))
        yield from _check_classes(target)
    yield from _check_names(targets)


def expected_of(target: Target) -> Iterator[Expected]:
    """What a target expects of its columns."""
    in_columns = target.type == "labels" and not target.is_in_cells
    kind = "boolean" if in_columns else {"labels": "labels", "number": "number"}.get(target.type, "class")
    classes = () if in_columns or target.type == "number" else target.classes or ()
    for column in target.columns:
        lists = Lists(of_numbers=False, separator=target.separator) if kind == "labels" else None
        yield Expected(column, kind, target.span, False, classes, target=True, lists=lists)


def settled(target: Target, data: Data, facts: Mapping[str, ColumnFacts]) -> Target:
    """The target with its classes; those of `auto` are the values of its column, numbers and texts in their order."""
    classes = target.classes
    if classes is None:
        column = target.columns[0]
        met = facts[column].values if column in facts else ()
        classes = DATASETS[data.dataset].classes if data.dataset is not None else _in_order(met, data.decimal)
    if target.is_in_cells:
        classes = tuple(map(str, classes))
    return replace(target, classes=classes)


def _in_order(values: tuple[Cell, ...], decimal: str) -> tuple[str | int, ...]:
    numbers = [read_number(value, decimal) if isinstance(value, str) else value for value in values]
    whole = [int(n) for n in numbers if isinstance(n, int | float) and not isinstance(n, bool) and n % 1 == 0]
    if values and len(whole) == len(values) and max(map(abs, whole)) <= _LARGEST:
        return tuple(sorted(set(whole)))
    return tuple(sorted(as_text(value) for value in values))


def check_order(targets: Iterable[Target], unsettled: Container[str]) -> Iterator[Diagnostic]:
    """Texts tell no order of their own."""
    for target in targets:
        texts = [label for label in target.classes or () if isinstance(label, str)]
        if target.type == "ordinal" and texts and target.name in unsettled:
            message = f"the data do not tell in which order {listed(texts, 4)} are"
            yield Diagnostic("S246", message, target.at("type"), "list the `classes` in their order, the lowest first")


def check_stratified(targets: tuple[Target, ...], span: Span) -> Iterator[Diagnostic]:
    """Whether the rows can be parted so that each part has the same share of each class."""
    if len(targets) > 1:
        message = f"`stratify` needs one target, and here are {len(targets)}"
        yield Diagnostic("S210", message, span, "take `stratify` out")
        return
    for target in targets:
        if not target.has_class:
            message = f"`stratify` needs a class for each row, and {shown(target)} {is_what(target)}"
            hint = "take `stratify` out" + (", or list the `classes`" if target.type == "number" else "")
            yield Diagnostic("S210", message, span, hint)


def shown(target: Target) -> str:
    """A target as messages call it: by its columns."""
    return listed(target.columns, 3)


def is_what(target: Target) -> str:
    """What a target is, after its name."""
    return (_WHAT if len(target.columns) == 1 else _WHAT_SEVERAL)[target.type]


def the_target(targets: tuple[Target, ...]) -> str:
    """What messages call a column that is predicted: the one, or one of several."""
    return "the target" if sum(len(target.columns) for target in targets) == 1 else "a target"


def _conflicts(target: Target) -> Iterator[tuple[str, Span, str]]:
    """The options that contradict each other: what is wrong, where, and what to do."""
    several = not isinstance(target.column, str)
    if several and target.has_class:
        message = f"{shown(target)} are {len(target.columns)} columns, and a class stands in one"
        hint = "name one column; `type: labels` takes a column of 0 and 1 for each label"
        yield message, target.at("column"), hint
    if entry_of(target, "classes") is not None:
        if target.type == "number":
            yield f"{shown(target)} {is_what(target)}, and has no classes", target.at("classes"), _without_number()
        elif target.type == "labels" and several:
            message = "the columns name the labels, and `classes` names them again"
            yield message, target.at("classes"), "take `classes` out"
    if entry_of(target, "separator") is not None and not target.is_in_cells:
        message = f"`separator` is about labels in one cell, and {shown(target)} {is_what(target)}"
        yield message, target.at("separator"), "take it out, or write `type: labels` and one column"
    if target.horizon is not None and (target.type != "number" or several):
        message = f"`horizon` is about the values of one series, and {shown(target)} {is_what(target)}"
        yield message, target.at("horizon"), "take it out, or name one column of numbers"


def _without_number() -> str:
    return "take `classes` out, or write `type: class`"


def _check_classes(target: Target) -> Iterator[Diagnostic]:
    """Classes of two types, or so large that one may be taken for another."""
    classes = target.classes or ()
    strange = next((i for i, label in enumerate(classes) if type(label) is not type(classes[0])), None)
    texts = bool(classes) and isinstance(classes[0], str)
    if strange is not None:
        message = f"`{classes[strange]}` is a {'number' if texts else 'text'} among classes that are "
        message += "texts" if texts else "numbers"
    else:
        strange = next((i for i, label in enumerate(classes) if isinstance(label, int) and abs(label) > _LARGEST), None)
        if strange is None:
            return
        message = f"the class `{classes[strange]}` is too large to be told from the numbers beside it"
    entry = entry_of(target, "classes")
    written = entry.value if entry else None
    span = written.items[strange].span if isinstance(written, Sequence) else target.span
    hint = "write all the classes as numbers, or all as texts in quotes"
    if not texts and isinstance(classes[strange], int):
        hint = "write all the classes as texts, in quotes"
    yield Diagnostic("S212", message, span, hint)


def _check_names(targets: Iterable[Target]) -> Iterator[Diagnostic]:
    """Outputs that Keras would call alike, in the model or where it logs what it measures on validation rows."""
    met: dict[str, Target] = {}
    for target in targets:
        for name in (target.output, f"val_{target.output}"):
            first = met.setdefault(name, target)
            if first is not target:
                message = f"the outputs `{first.name}` and `{target.name}` have one name to Keras, `{name}`"
                label = Label(first.span, "the other one")
                yield Diagnostic("S243", message, target.span, "change one of the two names", labels=(label,))
                break
