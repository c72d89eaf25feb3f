"""What may happen between the epochs of training."""

from __future__ import annotations

from collections.abc import Mapping

from specrun.compiler.catalogue.entry import Entry
from specrun.compiler.catalogue.facts import Fact
from specrun.compiler.catalogue.making import Bound, Family, Note, available, make
from specrun.compiler.catalogue.values import WORD, integer, number, share

_VALUE = number(-1e9, 1e9)

_GENERAL = {
    "baseline": Bound("what has to be passed first", _VALUE),
    "cooldown": Bound("epochs to wait after a reduction", integer(0)),
    "factor": Bound("factor on the learning rate", share()),
    "initial_value_threshold": Bound("what the first save has to pass", _VALUE),
    "min_delta": Bound("the least change that counts as better", number(0)),
    "min_lr": Bound("the smallest learning rate", number(0, 1000)),
    "mode": Bound("whether smaller or larger is better"),
    "monitor": Bound("what is watched: `loss`, a metric, or either with `val_` before it", WORD),
    "patience": Bound("how many epochs may pass without getting better", integer(0)),
    "restore_best_weights": Bound("go back to the weights of the best epoch"),
    "save_best_only": Bound("save only what is better than all before"),
    "start_from_epoch": Bound("epochs to wait before watching", integer(0)),
    "swap_on_epoch": Bound("put the averages in place at the end of each epoch, for the callbacks behind it"),
}

_NOTES: Mapping[str, Note] = {
    "EarlyStopping": Note("ends the training when what is watched no longer gets better", first="monitor"),
    "ModelCheckpoint": Note("saves the model after each epoch, or after each that is the best so far", first="monitor"),
    "ReduceLROnPlateau": Note(
        "makes the learning rate smaller when what is watched no longer gets better", first="monitor"
    ),
    "SwapEMAWeights": Note("measures the moving averages of the weights, which `use_ema` of the optimizer keeps"),
    "TerminateOnNaN": Note("ends the training when the loss is no longer a number", each_batch=True),
}


def _entry(name: str, fact: Fact) -> Entry:
    return make("callbacks", name, fact, _NOTES[name], _GENERAL)


CALLBACKS = Family("callbacks", available("callbacks"), _entry)
