"""What is measured beside the loss, by the names of Keras's classes, and the word `accuracy`."""

from __future__ import annotations

import re
from typing import Final

from specrun.compiler.catalogue.entry import REQUIRED, Argument, Entry, Labels
from specrun.compiler.catalogue.losses import SMOOTHING
from specrun.compiler.catalogue.values import (
    BOOLEAN,
    choice,
    integer,
    number,
    optional,
    positive,
    several,
)

_ONE_HOT, _SPARSE, _BINARY, _NUMBER = Labels.ONE_HOT, Labels.SPARSE, Labels.BINARY, Labels.NUMBER

# Keras takes several as well, and then gives a vector, which no history or callback can hold.
_THRESHOLDS = Argument("thresholds", optional(number(0, 1)), None, "outputs above count as the class; null is 0.5")
_COUNT = Argument("num_thresholds", integer(1, 100_000), 200, "how many thresholds are tried")
_K = Argument("k", integer(1), 5, "how many of the likeliest classes count")
_AVERAGE = Argument("average", optional(choice("micro", "macro", "weighted")), None, "how classes become one number")
_THRESHOLD = Argument(
    "threshold", optional(positive(1)), None, "outputs above count as the class; null takes the likeliest alone"
)
_NAME_FIRST = frozenset(["BinaryAccuracy", "BinaryCrossentropy", "CategoricalCrossentropy"])
"""Metrics whose first argument is their name in the history, so that no other has a shorthand."""


def _entry(
    name: str,
    doc: str,
    fits: tuple[Labels, ...],
    *arguments: Argument,
    mode: str = "min",
    has_string: bool = True,
) -> Entry:
    return Entry(
        name,
        "metrics",
        f"keras.metrics.{name}",
        doc,
        arguments,
        first=arguments[0].name if len(arguments) == 1 and name not in _NAME_FIRST else None,
        string=snake_case(name) if has_string else None,
        fits=dict.fromkeys(fits, ()),
        mode=mode,
    )


