"""The facts of a report, gathered: of a run that has just been trained, or of a run on other data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specrun.compiler.diagnostics import Diagnostic
from specrun.compiler.language.spec import Spec
from specrun.compiler.plan import Plan
from specrun.runtime.network import Network
from specrun.runtime.prediction import Predictor
from specrun.runtime.report import judgement_plots as draw
from specrun.runtime.report import plots
from specrun.runtime.report.asking import asked_of
from specrun.runtime.report.card import card_of
from specrun.runtime.report.columns import Target, columns_of, targets_of
from specrun.runtime.report.drawing import drawing_of
from specrun.runtime.report.drawn import styled
from specrun.runtime.report.encoding import said_of
from specrun.runtime.report.facts import Data, Judgement, OfHead, Report, Table
from specrun.runtime.report.guesses import guesses
from specrun.runtime.report.importance import Importance, importance
from specrun.runtime.report.judged import Answers, Judged, judged
from specrun.runtime.report.judgement import calibration, confusion, residuals, thresholds
from specrun.runtime.report.models import Guess
from specrun.runtime.report.saying import limits, verdict
from specrun.runtime.report.scores import scores_of
from specrun.runtime.report.slices import slices_of
from specrun.runtime.report.words import counted, shown
from specrun.runtime.report.wrong import wrong_rows
from specrun.runtime.results import FOLDS, spreads

_EPOCHS = 50
"""So many epochs are in the table at most, evenly from all."""
_PARTS = ("test", "validation", "train")
"""What a run is judged on: the first of these that there is."""
_CLASSES = 30


@dataclass(frozen=True, slots=True)
class Seen:
    """The rows of a part that can be looked at, all or some of them, and their labels."""

    frame: Any
    labels: Any


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is of: a plan and its network, with the records that lie in `folder`, for a run in `directory`.

    Of each part, `seen` are the rows that can be looked at, `labels` those of all `rows`, so many of them, and
    `measured` is what Keras measured. `on` names the file that a run is judged on that was trained before; then there
    are no baselines to fit, `history` is empty, and `differences` says how the rows differ from those of the training.
    """

    plan: Plan
    spec: Spec
    folder: Path
    directory: Path
    network: Network
    predictor: Predictor
    seen: Mapping[str, Seen]
    labels: Mapping[str, Any]
    rows: Mapping[str, int]
    measured: Mapping[str, Mapping[str, Any]]
    history: dict[str, list[float]] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[Diagnostic] = ()
    on: str = ""
    differences: Sequence[str] = ()

    @property
    def part(self) -> str:
        """The part that is judged."""
        return self.on or next(part for part in _PARTS if part in self.labels)

    @property
    def unit(self) -> str:
        """What a sample is."""
        return "window" if self.plan.series is not None else "row"

    def named(self, part: str) -> str:
        """What one sample of a part is called, and several, with a bar between the two."""
        if self.on:
            return f"{self.unit} of {self.on}/{self.unit}s of {self.on}"
        part = {"train": "training"}.get(part, part)
        return f"{part} {self.unit}/{part} {self.unit}s"


def gathered(subject: Subject) -> Report:
    """All that a report of a subject shows."""
    plan, part = subject.plan, subject.part
    targets = targets_of(plan, subject.labels)
    with styled():
        judgement = _judgement(subject)
        heads = judgement.heads
        own = () if subject.on else tuple(limits(plan, part, subject.rows[part], heads, targets, subject.measured))
        return Report(
            name=plan.name,
            description=" ".join(plan.description.split()),
            on=subject.on,
            asked=asked_of(plan, subject.spec),
            spec=(subject.folder / "spec.yaml").read_text("utf-8"),
            data=_data(subject, targets),
            drawing=drawing_of(plan, subject.network.model),
            curves=tuple(plots.learning(subject.history)),
            history=_history(subject.history),
            measured=_measured(subject),
            judgement=judgement,
            limits=own,
            card=card_of(subject.spec, subject.folder, subject.rows, part, heads),
            environment=(subject.folder / "environment.txt").read_text("utf-8"),
            directory=str(subject.directory),
            encoded=said_of(plan),
        )


def _judgement(subject: Subject) -> Judgement:
    """What the network says of the rows."""
    plan, part = subject.plan, subject.part
    seen = subject.seen[part]
    rows = judged(plan, subject.network, subject.predictor, part, seen.frame, seen.labels)
    others: list[tuple[Guess, ...]] = [()] * len(plan.heads)
    if not subject.on:
        train = subject.seen["train"]
        others = guesses(plan, train.frame, train.labels, subject.labels["train"], subject.before.get(part), rows)
    ranked = importance(plan, subject.network, subject.predictor, rows)
    heads = tuple(
        _of_head(subject, rows, answers, guessed, ranked[i] if ranked else None, i)
        for i, (answers, guessed) in enumerate(zip(rows.answers, others, strict=True))
    )
    return Judgement(rows.rows, subject.rows[part], subject.unit, subject.named(part), heads)


