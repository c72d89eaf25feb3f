"""Showing how a training goes: one live table on a terminal, a line for each epoch elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from specrun.compiler.plan import Plan
from specrun.runtime.live import Display, measures

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def watching(plan: Plan, console: Console) -> Iterator[Callable[..., Any]]:
    """Show the progress of a plan's training on a console, and leave the terminal as it was.

    Gives what makes the Keras callback that looks on, once Keras is there; of a fold, by the title that it is given.
    """
    if not console.is_terminal:
        yield lambda title="": _lines(plan, console, title)
        return
    with ExitStack() as shown, console.status("starting TensorFlow") as status:

        def on_terminal(title: str = "") -> Any:
            display = Display(plan, console, title, passes=bool(title))
            shown.callback(display.stop)
            return _terminal(display, status.stop)

        yield on_terminal


def _lines(plan: Plan, console: Console, title: str) -> Any:
    import keras

    epochs = plan.training.epochs

    class Lines(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
            console.print(f"{title}epoch {epoch + 1}/{epochs}  {measures(logs)}", highlight=False, soft_wrap=True)

    return Lines()


def _terminal(display: Display, stop_waiting: Callable[[], None]) -> Any:
    import keras

    class Table(keras.callbacks.Callback):  # type: ignore[misc]
        """Tells the display where the training is; a step may take microseconds."""

        is_first = True

        def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
            stop_waiting()
            display.begin(self.params["steps"])

        def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
            if self.is_first:  # a run that goes on has its history
                self.is_first = False
                before = self.model.history.history
                for done, measured in enumerate(zip(*before.values(), strict=True), start=1):
                    display.epoch(done)
                    display.measured(dict(zip(before, measured, strict=True)))
            display.epoch(epoch + 1)

        def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
            display.step(batch + 1, logs or {})

        def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
            display.measured(logs or {})

        def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
            display.end()

    return Table()
