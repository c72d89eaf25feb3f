"""The facts of a report, gathered."""

from __future__ import annotations

from collections.abc import Sequence

from specrun.runtime.report import judgement_plots as draw
from specrun.runtime.report import plots
from specrun.runtime.report.asking import asked_of
from specrun.runtime.report.card import card_of
from specrun.runtime.report.columns import Target, columns_of, targets_of
from specrun.runtime.report.drawing import drawing_of
from specrun.runtime.report.drawn import styled
from specrun.runtime.report.encoding import said_of
from specrun.runtime.report.facts import Data, Judgement, OfHead, Report
from specrun.runtime.report.guesses import guesses
from specrun.runtime.report.importance import Importance, importance
from specrun.runtime.report.judged import Answers, Judged, judged
from specrun.runtime.report.judgement import calibration, confusion, residuals, thresholds
from specrun.runtime.report.models import Guess
from specrun.runtime.report.saying import limits, verdict
from specrun.runtime.report.scores import scores_of
from specrun.runtime.report.slices import slices_of
from specrun.runtime.report.subject import Subject
from specrun.runtime.report.tables import table_of_classes, table_of_epochs, table_of_measures, table_of_parts
from specrun.runtime.report.words import counted
from specrun.runtime.report.wrong import wrong_rows


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
            history=table_of_epochs(subject.history),
            measured=table_of_measures(subject.measured),
            judgement=judgement,
            limits=own,
            card=card_of(subject.spec, subject.folder, subject.rows, part, heads),
            environment=(subject.folder / "environment.txt").read_text("utf-8"),
            directory=str(subject.directory),
            encoded="" if subject.on or plan.series is not None else said_of(plan),
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
    where, seen = subject.named(part).partition("/")[2], subject.seen[part]
    of = subject.spec.data.dataset or subject.spec.data.path
    return Data(
        source=subject.on or (f"the data set {of} of scikit-learn" if subject.spec.data.dataset else str(of)),
        parts=table_of_parts(subject.rows, subject.unit),
        where=where,
        columns=columns_of(subject.plan, seen.frame, seen.labels, subject.spec.data.missing),
        warnings=tuple(subject.warnings),
        differences=tuple(subject.differences),
        targets=tuple(
            (plots.target(f"target-{i}", each, where), table_of_classes(each)) for i, each in enumerate(targets)
        ),
    )
