"""The orders in which `tf.data` shuffles all rows, told without moving them one by one.

Over a buffer that holds all its elements, `shuffle` puts in each place one of those that are not placed yet, which
changes places with what stands there (Fisher and Yates). Which one, numbers of the generator Philox 4x32-10 tell (by
Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011), of which two seeds are key and counter; the seeds
of an epoch are two numbers of the generator that the seeds of the data set begin. No library promises any of this, so
that it is held against `tf.data` before it is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_Seeds: TypeAlias = tuple[int, int]

_LOW: Final = 0xFFFFFFFF
_MULTIPLIERS: Final = 0xD2511F53, 0xCD9E8D57
_KEY_STEPS: Final = 0x9E3779B9, 0xBB67AE85
_ROUNDS: Final = 10
_TRIED_ROWS: Final = 17


def shuffled_orders(rows: int, seed: int, first: int = 0) -> Iterator[Any]:
    """For each epoch from the `first` on, the numbers of the rows as `tf.data.Dataset.range(rows).shuffle(rows, seed)`
    has them, endlessly.

    They are int64 tensors of shape (rows,). As to `shuffle`, the global seed of TensorFlow counts, too.
    """
    import tensorflow as tf

    seeds = tf.compat.v1.get_seed(seed)
    tried = zip(
        _of_tf_data(_TRIED_ROWS, seed), (_of_epoch(_TRIED_ROWS, seeds, epoch) for epoch in range(2)), strict=False
    )
    if not all((own == theirs.numpy()).all() for theirs, own in tried):
        return islice(_of_tf_data(rows, seed), first, None)
    return (tf.constant(_of_epoch(rows, seeds, epoch)) for epoch in count(first))


def _of_tf_data(rows: int, seed: int) -> Iterator[Any]:
    import tensorflow as tf

    return iter(tf.data.Dataset.range(rows).shuffle(rows, seed=seed).batch(rows).repeat())


def _of_epoch(rows: int, seeds: _Seeds, epoch: int) -> NDArray[np.int64]:
    import numpy as np
    from scipy.linalg.lapack import dlaswp

    first, second = _random_numbers(seeds, 2 * epoch + 2)[-2:].tolist()
    left = np.arange(rows, 0, -1, dtype=np.uint64)
    places = np.arange(rows) + (_random_numbers((first, second), rows) % left).astype(np.int64)
    # As a factorisation with pivots asks, LAPACK lets rows of a matrix change places, one pair after the other.
    column = dlaswp(np.arange(rows, dtype=np.float64)[:, None], places.astype(np.int32))
    return np.asarray(column[:, 0]).astype(np.int64)


def _random_numbers(seeds: _Seeds, size: int) -> NDArray[np.uint64]:
    """The first numbers, each of 32 bits, of Philox with the key and the upper half of the counter given."""
    import numpy as np

    low, half = np.uint64(_LOW), np.uint64(32)
    blocks = np.arange(-(-size // 4), dtype=np.uint64)
    upper = [np.full_like(blocks, part) for part in _halves(seeds[1])]
    a, b, c, d = blocks & low, blocks >> half, *upper
    key = _halves(seeds[0])
    for _ in range(_ROUNDS):
        x, y = (value * np.uint64(by) for value, by in zip((a, c), _MULTIPLIERS, strict=True))
        a, b, c, d = (y >> half) ^ b ^ np.uint64(key[0]), y & low, (x >> half) ^ d ^ np.uint64(key[1]), x & low
        key = (key[0] + _KEY_STEPS[0]) & _LOW, (key[1] + _KEY_STEPS[1]) & _LOW
    return np.stack((a, b, c, d), axis=1).reshape(-1)[:size]


def _halves(seed: int) -> tuple[int, int]:
    return seed & _LOW, seed >> 32 & _LOW
