"""Stopping a training before its end, with what was trained kept: Ctrl-C asks for it, and again drops it all."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Stop:
    """A wish that a training end after the step that it is at; `place` then is that epoch and step, from 1.

    While a training goes on, the first Ctrl-C is such a wish, which is then told of; the next one raises
    KeyboardInterrupt, as at any other time. Only in the main thread does Python hear of it.
    """

    def __init__(self, tell: Callable[[], None] = lambda: None) -> None:
        self.is_wished = False
        self.place: tuple[int, int] | None = None
        self._tell = tell
        self._before: Any = None

    def listen(self) -> None:
        """Take Ctrl-C for a wish from now on."""
        if self._before is None and threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._wish)

    def cease(self) -> None:
        """Leave Ctrl-C to whoever heard of it before."""
        before, self._before = self._before, None
        if before is not None:
            signal.signal(signal.SIGINT, before)

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
