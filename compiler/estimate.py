"""What a training needs of memory, by the plan alone: at least so much, and not much less than is seen.

What is refused by it cannot fit, so that all is left out that a machine may do without: of the gradients all but those
of the largest layer, since each is used as soon as it is known; of what layers give, all that no gradient is made of;
what single layers keep within them; copies for a moment; TensorFlow itself. Widths that only the data tell count as 1,
until a training has looked at them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Final

from specrun.compiler.catalogue import Entry, family
from specrun.compiler.expressions import Call, Expression, Literal
from specrun.compiler.memory import BLOCK_ROWS, STREAMED
from specrun.compiler.parting import part_sizes, windows_of
from specrun.compiler.plan import Node, Plan
from specrun.compiler.resolve import Resolved
from specrun.compiler.tensor import Tensor

NUMBER_BYTES: Final = 4
"""The bytes of a weight, and of nearly every other number."""
_WHOLE_BYTES: Final = 8
_BYTES: Final[Mapping[str, int]] = {"int64": 8, "float64": 8, "float16": 2, "bfloat16": 2, "uint8": 1, "bool": 1}
_SAME_VALUES: Final = frozenset({"Flatten", "Reshape", "Identity", "ActivityRegularization"})
"""Layers that give the values which they take, where these lie."""
_POINTWISE: Final = frozenset(
    {"BatchNormalization", "GroupNormalization", "LayerNormalization", "PReLU", "RMSNormalization"}
)
"""Layers with weights of which XLA may compute again, rather than keep, what they take."""
_LAYERS: Final = "keras.layers."


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes that a training needs at least.

    `weights` are those of the layers and of the embeddings of features; `gradients` those of the largest layer, or of
    all where the optimizer looks at all together; `optimizer` what it keeps for each trained weight, averages of the
    weights among them; `copies` the weights that a callback keeps, or the state of the last epoch that Keras's loop
    does; `activations` what the layers give of one batch of `batch` rows, as far as it is kept to train them; `rows`
    the encoded rows that are in memory at the same time, which are `held`.
    """

    weights: int
    gradients: int
    optimizer: int
    copies: int
    activations: int
    rows: int
    batch: int
    held: int

    @property
    def together(self) -> int:
        """All of them, in bytes."""
        return sum(self.parts.values())

    @property
    def parts(self) -> Mapping[str, int]:
        """The bytes of each part, by what messages call it."""
        return {
            "weights": self.weights,
            "gradients": self.gradients,
            "the optimizer": self.optimizer,
            "copies of the weights": self.copies,
            "activations of a batch": self.activations,
            "rows": self.rows,
        }


def estimate(plan: Plan, samples: int, train: int) -> Estimate:
    """What training a plan needs with so many `samples` of all parts, rows or windows, `train` of them to train on.

    Where the numbers are lower bounds, so is what comes out.
    """
    counted, embedded = weights_of(plan), list(_embeddings(plan))
    trained = [*(max(counted[node.name] - (node.frozen or 0), 0) for node in plan.network.nodes), *embedded]
    weights = sum(counted.values()) + sum(embedded)
    entry, options = optimizer_of(plan.training.optimizer)
    kept = sum(trained) * slots(entry, options)
    gradients = sum(trained) if options.get("global_clipnorm") else max(trained, default=0)
    batch = max(min(plan.training.batch_size, train), 1)
    held = samples
    if plan.data.memory.name == STREAMED:
        held = min(held, plan.training.block_rows or BLOCK_ROWS)
    return Estimate(
        weights=weights * NUMBER_BYTES,
        gradients=gradients * NUMBER_BYTES,
        optimizer=kept * NUMBER_BYTES,
        copies=sum(_copies(plan, weights, kept)) * NUMBER_BYTES,
        activations=batch * row_activations(plan),
        rows=held * sum(size for _, size in encoded(plan)),
        batch=batch,
        held=held,
    )


def estimated(resolved: Resolved, plan: Plan) -> Estimate:
    """What training the plan of a resolved spec needs, with as many rows as are known to be there."""
    split, series = resolved.spec.data.split, resolved.spec.series
    sizes = part_sizes(split, resolved.rows)
    if series is not None:
        windows = windows_of(series, sizes)
        return estimate(plan, sum(windows.values()), windows["train"])
    return estimate(plan, resolved.rows, resolved.rows if split.way in ("column", "group") else sizes["train"])