def _of_head(
    subject: Subject, rows: Judged, answers: Answers, others: Sequence[Guess], ranked: Importance | None, place: int
) -> OfHead:
    key = f"head-{place}"
    scores, slices = scores_of(answers, others), slices_of(subject.plan, rows, answers)
    curves, reliable, errors = thresholds(answers), calibration(answers), residuals(answers)
    pictures = []
    if curves:
        pictures += [draw.roc(f"{key}-roc", curves), draw.precision_recall(f"{key}-recall", curves)]
    if reliable is not None:
        pictures.append(draw.reliability(f"{key}-calibration", reliable))
    if errors is not None:
        pictures += [draw.scatter(f"{key}-scatter", errors), draw.errors(f"{key}-errors", errors)]
    every = subject.rows[rows.part]
    of = f"{counted(rows.rows, subject.named(rows.part))}{f', a sample of {every:,}' if every > rows.rows else ''}"
    columns = () if ranked is None else tuple(column.name for column in ranked.columns)
    return OfHead(
        name=answers.head.name,
        verdict=verdict(scores, of, several=len(rows.answers) > 1),
        scores=scores,
        beside=plots.beside(f"{key}-beside", scores),
        confusion=confusion(answers),
        calibration=reliable,
        residuals=errors,
        pictures=tuple(pictures),
        wrong=wrong_rows(subject.plan, rows, answers, columns),
        importance=ranked,
        ranking=None if ranked is None else plots.ranking(f"{key}-importance", ranked),
        slices=slices,
        parts=plots.parts(f"{key}-slices", slices) if slices.slices else None,
    )


def _data(subject: Subject, targets: Sequence[Target]) -> Data:
    part = subject.on or "train"
    of = subject.spec.data.dataset or subject.spec.data.path
    return Data(
        source=subject.on or (f"the data set {of} of scikit-learn" if subject.spec.data.dataset else str(of)),
        parts=Table(
            "Rows of each part",
            ("part", f"{subject.unit}s>"),
            tuple((part, f"{rows:,}") for part, rows in subject.rows.items()),
        ),
        where=subject.named(part).partition("/")[2],
        columns=columns_of(subject.plan, subject.seen[part].frame, subject.spec.data.missing),
        warnings=tuple(subject.warnings),
        differences=tuple(subject.differences),
        targets=tuple(
            (plots.target(f"target-{i}", each, subject.named(part).partition("/")[2]), _classes(each))
            for i, each in enumerate(targets)
        ),
    )


def _classes(target: Target) -> Table | None:
    """How often each class is there, the most frequent first; None of numbers."""
    if not target.counts:
        return None
    parts = [part for part, _ in target.counts]
    counts = [each for _, each in target.counts]
    order = sorted(range(len(target.names)), key=lambda i: -counts[0][i])[:_CLASSES]
    rows = tuple((target.names[i], *(f"{each[i]:,}" for each in counts)) for i in order)
    more = f", the {_CLASSES} most frequent of {len(target.names):,}" if len(target.names) > _CLASSES else ""
    return Table(f"Rows of each class of {target.head.name}{more}", ("class", *(f"{part}>" for part in parts)), rows)


def _history(history: Mapping[str, Sequence[float]]) -> Table | None:
    if not history:
        return None
    epochs = list(zip(*history.values(), strict=True))
    step = -(-len(epochs) // _EPOCHS)
    places = [i for i in range(len(epochs)) if i % step == 0 or i == len(epochs) - 1]
    rows = tuple((f"{i + 1:,}", *map(shown, epochs[i])) for i in places)
    every = "" if step == 1 else f", every {step} epochs"
    return Table(f"Measures of each epoch{every}", ("epoch", *(f"{name}>" for name in history)), rows)


def _measured(subject: Subject) -> Table:
    """What Keras measured on all rows of each part, beside what is scored without a network."""
    parts = {part: values for part, values in subject.measured.items() if values and part != FOLDS}
    names = [n for n, v in next(iter(parts.values())).items() if isinstance(v, int | float)]
    columns = dict(parts)
    for part, values in parts.items():
        columns |= {f"{key}, {part}": each for key, each in values.items() if isinstance(each, dict)}
    titles = {key: key.replace("_", " ") for key in columns}
    rows = tuple((name, *(shown(values.get(name)) for values in columns.values())) for name in names)
    heads = ("measure", *(f"{titles[key]}>" for key in columns))
    if FOLDS in subject.measured:
        found = spreads(subject.measured)
        heads, rows = (*heads, "folds>"), tuple((*row, found.get(row[0], "")) for row in rows)
    return Table("What Keras measured", heads, rows)
