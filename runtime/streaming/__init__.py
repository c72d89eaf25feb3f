"""Rows that are streamed: columns and samples lie in temporary files, and few rows at a time are in memory."""

from __future__ import annotations

from specrun.runtime.streaming.rows import StreamedRows, stream_parts
from specrun.runtime.streaming.samples import Stored, store_samples

__all__ = ["Stored", "StreamedRows", "store_samples", "stream_parts"]
