"""Showing how a training goes: a bar with the time left on a terminal, a line for each epoch elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from specrun.compiler.plan import Plan

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

_REFRESH_S = 0.1
_OF_ALL = ("loss", "val_loss")
"""What a bar shows of several outputs: the measures of each are too many for a line."""


@contextmanager
def watching(plan: Plan, console: Console) -> Iterator[Callable[[], Any]]:
    """Show the progress of a plan's training on a console, and leave the terminal as it was.

    Gives what makes the Keras callback that looks on, once Keras is there.
    """
    if not console.is_terminal:
        yield lambda: _lines(plan, console)
        return
    bar = _bar(plan, console)
    with console.status("starting TensorFlow") as status:
        try:
            yield lambda: _terminal(plan, bar, status.stop)
        finally:
            bar.stop()


def measures(logs: Mapping[str, float] | None) -> str:
    """The measures of an epoch, such as `loss 0.1234  accuracy 0.9500`."""
    return "  ".join(f"{name} {value:.4g}" for name, value in (logs or {}).items())


def _lines(plan: Plan, console: Console) -> Any:
    import keras

    epochs = plan.training.epochs

    class Lines(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
            console.print(f"epoch {epoch + 1}/{epochs}  {measures(logs)}", highlight=False, soft_wrap=True)

    return Lines()


def _bar(plan: Plan, console: Console) -> Progress:
    """On a narrow terminal the bar and the measures shrink, and what counts the epochs does not."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Column

    epochs = plan.training.epochs
    counted = Column(no_wrap=True, min_width=len(f"epoch {epochs}/{epochs}"))
    return Progress(
        TextColumn(f"epoch {{task.fields[epoch]}}/{epochs}", table_column=counted),
        BarColumn(bar_width=None, table_column=Column(ratio=1)),
        TimeRemainingColumn(table_column=Column(no_wrap=True, min_width=len("0:00:00"))),
        TextColumn("{task.fields[measures]}", table_column=Column(no_wrap=True, overflow="ellipsis", ratio=3)),
        console=console,
        expand=True,
        refresh_per_second=5,
    )


def _terminal(plan: Plan, bar: Progress, stop_waiting: Callable[[], None]) -> Any:
    import keras

    class Bar(keras.callbacks.Callback):  # type: ignore[misc]
        """Counts the steps of all epochs, and moves the bar only now and then: a step may take microseconds."""

        def __init__(self) -> None:
            super().__init__()
            self.before, self.done, self.shown = 0, 0, 0.0

        def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
            stop_waiting()
            steps = plan.training.epochs * self.params["steps"]
            self.task = bar.add_task("", total=steps, epoch=1, measures="")
            bar.start()

        def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
            self.done = self.before + batch + 1  # an engine may take many batches at a time
            now = time.monotonic()
            if now - self.shown > _REFRESH_S:
                self.shown = now
                bar.update(self.task, completed=self.done)

        def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
            self.before = self.done
            shown = {name: value for name, value in (logs or {}).items() if len(plan.heads) == 1 or name in _OF_ALL}
            bar.update(self.task, completed=self.done, epoch=epoch + 1, measures=measures(shown))

        def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
            bar.update(self.task, total=self.done, completed=self.done)
            bar.stop()

    return Bar()
