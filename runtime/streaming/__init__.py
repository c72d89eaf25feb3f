"""Rows that are streamed: columns and samples lie in temporary files, and few rows at a time are in memory."""

from __future__ import annotations

from specrun.runtime.streaming.rows import Sample, Streamed, StreamedRows
from specrun.runtime.streaming.samples import Stored

__all__ = ["Sample", "Stored", "Streamed", "StreamedRows"]
