"""Samples in files: what is trained on is read in blocks of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import Any

from specrun.runtime.engines import Block
from specrun.runtime.streaming.ahead import ahead


@dataclass(frozen=True, slots=True)
class Values:
    """One tensor of the samples: a file of nothing but its values, row by row, of a `shape` without the rows."""

    path: Path
    dtype: Any
    shape: tuple[int, ...]

    def read(self, first: int, rows: int) -> Any:
        """Some rows as an array."""
        import numpy as np

        size = int(np.prod(self.shape))
        values = np.fromfile(self.path, self.dtype, rows * size, offset=first * size * self.dtype.itemsize)
        return values.reshape(rows, *self.shape)


@dataclass(frozen=True, slots=True)
class Stored:
    """Samples of which the `values` are in files, a nest of them; see Samples for the methods.

    The row order of an epoch is that of the script: blocks of `block_rows` rows in a random order, a short one last,
    the rows of each shuffled.
    """

    values: Any
    rows: int
    block_rows: int
    function: Callable[[Any], Any] | None = None

    def head(self) -> Any:
        """See Samples."""
        return self._read(0, 1)

    def epochs(self, seed: int, first: int = 0) -> Iterator[Iterable[Block]]:
        """See Samples."""
        import numpy as np

        return (ahead(self._epoch(np.random.default_rng([seed, epoch]))) for epoch in count(first))

    def slabs(self) -> Iterator[Any]:
        """See Samples."""
        return self._in_order(self.slab_rows)

    def shuffled(self, batch_size: int, seed: int) -> Any:
        """See Samples."""
        import tensorflow as tf

        def batches() -> Iterator[Any]:
            for block in chain.from_iterable(self.epochs(seed)):
                for first in range(0, block.rows, batch_size):
                    rows = block.order[first : min(first + batch_size, block.rows)]
                    yield tf.nest.map_structure(lambda values, rows=rows: tf.gather(values, rows), block.data)

        return tf.data.Dataset.from_generator(batches, output_signature=self._signature())

    def judged(self, batch_size: int) -> Any:
        """See Samples."""
        import tensorflow as tf

        batches = tf.data.Dataset.from_generator(lambda: self._in_order(batch_size), output_signature=self._signature())
        return batches.apply(tf.data.experimental.assert_cardinality(-(-self.rows // batch_size)))

    def mapped(self, function: Callable[[Any], Any]) -> Stored:
        """See Samples."""
        return replace(self, function=function)

    def labels(self) -> Any:
        """The labels of all samples, as arrays."""
        import tensorflow as tf

        return tf.nest.map_structure(lambda values: values.read(0, self.rows), self.values[1])

    @property
    def slab_rows(self) -> int:
        """A slab has so many rows: a whole number of any batches in which is measured."""
        from specrun.compiler.memory import BLOCK_ROWS

        return BLOCK_ROWS

    def _epoch(self, chance: Any) -> Iterator[Block]:
        """All blocks are of one size, so that they are trained on by one compiled graph; no order takes the rest."""
        whole = self.rows // self.block_rows
        for block in (*chance.permutation(whole).tolist(), whole):
            first = block * self.block_rows
            order = chance.permutation(min(self.block_rows, self.rows - first))
            if len(order):
                yield Block(self._read(first, len(order), self.block_rows), _padded(order, self.block_rows), len(order))

    def _in_order(self, rows: int) -> Iterator[Any]:
        return (self._read(first, min(rows, self.rows - first)) for first in range(0, self.rows, rows))

    def _read(self, first: int, rows: int, size: int = 0) -> Any:
        import tensorflow as tf

        data = tf.nest.map_structure(lambda values: _padded(values.read(first, rows), size), self.values)
        return data if self.function is None else self.function(data)

    def _signature(self) -> Any:
        import tensorflow as tf

        return tf.nest.map_structure(lambda values: tf.TensorSpec([None, *values.shape[1:]], values.dtype), self.head())


def _padded(values: Any, rows: int) -> Any:
    """An array as a tensor of so many rows at least, the last of them zeros."""
    import numpy as np
    import tensorflow as tf

    missing = max(rows - len(values), 0)
    return tf.constant(np.pad(values, [(0, missing), *[(0, 0)] * (values.ndim - 1)]) if missing else values)


class Writer:
    """Writes samples to files of `folder`: nests of tensors or arrays, of some rows each and all alike."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = ExitStack()
        self._opened: list[Any] = []
        self._values: Any = None
        self._rows = 0
        folder.mkdir()

    def append(self, nest: Any) -> None:
        """Write the next rows."""
        import numpy as np
        import tensorflow as tf

        arrays = tf.nest.map_structure(np.asarray, nest)
        if self._values is None:
            self._values = _files_for(arrays, self._folder)
            values = tf.nest.flatten(self._values)
            self._opened = [self._files.enter_context(each.path.open("wb")) for each in values]
        flat = tf.nest.flatten(arrays)
        for array, file in zip(flat, self._opened, strict=True):
            array.tofile(file)
        self._rows += len(flat[0])

    def stored(self, block_rows: int) -> Stored:
        """What was written."""
        self._files.close()
        return Stored(self._values, self._rows, block_rows)


def _files_for(arrays: Any, folder: Path) -> Any:
    import tensorflow as tf

    flat = tf.nest.flatten(arrays)
    files = [Values(folder / f"{i}.values", array.dtype, array.shape[1:]) for i, array in enumerate(flat)]
    return tf.nest.pack_sequence_as(arrays, files)
