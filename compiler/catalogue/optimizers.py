"""How a step of training moves the weights."""

from __future__ import annotations

from specrun.compiler.catalogue.conflicts import two_clippings
from specrun.compiler.catalogue.entry import Argument, Entry
from specrun.compiler.catalogue.values import BOOLEAN, integer, number, optional, positive, share

_WEIGHT_DECAY = Argument(
    "weight_decay", optional(number(0, 1000)), None, "share of each weight that is taken off, times the learning rate"
)
_COMMON = (
    Argument("clipnorm", optional(positive()), None, "longest gradient of one weight matrix"),
    Argument("clipvalue", optional(positive()), None, "largest absolute value in a gradient"),
    Argument("global_clipnorm", optional(positive()), None, "longest gradient of all weights together"),
    Argument("use_ema", BOOLEAN, False, "end with a moving average of the weights"),
    Argument("ema_momentum", number(0, 1), 0.99, "how much of the moving average stays at each step"),
    Argument("ema_overwrite_frequency", optional(integer(1)), None, "put the average in place every so many steps"),
    Argument("loss_scale_factor", optional(positive(2.0**31)), None, "factor on the loss while gradients are taken"),
    Argument("gradient_accumulation_steps", optional(integer(2)), None, "move once in so many batches"),
)
_EPSILON = Argument("epsilon", positive(1), 1e-07, "keeps a division from being one by zero")
_AMSGRAD = Argument("amsgrad", BOOLEAN, False, "divide by the largest second moment so far")
_RHO = "how much of the mean square of the gradients stays at each step"


def _beta(moment: int, default: float) -> Argument:
    kind = ("mean", "mean square")[moment - 1]
    return Argument(f"beta_{moment}", share(), default, f"how much of the {kind} of the gradients stays at each step")


def _accumulator(doc: str) -> Argument:
    return Argument("initial_accumulator_value", number(0), 0.1, doc)


def _strength(name: str, doc: str) -> Argument:
    return Argument(name, number(0), 0.0, doc)


def _entry(name: str, doc: str, *own: Argument, learning_rate: float = 0.001, decay: Argument = _WEIGHT_DECAY) -> Entry:
    rate = Argument("learning_rate", positive(1000), learning_rate, "size of a step", family="schedules")
    return Entry(
        name,
        "optimizers",
        f"keras.optimizers.{name}",
        doc,
        (rate, *own, decay, *_COMMON),
        first="learning_rate",
        string=name.lower() if name != "Lamb" else None,  # Keras 3.15 leaves it out of its strings
        conflict=two_clippings,
    )


_ADAM = (_beta(1, 0.9), _beta(2, 0.999), _EPSILON)

OPTIMIZERS = (
    _entry(
        "SGD",
        "against the gradient, with momentum where asked for",
        Argument("momentum", number(0, 1), 0.0, "how much of the last step goes on"),
        Argument("nesterov", BOOLEAN, False, "look ahead by the momentum"),
        learning_rate=0.01,
    ),
    _entry("Adam", "steps scaled by running moments of the gradients", *_ADAM, _AMSGRAD),
    _entry(
        "AdamW",
        "Adam with weight decay",
        *_ADAM,
        _AMSGRAD,
        decay=Argument("weight_decay", number(0, 1000), 0.004, _WEIGHT_DECAY.doc),
    ),
    _entry("Adamax", "Adam with the largest gradient in place of the second moment", *_ADAM),
    _entry("Nadam", "Adam that looks ahead by its momentum", *_ADAM),
    _entry("Lamb", "Adam with steps scaled by the length of each weight matrix, for large batches", *_ADAM),
    _entry(
        "RMSprop",
        "steps scaled by the recent size of the gradients",
        Argument("rho", share(), 0.9, _RHO),
        Argument("momentum", number(0, 1), 0.0, "how much of the last step goes on"),
        _EPSILON,
        Argument("centered", BOOLEAN, False, "scale by the variance of the gradients"),
    ),
    _entry(
        "Adagrad",
        "steps scaled by all the gradients so far",
        _accumulator("what the sums of squares start at"),
        _EPSILON,
    ),
    _entry(
        "Adadelta",
        "steps scaled by recent gradients and recent steps",
        Argument("rho", share(), 0.95, _RHO),
        _EPSILON,
    ),
    _entry(
        "Adafactor",
        "Adam with less memory: one number a row and a column of each weight matrix",
        Argument("beta_2_decay", number(-1, 0), -0.8, "how fast old gradients are forgotten"),
        Argument("epsilon_1", positive(1), 1e-30, "keeps a division from being one by zero"),
        Argument("epsilon_2", positive(1), 1e-3, "smallest scale of a weight matrix"),
        Argument("clip_threshold", positive(), 1.0, "largest root mean square of a step"),
        Argument("relative_step", BOOLEAN, True, "let the rate fall with the number of steps"),
    ),
    _entry(
        "Ftrl",
        "follow the regularized leader, for sparse features",
        Argument("learning_rate_power", number(-10, 0), -0.5, "how fast the rate falls"),
        _accumulator("what the sums of squares start at"),
        _strength("l1_regularization_strength", "factor on the absolute values"),
        _strength("l2_regularization_strength", "factor on the squares"),
        _strength("l2_shrinkage_regularization_strength", "factor on the squares, on the size of a step alone"),
        _strength("beta", "added to the roots of the sums of squares"),
    ),
    _entry(
        "Lion",
        "steps by the sign of the momentum",
        Argument("beta_1", positive(1), 0.9, "how much of the momentum goes into a step"),
        Argument("beta_2", number(0, 1), 0.99, "how much of the momentum stays at each step"),
    ),
)
