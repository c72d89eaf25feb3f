"""The plan: everything that was decided about a model, once, for the runtime and the scripts alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import Assign, Call, Expression, Identifier, Scalar
from specrun.compiler.tensor import Dimension, Shape


class Task(Enum):
    """What the target asks of the network."""

    CLASSES = "one class among several"
    BINARY = "one of two classes"
    NUMBER = "a number"


@dataclass(frozen=True, slots=True)
class Data:
    """How the rows are read and parted.

    `steps` read the raw columns into the data frame `data` and end with those that `parts` names: `train`, and
    `validation` and `test` where the split has them.
    """

    steps: tuple[Assign, ...]
    parts: tuple[Identifier, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FeatureGroup:
    """Columns that are encoded in the same way, in the order in which the network takes them.

    `variable` names the list of the columns; `sources` are their names in the file (Keras refuses some).

    For each column (`name`), `input` is its raw input, of shape `(batch, 1)` and type `dtype`, kept as `inputs[name]`;
    `steps` and then `encoding` are of that input and of the statistics of the column. What comes out has the shape
    `(batch, width)`, where a width of None is one that only the training rows can tell. `embedding`, if there is one,
    is the layer that is trained on the encoded whole numbers, with so many `parameters` for each column.
    """

    variable: Identifier
    kind: str
    columns: tuple[str, ...]
    sources: tuple[str, ...]
    dtype: str
    input: Call
    steps: tuple[Assign, ...]
    encoding: Expression
    widths: tuple[Dimension, ...]
    embedding: Call | None = None
    parameters: tuple[Dimension, ...] = ()
    spans: tuple[Span, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Node:
    """One layer of the network: the shape that comes out, and the number of its parameters (None: not known yet)."""

    name: str
    call: Call
    inputs: tuple[str, ...]
    shape: Shape
    parameters: Dimension
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Head:
    """The target: `labels`, an expression of a data frame (the name `rows`), is what the loss compares with."""

    target: str
    task: Task
    classes: tuple[Scalar, ...]
    labels: Expression
    loss: Expression
    metrics: tuple[Expression, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Training:
    """How the network is trained: `batch_size` in rows; `callbacks` in the order in which Keras calls them."""

    optimizer: Expression
    epochs: int
    batch_size: int
    seed: int
    class_weight: Expression | None = None
    callbacks: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """One model, from raw rows to the trained network; `digest` is the SHA-256 of the filled-in spec."""

    name: str
    description: str
    data: Data
    features: tuple[FeatureGroup, ...]
    nodes: tuple[Node, ...]
    head: Head
    training: Training
    digest: str

    @property
    def file(self) -> str:
        """The name of the file that the model is saved to."""
        return f"{self.name}.keras"
