"""What is measured beside the loss, by the names of Keras's classes, and the word `accuracy`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from specrun.compiler.catalogue.conflicts import adjusted_in_a_graph
from specrun.compiler.catalogue.entry import Entry, Labels
from specrun.compiler.catalogue.facts import Fact
from specrun.compiler.catalogue.making import Bound, Bounds, Family, Note, available, make
from specrun.compiler.catalogue.values import choice, integer, number, positive, several

_ONE_HOT, _SPARSE, _BINARY = Labels.ONE_HOT, Labels.SPARSE, Labels.BINARY
_EACH_CLASS = (Labels.BINARY, Labels.SEVERAL)
_ANY_NUMBERS = (Labels.NUMBER, Labels.NUMBERS)

_GENERAL: Bounds = {
    "average": Bound("how classes become one number", choice("micro", "macro", "weighted")),
    "beta": Bound("how much more recall weighs", positive(1000)),
    "class_aggregation": Bound("how several outputs become one number"),
    "k": Bound("how many of the likeliest classes count", integer(1)),
    "label_smoothing": Bound("how much of each label is spread over all the classes", number(0, 1)),
    "num_regressors": Bound("number of features, for the adjusted score", integer(0)),
    "num_thresholds": Bound("how many thresholds are tried", integer(1, 100_000)),
    "threshold": Bound("outputs above count as the class; null takes the likeliest alone", positive(1)),
    # Keras takes several as well, and then gives a vector, which no history or callback can hold.
    "thresholds": Bound("outputs above count as the class; null is 0.5", number(0, 1)),
    **{
        given: Bound(f"the {given} that is held", number(0, 1))
        for given in ("precision", "recall", "sensitivity", "specificity")
    },
}


def snake_case(name: str) -> str:
    """A class's name as Keras writes it in a history: `TopKCategoricalAccuracy` is `top_k_categorical_accuracy`."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def _note(doc: str, *fits: Labels, mode: str = "min", first: str | None = None, own: Bounds | None = None) -> Note:
    return Note(doc, own or {}, first, None, dict.fromkeys(fits, ()), mode)


def _at(measured: str, given: str) -> Note:
    doc = f"the best {measured} that has at least a given {given}"
    return _note(doc, *_EACH_CLASS, _ONE_HOT, mode="max")


def _f_score(doc: str) -> Note:
    # Without them Keras gives a vector, and takes every row for the class of a single output.
    fits = {_ONE_HOT: ("average",), **dict.fromkeys(_EACH_CLASS, ("average", "threshold"))}
    return Note(doc, fits=fits, mode="max")


def _counted(what: str, mode: str) -> Note:
    return _note(f"how many {what}", *_EACH_CLASS, _ONE_HOT, mode=mode, first="thresholds")


