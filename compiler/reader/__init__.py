"""Reads YAML 1.2 into a tree of plain values that know where they stand; bounded in time and memory for any text."""

from __future__ import annotations

from specrun.compiler.reader.documents import read, read_scalar
from specrun.compiler.reader.limits import LIMITS, Limits
from specrun.compiler.reader.nodes import Entry, Mapping, Node, Path, Plain, Scalar, Sequence

__all__ = ["LIMITS", "Entry", "Limits", "Mapping", "Node", "Path", "Plain", "Scalar", "Sequence", "read", "read_scalar"]
