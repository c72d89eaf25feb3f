"""Showing how a training goes: a bar with the time left on a terminal, a line for each epoch elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from specrun.compiler.plan import Plan

if TYPE_CHECKING:
    from rich.console import Console

_REFRESH_S = 0.1


def watch(plan: Plan, console: Console) -> Callable[[], Any]:
    """What makes the Keras callback that shows the progress of a plan's training on a console."""
    return lambda: _terminal(plan, console) if console.is_terminal else _lines(plan, console)


def measures(logs: Mapping[str, float] | None) -> str:
    """The measures of an epoch, such as `loss 0.1234  accuracy 0.9500`."""
    return "  ".join(f"{name} {value:.4f}" for name, value in (logs or {}).items())


def _lines(plan: Plan, console: Console) -> Any:
    import keras

    epochs = plan.training.epochs

    class Lines(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
            console.print(f"epoch {epoch + 1}/{epochs}  {measures(logs)}", highlight=False, soft_wrap=True)

    return Lines()


def _terminal(plan: Plan, console: Console) -> Any:
    import keras
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    epochs = plan.training.epochs
    bar = Progress(
        TextColumn("epoch {task.fields[epoch]}/" + str(epochs)),
        BarColumn(bar_width=30),
        TimeRemainingColumn(),
        TextColumn("{task.fields[measures]}"),
        console=console,
        refresh_per_second=5,
    )
    task = bar.add_task("", total=None, epoch=1, measures="")

    class Bar(keras.callbacks.Callback):  # type: ignore[misc]
        """Counts the steps of all epochs, and moves the bar only now and then: a step may take microseconds."""

        def __init__(self) -> None:
            super().__init__()
            self.done, self.shown = 0, 0.0

        def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
            bar.update(task, total=epochs * self.params["steps"])
            bar.start()

        def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
            self.done += 1
            now = time.monotonic()
            if now - self.shown > _REFRESH_S:
                self.shown = now
                bar.update(task, completed=self.done)

        def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
            bar.update(task, completed=self.done, epoch=epoch + 1, measures=measures(logs))

        def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
            bar.update(task, total=self.done, completed=self.done)
            bar.stop()

    return Bar()
