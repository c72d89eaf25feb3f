"""What the catalogue says of one name of Keras."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:  # expressions themselves ask the catalogue what they may call
    from specrun.compiler.expressions import Scalar

Schema: TypeAlias = Mapping[str, object]
"""A fragment of JSON Schema, one text for draft-07 and 2020-12."""


class Required(Enum):
    """Stands for the default of an argument that has none."""

    REQUIRED = "required"


REQUIRED: Final = Required.REQUIRED

Default: TypeAlias = "Scalar | tuple[Scalar, ...] | Required"


class Labels(Enum):
    """What a loss or a metric compares the output with."""

    ONE_HOT = "one class among several, as a vector of zeros and a one"
    SPARSE = "one class among several, as a whole number"
    BINARY = "one of two classes, as 0 or 1"
    NUMBER = "a number"
    SEVERAL = "several of the classes at once, as a vector of zeros and ones"
    NUMBERS = "several numbers, as a vector"


class Inputs(Enum):
    """How a layer is called with what goes into it."""

    ONE = "layer(a)"
    LIST = "layer([a, b])"
    ARGUMENTS = "layer(a, b)"


@dataclass(frozen=True, slots=True)
class Argument:
    """One keyword of an entry: `schema` bounds its value, `default` is Keras's own.

    Where `family` is given, the value may also be `{Name: options}` of that family, and a plain name where `schema`
    lists it; a list of such objects where `schema` has the type "array". A schema cannot refuse NaN, and takes `1.0`
    for an integer: the reader does the one, `typed` the other. `of_call` marks what Keras takes where a layer is
    applied rather than where it is made.
    """

    name: str
    schema: Schema = field(hash=False)
    default: Default
    doc: str
    family: str | None = None
    of_call: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of a family, as a spec spells it, and the Keras `function` that it stands for.

    `first` is the argument that a shorthand gives (`Dropout: 0.2`). `string` is what Keras takes for the entry without
    options; where it is None, the entry has to be called. For losses and metrics, `fits` maps the kinds of labels to
    the arguments that must then be given, and `mode` is what is better, `"min"` or `"max"`. `conflict` says what is
    wrong with arguments that are right one by one.

    A layer takes at least `fewest` and at most `most` inputs (None: any number), as `inputs` says. `to_itself` marks
    attention, for which one input alone is both query and value, `only_nested` what stands inside another layer alone,
    as a cell does, and `augments` what changes images at random in training. `each_batch` marks a callback that has to
    be called after every batch, `built_first` an optimizer whose variables begin at the weights: built within the first
    step, as `fit` does, they begin at zero. For each trained weight, an optimizer keeps `slots` numbers, and one more
    for each of the options `more_slots` that is set.
    """

    name: str
    family: str
    function: str
    doc: str
    arguments: tuple[Argument, ...] = ()
    first: str | None = None
    string: str | None = None
    fits: Mapping[Labels, tuple[str, ...]] = field(default_factory=dict, hash=False)
    mode: str | None = None
    conflict: Callable[[Mapping[str, object]], str | None] | None = None
    inputs: Inputs = Inputs.ONE
    fewest: int = 1
    most: int | None = 1
    to_itself: bool = False
    only_nested: bool = False
    augments: bool = False
    each_batch: bool = False
    built_first: bool = False
    slots: int = 0
    more_slots: tuple[str, ...] = ()
    by_name: Mapping[str, Argument] = field(init=False, repr=False, compare=False)
    defaults: Mapping[str, Default] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {argument.name: argument for argument in self.arguments})
        object.__setattr__(self, "defaults", {argument.name: argument.default for argument in self.arguments})

    def argument(self, name: str) -> Argument | None:
        """The argument of that name, or None."""
        return self.by_name.get(name)


def with_defaults(entry: Entry, given: Mapping[str, object]) -> dict[str, object]:
    """Every argument in the order of the catalogue: as given and `typed`, or with its default.

    Raises:
        ValueError: an argument is unknown, or one without a default is missing.
    """
    filled: dict[str, object] = dict(entry.defaults)
    unknown = []
    for name, value in given.items():
        argument = entry.argument(name)
        if argument is None:
            unknown.append(name)
        else:
            filled[name] = typed(argument.schema, value)
    missing = [name for name, value in filled.items() if value is REQUIRED]
    if unknown or missing:
        raise ValueError(f"{entry.name}: unknown {sorted(unknown)}, missing {sorted(missing)}")
    return filled


def typed(schema: object, value: object) -> object:
    """`value` in the type that Keras wants: a float for a number (it refuses `learning_rate=1`), an int for an integer.

    Values that the schema does not take are returned as they are.
    """
    if not isinstance(schema, Mapping) or isinstance(value, bool):
        return value
    if isinstance(value, list | tuple):
        return type(value)(typed(schema.get("items"), item) for item in value)
    types = schema.get("type", ())
    if isinstance(value, int) and "number" in types:
        return float(value)
    if isinstance(value, float) and "integer" in types and value.is_integer():
        return int(value)
    return value
