"""The plan: everything that was decided about a model, once, for the runtime and the scripts alike."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import Assign, Call, Expression, Identifier, Keyword, Scalar, Statement
from specrun.compiler.features import Feature
from specrun.compiler.series import Series
from specrun.compiler.tensor import Dimension, Tensor


class Task(Enum):
    """What the target asks of the network."""

    CLASSES = "one class among several"
    BINARY = "one of two classes"
    NUMBER = "a number"
    LABELS = "several of the classes at once"
    NUMBERS = "several numbers"
    ORDINAL = "one class in an order"


@dataclass(frozen=True, slots=True)
class Memory:
    """Where a run keeps the rows, and why: `in_memory`, or `streamed` from files. Scripts keep them in memory."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Folds:
    """How the rows that are no test rows are parted for cross-validation, into `count` folds.

    The steps `before` cut the test rows off. `splits`, an expression of the data frame `train` of the others, gives for
    each fold the places of the rows to train on and of those to judge by; the steps `after` cut what else the split
    asks for off the former. With `classes`, an expression of that frame, each fold has its share of each class.
    """

    count: int
    before: tuple[Assign, ...]
    splits: Expression
    after: tuple[Assign, ...]
    classes: Expression | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Data:
    """How the rows are read and parted.

    `reading` makes the data frame `data`: the first step reads its `columns`, by their names in the file, and the
    others look at each row by itself. `parting` ends with the data frames that `parts` names: `train`, and `validation`
    and `test` where the split has them; where the rows are streamed, `ordering` then puts the rows of each part as they
    stand in the files. Of a series, `context` then puts the last rows of each part before those of the next, whose
    first windows look back on them. `folds` says how other models are judged beside this one.
    """

    reading: tuple[Assign, ...]
    parting: tuple[Assign, ...]
    ordering: tuple[Assign, ...]
    parts: tuple[Identifier, ...]
    context: tuple[Assign, ...]
    columns: tuple[str, ...]
    memory: Memory
    span: Span = field(compare=False, repr=False)
    folds: Folds | None = None

    @property
    def steps(self) -> tuple[Assign, ...]:
        """From the files to the data frames of the parts."""
        return (*self.reading, *self.parting, *self.ordering)


