"""The pictures of how answers and truth go together."""

from __future__ import annotations

from collections.abc import Sequence

from specrun.runtime.report.drawn import DASHES, MUTED, SERIES, as_svg, axes, explain, named
from specrun.runtime.report.judgement import Calibration, Residuals, Threshold
from specrun.runtime.report.plots import Picture, histogram
from specrun.runtime.report.words import percent, shown

_NAME = 15


def roc(key: str, found: Sequence[Threshold]) -> Picture:
    """The ROC curves: of those that have it, how many are found, at how many false alarms."""
    names = [named(curve.name, _NAME) for curve in found]
    figure, drawn = axes(legend=names)
    drawn.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8)
    for i, curve in enumerate(found):
        drawn.plot(curve.false_rates, curve.true_rates, color=SERIES[i], linestyle=DASHES[i], label=names[i])
    drawn.set_xlabel("false positive rate")
    drawn.set_ylabel("true positive rate")
    explain(drawn, names)
    areas = ", ".join(f"{curve.name} {shown(curve.area)}" for curve in found)
    return Picture(key, "ROC curve", f"Area under the curve (0.5 by chance, 1 at best): {areas}.", as_svg(figure, key))


def precision_recall(key: str, found: Sequence[Threshold]) -> Picture:
    """The precision-recall curves: of those that are said to have it, how many do."""
    names = [named(curve.name, _NAME) for curve in found]
    figure, drawn = axes(legend=names)
    for i, curve in enumerate(found):
        drawn.plot(curve.recalls, curve.precisions, color=SERIES[i], linestyle=DASHES[i], label=names[i])
    drawn.set_ylim(-0.02, 1.05)
    drawn.set_xlabel("recall")
    drawn.set_ylabel("precision")
    explain(drawn, names)
    areas = ", ".join(f"{c.name} {shown(c.average_precision)} (by chance {shown(c.share)})" for c in found)
    return Picture(key, "Precision and recall", f"Average precision (1 at best): {areas}.", as_svg(figure, key))


def reliability(key: str, found: Calibration) -> Picture:
    """How often it is so, beside how likely it was said to be."""
    figure, drawn = axes()
    drawn.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8)
    drawn.plot(found.said, found.so, color=SERIES[0], marker="o")
    drawn.set_xlabel(f"predicted probability of {named(found.of, 20)}")
    drawn.set_ylabel("how often it is so")
    first, last = (f"{percent(found.said[i])} said, {percent(found.so[i])} so" for i in (0, -1))
    words = (
        f"Rows in {len(found.said)} groups by the predicted probability of {found.of}: the lowest {first}; "
        f"the highest {last}. On average the two are {percent(found.error)} apart; on the diagonal, they would be one."
    )
    return Picture(key, "Calibration", words, as_svg(figure, key))


def scatter(key: str, found: Residuals) -> Picture:
    """What was predicted beside what is true."""
    figure, drawn = axes()
    low, high = (pick((*found.truth, *found.predicted)) for pick in (min, max))
    drawn.plot([low, high], [low, high], color=MUTED, linewidth=0.8)
    drawn.plot(found.truth, found.predicted, color=SERIES[0], linestyle="none", marker="o", markersize=3, alpha=0.7)
    drawn.set_xlabel("true")
    drawn.set_ylabel("predicted")
    words = (
        f"{len(found.truth):,} points: true values from {shown(min(found.truth))} to {shown(max(found.truth))}, "
        f"predictions from {shown(min(found.predicted))} to {shown(max(found.predicted))}; "
        "on the diagonal, a prediction is right."
    )
    return Picture(key, "Predicted and true", words, as_svg(figure, key))


def errors(key: str, found: Residuals) -> Picture:
    """How the errors lie."""
    return histogram(key, "Errors", found.errors, "predicted less true")
