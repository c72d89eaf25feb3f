"""Data frames in the files of a folder, of which single columns can be read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from specrun.runtime.encoding import is_of_objects
from specrun.runtime.streaming.ahead import ahead


class Store:
    """Chunks of rows, each in files; `sizes` are their rows and `columns` the names of all columns.

    Columns of lists, in which a text may stand for a missing list, lie in files of JSON beside one of Arrow.
    """

    def __init__(self, folder: Path) -> None:
        self.sizes: list[int] = []
        self.columns: tuple[str, ...] = ()
        self._plain: tuple[str, ...] = ()
        self._folder = folder
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
            self._plain = tuple(name for name in self.columns if not is_of_objects(frame[name]))
        table = pa.Table.from_pandas(frame[list(self._plain)], preserve_index=False)
        with pa.ipc.new_file(str(self._path(number)), table.schema) as file:
            file.write_table(table)
        for name in set(self.columns) - set(self._plain):
            lists = [cell.tolist() if isinstance(cell, np.ndarray) else cell for cell in frame[name]]
            self._path(number, name).write_text(json.dumps(lists), "utf-8")
        self.sizes.append(len(frame))

    def chunks(self, columns: Iterable[str] | None = None) -> Iterator[Any]:
        """The data frames in their order, of some columns or of all of them."""
        wanted = self.columns if columns is None else tuple(columns)
        return ahead(self._read(number, wanted) for number in range(len(self.sizes)))

    def numbered(self, columns: Iterable[str] | None = None) -> Iterator[tuple[int, Any]]:
        """The chunks, each with the number of its first row."""
        first = 0
        for chunk in self.chunks(columns):
            yield first, chunk
            first += len(chunk)

    def frame(self, columns: Iterable[str]) -> Any:
        """All rows as one data frame of some columns, which may be none."""
        import pandas as pd

        wanted = list(columns)
        if not wanted:
            return pd.DataFrame(index=pd.RangeIndex(self.rows))
        return pd.concat(list(self.chunks(wanted)), ignore_index=True)

    def _read(self, number: int, columns: tuple[str, ...]) -> Any:
        import pandas as pd

        plain = [name for name in columns if name in self._plain]
        frame = self._read_plain(number, plain) if plain else pd.DataFrame(index=pd.RangeIndex(self.sizes[number]))
        if len(plain) < len(columns):
            lists = {name: self._read_lists(number, name) for name in columns if name not in self._plain}
            frame = frame.assign(**lists)
        return frame[list(columns)]

    def _read_plain(self, number: int, columns: list[str]) -> Any:
        import pyarrow as pa

        fields = [self._plain.index(name) for name in columns]
        # Neither mapped into memory nor read beyond what is asked for.
        with pa.OSFile(str(self._path(number))) as source:
            file = pa.ipc.open_file(source, options=pa.ipc.IpcReadOptions(included_fields=fields))
            return file.read_all().to_pandas()

    def _read_lists(self, number: int, column: str) -> Any:
        import pandas as pd

        return pd.Series(json.loads(self._path(number, column).read_text("utf-8")), dtype=object)

    def _path(self, number: int, column: str | None = None) -> Path:
        return self._folder / (f"{number}.arrow" if column is None else f"{number}-{self.columns.index(column)}.json")
