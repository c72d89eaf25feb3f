"""Encoding rows by the encoder of a plan: of a column of texts, each different text once.

The layers say nothing about a text by its row, so that what they make of the different texts of a column, put where the
texts stand, is what they make of the column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from specrun.compiler.expressions import Expression
from specrun.compiler.features.kind import RAW
from specrun.compiler.plan import Plan
from specrun.runtime.evaluate import Evaluator

_FEW = 0.5
"""The share of the rows up to which there are few different values."""
_KEPT = 1000
"""The most texts of a column of which it is kept what they are encoded as."""


class Encoder:
    """The encoder of a plan, with the Keras tensors that it is made of: `inputs`, `encoded` and `parts`."""

    def __init__(self, plan: Plan, evaluator: Evaluator, parts: Any) -> None:
        self._plan, self._evaluator, self._parts = plan, evaluator, parts
        self._inputs: dict[str, Any] = evaluator.variables["inputs"]
        self._encoded: dict[str, Any] = evaluator.variables["encoded"]
        texts = (group for group in plan.features if group.dtype == "string" and group.raw == RAW)
        self._texts = tuple(name for group in texts for name in group.columns)
        self._known: dict[str, tuple[Any, Any]] = {}

    def raw(self, rows: Any, columns: Iterable[str] | None = None) -> dict[str, Any]:
        """The raw values of the columns of a data frame, or of all of them, as the inputs take them."""
        chosen = self._inputs.keys() if columns is None else set(columns)
        lists = {str(g.variable): [name for name in g.columns if name in chosen] for g in self._plan.features}
        inputs = {name: value for name, value in self._inputs.items() if name in chosen}
        values: dict[str, Any] = self._evaluated(self._plan.raw, {**lists, "inputs": inputs, "rows": rows})
        return values

    def __call__(self, rows: Any) -> Any:
        """What is trained on, as tensors: the encoded features of a data frame."""
        dictionaries = {name: dictionary(rows[name]) for name in self._texts}
        if not self._texts or not all(are_few(texts, rows) for _, texts in dictionaries.values()):
            return self._whole(self.raw(rows))
        encoded = self._looked_up(dictionaries)
        if len(encoded) < len(self._encoded):
            encoded |= self._of_rows(self.raw(rows, self._taken))
        return self._evaluated(self._plan.network.parts, {"encoded": {name: encoded[name] for name in self._encoded}})

    def _looked_up(self, dictionaries: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
        """What the numbered texts of the columns are encoded as; of few texts it is known the next time."""
        import pandas as pd
        import tensorflow as tf

        nothing = pd.Index([], dtype=object), None
        known = {name: self._known.get(name, nothing) for name in dictionaries}
        new = {name: texts[known[name][0].get_indexer(texts) < 0] for name, (_, texts) in dictionaries.items()}
        if any(map(len, new.values())):
            # The columns have as many rows each as there are new texts of it: the layers of one know nothing of others.
            more = self._of_texts({name: self.raw(pd.DataFrame({name: new[name]}), [name])[name] for name in new})
            known = {name: _joined(*known[name], new[name], more[name]) for name in new}
            self._known |= {name: found for name, found in known.items() if len(found[0]) <= _KEPT}
        return {
            name: tf.gather(known[name][1], known[name][0].get_indexer(texts)[numbers])
            for name, (numbers, texts) in dictionaries.items()
        }

    def _evaluated(self, expression: Expression, variables: Mapping[str, Any]) -> Any:
        before = dict(self._evaluator.variables)
        self._evaluator.variables |= variables
        try:
            return self._evaluator(expression)
        finally:
            self._evaluator.variables = before

    @cached_property
    def _taken(self) -> tuple[str, ...]:
        """The inputs that are taken row by row: those of other columns, and those that are crossed."""
        crossed = {name for group in self._plan.features for name in group.crossed}
        return tuple(name for name in self._inputs if name not in self._texts or name in crossed)

    @cached_property
    def _whole(self) -> Any:
        import keras

        return keras.Model(self._inputs, self._parts)

    @cached_property
    def _of_texts(self) -> Any:
        """What encodes the texts of all columns of such, each by its name."""
        import keras

        return keras.Model(
            {name: self._inputs[name] for name in self._texts}, {name: self._encoded[name] for name in self._texts}
        )

    @cached_property
    def _of_rows(self) -> Any:
        """What encodes all other columns, each by its name."""
        import keras

        given = {name: self._inputs[name] for name in self._taken}
        return keras.Model(given, {name: value for name, value in self._encoded.items() if name not in self._texts})


def _joined(index: Any, encoded: Any, texts: Any, more: Any) -> tuple[Any, Any]:
    """The texts that are known with new ones, and what they are encoded as."""
    import pandas as pd
    import tensorflow as tf

    return index.append(pd.Index(texts, dtype=object)), more if encoded is None else tf.concat([encoded, more], 0)


def are_few(values: Any, rows: Any) -> bool:
    """Whether the different values are few beside the rows that hold them."""
    return len(values) <= _FEW * len(rows)


def dictionary(column: Any) -> tuple[Any, Any]:
    """The number of the value of each row, and the different values."""
    import pandas as pd

    numbers, texts = pd.factorize(column, use_na_sentinel=False)
    return numbers, texts


def is_of_objects(column: Any) -> bool:
    """Whether a column holds objects of Python, such as lists."""
    import numpy as np

    return isinstance(column.dtype, np.dtype) and column.dtype.kind == "O"  # by `==`, texts of pandas are some, too
