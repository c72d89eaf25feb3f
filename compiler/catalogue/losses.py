"""What training makes small, by the names of Keras's functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from specrun.compiler.catalogue.entry import Entry, Labels
from specrun.compiler.catalogue.facts import Fact
from specrun.compiler.catalogue.making import Bound, Bounds, Family, Note, available, make
from specrun.compiler.catalogue.metrics import snake_case
from specrun.compiler.catalogue.values import choice, number, positive

_ONE_HOT, _SPARSE = Labels.ONE_HOT, Labels.SPARSE
_EACH_CLASS = (Labels.BINARY, Labels.SEVERAL)
_ANY_NUMBERS = (Labels.NUMBER, Labels.NUMBERS)

_GENERAL: Bounds = {
    "alpha": Bound("weight of every class", number(0, 1)),
    "apply_class_balancing": Bound("weigh the two classes by `alpha`"),
    "delta": Bound("the error at which the one becomes the other", positive()),
    "gamma": Bound("how much less an easy row weighs", number(0, 100)),
    "label_smoothing": Bound("how much of each label is spread over all the classes", number(0, 1)),
    "q": Bound(
        "near 0 it is cross-entropy, near 1 absolute error",
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    ),
    "reduction": Bound(
        "how the losses of a batch become one number",
        choice("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight"),
    ),
}


def _note(doc: str, *fits: Labels, own: Bounds | None = None, first: str | None = None) -> Note:
    return Note(doc, own or {}, first, None, dict.fromkeys(fits, ()), "min")


_NOTES: Mapping[str, Note] = {
    "binary_crossentropy": _note("cross-entropy of one of two classes", *_EACH_CLASS),
    "binary_focal_crossentropy": _note(
        "cross-entropy of one of two classes, where easy rows weigh less",
        *_EACH_CLASS,
        own={"alpha": Bound("weight of the second class", number(0, 1))},
    ),
    "categorical_crossentropy": _note("cross-entropy of one class among several", _ONE_HOT),
    "categorical_focal_crossentropy": _note(
        "cross-entropy of one class among several, where easy rows weigh less", _ONE_HOT
    ),
    "categorical_generalized_cross_entropy": _note(
        "between cross-entropy and absolute error, for labels that are sometimes wrong", _SPARSE, first="q"
    ),
    "categorical_hinge": _note("margin between the right class and the best other", _ONE_HOT),
    "cosine_similarity": _note("minus the cosine between labels and output", _ONE_HOT, Labels.SEVERAL, Labels.NUMBERS),
    "dice": _note("one minus the overlap of labels and output", _ONE_HOT, *_EACH_CLASS),
    "hinge": _note("margin to the right side of zero", *_EACH_CLASS),
    "huber": _note("squared where the error is small, absolute where it is large", *_ANY_NUMBERS, first="delta"),
    "kl_divergence": _note("how far the output's distribution is from the labels'", _ONE_HOT),
    "log_cosh": _note("the logarithm of the hyperbolic cosine of the error", *_ANY_NUMBERS),
    "mean_absolute_error": _note("the size of the error", *_ANY_NUMBERS, _ONE_HOT, *_EACH_CLASS),
    "mean_absolute_percentage_error": _note("the size of the error in hundredths of the label", *_ANY_NUMBERS),
    "mean_squared_error": _note("the square of the error", *_ANY_NUMBERS, _ONE_HOT, *_EACH_CLASS),
    "mean_squared_logarithmic_error": _note(
        "the square of the error of the logarithms, for labels of zero or more", *_ANY_NUMBERS
    ),
    "poisson": _note("for counts, the likelihood of a Poisson distribution", *_ANY_NUMBERS),
    "sparse_categorical_crossentropy": _note(
        "cross-entropy of one class among several, with whole numbers as labels", _SPARSE
    ),
    "squared_hinge": _note("square of the margin to the right side of zero", *_EACH_CLASS),
    "tversky": _note(
        "one minus an overlap that weighs the two kinds of error",
        _ONE_HOT,
        *_EACH_CLASS,
        own={
            "alpha": Bound("weight of what is wrongly found", number(0, 1000)),
            "beta": Bound("weight of what is missed", number(0, 1000)),
        },
    ),
}

# Keras 3.15 leaves it out of its strings.
_NO_STRING = frozenset({"categorical_generalized_cross_entropy"})


def _entry(name: str, fact: Fact) -> Entry:
    string = None if name in _NO_STRING else name
    return make("losses", name, fact, replace(_NOTES[name], string=string), _GENERAL)


LOSSES = Family("losses", {snake_case(name): name for name in available("losses")}, _entry)
