"""A loss that is no number any more: where it began, told by going back to before it and on step by step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from inspect import signature
from math import isfinite
from typing import Any

from specrun.runtime.engines.samples import Block
from specrun.runtime.engines.variables import variables_of

_KEPT_S = 0.1
"""After so many seconds the variables are kept anew."""
_LARGE_BYTES = 16_000_000
"""Variables of more bytes are not kept to go back to: it would take more time than a moment's steps."""
_NO_LOSS = {"loss": float("nan")}


class Diverged(Exception):
    """The loss is no number: from which `epoch` and, if that is known, `step` on, from 1; `where` says in what."""

    def __init__(self, epoch: int, step: int | None, where: str) -> None:
        super().__init__(f"epoch {epoch}")
        self.epoch, self.step, self.where = epoch, step, where


@dataclass(frozen=True, slots=True)
class _Steps:
    """The steps `first` up to `last` of a block, before which there were `done` in the `epoch`, counted from 1."""

    epoch: int
    block: Block
    first: int
    last: int
    done: int


class Guard:
    """Looks at the loss after some steps of a model, which are taken again one by one where it is no number."""

    def __init__(self, model: Any, batch_size: int, steps: Callable[[Block, int, int], Any]) -> None:
        self._model, self._batch_size, self._take = model, batch_size, steps
        self._variables = variables_of(model, with_metrics=True)
        size = sum(int(v.value.dtype.size) * int(v.value.shape.num_elements() or 0) for v in self._variables)
        self._keeps = size <= _LARGE_BYTES
        self._before: list[Any] = []
        self._since: list[_Steps] = []
        self._kept_at = float("-inf")

    def steps(self, epoch: int, block: Block, first: int, last: int, done: int) -> Any:
        """The logs of the steps `first` up to `last` of a block, before which there were `done` steps in the epoch.

        Raises Diverged where the loss is no number behind them.
        """
        now = time.monotonic()
        if self._keeps and now - self._kept_at > _KEPT_S:
            self._kept_at, self._before, self._since = now, self._kept(), []
        self._since.append(_Steps(epoch, block, first, last, done))
        logs = self._logs(block, first, last)
        if has_loss(logs):
            return logs
        raise self._where() if self._keeps else Diverged(epoch, None, in_weights(self._model))

    def _logs(self, block: Block, first: int, last: int) -> Any:
        """The logs of some steps, without a loss where they broke off over what is no number."""
        try:
            return self._take(block, first, last)
        except Exception as problem:
            if breaks_over(problem, self._model):
                return _NO_LOSS
            raise

    def _where(self) -> Diverged:
        """Take the steps since the variables were kept again; what is to be said of the first that spoils the loss."""
        self._restore(self._before)
        epoch = self._since[0].epoch
        for some in self._since:
            if some.epoch != epoch:
                self._model.reset_metrics()
            epoch = some.epoch
            for step in range(some.first, some.last):
                before = self._kept()
                if not has_loss(self._logs(some.block, step, step + 1)):
                    spoilt = in_weights(self._model)
                    self._restore(before)
                    where = (
                        self._in_outputs(some.block, step)
                        or spoilt
                        or "the outputs are numbers, and their loss is none"
                    )
                    return Diverged(epoch, some.done + step - some.first + 1, where)
        return Diverged(epoch, None, "")  # a callback changed something between epochs

    def _kept(self) -> list[Any]:
        import tensorflow as tf

        return [tf.identity(variable.value) for variable in self._variables]

    def _restore(self, values: list[Any]) -> None:
        for variable, value in zip(self._variables, values, strict=True):
            variable.assign(value)

    def _in_outputs(self, block: Block, step: int) -> str:
        """The first layer that makes something else than numbers of the batch of a step, if one does."""
        import tensorflow as tf

        order = block.order[step * self._batch_size : min((step + 1) * self._batch_size, block.rows)]
        features = tf.nest.map_structure(lambda values: tf.gather(values, order), block.data[0])
        if not all(_is_finite(values) for values in tf.nest.flatten(features)):
            return "a feature is infinite, or no number"
        found = (name for name, output in _outputs(self._model, features) if not _is_finite(output))
        return next((f"`{name}` gives what is infinite, or no number" for name in found), "")


def _outputs(model: Any, features: Any) -> Iterator[tuple[str, Any]]:
    """What the layers of a chain, or of a graph, make of some rows, each by its name; images are left as they are."""
    import keras

    if isinstance(model, keras.Sequential):
        for layer in model.layers:
            told = {"training": False} if "training" in signature(layer.call).parameters else {}
            features = layer(features, **told)
            yield layer.name, features
        return
    layers = [layer for layer in model.layers if isinstance(getattr(layer, "output", None), keras.KerasTensor)]
    yield from zip(
        (layer.name for layer in layers),
        keras.Model(model.input, [layer.output for layer in layers])(features, training=False),
        strict=True,
    )


def has_loss(logs: Mapping[str, Any] | None) -> bool:
    """Whether the loss of some logs, if they have one, is a number."""
    loss = (logs or {}).get("loss")
    return loss is None or isfinite(float(loss))


def breaks_over(problem: Exception, model: Any) -> bool:
    """Whether a step broke off since the weights are no numbers: some layers look up a place by what comes in."""
    import tensorflow as tf

    return isinstance(problem, tf.errors.InvalidArgumentError) and bool(in_weights(model))


def in_weights(model: Any) -> str:
    """The first layer of which a step has left weights that are no numbers, if there is one."""
    layers = (layer for layer in model.layers if not all(_is_finite(weight.value) for weight in layer.weights))
    return next((f"the step leaves no numbers in the weights of `{layer.name}`" for layer in layers), "")


def _is_finite(values: Any) -> bool:
    import tensorflow as tf

    return not values.dtype.is_floating or bool(tf.reduce_all(tf.math.is_finite(values)))