def optimizer_of(optimizer: Expression) -> tuple[Entry, dict[str, object]]:
    """The catalogue's entry of an optimizer, and the options that are numbers, texts or flags."""
    named = optimizer.value if isinstance(optimizer, Literal) else None
    function = optimizer.function if isinstance(optimizer, Call) else None
    entry = next(e for e in family("optimizers").values() if function == e.function or (named and e.string == named))
    keywords = optimizer.keywords if isinstance(optimizer, Call) else ()
    return entry, {str(k.name): k.value.value for k in keywords if isinstance(k.value, Literal)}


def slots(entry: Entry, options: Mapping[str, object]) -> int:
    """How many numbers an optimizer with these options keeps for each trained weight."""
    return entry.slots + sum(bool(options.get(name)) for name in entry.more_slots)


def weights_of(plan: Plan) -> dict[str, int]:
    """The parameters of each node; where only the data tell, as many as a `Dense` has at least, and none of others."""
    tensors = {c: t for group in plan.features for c, t in zip(group.columns, group.tensors, strict=True)}
    widths = {
        source.name: sum(tensors[column].shape[-1] or 1 for column in (*source.columns, *source.embedded))
        for source in plan.network.sources
    }
    counted = {}
    for node in plan.network.nodes:
        least = 0
        if kind_of(node) == "Dense" and node.layer == node.name and node.tensor is not None:
            least = (node.tensor.shape[-1] or 1) * widths.get(node.inputs[0], 1)
        counted[node.name] = least if node.parameters is None else node.parameters
    return counted


def encoded(plan: Plan) -> Iterator[tuple[str, int]]:
    """The bytes that a row takes as it is trained on, by the columns that the network takes."""
    tensors = {c: t for group in plan.features for c, t in zip(group.columns, group.tensors, strict=True)}
    for column in (column for source in plan.network.sources for column in source.columns):
        tensor = tensors[column]
        yield column, values(tensor) * (_WHOLE_BYTES if tensor.bound is not None else NUMBER_BYTES)
    for column in dict.fromkeys(column for source in plan.network.sources for column in source.embedded):
        yield column, values(Tensor(tensors[column].shape[:-1])) * _WHOLE_BYTES


def row_activations(plan: Plan) -> int:
    """The bytes that are kept of one row to train the layers, or that the largest of what they give takes."""
    compiled, weights = plan.training.engine.jit_compile, weights_of(plan)
    tensors = {source.name: source.tensor for source in plan.network.sources}
    tensors |= {node.name: node.tensor for node in plan.network.nodes if node.tensor is not None}
    same = {node.name: node.inputs[0] for node in plan.network.nodes if kind_of(node) in _SAME_VALUES}
    needed, largest = {head.node for head in plan.heads}, 0
    for node in plan.network.nodes:
        has_kernel = weights[node.name] > (node.frozen or 0) and not (compiled and kind_of(node) in _POINTWISE)
        if has_kernel:
            needed.update(node.inputs)
        if node.tensor is not None and (has_kernel or not compiled):
            largest = max(largest, size_bytes(node.tensor))
    kept = {_origin(name, same) for name in needed}
    return max(largest, sum(size_bytes(tensors[name]) for name in kept if name in tensors))


def size_bytes(tensor: Tensor) -> int:
    """The bytes of one row of a tensor."""
    return values(tensor) * _BYTES.get(tensor.dtype, NUMBER_BYTES)


def values(tensor: Tensor) -> int:
    """How many values a row of a tensor has; a length that only the data tell counts as 1."""
    return prod(length or 1 for length in tensor.shape[1:])


def kind_of(node: Node) -> str:
    """The class of a node's layer."""
    return str(node.call.function).removeprefix(_LAYERS)


def _embeddings(plan: Plan) -> Iterator[int]:
    """The parameters of the embedding of each feature that has one."""
    return (count or 0 for group in plan.features for count in group.parameters)


def _copies(plan: Plan, weights: int, kept: int) -> Iterator[int]:
    """Weights that are kept beside those that are trained, once an epoch is over and another one follows."""
    if plan.training.epochs > 1:
        if plan.training.engine.name == "fit":
            yield weights + kept
        for callback in plan.training.callbacks:
            if str(callback.function).endswith(".EarlyStopping") and _is_set(callback, "restore_best_weights"):
                yield weights


def _is_set(callback: Call, option: str) -> bool:
    return any(keyword.name == option and keyword.value == Literal(True) for keyword in callback.keywords)


def _origin(name: str, same: Mapping[str, str]) -> str:
    while name in same:
        name = same[name]
    return name
