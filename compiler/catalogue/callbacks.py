"""What may happen between the epochs of training."""

from __future__ import annotations

from specrun.compiler.catalogue.entry import Argument, Entry
from specrun.compiler.catalogue.values import BOOLEAN, WORD, choice, integer, number, optional, share

_MONITOR = Argument("monitor", WORD, "val_loss", "what is watched: `loss`, a metric, or either with `val_` before it")
_MODE = Argument("mode", choice("auto", "min", "max"), "auto", "whether smaller or larger is better")


def _entry(name: str, doc: str, *arguments: Argument, first: str | None) -> Entry:
    return Entry(name, "callbacks", f"keras.callbacks.{name}", doc, arguments, first)


CALLBACKS = (
    _entry(
        "EarlyStopping",
        "ends the training when what is watched no longer gets better",
        _MONITOR,
        Argument("min_delta", number(0), 0.0, "the least change that counts as better"),
        Argument("patience", integer(0), 0, "how many epochs may pass without getting better"),
        _MODE,
        Argument("baseline", optional(number(-1e9, 1e9)), None, "what has to be passed first"),
        Argument("restore_best_weights", BOOLEAN, False, "go back to the weights of the best epoch"),
        Argument("start_from_epoch", integer(0), 0, "epochs to wait before watching"),
        first="monitor",
    ),
    _entry(
        "ModelCheckpoint",
        "saves the model after each epoch, or after each that is the best so far",
        _MONITOR,
        Argument("save_best_only", BOOLEAN, False, "save only what is better than all before"),
        _MODE,
        Argument("initial_value_threshold", optional(number(-1e9, 1e9)), None, "what the first save has to pass"),
        first="monitor",
    ),
    _entry(
        "ReduceLROnPlateau",
        "makes the learning rate smaller when what is watched no longer gets better",
        _MONITOR,
        Argument("factor", share(), 0.1, "factor on the learning rate"),
        Argument("patience", integer(0), 10, "how many epochs may pass without getting better"),
        _MODE,
        Argument("min_delta", number(0), 0.0001, "the least change that counts as better"),
        Argument("cooldown", integer(0), 0, "epochs to wait after a reduction"),
        Argument("min_lr", number(0, 1000), 0.0, "the smallest learning rate"),
        first="monitor",
    ),
    _entry(
        "TerminateOnNaN",
        "ends the training when the loss is no longer a number",
        first=None,
    ),
)