@dataclass(frozen=True, slots=True)
class FeatureGroup:
    """Columns that are encoded in the same way, in the order in which the network takes them.

    `variable` names the list of the columns; `sources` are their names in the file (Keras refuses some).

    For each column (`name`), `input` is its raw input of type `dtype` (in the data frame the column is `frame`),
    kept as `inputs[name]`, and `raw` the expression of a data frame (the name `rows`) that gives its values; both
    are None where the column is made of the inputs of others, which `crossed` names. `parse`, an expression of the
    column as it was read (the name `values`), gives what the data frame holds; None where that is the same. `steps`
    and then `encoding` are of that input and of the statistics of the column. What comes out, kept as
    `encoded[name]`, is the one of `tensors` in the column's place. `embedding`, if there is one, is the layer that
    is trained on the encoded whole numbers, with so many `parameters` for each column; its vectors are the
    `tensors`. `feature` has the options of the first column, for scripts that do without Keras.
    """

    variable: Identifier
    kind: str
    columns: tuple[str, ...]
    sources: tuple[str, ...]
    dtype: str
    frame: str
    input: Call | None
    raw: Expression | None
    steps: tuple[Statement, ...]
    encoding: Expression
    tensors: tuple[Tensor, ...]
    embedding: Call | None = None
    parameters: tuple[Dimension, ...] = ()
    parse: Expression | None = None
    comment: str = ""
    crossed: tuple[str, ...] = ()
    feature: Feature | None = field(default=None, compare=False, repr=False)
    spans: tuple[Span, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """What the network takes from the features: a column, or several side by side.

    `name` is what the layers call it. `columns` are joined by the encoder, which gives `value` (an expression of
    `encoded`) as the part `part`; the trained vectors of the `embedded` columns, each a part of its own, are joined to
    that in the network. `tensor` is what then comes out.
    """

    name: str
    part: str
    columns: tuple[str, ...]
    embedded: tuple[str, ...]
    value: Expression | None
    tensor: Tensor


@dataclass(frozen=True, slots=True)
class Node:
    """One layer of the network, applied to `inputs`, the names of sources and of nodes before it.

    `layer` is the name of the node whose layer this is: another one than `name` where a layer is shared. `call` makes
    the layer; `steps` make it and apply it, with its `keywords`, in a network that is no chain. `tensor` is what comes
    out; `frozen` are those of the `parameters` (0 where the layer is shared) that no step moves; None of them and of
    `multiply_adds`, for one row, means that it is not known yet.
    """

    name: str
    layer: str
    call: Call
    inputs: tuple[str, ...]
    steps: tuple[Assign, ...]
    tensor: Tensor | None
    parameters: Dimension
    multiply_adds: Dimension
    span: Span = field(compare=False, repr=False)
    keywords: tuple[Keyword, ...] = ()
    frozen: Dimension = 0

    @property
    def in_full(self) -> Call:
        """The call with the keywords of the application beside its own: what is said of the layer, to show."""
        return replace(self.call, keywords=(*self.call.keywords, *self.keywords))


@dataclass(frozen=True, slots=True)
class Network:
    """What is trained, from the `sources` through the `nodes` in topological order.

    `is_chain` says that each layer takes what the one before gives, the first what the encoder gives. `parts` is what
    the encoder gives: a tensor in a chain, else a dictionary. `steps`, before those of the nodes, make what is taken in
    a network that is no chain; `output` is what it gives: a tensor, or a dictionary of one for each head. `augments`
    says that layers change images at random: left to themselves, they do so outside of training too.
    """

    sources: tuple[Source, ...]
    nodes: tuple[Node, ...]
    is_chain: bool
    augments: bool
    parts: Expression
    steps: tuple[Assign, ...]
    output: Expression


@dataclass(frozen=True, slots=True)
class Head:
    """A target: `labels`, an expression of a data frame (the name `rows`), is what the loss compares with.

    `name` is that of the output, which the node `node` gives, and `columns` are what it predicts; `classes` are kept as
    the list `variable`. The loss counts `weight` times in the sum of the losses of several heads.
    """

    name: str
    columns: tuple[str, ...]
    task: Task
    classes: tuple[Scalar, ...]
    variable: Identifier | None
    node: str
    labels: Expression
    loss: Expression
    metrics: tuple[Expression, ...]
    span: Span = field(compare=False, repr=False)
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Objective:
    """What training makes small and measures, of all the heads: each by its head's name where there are several."""

    labels: Expression
    loss: Expression
    metrics: Expression
    loss_weights: Expression | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """What a run trains with, `fit`, `graph` or `xla`, and why: scripts use Keras's `fit`.

    `jit_compile` says that XLA compiles the steps, those of the script too.
    """

    name: str
    reason: str
    jit_compile: bool = False


@dataclass(frozen=True, slots=True)
class Checkpointing:
    """After how many epochs, steps or minutes a run writes down what it can be resumed from, whichever comes first."""

    epochs: int | None = None
    steps: int | None = None
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class TensorBoard:
    """Event files for TensorBoard: a run has a folder of its own in `directory`, relative to the current folder."""

    directory: str


@dataclass(frozen=True, slots=True)
class Mlflow:
    """A run of MLflow in an `experiment`, kept where `uri` says, or where MLflow does by itself."""

    uri: str | None
    experiment: str


@dataclass(frozen=True, slots=True)
class Training:
    """How the network is trained: `batch_size` in rows; `callbacks` in the order in which Keras calls them.

    `built_first` says that the optimizer is built before the first step. Rows that are streamed are shuffled in blocks
    of `block_rows`, a whole number of batches, else all of them at once. Where they are many, they are measured in
    batches of `measured_batch_size`, else as Keras does it. What `track` names looks on, and is no part of the model.
    `as_written` keeps TensorFlow from making one sum of several losses, the order of which hangs on its threads.
    """

    optimizer: Expression
    engine: Engine
    epochs: int
    batch_size: int
    seed: int
    span: Span = field(compare=False, repr=False)
    class_weight: Expression | None = None
    callbacks: tuple[Call, ...] = ()
    built_first: bool = False
    block_rows: int | None = None
    measured_batch_size: int | None = None
    checkpoint: Checkpointing = Checkpointing()
    track: tuple[TensorBoard | Mlflow, ...] = ()
    as_written: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """One model, from raw rows to the trained network.

    `raw`, an expression of a data frame (the name `rows`), gives the raw values of the inputs, as tensors; `digest` is
    the SHA-256 of the filled-in spec. With a `series`, the samples are not rows but windows of them.
    """

    name: str
    description: str
    data: Data
    features: tuple[FeatureGroup, ...]
    raw: Expression
    network: Network
    heads: tuple[Head, ...]
    objective: Objective
    training: Training
    digest: str
    series: Series | None = None

    @property
    def constants(self) -> dict[str, object]:
        """What a script names at its top, for expressions to take: the lists of columns and classes, and numbers."""
        named: dict[str, object] = {str(group.variable): list(group.columns) for group in self.features}
        named |= {str(head.variable): list(head.classes) for head in self.heads if head.variable is not None}
        return named | (self.series.constants if self.series else {})

    def samples(self, rows: int) -> int:
        """How many samples there are in so many rows of a part."""
        return rows if self.series is None else self.series.windows(rows)

    @property
    def file(self) -> str:
        """The name of the file that the model is saved to."""
        return f"{self.name}.keras"
