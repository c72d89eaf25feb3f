"""How a step of training moves the weights."""

from __future__ import annotations

from collections.abc import Mapping

from specrun.compiler.catalogue.conflicts import two_clippings
from specrun.compiler.catalogue.entry import Entry
from specrun.compiler.catalogue.facts import Fact
from specrun.compiler.catalogue.making import Bound, Bounds, Family, Note, available, make
from specrun.compiler.catalogue.values import integer, number, positive, share

_SHARE = number(0, 1)
_STRENGTH = number(0)

_GENERAL: Bounds = {
    "adam_beta_1": Bound("`beta_1` of the weights that Adam moves", share()),
    "adam_beta_2": Bound("`beta_2` of the weights that Adam moves", share()),
    "adam_lr_ratio": Bound("factor on the learning rate of the weights that Adam moves", positive(1000)),
    "adam_weight_decay": Bound("`weight_decay` of the weights that Adam moves", number(0, 1000)),
    "amsgrad": Bound("divide by the largest second moment so far"),
    "beta": Bound("added to the roots of the sums of squares", _STRENGTH),
    "beta_1": Bound("how much of the mean of the gradients stays at each step", share()),
    "beta_2": Bound("how much of the mean square of the gradients stays at each step", share()),
    "beta_2_decay": Bound("how fast old gradients are forgotten", number(-1, 0)),
    "centered": Bound("scale by the variance of the gradients"),
    "clip_threshold": Bound("largest root mean square of a step", positive()),
    "clipnorm": Bound("longest gradient of one weight matrix", positive()),
    "clipvalue": Bound("largest absolute value in a gradient", positive()),
    "ema_momentum": Bound("how much of the moving average stays at each step", _SHARE),
    "ema_overwrite_frequency": Bound("put the average in place every so many steps", integer(1)),
    "epsilon": Bound("keeps a division from being one by zero", positive(1)),
    "epsilon_1": Bound("keeps a division from being one by zero", positive(1)),
    "epsilon_2": Bound("smallest scale of a weight matrix", positive(1)),
    "exclude_embeddings": Bound("let Adam move the embeddings"),
    "global_clipnorm": Bound("longest gradient of all weights together", positive()),
    "gradient_accumulation_steps": Bound("move once in so many batches", integer(2)),
    "initial_accumulator_value": Bound("what the sums of squares start at", _STRENGTH),
    "l1_regularization_strength": Bound("factor on the absolute values", _STRENGTH),
    "l2_regularization_strength": Bound("factor on the squares", _STRENGTH),
    "l2_shrinkage_regularization_strength": Bound("factor on the squares, on the size of a step alone", _STRENGTH),
    "learning_rate": Bound("size of a step", positive(1000), "schedules"),
    "learning_rate_power": Bound("how fast the rate falls", number(-10, 0)),
    "loss_scale_factor": Bound("factor on the loss while gradients are taken", positive(2.0**31)),
    "momentum": Bound("how much of the last step goes on", _SHARE),
    **{
        f"muon_{letter}": Bound(f"factor on {what} in a step of Newton and Schulz", number(-100, 100))
        for letter, what in (("a", "the matrix"), ("b", "its third power"), ("c", "its fifth power"))
    },
    "nesterov": Bound("look ahead by the momentum"),
    "ns_steps": Bound("how many steps of Newton and Schulz make a matrix orthogonal", integer(1, 100)),
    "relative_step": Bound("let the rate fall with the number of steps"),
    "rho": Bound("how much of the mean square of the gradients stays at each step", share()),
    "rms_rate": Bound("the size of a step by its root mean square", positive(100)),
    "use_ema": Bound("end with a moving average of the weights"),
    "warmup_steps": Bound("in how many steps the rate rises to its value", integer(0)),
    "weight_decay": Bound("share of each weight that is taken off, times the learning rate", number(0, 1000)),
}

_LION: Bounds = {
    "beta_1": Bound("how much of the momentum goes into a step", positive(1)),
    "beta_2": Bound("how much of the momentum stays at each step", _SHARE),
}

_DOCS: Mapping[str, str] = {
    "Adadelta": "steps scaled by recent gradients and recent steps",
    "Adafactor": "Adam with less memory: one number a row and a column of each weight matrix",
    "Adagrad": "steps scaled by all the gradients so far",
    "Adam": "steps scaled by running moments of the gradients",
    "AdamW": "Adam with weight decay",
    "Adamax": "Adam with the largest gradient in place of the second moment",
    "Ftrl": "follow the regularized leader, for sparse features",
    "Lamb": "Adam with steps scaled by the length of each weight matrix, for large batches",
    "Lion": "steps by the sign of the momentum",
    "Muon": "matrices by a momentum that is made orthogonal, all other weights by Adam",
    "Nadam": "Adam that looks ahead by its momentum",
    "RMSprop": "steps scaled by the recent size of the gradients",
    "ScheduleFreeAdamW": "Adam on an average of the weights so far, which wants no schedule",
    "SGD": "against the gradient, with momentum where asked for",
}

_SLOTS: Mapping[str, int] = {
    "Adadelta": 2,
    "Adafactor": 1,  # and one number a row and a column of each matrix
    "Adagrad": 1,
    "Adam": 2,
    "AdamW": 2,
    "Adamax": 2,
    "Ftrl": 2,
    "Lamb": 2,
    "Lion": 1,
    "Muon": 1,  # and one more of what Adam moves
    "Nadam": 2,
    "RMSprop": 1,
    "ScheduleFreeAdamW": 2,
    "SGD": 0,
}
_MORE_SLOTS: Mapping[str, tuple[str, ...]] = {
    "Adam": ("amsgrad",),
    "AdamW": ("amsgrad",),
    "RMSprop": ("momentum", "centered"),
    "SGD": ("momentum",),
}
_SLOTS_OF_ALL = ("use_ema", "gradient_accumulation_steps")


def _entry(name: str, fact: Fact) -> Entry:
    # Keras 3.15 leaves Lamb out of its strings.
    string = name.lower() if name != "Lamb" else None
    own = _LION if name == "Lion" else {}
    built_first = name == "ScheduleFreeAdamW"
    note = Note(
        _DOCS[name],
        own,
        "learning_rate",
        string,
        conflict=two_clippings,
        built_first=built_first,
        slots=_SLOTS[name],
        more_slots=(*_MORE_SLOTS.get(name, ()), *_SLOTS_OF_ALL),
    )
    return make("optimizers", name, fact, note, _GENERAL)


OPTIMIZERS = Family("optimizers", available("optimizers"), _entry)
