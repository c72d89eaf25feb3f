"""What a report shows, all of it: facts that were gathered, pictures of them, and tables."""

from __future__ import annotations

from dataclasses import dataclass

from specrun.compiler.diagnostics import Diagnostic
from specrun.runtime.report.columns import Column
from specrun.runtime.report.drawing import Drawing
from specrun.runtime.report.importance import Importance
from specrun.runtime.report.judgement import Calibration, Confusion, Residuals
from specrun.runtime.report.plots import Picture
from specrun.runtime.report.scores import Scores
from specrun.runtime.report.slices import Slices
from specrun.runtime.report.wrong import Wrong


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its caption, heads and rows, each with a name first; where a head ends in `>`, values stand right."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Data:
    """The data: how many rows of which parts, the columns of those that `where` names, and what is odd in them."""

    source: str
    parts: Table
    where: str
    columns: tuple[Column, ...]
    warnings: tuple[Diagnostic, ...]
    differences: tuple[str, ...]
    targets: tuple[tuple[Picture, Table | None], ...]


@dataclass(frozen=True, slots=True)
class OfHead:
    """What there is to say of the answers of one head."""

    name: str
    verdict: str
    scores: Scores
    beside: Picture
    confusion: Confusion | None
    calibration: Calibration | None
    residuals: Residuals | None
    pictures: tuple[Picture, ...]
    wrong: Wrong
    importance: Importance | None
    ranking: Picture | None
    slices: Slices
    parts: Picture | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The rows that the answers are judged on, how many of how many, and what is said of each head.

    `named` is what one of them is called, and several, as "test row/test rows".
    """

    rows: int
    of: int
    unit: str
    named: str
    heads: tuple[OfHead, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a run, or of a run on the rows of another file, `on`: then there are no curves and no history.

    `encoded` says how models of scikit-learn are given the columns; it is empty where there are none.
    """

    name: str
    description: str
    on: str
    asked: tuple[tuple[str, str], ...]
    spec: str
    data: Data
    drawing: Drawing
    curves: tuple[Picture, ...]
    history: Table | None
    measured: Table
    judgement: Judgement
    limits: tuple[str, ...]
    card: tuple[tuple[str, str], ...]
    environment: str
    directory: str
    encoded: str
