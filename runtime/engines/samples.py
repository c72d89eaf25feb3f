"""What a network is trained on and judged by: a nest of tensors, with a row for each sample."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from specrun.runtime.engines.order import shuffled_orders


@dataclass(frozen=True, slots=True)
class Block:
    """Samples that are in memory together, a nest of tensors `data`, and the `order` to take their rows in.

    There are so many `rows`; what `data` and `order` hold behind them counts for nothing.
    """

    data: Any
    order: Any
    rows: int


class Samples(Protocol):
    """Features and labels, and the weights of rows where they have any, wherever they are kept."""

    @property
    def rows(self) -> int:
        """How many samples there are."""
        ...

    def head(self) -> Any:
        """The first sample, as a nest of tensors with one row."""
        ...

    def epochs(self, seed: int, first: int = 0) -> Iterator[Iterable[Block]]:
        """The blocks of each epoch from the `first` on, endlessly; each but the last is a whole number of batches."""
        ...

    def slabs(self) -> Iterator[Any]:
        """All samples in their own order, as nests of tensors; but for the last, of a whole number of batches."""
        ...

    def shuffled(self, batch_size: int, seed: int) -> Any:
        """The batches of `epochs` as a data set of TensorFlow."""
        ...

    def judged(self, batch_size: int) -> Any:
        """All samples as Keras's `validation_data`."""
        ...

    def labels(self) -> Any:
        """The labels of all samples, as arrays."""
        ...

    def mapped(self, function: Callable[[Any], Any]) -> Samples:
        """The samples with a function of their nests in their place."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """Samples that are all in memory: an epoch is one block."""

    data: Any

    @property
    def rows(self) -> int:
        """See Samples."""
        import keras

        return len(keras.tree.flatten(self.data)[0])

    def head(self) -> Any:
        """See Samples."""
        import tensorflow as tf

        return tf.nest.map_structure(lambda values: tf.convert_to_tensor(values[:1]), self.data)

    def epochs(self, seed: int, first: int = 0) -> Iterator[Iterable[Block]]:
        """See Samples. The order is that of `shuffled`."""
        import tensorflow as tf

        data = tf.nest.map_structure(tf.convert_to_tensor, self.data)
        return ((Block(data, order, self.rows),) for order in shuffled_orders(self.rows, seed, first))

    def slabs(self) -> Iterator[Any]:
        """See Samples."""
        yield self.data

    def shuffled(self, batch_size: int, seed: int) -> Any:
        """See Samples."""
        import tensorflow as tf

        rows = tf.data.Dataset.from_tensor_slices(self.data)
        return rows.shuffle(self.rows, seed=seed).batch(batch_size).repeat()

    def judged(self, batch_size: int) -> Any:  # noqa: ARG002 - Keras makes the batches of tensors
        """See Samples."""
        return self.data

    def labels(self) -> Any:
        """See Samples."""
        return self.data[1]

    def mapped(self, function: Callable[[Any], Any]) -> Held:
        """See Samples."""
        import tensorflow as tf

        return Held(function(tf.nest.map_structure(tf.convert_to_tensor, self.data)))