def snake_case(name: str) -> str:
    """A class's name as Keras writes it in a history: `TopKCategoricalAccuracy` is `top_k_categorical_accuracy`."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def _at(name: str, measured: str, given: str) -> Entry:
    fixed = Argument(given, number(0, 1), REQUIRED, f"the {given} that is held")
    doc = f"the best {measured} that has at least a given {given}"
    return _entry(name, doc, (_BINARY, _ONE_HOT), fixed, _COUNT, mode="max", has_string=False)


def _f_score(name: str, doc: str, string: str | None, *own: Argument) -> Entry:
    # Without them Keras gives a vector, and takes every row for the class of a single output.
    fits = {_ONE_HOT: ("average",), _BINARY: ("average", "threshold")}
    arguments = (_AVERAGE, *own, _THRESHOLD)
    return Entry(name, "metrics", f"keras.metrics.{name}", doc, arguments, string=string, fits=fits, mode="max")


def _counted(name: str, what: str) -> Entry:
    return _entry(name, f"how many {what}", (_BINARY, _ONE_HOT), _THRESHOLDS, mode=_COUNTED[name])


_COUNTED: Final = {"FalseNegatives": "min", "FalsePositives": "min", "TrueNegatives": "max", "TruePositives": "max"}

METRICS = (
    Entry(
        "accuracy",
        "metrics",
        # Never called: the word has no options. Keras chooses among its accuracies by the shapes of labels and output.
        "keras.metrics.CategoricalAccuracy",
        "share of the rows whose class is found",
        string="accuracy",
        fits={_ONE_HOT: (), _SPARSE: (), _BINARY: ()},
        mode="max",
    ),
    _entry(
        "AUC",
        "area under a curve over all thresholds",
        (_BINARY, _ONE_HOT),
        Argument("num_thresholds", integer(2, 100_000), 200, "how many thresholds are tried"),
        Argument("curve", choice("ROC", "PR", "PRGAIN"), "ROC", "which curve"),
        Argument(
            "summation_method", choice("interpolation", "minoring", "majoring"), "interpolation", "how it is summed"
        ),
        Argument("thresholds", optional(several(number(0, 1), 1000)), None, "the thresholds, in place of their number"),
        Argument("multi_label", BOOLEAN, False, "one area a class, averaged"),
        mode="max",
    ),
    _entry(
        "BinaryAccuracy",
        "share of the rows on the right side of a threshold",
        (_BINARY,),
        Argument("threshold", number(0, 1), 0.5, "outputs above count as the second class"),
        mode="max",
    ),
    _entry("BinaryCrossentropy", "cross-entropy of one of two classes", (_BINARY,), SMOOTHING),
    _entry("CategoricalAccuracy", "share of the rows whose class is found", (_ONE_HOT,), mode="max"),
    _entry("CategoricalCrossentropy", "cross-entropy of one class among several", (_ONE_HOT,), SMOOTHING),
    _entry("CategoricalHinge", "margin between the right class and the best other", (_ONE_HOT,)),
    _entry("CosineSimilarity", "cosine between labels and output", (_ONE_HOT,), mode="max"),
    _f_score("F1Score", "harmonic mean of precision and recall", "f1_score"),
    _f_score(
        "FBetaScore",
        "weighted harmonic mean of precision and recall",
        None,
        Argument("beta", positive(1000), 1.0, "how much more recall weighs"),
    ),
    _counted("FalseNegatives", "rows of the class are missed"),
    _counted("FalsePositives", "rows are wrongly taken for the class"),
    _entry("Hinge", "margin to the right side of zero", (_BINARY,)),
    _entry("KLDivergence", "how far the output's distribution is from the labels'", (_ONE_HOT,)),
    _entry("LogCoshError", "the logarithm of the hyperbolic cosine of the error", (_NUMBER,)),
    _entry("MeanAbsoluteError", "the mean size of the error", (_NUMBER, _ONE_HOT, _BINARY)),
    _entry("MeanAbsolutePercentageError", "the mean size of the error in hundredths of the label", (_NUMBER,)),
    _entry("MeanSquaredError", "the mean square of the error", (_NUMBER, _ONE_HOT, _BINARY)),
    _entry("MeanSquaredLogarithmicError", "the mean square of the error of the logarithms", (_NUMBER,)),
    _entry("Poisson", "for counts, the likelihood of a Poisson distribution", (_NUMBER,)),
    _entry(
        "Precision",
        "share of right ones among the rows that are taken for the class",
        (_BINARY, _ONE_HOT),
        _THRESHOLDS,
        mode="max",
    ),
    _at("PrecisionAtRecall", "precision", "recall"),
    _entry(
        "R2Score",
        "share of the variance that is explained",
        (_NUMBER,),
        Argument(
            "class_aggregation",
            choice("uniform_average", "variance_weighted_average"),
            "uniform_average",
            "how several outputs become one number",
        ),
        Argument("num_regressors", integer(0), 0, "number of features, for the adjusted score"),
        mode="max",
    ),
    _entry("Recall", "share of the rows of the class that are found", (_BINARY, _ONE_HOT), _THRESHOLDS, mode="max"),
    _at("RecallAtPrecision", "recall", "precision"),
    _entry("RootMeanSquaredError", "the root of the mean square of the error", (_NUMBER,)),
    _at("SensitivityAtSpecificity", "sensitivity", "specificity"),
    _entry("SparseCategoricalAccuracy", "share of the rows whose class is found", (_SPARSE,), mode="max"),
    _entry("SparseCategoricalCrossentropy", "cross-entropy of one class among several", (_SPARSE,)),
    _entry(
        "SparseTopKCategoricalAccuracy",
        "share of the rows whose class is among the likeliest",
        (_SPARSE,),
        _K,
        mode="max",
    ),
    _at("SpecificityAtSensitivity", "specificity", "sensitivity"),
    _entry("SquaredHinge", "square of the margin to the right side of zero", (_BINARY,)),
    _entry(
        "TopKCategoricalAccuracy", "share of the rows whose class is among the likeliest", (_ONE_HOT,), _K, mode="max"
    ),
    _counted("TrueNegatives", "rows are rightly not taken for the class"),
    _counted("TruePositives", "rows of the class are found"),
)
