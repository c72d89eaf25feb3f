"""The sections of a spec other than features and layers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from specrun.compiler.language.fragments import COUNT, FLAG, FOLDS, FRACTION, SEED, TEXT, TEXTS, one_of, word_or
from specrun.compiler.language.options import option, place
from specrun.compiler.reader.nodes import Node

MEMORIES = ("in_memory", "streamed")
"""Where a run may keep the rows."""
ENCODINGS = ("utf-8", "utf-16", "latin-1", "cp1252")
"""The encodings of data files."""
WAYS = ("column", "time", "group")
"""The options of a split that name a column; at most one of them may be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """How the rows are parted into training, validation and test rows."""

    test: float = option(0.2, schema=FRACTION, doc="The share of the rows that is held out to judge the trained model.")
    validation: float | None = option(
        None, schema=FRACTION, doc="The share of the rows that is watched while training, for callbacks to act on."
    )
    folds: int | None = option(
        None,
        schema=FOLDS,
        doc="Cross-validation: into how many folds the rows beside the test rows are parted. For each, one more model"
        " is trained on the others, and judged by it; the model itself stays the same.",
    )
    stratify: bool = option(
        False, schema=FLAG, doc="Give each part the same share of each class, as scikit-learn's `stratify` does."
    )
    group: str | None = option(None, schema=TEXT, doc="A column: rows that share its value stay together in one part.")
    time: str | None = option(
        None,
        schema=TEXT,
        doc="A column of numbers or ISO dates: the latest rows are test rows, those before them validation rows.",
    )
    column: str | None = option(
        None, schema=TEXT, doc="A column that names the part of each row: `train`, `validation` or `test`."
    )
    shuffle: bool | None = option(
        None,
        schema=FLAG,
        doc="Whether the rows are parted at random; `false` leaves them in their order, so that the last are test rows."
        " By default they are, but for those of a `timeseries`.",
    )
    seed: int | None = option(None, schema=SEED, doc="The seed of the split; `training.seed` where it is left out.")
    place: Node | None = place()

    @property
    def way(self) -> str:
        """What parts the rows: "column", "time", "group", "order" or "random"."""
        otherwise = "order" if self.shuffle is False else "random"
        return next((way for way in WAYS if getattr(self, way) is not None), otherwise)


NO_SEPARATORS = ('"', "\n", "\r")
"""What can be no separator: it has a meaning of its own in a CSV file."""
CSV_ONLY = ("separator", "decimal", "encoding", "columns", "quoting", "strip")
"""The options of the data that say how a CSV file is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """Where the rows come from and how they are read."""

    path: str | None = option(
        None,
        schema=TEXT,
        doc="A CSV, TSV, Parquet or JSON Lines file, relative to the spec; `*` and `?` take several files by name.",
    )
    dataset: str | None = option(
        None,
        schema=one_of("iris", "wine", "breast_cancer", "diabetes", "digits"),
        doc="A data set that ships with scikit-learn, in place of a file.",
    )
    format: str | None = option(
        None,
        schema=one_of("csv", "jsonl", "parquet", "image_folder"),
        doc="The format of the file, where its ending does not tell;"
        " `image_folder` is a folder of images for each class.",
    )
    separator: str | None = option(
        None,
        schema={"type": "string", "minLength": 1, "maxLength": 1, "not": {"enum": list(NO_SEPARATORS)}},
        doc="The character between two cells, no quotation mark or line break;"
        " by default a comma, and a tab in a `.tsv` file.",
    )
    decimal: str = option(
        "auto",
        schema=one_of("auto", ".", ","),
        doc="The decimal mark; `auto` takes the comma where the first 10,000 rows have it, and no point.",
    )
    encoding: str = option("utf-8", schema=one_of(*ENCODINGS), doc="The encoding of the file.")
    columns: tuple[str, ...] | None = option(
        None,
        schema={"type": "array", "items": TEXT, "minItems": 1},
        doc="The names of the columns, in order, of a file that has no header.",
    )
    missing: tuple[str, ...] = option(
        ("",),
        schema=TEXTS,
        doc="The texts that stand for a missing value, such as `NA` or `?`; an empty cell is always one.",
    )
    quoting: bool = option(True, schema=FLAG, doc='Whether `"` quotes a cell; `false` reads quotes as they stand.')
    strip: bool = option(False, schema=FLAG, doc="Drop blanks at both ends of the texts of a CSV file.")
    memory: str = option(
        "auto",
        schema=one_of("auto", *MEMORIES),
        doc="Where a run keeps the rows: `in_memory`, or `streamed` from temporary files and shuffled in blocks; `auto`"
        " streams CSV and JSON Lines files of 1 GB and more together, and Parquet files of 256 MB and more.",
    )
    split: Split = option(Split(), schema={"$ref": "#/$defs/split"}, doc="How the rows are parted.")
    place: Node | None = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keras:
    """An object of Keras: its name in the catalogue, and the options that were written, in their order."""

    name: str
    options: tuple[tuple[str, object], ...] = ()
    place: Node | None = place()

    def option(self, name: str) -> object:
        """The value of an option that was written; None where it was not."""
        for key, value in self.options:
            if key == name:
                return value
        return None

    @property
    def own_name(self) -> str | None:
        """The name that a layer was given."""
        name = self.option("name")
        return None if name is None else str(name)

    @property
    def inputs(self) -> tuple[str, ...]:
        """What a layer takes, by name; none where it takes what the layer before gives."""
        inputs = self.option("inputs")
        return tuple(map(str, inputs)) if isinstance(inputs, tuple) else ()

    def without(self, *names: str) -> Keras:
        """The same object without some options."""
        return replace(self, options=tuple((key, value) for key, value in self.options if key not in names))


CLASS_WEIGHTS = word_or(
    ["balanced"],
    {
        "type": "array",
        "items": {"type": "number", "exclusiveMinimum": 0, "maximum": 1e9},
        "minItems": 2,
        "maxItems": 10_000,
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How often a run writes down what it can be resumed from, whichever comes first."""

    epochs: int | None = option(None, schema=COUNT, doc="After so many epochs.")
    steps: int | None = option(None, schema=COUNT, doc="After so many steps, in the midst of an epoch, too.")
    minutes: float | None = option(
        None, schema={"type": "number", "exclusiveMinimum": 0, "maximum": 1e9}, doc="After so many minutes."
    )
    place: Node | None = place()


