"""What a run says at its end."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

from specrun.compiler.catalogue import mode_of
from specrun.compiler.plan import Task, TensorBoard
from specrun.compiler.render.printable import printable
from specrun.runtime.results import FOLDS, JUDGING, guesses, results, rounded
from specrun.runtime.run import Run

if TYPE_CHECKING:
    from rich.table import Table

_GUESSES = {
    Task.CLASSES: "the most frequent class",
    Task.BINARY: "the most frequent class",
    Task.LABELS: "the labels of the majority",
    Task.ORDINAL: "the median class",
    Task.NUMBER: "the mean",
    Task.NUMBERS: "the mean",
}
"""What the baseline of a task guesses, before "of the training rows"."""


def as_table(run: Run) -> Table:
    """The measures of each part of the rows, beside what one would score without a network."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = results(run.plan, run.metrics, run.rows)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, title in enumerate(shown.titles):
        table.add_column(title, justify="right" if place else "left", style="bold" if title == JUDGING else None)
    for row in shown.rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table


def remarks(run: Run) -> str:
    """What the measures of the test rows mean, and whether the training ended early, in lines."""
    return "".join(f"{line}\n" for line in (*_of_folds(run), *_of_scores(run), *_of_stop(run), *_of_tracks(run)))


def _of_stop(run: Run) -> Iterator[str]:
    if run.stopped is not None:
        epoch, step = run.stopped
        yield f"stopped in epoch {epoch} of {run.plan.training.epochs}, after step {step} of it; {_goes_on(run)}"
    folds = run.plan.data.folds
    if run.stopped_fold is not None and folds is not None:
        said = f"stopped in fold {run.stopped_fold} of {folds.count}: the model is whole, and nothing is said of folds"
        yield f"{said}; {_goes_on(run)}"


def _goes_on(run: Run) -> str:
    return f"`specrun run --resume {printable(shlex.quote(str(run.directory)))}` goes on"


def _of_folds(run: Run) -> Iterator[str]:
    if FOLDS in run.metrics and run.plan.data.folds is not None:
        count = run.plan.data.folds.count
        yield f"{count} folds: the mean ± the standard deviation of {count} models, each judged on rows kept from it"


def _of_tracks(run: Run) -> Iterator[str]:
    for track in run.plan.training.track:
        if isinstance(track, TensorBoard):
            yield f"`tensorboard --logdir {printable(shlex.quote(track.directory))}` shows its curves"


def _of_scores(run: Run) -> Iterator[str]:
    """What the scores of the test rows are held against, and what of that the network does not beat."""
    measures = run.metrics.get("test", {})
    if "baseline" not in measures:
        return
    if run.plan.series is not None:
        yield "last value: what the last row of the window has, for all that follow"
    *first, last = dict.fromkeys(_GUESSES[head.task] for head in run.plan.heads)
    guess = " or ".join(filter(None, [", ".join(first), last]))
    yield f"baseline: always {guess} of the training rows, judged on the test rows"
    for head in run.plan.heads:
        measure = "binary_accuracy" if len(run.plan.heads) == 1 else f"{head.name}_binary_accuracy"
        if head.task is Task.ORDINAL and measure in measures:
            # Each wrong answer to "is it above this class?" is one class that the prediction is off.
            off, guessed = ((1 - m[measure]) * (len(head.classes) - 1) for m in (measures, measures["baseline"]))
            of = printable(head.columns[0])
            yield f"{of}: off by {off:.2f} classes in the mean, the baseline by {guessed:.2f}"
    yield from _unbeaten(run)


def _unbeaten(run: Run) -> Iterator[str]:
    """What scores at least as well on the test rows without a network, by the first measure of each output."""
    measures = run.metrics["test"]
    for key, title in guesses(run.plan, run.metrics).items():
        guessed = measures[key]
        for head in run.plan.heads:
            prefix = f"{head.name}_" if len(run.plan.heads) > 1 else ""
            names = [name for name in guessed if name in measures and name.startswith(prefix) and name != "loss"]
            name = next((name for name in names if mode_of(name)), None)
            if name is None:
                continue
            own, other = measures[name], guessed[name]
            if own <= other if mode_of(name) == "max" else own >= other:
                yield f"the network does not beat the {title}: {name} {rounded(own)} against {rounded(other)}"


def to_json(run: Run) -> str:
    """The measures and the directory of a run, as JSON."""
    found: dict[str, object] = {"directory": str(run.directory), "rows": run.rows, "metrics": run.metrics}
    if run.stopped is not None:
        found["stopped"] = dict(zip(("epoch", "step"), run.stopped, strict=True))
    elif run.stopped_fold is not None:
        found["stopped"] = {"fold": run.stopped_fold}
    return json.dumps(found, indent=2)
