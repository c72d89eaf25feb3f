"""Texts that a spreadsheet would take for formulas, made harmless: https://owasp.org/www-community/attacks/CSV_Injection."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What begins one, also in its wide form; a blank character before it may be dropped."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(slots=True)
class Formulas:
    """Puts `'` before each text that is a formula; `count` is of how many cells and names of columns that was."""

    count: int = 0

    def without(self, frame: Any) -> Any:
        """A data frame with its texts harmless: in its cells and in the names of its columns."""
        import pandas as pd

        columns = [
            values if pd.api.types.is_numeric_dtype(values.dtype) else values.map(self._harmless)
            for _, values in frame.items()
        ]
        return pd.concat(columns, axis=1).set_axis([self._harmless(name) for name in frame.columns], axis=1)

    def _harmless(self, cell: Any) -> Any:
        if not isinstance(cell, str) or not _FORMULA.match(cell) or _NUMBER.fullmatch(cell):
            return cell
        self.count += 1
        return f"'{cell}"
