"""Optimizers written out: what is done for each batch, and for each variable `v` with its gradient `g`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from specrun.compiler.expressions import Assign, Call, Do, Expression, Identifier, Literal, Statement, mentions, name
from specrun.compiler.quoting import assigned, quoted
from specrun.compiler.script.options import Options, Refused, options_of
from specrun.compiler.script.targets.tensorflow.schedules import scheduled_rate

_RATE = name("learning_rate")
_GENERAL = ("learning_rate", "weight_decay", "clipnorm", "clipvalue", "global_clipnorm")


@dataclass(frozen=True, slots=True)
class Slot:
    """A list of variables that an optimizer keeps beside those of the network, and what one of them is called."""

    each: Identifier
    all: Identifier


@dataclass(frozen=True, slots=True)
class Optimizer:
    """How the variables are moved: `steps` once for each batch, then `moves` for each of the variables.

    `rate` is the learning rate at first where it changes after an epoch, `scheduled` that of a step where it changes
    with each. `counts` says that batches are counted as `step`, `clips` that there are steps for the `gradients`.
    """

    slots: tuple[Slot, ...]
    steps: tuple[Assign, ...]
    moves: tuple[Do, ...]
    rate: Expression | None
    scheduled: Expression | None
    counts: bool
    clips: bool = False

    @property
    def parts(self) -> Iterator[Expression | Statement]:
        """All that it is made of."""
        yield from self.steps
        yield from self.moves
        if self.scheduled is not None:
            yield self.scheduled

    @property
    def squares(self) -> bool:
        """Whether it needs a function that squares gradients."""
        return any(mentions(move, name("squared")) for move in self.moves)


_M, _S, _A = (
    Slot(Identifier(each), Identifier(all_))
    for each, all_ in (("m", "momentums"), ("s", "velocities"), ("a", "averages"))
)
OPTIMIZERS: Mapping[str, tuple[str, ...]] = {
    "Adam": ("beta_1", "beta_2", "epsilon"),
    "AdamW": ("beta_1", "beta_2", "epsilon"),
    "RMSprop": ("rho", "momentum", "epsilon", "centered"),
    "SGD": ("momentum", "nesterov"),
}
"""The options of each, beside those that all have."""


def optimizer_of(expression: Expression, changes: bool, embeds: bool) -> Optimizer:
    """How an optimizer moves variables; `changes` says that its rate does, `embeds` that some of them are looked up.

    The gradient of what is looked up comes row by row, and a row may come more than once: Keras then takes the square
    of each. Raises Refused.
    """
    options = options_of("optimizers", expression)
    if options.entry.name not in OPTIMIZERS:
        raise Refused(options.name)
    options.only([*_GENERAL, *OPTIMIZERS[options.entry.name]])
    rate = options["learning_rate"]
    scheduled = None if isinstance(rate, Literal) else scheduled_rate(rate)
    given: Expression = _RATE if changes or scheduled else rate
    slots, steps, moves = {"Adam": _adam, "AdamW": _adam, "RMSprop": _rmsprop, "SGD": _sgd}[options.entry.name](
        options, given
    )
    if options.value("weight_decay") is not None:
        moves = ("v.assign_sub(v * weight_decay * rate)", *moves)
    holes = {option: options[option] for option in options.entry.defaults} | {"rate": given}
    holes["square"] = quoted("squared(g)" if embeds else "g**2")
    if embeds:
        holes["g"] = quoted("tf.convert_to_tensor(g)")
    clipped = _clipped(options)
    if clipped and embeds:
        raise Refused(f"gradients that {options.name} bounds beside an embedding")
    return Optimizer(
        slots,
        (*clipped, *(assigned(step, **holes) for step in steps)),
        tuple(_do(move, holes) for move in moves),
        rate if changes else None,
        scheduled,
        counts=bool(steps or scheduled),
        clips=bool(clipped),
    )


Parts = tuple[tuple[Slot, ...], tuple[str, ...], tuple[str, ...]]


def _adam(options: Options, rate: Expression) -> Parts:  # noqa: ARG001 - as every optimizer
    # The moments begin at 0, and are too small by what these factors make good.
    step = "size = rate * tf.sqrt(1 - beta_2**step) / (1 - beta_1**step)"
    moves = (
        "m.assign_add((g - m) * (1 - beta_1))",
        "s.assign_add((square - s) * (1 - beta_2))",
        "v.assign_sub(size * m / (tf.sqrt(s) + epsilon))",
    )
    return (_M, _S), (step,), moves


def _rmsprop(options: Options, rate: Expression) -> Parts:  # noqa: ARG001
    slots, moves = [_S], ["s.assign(rho * s + (1 - rho) * square)"]
    spread = "s"
    if options.value("centered"):
        slots.append(_A)
        moves.append("a.assign(rho * a + (1 - rho) * g)")
        spread = "s - a**2"
    move = f"rate * g / tf.sqrt({spread} + epsilon)"
    if not options.number("momentum"):
        return tuple(slots), (), (*moves, f"v.assign_sub({move})")
    slots.append(_M)
    return tuple(slots), (), (*moves, f"m.assign(momentum * m + {move})", "v.assign_sub(m)")


def _sgd(options: Options, rate: Expression) -> Parts:  # noqa: ARG001
    if not options.number("momentum"):
        return (), (), ("v.assign_sub(rate * g)",)
    moves = ("m.assign(momentum * m - rate * g)",)
    ahead = "v.assign_add(momentum * m - rate * g)" if options.value("nesterov") else "v.assign_add(m)"
    return (_M,), (), (*moves, ahead)


def _clipped(options: Options) -> tuple[Assign, ...]:
    """How the gradients are bounded."""
    bounds = {
        "clipnorm": "gradients = [tf.clip_by_norm(g, bound) for g in gradients]",
        "clipvalue": "gradients = [tf.clip_by_value(g, -bound, bound) for g in gradients]",
        "global_clipnorm": "gradients, _ = tf.clip_by_global_norm(gradients, bound)",
    }
    given = {option: source for option, source in bounds.items() if options.value(option) is not None}
    return tuple(assigned(source, bound=options[option]) for option, source in given.items())


NO_OPTIMIZER = Optimizer((), (), (), None, None, counts=False)


def _do(source: str, holes: Mapping[str, Expression]) -> Do:
    call = quoted(source, **holes)
    assert isinstance(call, Call)
    return Do(call)