_NOTES: Mapping[str, Note] = {
    "AUC": _note(
        "area under a curve over all thresholds",
        *_EACH_CLASS,
        _ONE_HOT,
        mode="max",
        own={
            "curve": Bound("which curve", choice("ROC", "PR", "PRGAIN")),
            "multi_label": Bound("one area a class, averaged"),
            "num_thresholds": Bound("how many thresholds are tried", integer(2, 100_000)),
            "summation_method": Bound("how it is summed"),
            "thresholds": Bound("the thresholds, in place of their number", several(number(0, 1), 1000)),
        },
    ),
    "BinaryAccuracy": _note(
        "share of the rows on the right side of a threshold",
        *_EACH_CLASS,
        mode="max",
        own={"threshold": Bound("outputs above count as the second class", number(0, 1))},
    ),
    "BinaryCrossentropy": _note("cross-entropy of one of two classes", *_EACH_CLASS),
    "BinaryIoU": _note(
        "overlap of the labels and of the outputs above a threshold, over what is in either",
        *_EACH_CLASS,
        mode="max",
        own={
            "target_class_ids": Bound(
                "for which values of a label: 0, 1 or both, and then their mean",
                {"type": "array", "items": integer(0, 1), "minItems": 1, "maxItems": 2, "uniqueItems": True},
            ),
            "threshold": Bound("outputs above count as the class", number(0, 1)),
        },
    ),
    "CategoricalAccuracy": _note("share of the rows whose class is found", _ONE_HOT, mode="max"),
    "CategoricalCrossentropy": _note("cross-entropy of one class among several", _ONE_HOT),
    "CategoricalHinge": _note("margin between the right class and the best other", _ONE_HOT),
    "ConcordanceCorrelation": _note(
        "how well the numbers of a row agree with those of the output", Labels.NUMBERS, mode="max"
    ),
    "CosineSimilarity": _note("cosine between labels and output", _ONE_HOT, Labels.SEVERAL, Labels.NUMBERS, mode="max"),
    "F1Score": _f_score("harmonic mean of precision and recall"),
    "FBetaScore": _f_score("weighted harmonic mean of precision and recall"),
    "FalseNegatives": _counted("rows of the class are missed", "min"),
    "FalsePositives": _counted("rows are wrongly taken for the class", "min"),
    "Hinge": _note("margin to the right side of zero", *_EACH_CLASS),
    "KLDivergence": _note("how far the output's distribution is from the labels'", _ONE_HOT),
    "LogCoshError": _note("the logarithm of the hyperbolic cosine of the error", *_ANY_NUMBERS),
    "MeanAbsoluteError": _note("the mean size of the error", *_ANY_NUMBERS, _ONE_HOT, *_EACH_CLASS),
    "MeanAbsolutePercentageError": _note("the mean size of the error in hundredths of the label", *_ANY_NUMBERS),
    "MeanSquaredError": _note("the mean square of the error", *_ANY_NUMBERS, _ONE_HOT, *_EACH_CLASS),
    "MeanSquaredLogarithmicError": _note("the mean square of the error of the logarithms", *_ANY_NUMBERS),
    "PearsonCorrelation": _note(
        "correlation of the numbers of a row with those of the output", Labels.NUMBERS, mode="max"
    ),
    "Poisson": _note("for counts, the likelihood of a Poisson distribution", *_ANY_NUMBERS),
    "Precision": _note(
        "share of right ones among the rows that are taken for the class",
        *_EACH_CLASS,
        _ONE_HOT,
        mode="max",
        first="thresholds",
    ),
    "PrecisionAtRecall": _at("precision", "recall"),
    "R2Score": replace(
        _note("share of the variance that is explained", *_ANY_NUMBERS, mode="max"), conflict=adjusted_in_a_graph
    ),
    "Recall": _note(
        "share of the rows of the class that are found", *_EACH_CLASS, _ONE_HOT, mode="max", first="thresholds"
    ),
    "RecallAtPrecision": _at("recall", "precision"),
    "RootMeanSquaredError": _note("the root of the mean square of the error", *_ANY_NUMBERS),
    "SensitivityAtSpecificity": _at("sensitivity", "specificity"),
    "SparseCategoricalAccuracy": _note("share of the rows whose class is found", _SPARSE, mode="max"),
    "SparseCategoricalCrossentropy": _note("cross-entropy of one class among several", _SPARSE),
    "SparseTopKCategoricalAccuracy": _note(
        "share of the rows whose class is among the likeliest", _SPARSE, mode="max", first="k"
    ),
    "SpecificityAtSensitivity": _at("specificity", "sensitivity"),
    "SquaredHinge": _note("square of the margin to the right side of zero", *_EACH_CLASS),
    "TopKCategoricalAccuracy": _note(
        "share of the rows whose class is among the likeliest", _ONE_HOT, mode="max", first="k"
    ),
    "TrueNegatives": _counted("rows are rightly not taken for the class", "max"),
    "TruePositives": _counted("rows of the class are found", "max"),
}

_ACCURACY = Entry(
    "accuracy",
    "metrics",
    # Never called: the word has no options. Keras chooses among its accuracies by the shapes of labels and output.
    "keras.metrics.CategoricalAccuracy",
    "share of the rows whose class is found",
    string="accuracy",
    fits={_ONE_HOT: (), _SPARSE: (), _BINARY: ()},
    mode="max",
)


def _entry(name: str, fact: Fact) -> Entry:
    if name == "accuracy":
        return _ACCURACY
    has_string = name != "FBetaScore" and not name.endswith(("Precision", "AtRecall", "Sensitivity", "Specificity"))
    string = snake_case(name) if has_string or name == "Precision" else None
    return make("metrics", name, fact, replace(_NOTES[name], string=string), _GENERAL)


METRICS = Family("metrics", {"accuracy": "CategoricalAccuracy", **available("metrics")}, _entry)
