"""Learning rates that change with each step, by the number of steps before it."""

from __future__ import annotations

from collections.abc import Mapping

from specrun.compiler.expressions import Expression, Literal
from specrun.compiler.quoting import quoted
from specrun.compiler.script.options import Refused, options_of

_SHARE = "tf.minimum(step / decay_steps, 1.0)"
SCHEDULES: Mapping[str, str] = {
    "CosineDecay": f"rate * (alpha + (1 - alpha) * (1 + tf.cos(math.pi * {_SHARE})) / 2)",
    "ExponentialDecay": "rate * decay_rate ** (step / decay_steps)",
    "InverseTimeDecay": "rate / (1 + decay_rate * step / decay_steps)",
    "PolynomialDecay": f"(rate - end) * (1 - {_SHARE}) ** power + end",
}
_WITHOUT_ALPHA = f"rate * (1 + tf.cos(math.pi * {_SHARE})) / 2"
_STAIRS = {
    "ExponentialDecay": "rate * decay_rate ** (step // decay_steps)",
    "InverseTimeDecay": "rate / (1 + decay_rate * (step // decay_steps))",
}
_OPTIONS = ("alpha", "decay_rate", "decay_steps", "end_learning_rate", "initial_learning_rate", "power", "staircase")


def scheduled_rate(schedule: Expression) -> Expression:
    """The learning rate of a schedule, by the variable `step`. Raises Refused."""
    options = options_of("schedules", schedule)
    name = options.entry.name
    if name not in SCHEDULES:
        raise Refused(options.name)
    options.only(_OPTIONS)
    source = SCHEDULES[name]
    if name == "CosineDecay" and not options.number("alpha"):
        source = _WITHOUT_ALPHA
    if name in _STAIRS and options.value("staircase"):
        source = _STAIRS[name]
    taken = {option: options[option] for option in options.entry.defaults if option in _OPTIONS}
    end = taken.get("end_learning_rate", Literal(0.0))
    return quoted(source, **taken, rate=options["initial_learning_rate"], end=end)
