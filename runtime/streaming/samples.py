"""Samples in files: what is trained on is read in blocks of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from specrun.runtime.engines import Block


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

    def epochs(self, seed: int) -> Iterator[Iterable[Block]]:
        """See Samples."""
        import numpy as np

        return (self._epoch(np.random.default_rng([seed, epoch])) for epoch in count())

    def slabs(self) -> Iterator[Any]:
        """See Samples."""
        return self._in_order(self.slab_rows)

    def shuffled(self, batch_size: int, seed: int) -> Any:
        """See Samples."""
        import tensorflow as tf

        def batches() -> Iterator[Any]:
            for epoch in self.epochs(seed):
                for block in epoch:
                    for first in range(0, block.rows, batch_size):
                        rows = block.order[first : first + batch_size]
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
        import tensorflow as tf

        whole = self.rows // self.block_rows
        for block in (*chance.permutation(whole).tolist(), whole):
            first = block * self.block_rows
            order = chance.permutation(min(self.block_rows, self.rows - first))
            if len(order):
                yield Block(self._read(first, len(order)), tf.constant(order))

    def _in_order(self, rows: int) -> Iterator[Any]:
        return (self._read(first, min(rows, self.rows - first)) for first in range(0, self.rows, rows))

    def _read(self, first: int, rows: int) -> Any:
        import tensorflow as tf

        data = tf.nest.map_structure(lambda values: tf.constant(values.read(first, rows)), self.values)
        return data if self.function is None else self.function(data)

    def _signature(self) -> Any:
        import tensorflow as tf

        return tf.nest.map_structure(lambda values: tf.TensorSpec([None, *values.shape[1:]], values.dtype), self.head())


def store_samples(folder: Path, nests: Iterable[Any], block_rows: int) -> Stored:
    """Write samples to files of `folder`: nests of tensors or arrays, of some rows each and all alike."""
    import numpy as np
    import tensorflow as tf

    folder.mkdir()
    rows, values = 0, None
    with ExitStack() as files:
        for nest in nests:
            arrays = tf.nest.map_structure(np.asarray, nest)
            if values is None:
                values = _files_for(arrays, folder)
                opened = [files.enter_context(each.path.open("wb")) for each in tf.nest.flatten(values)]
            flat = tf.nest.flatten(arrays)
            for array, file in zip(flat, opened, strict=True):
                array.tofile(file)
            rows += len(flat[0])
    return Stored(values, rows, block_rows)


def _files_for(arrays: Any, folder: Path) -> Any:
    import tensorflow as tf

    flat = tf.nest.flatten(arrays)
    files = [Values(folder / f"{i}.values", array.dtype, array.shape[1:]) for i, array in enumerate(flat)]
    return tf.nest.pack_sequence_as(arrays, files)
