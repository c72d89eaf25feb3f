"""Data frames in the files of a folder, of which single columns can be read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any


class Store:
    """Chunks of rows, each in files; `sizes` are their rows.

    Columns of lists, in which a text may stand for a missing list, lie in a file of JSON beside one of Arrow.
    """

    def __init__(self, folder: Path) -> None:
        self.sizes: list[int] = []
        self.columns: tuple[str, ...] = ()
        self._folder = folder
        self._lists: frozenset[str] = frozenset()
        folder.mkdir()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(self.sizes)

    def append(self, frame: Any) -> None:
        """Write the next chunk."""
        import numpy as np
        import pyarrow as pa

        number = len(self.sizes)
        if not number:
            self.columns = tuple(frame.columns)
            self._lists = frozenset(name for name, dtype in frame.dtypes.items() if dtype.kind == "O")
        plain = pa.Table.from_pandas(frame.drop(columns=list(self._lists)), preserve_index=False)
        with pa.ipc.new_file(str(self._path(number, "arrow")), plain.schema) as file:
            file.write_table(plain)
        for name in self._lists:
            lists = [cell.tolist() if isinstance(cell, np.ndarray) else cell for cell in frame[name]]
            self._path(number, f"{self.columns.index(name)}.json").write_text(json.dumps(lists), "utf-8")
        self.sizes.append(len(frame))

    def chunks(self, columns: Iterable[str] | None = None) -> Iterator[Any]:
        """The data frames in their order, of some columns or of all of them."""
        wanted = self.columns if columns is None else tuple(columns)
        return (self._read(number, wanted) for number in range(len(self.sizes)))

    def frame(self, columns: Iterable[str]) -> Any:
        """All rows as one data frame of some columns, which may be none."""
        import pandas as pd

        wanted = list(columns)
        if not wanted:
            return pd.DataFrame(index=pd.RangeIndex(self.rows))
        return pd.concat(list(self.chunks(wanted)), ignore_index=True)

    def _read(self, number: int, columns: tuple[str, ...]) -> Any:
        import pandas as pd

        lists = [name for name in columns if name in self._lists]
        read = {name: pd.Series(self._read_lists(number, name), dtype=object) for name in lists}
        if len(lists) < len(columns):
            plain = self._read_plain(number, [name for name in columns if name not in self._lists])
            read |= {str(name): values for name, values in plain.items()}
        return pd.DataFrame({name: read[name] for name in columns})

    def _read_plain(self, number: int, columns: list[str]) -> Any:
        import pyarrow as pa

        # Neither mapped into memory nor read beyond what is asked for.
        with pa.OSFile(str(self._path(number, "arrow"))) as source:
            schema = pa.ipc.open_file(source).schema
            options = pa.ipc.IpcReadOptions(included_fields=[schema.get_field_index(name) for name in columns])
            return pa.ipc.open_file(source, options=options).read_all().to_pandas()

    def _read_lists(self, number: int, name: str) -> Any:
        return json.loads(self._path(number, f"{self.columns.index(name)}.json").read_text("utf-8"))

    def _path(self, number: int, ending: str) -> Path:
        return self._folder / f"{number}.{ending}"
