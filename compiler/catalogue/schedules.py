"""Learning rates that change with the number of steps; a step is one batch."""

from __future__ import annotations

from collections.abc import Mapping

from specrun.compiler.catalogue.conflicts import uneven_pieces, warmup_without_target
from specrun.compiler.catalogue.entry import Entry
from specrun.compiler.catalogue.facts import Fact
from specrun.compiler.catalogue.making import Bound, Family, Note, available, make
from specrun.compiler.catalogue.values import integer, number, positive, several

_RATE = number(0, 1000)

_GENERAL = {
    "alpha": Bound("the last rate, as a share of the first", number(0, 1)),
    "cycle": Bound("start again after `decay_steps` steps"),
    "decay_rate": Bound("how much the rate falls in `decay_steps` steps", positive()),
    "decay_steps": Bound("in how many steps the rate falls", integer(1)),
    "end_learning_rate": Bound("the rate at the end", _RATE),
    "first_decay_steps": Bound("in how many steps the rate falls the first time", integer(1)),
    "initial_learning_rate": Bound("the rate at the start", _RATE),
    "m_mul": Bound("factor on the first rate from one time to the next", positive()),
    "power": Bound("the power; 1 is a straight line", positive(100)),
    "staircase": Bound("fall once every `decay_steps` steps rather than at each step"),
    "t_mul": Bound("factor on the number of steps from one time to the next", positive()),
    "warmup_steps": Bound("how many steps the warm-up takes", integer(0)),
    "warmup_target": Bound("the rate at the end of the warm-up", _RATE),
    "boundaries": Bound("the steps at which the rate changes, rising", several(integer(1), 1000)),
    "values": Bound("the rates, one more than the boundaries", several(_RATE, 1001)),
}

_NOTES: Mapping[str, Note] = {
    "CosineDecay": Note("falls along a cosine, after a warm-up where one is asked for", conflict=warmup_without_target),
    "CosineDecayRestarts": Note("falls along a cosine, and starts again each time"),
    "ExponentialDecay": Note("falls by the same factor every so many steps"),
    "InverseTimeDecay": Note("falls as one over the number of steps"),
    "PiecewiseConstantDecay": Note("one rate up to each boundary, and one after the last", conflict=uneven_pieces),
    "PolynomialDecay": Note("falls along a power of the share of steps that are left"),
}


def _entry(name: str, fact: Fact) -> Entry:
    return make("schedules", name, fact, _NOTES[name], _GENERAL)


SCHEDULES = Family("schedules", available("schedules"), _entry)
