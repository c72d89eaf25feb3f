"""Looking at data files without pandas: what they are, what columns they have, and whether their values fit the spec.

Codes D1xx are about a file and its structure, D2xx about values that do not fit, D3xx warn of values that look wrong.
"""

from specrun.compiler.data.batch import cells_of
from specrun.compiler.data.datasets import DATASETS, Dataset
from specrun.compiler.data.expected import ColumnFacts, Expected, Scan
from specrun.compiler.data.files import find_format, usual_separator
from specrun.compiler.data.kinds import find_boolean, infer_kind
from specrun.compiler.data.lists import Lists
from specrun.compiler.data.mistakes import MARKERS
from specrun.compiler.data.moments import ISO_FORMAT, fault_of_format, read_moment
from specrun.compiler.data.numbers import find_decimal, read_number
from specrun.compiler.data.opening import open_table
from specrun.compiler.data.scan import scan
from specrun.compiler.data.table import Cell, Column, Dialect, Row, Table, short

__all__ = [
    "DATASETS",
    "ISO_FORMAT",
    "MARKERS",
    "Cell",
    "Column",
    "ColumnFacts",
    "Dataset",
    "Dialect",
    "Expected",
    "Lists",
    "Row",
    "Scan",
    "Table",
    "cells_of",
    "fault_of_format",
    "find_boolean",
    "find_decimal",
    "find_format",
    "infer_kind",
    "open_table",
    "read_moment",
    "read_number",
    "scan",
    "short",
    "usual_separator",
]
