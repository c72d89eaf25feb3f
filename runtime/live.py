"""How a training goes, on a terminal: one line with the bar, and a row for each measure that matters.

The callback but notes down where the training is: what is to be seen is made when the terminal is drawn anew, a few
times a second and in another thread, whatever the number of steps or epochs.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from specrun.compiler.catalogue import mode_of
from specrun.compiler.plan import Plan
from specrun.compiler.render.printable import printable
from specrun.runtime.curves import CURVE, Thinned, curves

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.table import Table

_A_SECOND = 5
"""How often the terminal is drawn anew."""
_MOST_ROWS = 8
"""How many measures are shown at most."""
_AROUND = 3
"""The lines of a display that are no measures: the bar, the titles, and the one that the cursor is in."""
_BETWEEN = 2
"""How many blanks stand between two columns."""
_NUMBER = 9
"""The width of a number, for columns to stay where they are."""
_SHORTEST = 8
"""The fewest bars that are worth a curve."""
_WIDE = 60
"""From this width on the steps of the epoch are counted."""


@dataclass(slots=True)
class Measure:
    """A measure through the epochs: as it is now, its best value and since which epoch; by the validation rows, if any.

    What is better is `mode`, "min" or "max"; where that is not known, there is no best.
    """

    name: str
    mode: str | None
    train: float
    validation: float | None
    best: float | None
    since: int
    curve: Thinned

    @classmethod
    def of(cls, name: str) -> Measure:
        """A measure before the first epoch, by the name under which it is logged."""
        return cls(name, mode_of(name), float("nan"), None, None, 0, Thinned())

    def add(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Take what an epoch, counted from 1, has logged."""
        self.train, self.validation = logs.get(self.name, float("nan")), logs.get(f"val_{self.name}")
        judged = self.train if self.validation is None else self.validation
        self.curve.add(judged)
        if self.mode is None or judged != judged:
            return
        if self.best is None or (judged > self.best if self.mode == "max" else judged < self.best):
            self.best, self.since = judged, epoch


def main_measures(plan: Plan, names: Iterable[str]) -> list[str]:
    """Which of the measures of an epoch are shown: of several outputs the first of each, beside the sum of the losses.

    What an output has beside its loss is what one judges it by.
    """
    logged = tuple(names)
    of_rows = [name for name in sorted(logged, key=lambda name: name != "loss") if not _is_validated(name, logged)]
    if len(plan.heads) == 1:
        return of_rows
    chosen = ["loss"]
    for head in plan.heads:
        own = [name for name in of_rows if _output(plan, name) == head.name]
        chosen += sorted(own, key=lambda name: name == f"{head.name}_loss")[:1]
    return chosen


def _is_validated(name: str, names: Container[str]) -> bool:
    return name.startswith("val_") and name.removeprefix("val_") in names


def _output(plan: Plan, name: str) -> str:
    """The output that a measure is of; empty for one of all outputs."""
    return max((head.name for head in plan.heads if name.startswith(f"{head.name}_")), key=len, default="")


class Display:
    """What stands on the terminal while a training goes on, and after it, unless it `passes`.

    `title` stands before the epoch, where there are several trainings.
    """

    def __init__(self, plan: Plan, console: Console, title: str = "", *, passes: bool = False) -> None:
        from rich.live import Live

        self._plan = plan
        self._epochs, self._steps, self._epoch, self._step = plan.training.epochs, 1, 1, 0
        self._running: Mapping[str, Any] = {}
        self._measures: tuple[Measure, ...] = ()
        self._bar = _bar(console, f"{title}epoch {self._epochs}/{self._epochs}")
        self._task = self._bar.add_task("", total=None, epoch=f"{title}epoch 1/{self._epochs}", steps="", measures="")
        self._title = title
        self._live = Live(self, console=console, refresh_per_second=_A_SECOND, transient=passes)

    def begin(self, steps: int) -> None:
        """The training begins, with so many steps an epoch."""
        self._steps = steps
        self._bar.reset(self._task, total=self._epochs * steps)
        self._live.start()

    def stop(self) -> None:
        """Leave what is shown as it stands, and the terminal as it was."""
        self._live.stop()

    def end(self) -> None:
        """The training is at its end, be it an early one."""
        self._running = {}
        self._bar.update(self._task, total=self._done, completed=self._done)
        self.stop()

    def epoch(self, epoch: int) -> None:
        """An epoch begins, counted from 1."""
        self._epoch, self._step = epoch, 0

    def step(self, step: int, running: Mapping[str, Any]) -> None:
        """So many steps of the epoch are done, with these measures so far."""
        self._step, self._running = step, running

    def measured(self, logs: Mapping[str, float]) -> None:
        """The epoch is at its end."""
        if not self._measures:
            self._measures = tuple(Measure.of(name) for name in main_measures(self._plan, logs))
        for measure in self._measures:
            measure.add(self._epoch, logs)

    @property
    def _done(self) -> int:
        return (self._epoch - 1) * self._steps + self._step

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rows = min(options.max_height - _AROUND, _MOST_ROWS)
        has_table = bool(self._measures) and rows > 1
        self._bar.update(
            self._task,
            completed=self._done,
            epoch=f"{self._title}epoch {self._epoch}/{self._epochs}",
            steps=f"step {self._step:,}/{self._steps:,}" if options.max_width >= _WIDE else "",
            measures=_loss(self._running) if has_table or not self._measures else _judged(self._measures),
        )
        yield self._bar
        if has_table:
            yield _table(self._measures, rows, options.max_width)


