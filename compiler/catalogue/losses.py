"""What training makes small, by the names of Keras's functions."""

from __future__ import annotations

from specrun.compiler.catalogue.entry import Argument, Entry, Labels
from specrun.compiler.catalogue.values import BOOLEAN, choice, number, positive

_ONE_HOT, _SPARSE, _BINARY, _NUMBER = Labels.ONE_HOT, Labels.SPARSE, Labels.BINARY, Labels.NUMBER

SMOOTHING = Argument("label_smoothing", number(0, 1), 0.0, "how much of each label is spread over all the classes")
_REDUCTION = Argument(
    "reduction",
    choice("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight"),
    "sum_over_batch_size",
    "how the losses of a batch become one number",
)
_GAMMA = Argument("gamma", number(0, 100), 2.0, "how much less an easy row weighs")


def _entry(
    name: str,
    class_name: str,
    doc: str,
    fits: tuple[Labels, ...],
    *own: Argument,
    first: str | None = None,
    has_string: bool = True,
) -> Entry:
    return Entry(
        name,
        "losses",
        f"keras.losses.{class_name}",
        doc,
        (*own, _REDUCTION),
        first,
        string=name if has_string else None,
        fits=dict.fromkeys(fits, ()),
        mode="min",
    )


LOSSES = (
    _entry(
        "binary_crossentropy",
        "BinaryCrossentropy",
        "cross-entropy of one of two classes",
        (_BINARY,),
        SMOOTHING,
    ),
    _entry(
        "binary_focal_crossentropy",
        "BinaryFocalCrossentropy",
        "cross-entropy of one of two classes, where easy rows weigh less",
        (_BINARY,),
        Argument("apply_class_balancing", BOOLEAN, False, "weigh the two classes by `alpha`"),
        Argument("alpha", number(0, 1), 0.25, "weight of the second class"),
        _GAMMA,
        SMOOTHING,
    ),
    _entry(
        "categorical_crossentropy",
        "CategoricalCrossentropy",
        "cross-entropy of one class among several",
        (_ONE_HOT,),
        SMOOTHING,
    ),
    _entry(
        "categorical_focal_crossentropy",
        "CategoricalFocalCrossentropy",
        "cross-entropy of one class among several, where easy rows weigh less",
        (_ONE_HOT,),
        Argument("alpha", number(0, 1), 0.25, "weight of every class"),
        _GAMMA,
        SMOOTHING,
    ),
    _entry(
        "categorical_generalized_cross_entropy",
        "CategoricalGeneralizedCrossEntropy",
        "between cross-entropy and absolute error, for labels that are sometimes wrong",
        (_SPARSE,),
        Argument(
            "q",
            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            0.5,
            "near 0 it is cross-entropy, near 1 absolute error",
        ),
        first="q",
        has_string=False,
    ),
    _entry("categorical_hinge", "CategoricalHinge", "margin between the right class and the best other", (_ONE_HOT,)),
    _entry("cosine_similarity", "CosineSimilarity", "minus the cosine between labels and output", (_ONE_HOT,)),
    _entry("dice", "Dice", "one minus the overlap of labels and output", (_ONE_HOT, _BINARY)),
    _entry("hinge", "Hinge", "margin to the right side of zero", (_BINARY,)),
    _entry(
        "huber",
        "Huber",
        "squared where the error is small, absolute where it is large",
        (_NUMBER,),
        Argument("delta", positive(), 1.0, "the error at which the one becomes the other"),
        first="delta",
    ),
    _entry("kl_divergence", "KLDivergence", "how far the output's distribution is from the labels'", (_ONE_HOT,)),
    _entry("log_cosh", "LogCosh", "the logarithm of the hyperbolic cosine of the error", (_NUMBER,)),
    _entry("mean_absolute_error", "MeanAbsoluteError", "the size of the error", (_NUMBER, _ONE_HOT, _BINARY)),
    _entry(
        "mean_absolute_percentage_error",
        "MeanAbsolutePercentageError",
        "the size of the error in hundredths of the label",
        (_NUMBER,),
    ),
    _entry("mean_squared_error", "MeanSquaredError", "the square of the error", (_NUMBER, _ONE_HOT, _BINARY)),
    _entry(
        "mean_squared_logarithmic_error",
        "MeanSquaredLogarithmicError",
        "the square of the error of the logarithms, for labels of zero or more",
        (_NUMBER,),
    ),
    _entry("poisson", "Poisson", "for counts, the likelihood of a Poisson distribution", (_NUMBER,)),
    _entry(
        "sparse_categorical_crossentropy",
        "SparseCategoricalCrossentropy",
        "cross-entropy of one class among several, with whole numbers as labels",
        (_SPARSE,),
    ),
    _entry("squared_hinge", "SquaredHinge", "square of the margin to the right side of zero", (_BINARY,)),
    _entry(
        "tversky",
        "Tversky",
        "one minus an overlap that weighs the two kinds of error",
        (_ONE_HOT, _BINARY),
        Argument("alpha", number(0, 1000), 0.5, "weight of what is wrongly found"),
        Argument("beta", number(0, 1000), 0.5, "weight of what is missed"),
    ),
)
