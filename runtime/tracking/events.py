"""Event files for TensorBoard, which TensorFlow alone writes: to look at them needs `tensorboard`, this does not.

A file of events is one of records, each an `Event` of TensorFlow's protocol buffers. As Keras does it, training and
validation rows have a folder each, and measures are called `epoch_<name>`.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specrun.compiler.plan import TensorBoard
from specrun.runtime.directory import next_directory
from specrun.runtime.tracking.tracker import About, Measures, scores

_FLUSH_S = 1.0
"""After so many seconds what was written is on the disk, for TensorBoard to find."""
_VERSION = "brain.Event:2"
"""What a file of events begins with."""


class Events:
    """Writes the events of a run to files in a folder of its own."""

    def __init__(self, track: TensorBoard, about: About) -> None:
        self._folder = next_directory(about.name, Path(track.directory))
        self._files: dict[str, Any] = {}
        self._flushed = time.monotonic()
        self._write("train", 0, _text("run", _said(about)))
        self._flush()

    def epoch(self, epoch: int, measures: Mapping[str, float]) -> None:
        """See Tracker."""
        for name, value in measures.items():
            validated = name.startswith("val_") and name.removeprefix("val_") in measures
            part, measure = ("validation", name.removeprefix("val_")) if validated else ("train", name)
            self._write(part, epoch, _scalar(f"epoch_{measure}", value))
        if time.monotonic() - self._flushed > _FLUSH_S:
            self._flush()

    def judged(self, epoch: int, metrics: Mapping[str, Measures], folder: Path) -> None:  # noqa: ARG002
        """See Tracker."""
        for part, measure, value in scores(metrics):
            self._write(part, epoch, _scalar(f"epoch_{measure}", value))

    def close(self, *, done: bool) -> None:  # noqa: ARG002
        """See Tracker."""
        for file in self._files.values():
            file.close()

    def _write(self, part: str, step: int, value: Any) -> None:
        import tensorflow as tf

        if part not in self._files:
            folder = self._folder / part
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"events.out.tfevents.{int(time.time())}.{socket.gethostname()}.{os.getpid()}"
            self._files[part] = tf.io.TFRecordWriter(str(path))
            self._files[part].write(_event(file_version=_VERSION))
        self._files[part].write(_event(step=step, summary=tf.compat.v1.Summary(value=[value])))

    def _flush(self) -> None:
        self._flushed = time.monotonic()
        for file in self._files.values():
            file.flush()


def _event(**what: Any) -> bytes:
    import tensorflow as tf

    event: bytes = tf.compat.v1.Event(wall_time=time.time(), **what).SerializeToString()
    return event


def _scalar(tag: str, value: float) -> Any:
    import tensorflow as tf

    return tf.compat.v1.Summary.Value(tag=tag, simple_value=value)


def _text(tag: str, rows: list[list[str]]) -> Any:
    """Texts in rows and columns, which TensorBoard shows as a table."""
    import tensorflow as tf

    plugin = tf.compat.v1.SummaryMetadata.PluginData(plugin_name="text")
    metadata = tf.compat.v1.SummaryMetadata(plugin_data=plugin)
    tensor = tf.make_tensor_proto([[cell.encode() for cell in row] for row in rows])
    return tf.compat.v1.Summary.Value(tag=f"{tag}/text_summary", tensor=tensor, metadata=metadata)


def _said(about: About) -> list[list[str]]:
    named = (("name", about.name), ("directory", str(about.directory)), ("digest", about.digest))
    return [[key, value] for key, value in (*named, *about.settings)]