ENGINES = ("fit", "graph", "xla")


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorBoard:
    """Event files, which TensorBoard shows."""

    directory: str = option(
        "logs",
        schema=TEXT,
        doc="The folder that `tensorboard --logdir` takes, in the current one as `runs` is; each run has its own in it:"
        " `logs/<name>/1`, `logs/<name>/2`, ….",
    )
    place: Node | None = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mlflow:
    """A run of MLflow; needs the package `mlflow`."""

    uri: str | None = option(
        None,
        schema=TEXT,
        doc="Where MLflow keeps its runs: a database such as `sqlite:///mlflow.db`, or the address of a"
        " server; by default what MLflow takes by itself, in the current folder or as `MLFLOW_TRACKING_URI` says.",
    )
    experiment: str | None = option(
        None, schema=TEXT, doc="The experiment that the run is of; by default it has the name of the spec."
    )
    place: Node | None = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """What shows how trainings go, beside the terminal: it looks on, and the model stays the same to the last bit."""

    tensorboard: TensorBoard | None = option(
        None, schema={"$ref": "#/$defs/tensorboard"}, doc="Write event files for TensorBoard."
    )
    mlflow: Mlflow | None = option(None, schema={"$ref": "#/$defs/mlflow"}, doc="Write a run of MLflow.")
    place: Node | None = place()


TRACKERS = ("tensorboard", "mlflow")
_TRACK = word_or(
    TRACKERS,
    {
        "if": {"type": "array"},
        "then": {"type": "array", "items": one_of(*TRACKERS), "minItems": 1, "maxItems": 10, "uniqueItems": True},
        "else": {"$ref": "#/$defs/track"},
    },
)
"""One or more by their names, or with their options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """How the network is trained."""

    epochs: int = option(10, schema=COUNT, doc="How often the training rows are gone through.")
    batch_size: int = option(32, schema=COUNT, doc="The number of rows in one step of the optimizer.")
    optimizer: Keras = option(
        Keras(name="Adam"), schema={"$ref": "#/$defs/optimizers"}, doc="A Keras optimizer, by name or with its options."
    )
    class_weights: str | tuple[float, ...] | None = option(
        None,
        schema=CLASS_WEIGHTS,
        doc="The weight of each class in the loss, in the order of `classes`; `balanced` makes the rarer the heavier.",
    )
    callbacks: tuple[Keras, ...] = option(
        (), schema={"type": "array", "items": {"$ref": "#/$defs/callbacks"}}, doc="Keras callbacks, in order."
    )
    engine: str = option(
        "auto",
        schema=one_of("auto", *ENGINES),
        doc="What `specrun run` trains with: `fit` is Keras's own loop; `graph` has the epoch as one graph; for `xla`,"
        " XLA compiles the steps, those of the script too, by `jit_compile`. Whichever it is, the run and the script"
        " end with the same bits. `auto` is `xla` where the training is long enough for that, with layers and an"
        " optimizer that XLA is fast with; else `graph`; and `fit` where a callback has to see each batch.",
    )
    checkpoint: Checkpoint = option(
        Checkpoint(minutes=1.0),
        schema={"$ref": "#/$defs/checkpoint"},
        doc="How often a run writes down all that its next step depends on, for `specrun run --resume` to go on from"
        " after a crash, to the same bits; `{}` has it write nothing.",
    )
    seed: int = option(0, schema=SEED, doc="The seed of row order, initial weights and dropout.")
    track: Track | None = option(
        None,
        schema=_TRACK,
        doc="What the measures of each epoch are written for, beside what a run leaves. It is no part of the model:"
        " scripts do without it.",
    )
    place: Node | None = place()
