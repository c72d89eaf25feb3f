"""Learning rates that change with the number of steps; a step is one batch."""

from __future__ import annotations

from specrun.compiler.catalogue.conflicts import uneven_pieces, warmup_without_target
from specrun.compiler.catalogue.entry import REQUIRED, Argument, Entry
from specrun.compiler.catalogue.values import BOOLEAN, integer, number, optional, positive, several

_FIRST = Argument("initial_learning_rate", number(0, 1000), REQUIRED, "the rate at the start")
_STEPS = Argument("decay_steps", integer(1), REQUIRED, "in how many steps the rate falls")
_DECAY = Argument("decay_rate", positive(), REQUIRED, "how much the rate falls in `decay_steps` steps")
_STAIRCASE = Argument("staircase", BOOLEAN, False, "fall once every `decay_steps` steps rather than at each step")
_LOWEST = Argument("alpha", number(0, 1), 0.0, "the last rate, as a share of the first")


def _entry(name: str, doc: str, *arguments: Argument) -> Entry:
    return Entry(name, "schedules", f"keras.optimizers.schedules.{name}", doc, arguments)


SCHEDULES = (
    Entry(
        "CosineDecay",
        "schedules",
        "keras.optimizers.schedules.CosineDecay",
        "falls along a cosine, after a warm-up where one is asked for",
        (
            _FIRST,
            _STEPS,
            _LOWEST,
            Argument("warmup_target", optional(number(0, 1000)), None, "the rate at the end of the warm-up"),
            Argument("warmup_steps", integer(0), 0, "how many steps the warm-up takes"),
        ),
        conflict=warmup_without_target,
    ),
    _entry(
        "CosineDecayRestarts",
        "falls along a cosine, and starts again each time",
        _FIRST,
        Argument("first_decay_steps", integer(1), REQUIRED, "in how many steps the rate falls the first time"),
        Argument("t_mul", positive(), 2.0, "factor on the number of steps from one time to the next"),
        Argument("m_mul", positive(), 1.0, "factor on the first rate from one time to the next"),
        _LOWEST,
    ),
    _entry("ExponentialDecay", "falls by the same factor every so many steps", _FIRST, _STEPS, _DECAY, _STAIRCASE),
    _entry("InverseTimeDecay", "falls as one over the number of steps", _FIRST, _STEPS, _DECAY, _STAIRCASE),
    Entry(
        "PiecewiseConstantDecay",
        "schedules",
        "keras.optimizers.schedules.PiecewiseConstantDecay",
        "one rate up to each boundary, and one after the last",
        (
            Argument("boundaries", several(integer(1), 1000), REQUIRED, "the steps at which the rate changes, rising"),
            Argument("values", several(number(0, 1000), 1001), REQUIRED, "the rates, one more than the boundaries"),
        ),
        conflict=uneven_pieces,
    ),
    _entry(
        "PolynomialDecay",
        "falls along a power of the share of steps that are left",
        _FIRST,
        _STEPS,
        Argument("end_learning_rate", number(0, 1000), 0.0001, "the rate at the end"),
        Argument("power", positive(100), 1.0, "the power; 1 is a straight line"),
        Argument("cycle", BOOLEAN, False, "start again after `decay_steps` steps"),
    ),
)
