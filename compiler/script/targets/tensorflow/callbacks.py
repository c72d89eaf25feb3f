"""What is done after each epoch: to stop early, and to lower the learning rate."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from specrun.compiler.expressions import Computation, Expression, Item, Literal, Operation, name
from specrun.compiler.plan import Plan
from specrun.compiler.script.options import Options, Refused, options_of

CALLBACKS = {
    "EarlyStopping": ("monitor", "patience", "min_delta", "mode", "restore_best_weights"),
    "ReduceLROnPlateau": ("monitor", "patience", "min_delta", "mode", "factor", "min_lr"),
}


@dataclass(frozen=True, slots=True)
class Watch:
    """A callback that waits for something to become better.

    `watched` is that value of an epoch; `better` says whether it beats the best so far, which is `worst` at first.
    It waits for `patience` epochs. `restores` says that the best weights come back in the end; `factor` and `least` are
    about the learning rate.
    """

    watched: Expression
    better: Expression
    worst: Expression
    patience: int
    restores: bool = False
    factor: float = 1.0
    least: float = 0.0


def _watch(options: Options, logs: Container[str]) -> Watch:
    """What a callback waits for. Raises Refused."""
    options.only(CALLBACKS[options.entry.name])
    monitor, is_stopping = str(options.value("monitor")), options.entry.name == "EarlyStopping"
    if monitor not in logs:
        raise Refused(f"`{monitor}`, which {options.name} watches")
    rises, delta = options.value("mode") == "max", abs(options.number("min_delta"))
    best = name("best" if is_stopping else "lowest")
    watched = Item(name("logs"), Literal(monitor))
    return Watch(
        watched,
        Computation(
            ">" if rises else "<", watched, Operation("+" if rises else "-", best, Literal(delta)) if delta else best
        ),
        Literal("-inf" if rises else "inf"),
        int(options.number("patience")),
        is_stopping and bool(options.value("restore_best_weights")),
        1.0 if is_stopping else options.number("factor"),
        0.0 if is_stopping else options.number("min_lr"),
    )


def watches(plan: Plan, logs: Container[str]) -> tuple[Watch | None, Watch | None]:
    """The early stopping and the plateau of a plan, if it has them. Raises Refused."""
    found: dict[str, Watch] = {}
    for call in plan.training.callbacks:
        options = options_of("callbacks", call)
        kind = options.entry.name
        if kind not in CALLBACKS:
            raise Refused(options.name)
        if kind in found:
            raise Refused(f"a second `{kind}`")
        found[kind] = _watch(options, logs)
    return found.get("EarlyStopping"), found.get("ReduceLROnPlateau")
