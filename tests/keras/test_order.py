"""The orders of epochs are those in which `tf.data` shuffles, bit for bit, however they are told."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from specrun.runtime.engines import order
from specrun.runtime.engines.order import shuffled_orders

SEEDS = ((0, 0), (3, 3), (42, 7), (0, 5), (2**31 - 1, 12), (2**40 + 1, 2**35 + 9))


def of_tf_data(rows: int, seed: int, epochs: int) -> list[list[int]]:
    numbers = tf.data.Dataset.range(rows).shuffle(rows, seed=seed).batch(rows).repeat()
    return [batch.numpy().tolist() for batch in numbers.take(epochs)]


def told(rows: int, seed: int, epochs: int) -> list[list[int]]:
    return [numbers.numpy().tolist() for numbers in islice(shuffled_orders(rows, seed), epochs)]


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 64, 1_000, 70_001])
def test_the_orders_are_those_of_tf_data(rows: int, seeds: tuple[int, int]) -> None:
    tf.random.set_seed(seeds[0])
    expected = of_tf_data(rows, seeds[1], 4)
    assert told(rows, seeds[1], 4) == expected
    assert [sorted(one) for one in expected] == [list(range(rows))] * 4


def test_an_order_hangs_on_the_epoch_alone() -> None:
    tf.random.set_seed(3)
    (fifth,) = islice(shuffled_orders(100, 3), 4, 5)
    assert order._of_epoch(100, (3, 3), 4).tolist() == fifth.numpy().tolist()


def test_where_tf_data_shuffles_in_another_way_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    numbers, of_tf = order._random_numbers, order._of_tf_data

    def watched(rows: int, seed: int) -> Any:
        asked.append(rows)
        return of_tf(rows, seed)

    monkeypatch.setattr(order, "_of_tf_data", watched)
    tf.random.set_seed(3)
    shuffled_orders(50, 3)
    assert 50 not in asked
    monkeypatch.setattr(order, "_random_numbers", lambda seeds, size: numbers(seeds, size)[::-1])
    assert told(50, 3, 3) == of_tf_data(50, 3, 3)
    assert 50 in asked


def test_the_numbers_are_philox() -> None:
    """The first block of the generator's published test vectors: key and counter are zero."""
    assert order._random_numbers((0, 0), 4).tolist() == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
    assert order._random_numbers((0, 0), 7).dtype == np.uint64