def measures(logs: Mapping[str, float] | None) -> str:
    """The measures of an epoch, such as `loss 0.1234  accuracy 0.9500`."""
    return "  ".join(f"{name} {value:.4g}" for name, value in (logs or {}).items())


def _judged(shown: Iterable[Measure]) -> str:
    """The measures as they are now, of the validation rows if there are any."""
    trained = {measure.name: measure.train for measure in shown if measure.validation is None}
    return measures(trained | {f"val_{m.name}": m.validation for m in shown if m.validation is not None})


def _loss(running: Mapping[str, Any]) -> str:
    return measures({"loss": float(running["loss"])}) if "loss" in running else ""


def _bar(console: Console, longest: str) -> Any:
    """On a narrow terminal the bar and the measures shrink, and what counts the epochs does not."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Column

    counted = Column(no_wrap=True, min_width=len(longest))
    return Progress(
        TextColumn("{task.fields[epoch]}", table_column=counted, markup=False),
        BarColumn(bar_width=None, table_column=Column(ratio=1)),
        TextColumn("{task.fields[steps]}", table_column=Column(no_wrap=True), markup=False),
        TimeRemainingColumn(table_column=Column(no_wrap=True, min_width=len("0:00:00")), elapsed_when_finished=True),
        TextColumn(
            "{task.fields[measures]}", table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1), markup=False
        ),
        console=console,
        expand=True,
        auto_refresh=False,
    )


def _table(shown: Sequence[Measure], rows: int, width: int) -> Table:
    """A row for each measure, with as many columns as fit into the width."""
    from rich.table import Table
    from rich.text import Text

    some, left = (shown, 0) if len(shown) <= rows else (shown[: rows - 1], len(shown) - rows + 1)
    table = Table(box=None, pad_edge=False, padding=(0, _BETWEEN, 0, 0), header_style="dim")
    titles, free = _titles(some, width)
    for title in titles:
        is_text = title in ("", _EPOCHS)
        style = "bold" if title == "best" else None
        table.add_column(title, justify="left" if is_text else "right", no_wrap=True, overflow="ellipsis", style=style)
    for measure in some:
        cells = {title: cell(measure) for title, cell in _CELLS.items() if title in titles}
        if _EPOCHS in titles:
            cells[_EPOCHS] = curves([measure.curve.values], min(free, CURVE))[0]
        table.add_row(*(Text(cells[title]) for title in titles))
    if left:
        table.add_row(Text(f"… {left} more", style="dim"))
    return table


_EPOCHS = "epochs so far"
_CELLS: Mapping[str, Callable[[Measure], str]] = {
    "": lambda measure: printable(measure.name),
    "train": lambda measure: f"{measure.train:{_NUMBER}.4g}",
    "validation": lambda measure: "" if measure.validation is None else f"{measure.validation:{_NUMBER}.4g}",
    "best": lambda measure: "" if measure.best is None else f"{measure.best:{_NUMBER}.4g}",
    "in epoch": lambda measure: "" if measure.best is None else f"{measure.since:,}",
}
"""What a row has, by the titles of the columns."""
_BY_NEED = (("", "train", "best", "in epoch"), ("", "validation", "best", "in epoch", "train"))
"""Which columns are kept the longest where the width is too small: without validation rows, and with them."""


def _titles(shown: Sequence[Measure], width: int) -> tuple[list[str], int]:
    """The titles of the columns that fit into a width, and how many places are free for the curve."""
    needed = _BY_NEED[any(measure.validation is not None for measure in shown)]
    fitting: list[str] = []
    free = width
    for title in needed:
        taken = max(len(title), *(len(_CELLS[title](measure)) for measure in shown)) + _BETWEEN
        if taken > free and fitting:
            break
        fitting.append(title)
        free -= taken
    titles = [title for title in _CELLS if title in fitting]
    return ([*titles, _EPOCHS], free) if len(titles) == len(needed) and free >= _SHORTEST else (titles, free)
