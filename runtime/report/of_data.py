"""The report of a run on the rows of a file that it is judged on."""

from __future__ import annotations

from pathlib import Path

from specrun.compiler.compilation import load, read_spec
from specrun.compiler.plan import Plan
from specrun.runtime.drift import Drift
from specrun.runtime.evaluating import Judged
from specrun.runtime.loading import read_learnt, records_of
from specrun.runtime.manifest import Kept
from specrun.runtime.prediction import Predictor
from specrun.runtime.report.building import gathered
from specrun.runtime.report.page import as_page
from specrun.runtime.report.subject import Seen, Subject


def report_on_data(plan: Plan, kept: Kept, data: Path, judged: Judged) -> str:
    """The page of a report of a run on the rows of a data file, which it was judged on.

    Raises SpecError where the directory is damaged.
    """
    directory, records = kept.directory, records_of(kept)
    names = {n: s for group in plan.features for n, s in zip(group.columns, group.sources, strict=True)}
    drift = Drift(plan, read_learnt(kept, plan))
    list(drift.watched([judged.frame.rename(columns=names)]))
    tested = {"test of the run": records.metrics["test"]} if "test" in records.metrics else {}
    subject = Subject(
        plan=plan,
        spec=read_spec(load(directory / "spec.yaml")),
        folder=directory,
        directory=directory,
        network=judged.network,
        predictor=Predictor(judged.network.served()),
        seen={data.name: Seen(judged.frame, judged.labels)},
        labels={data.name: judged.labels},
        rows={data.name: judged.rows},
        measured={data.name: judged.measures, **tested},
        on=data.name,
        differences=drift.lines(),
    )
    return as_page(gathered(subject))
