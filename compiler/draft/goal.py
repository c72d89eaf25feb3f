"""What to predict, and with what network: told by the target's values and by how many rows there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10, sqrt

from specrun.compiler.data import Cell
from specrun.compiler.draft.columns import Profile

_FEW_NUMBERS = 10
"""Up to so many different whole numbers are classes."""
_LISTED_CLASSES = 30
_RARE = 0.1
"""Below this share of the rows, a class is rare."""
_LARGE = 10.0
"""Numbers of this size are far from where an untrained network begins."""

_SMALL_TABLE, _MIDDLING_TABLE = 2_000, 20_000


@dataclass(frozen=True, slots=True)
class Goal:
    """The target: its `classes`, if it has any, none where the data are to tell them; and what is to be said of it."""

    target: Profile
    of_classes: bool
    classes: tuple[Cell, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """Layers, and how they are trained, as plain values of a spec; `note` is what is to be said of the layers."""

    layers: tuple[object, ...]
    training: Mapping[str, object]
    note: str = ""


def find_goal(target: Profile, *, has_more: bool = False) -> Goal:
    """What there is to predict of a column, which `has_more` rows than were looked at: they may have more classes."""
    if target.kind == "set":
        return Goal(target, of_classes=True)
    if target.kind == "number" or (target.kind == "boolean" and None not in target.numbers):
        numbers = sorted({number for number in target.numbers if number is not None})
        if len(numbers) > _FEW_NUMBERS or any(not number.is_integer() for number in numbers):
            return Goal(target, of_classes=False)
        note = f"without `classes`, `{target.name}` is a number"
        if len(numbers) > 2:
            note += f"; with `target: {{column: {target.name}, type: ordinal}}` the classes have an order"
        return Goal(target, of_classes=True, classes=() if has_more else tuple(map(int, numbers)), note=note)
    classes = tuple(sorted(target.counts, key=str))
    listed = classes if len(classes) <= _LISTED_CLASSES and not has_more else ()
    least = min(target.counts.values(), default=0)
    rare = "`training: {class_weights: balanced}` would make a rare class count as much as the others"
    return Goal(target, of_classes=True, classes=listed, note=rare if least < _RARE * target.known else "")


def advise(goal: Goal, rows: int) -> Advice:
    """A small network that such a table can be expected to train well."""
    small, middling = rows < _SMALL_TABLE, rows < _MIDDLING_TABLE
    units = (16,) if small else (32,) if middling else (64, 32)
    layers: list[object] = [{"Dense": {"units": count, "activation": "relu"}} for count in units]
    if middling:
        layers.append({"Dropout": 0.2})
    epochs, batch_size = (200, 16) if small else (60, 64) if middling else (30, 256)
    return Advice((*layers, *_scale(goal)), _training(epochs, batch_size, patience=10))


def advise_series(goal: Goal) -> Advice:
    """The same for a series, of which each sample is a window."""
    layers = ("Flatten", {"Dense": 16}, *_scale(goal))
    note = "without an activation, what is predicted may go beyond all that has been"
    return Advice(layers, _training(300, 8, patience=30), note)


def _training(epochs: int, batch_size: int, patience: int) -> Mapping[str, object]:
    stopping = {"EarlyStopping": {"monitor": "val_loss", "patience": patience, "restore_best_weights": True}}
    return {"epochs": epochs, "batch_size": batch_size, "callbacks": [stopping]}


def _scale(goal: Goal) -> Sequence[object]:
    """What brings numbers to the size of the target."""
    numbers = [] if goal.of_classes else [number for number in goal.target.numbers if number is not None]
    size = sqrt(sum(number**2 for number in numbers) / len(numbers)) if numbers else 0.0
    return () if size < _LARGE else ({"Rescaling": 10 ** round(log10(size))},)
