"""Stopping a training before its end, with what was trained kept: Ctrl-C asks for it, as does who ends the process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""Ctrl-C, and what a system sends that wants the process to end, before it is killed."""


class Stop:
    """A wish that a training end after the step that it is at; `place` then is that epoch and step, from 1.

    While a training goes on, the first Ctrl-C, or SIGTERM, is such a wish, which is then told of; the next one ends the
    process, as at any other time. Only in the main thread does Python hear of it.
    """

    def __init__(self, tell: Callable[[], None] = lambda: None) -> None:
        self.is_wished = False
        self.place: tuple[int, int] | None = None
        self._tell = tell
        self._before: dict[signal.Signals, Any] = {}

    def listen(self) -> None:
        """Take Ctrl-C and SIGTERM for a wish from now on."""
        if not self._before and threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._wish) for number in _SIGNALS}

    def cease(self) -> None:
        """Leave them to whoever heard of them before."""
        before, self._before = self._before, {}
        for number, handler in before.items():
            signal.signal(number, handler)

    def _wish(self, _number: int, _frame: FrameType | None) -> None:
        self.cease()
        self.is_wished = True
        self._tell()

    def callback(self) -> Any:
        """What has Keras, or an engine, end the training."""
        import keras

        stop = self

        class Stopping(keras.callbacks.Callback):  # type: ignore[misc]
            epoch = 0

            def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002
                stop.listen()

            def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
                self.epoch = epoch + 1

            def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
                if stop.is_wished and stop.place is None:
                    stop.place = self.epoch, batch + 1
                    self.model.stop_training = True

            def on_train_end(self, logs: Any = None) -> None:  # noqa: ARG002
                stop.cease()

        return Stopping()


@contextmanager
def stopping(tell: Callable[[], None]) -> Iterator[Stop]:
    """A `Stop` that listens while a training goes on, and no longer than this."""
    stop = Stop(tell)
    try:
        yield stop
    finally:
        stop.cease()
