"""What a rule of a layer is given, and what it gives: the variables and the statements of one layer in TensorFlow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import Assign, Call, Do, Expression, Identifier, Literal, Member, Name, name
from specrun.compiler.quoting import assigned, quoted
from specrun.compiler.script.options import Options, Refused, options_of
from specrun.compiler.script.targets.tensorflow.activations import TWICE, activated
from specrun.compiler.script.targets.tensorflow.initializers import initial
from specrun.compiler.script.targets.tensorflow.regularizers import penalty

Dimension: TypeAlias = Expression | None
"""How long an axis is: a number, or an expression of the encoded training rows; None where a batch tells."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What flows between layers: an expression, how long the axes of one row are, and which steps are no padding."""

    value: Expression
    shape: tuple[Dimension, ...]
    mask: Expression | None = None
    is_whole: bool = False

    @property
    def width(self) -> Expression:
        """How long the last axis is."""
        return self.length(-1)

    def length(self, axis: int) -> Expression:
        """How long an axis of a row is. Raises Refused where a batch tells."""
        length = self.shape[axis]
        if length is None:
            raise Refused("a layer that takes rows of different lengths")
        return length

    def number(self, axis: int) -> int:
        """How long an axis of a row is, as a number. Raises Refused where the training rows tell."""
        length = self.length(axis)
        if not isinstance(length, Literal) or not isinstance(length.value, int):
            raise Refused("a layer whose output is as long as the training rows tell")
        return length.value

    def to(self, value: Expression, *shape: Dimension) -> Signal:
        """What a layer makes of it; of the same shape if none is said."""
        return replace(self, value=value, shape=shape or self.shape, is_whole=False)


@dataclass(frozen=True, slots=True)
class Step:
    """A statement of the network; `training` marks one that is for training alone.

    `spans` is where its layer stands in the spec, for the first of the statements of that.
    """

    statement: Assign | Do
    training: bool = False
    spans: tuple[Span, ...] = ()


@dataclass(slots=True)
class Body:
    """What the layers of a network need: `widths` and `weights` made in the beginning, `steps`, and so on.

    `taken` are names that nothing else takes, `repeated` the layers that the network has several of.
    """

    widths: list[Assign] = field(default_factory=list)
    weights: dict[tuple[str, str], Assign] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    penalties: list[Expression] = field(default_factory=list)
    helpers: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    repeated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes one layer, called `layer`, whose output is kept as the variable `target`."""

    body: Body
    layer: str
    target: Name

    def weight(
        self,
        weight: str,
        *shape: Expression,
        of: Expression,
        regularizer: Expression | None = None,
        trainable: bool = True,
        value: Expression | None = None,
    ) -> Expression:
        """A variable of the layer, an attribute of the network: at first `value`, or what the initializer `of` draws.

        Raises Refused.
        """
        key = (self.layer, weight)
        if key not in self.body.weights:
            attribute = self._attribute(weight)
            value = value or initial(of, shape, self.body.helpers)
            made = quoted("tf.Variable(value)" if trainable else "tf.Variable(value, trainable=False)", value=value)
            self.body.weights[key] = Assign((Member(name("self"), attribute),), made)
            if regularizer is not None and regularizer != Literal(None):
                self.body.penalties.append(penalty(regularizer, Member(name("self"), attribute)))
        (target,) = self.body.weights[key].targets
        return target

    def do(self, source: str, *, training: bool = False, **holes: Expression) -> None:
        """Carry out an assignment, or a call for what it does."""
        if re.match(r"[\w, ]+ = ", source):
            self.body.steps.append(Step(assigned(source, **holes), training))
        else:
            call = quoted(source, **holes)
            assert isinstance(call, Call)
            self.body.steps.append(Step(Do(call), training))

    def held(self, value: Expression) -> Expression:
        """The same as a variable."""
        if not isinstance(value, Name):
            self.body.steps.append(Step(Assign((self.target,), value)))
        return self.target if not isinstance(value, Name) else value

    def variable(self, wanted: str) -> Name:
        """A fresh variable of about that name."""
        return free(wanted, self.body.taken)

    def activated(self, value: Expression, activation: Expression) -> Expression:
        """What an activation, given by its name, makes of a value."""
        if activation == Literal(None):
            return value
        is_named_twice = options_of("activations", activation).entry.name in TWICE
        return activated(activation, self.held(value) if is_named_twice else value)

    def helper(self, helper: str) -> None:
        """Have the script define a function, or `random`, which draws numbers.

        That keeps its state from one epoch to the next: what `tf.random` draws inside `tf.data` begins anew in each.
        """
        self.body.helpers.add(helper)

    def _attribute(self, weight: str) -> Identifier:
        base = re.sub(r"\W", "_", self.layer, flags=re.ASCII)[:50].lower()
        return free(f"{'layer_' if base[:1].isdigit() else ''}{base}_{weight}", self.body.taken).name


def free(wanted: str, taken: set[str]) -> Name:
    """A variable of about that name, which is then taken."""
    number, variable = 1, wanted
    while variable in taken:
        number += 1
        variable = f"{wanted}_{number}"
    taken.add(variable)
    return name(variable)


Make: TypeAlias = Callable[..., Signal]


@dataclass(frozen=True, slots=True)
class Rule:
    """How a layer is made: `make` is given a Maker, the Options and the Signals that go in.

    Another option than `options` must be at Keras's default. `mask` says what becomes of the mask of what goes in: it
    is `kept`, it is `lost`, or it is `own`, the rule's to say.
    """

    options: frozenset[str]
    mask: str
    make: Make


LAYERS: dict[str, Rule] = {}
"""The rules by the names of the layers."""


def layer(names: str, options: str = "", mask: str = "lost") -> Callable[[Make], Make]:
    """Enter a rule of one layer or of several."""

    def enter(make: Make) -> Make:
        LAYERS.update({name: Rule(frozenset(options.split()), mask, make) for name in names.split()})
        return make

    return enter


def apply(maker: Maker, options: Options, signals: tuple[Signal, ...]) -> Signal:
    """What a layer makes of what goes in. Raises Refused."""
    rule = LAYERS.get(options.entry.name)
    if rule is None:
        raise Refused(options.name)
    options.only(rule.options)
    if any(signal.is_whole for signal in signals) and options.entry.name != "Embedding":
        raise Refused(f"whole numbers that go into {options.name}")
    made = rule.make(maker, options, *signals)
    if rule.mask == "own":
        return made
    return replace(made, mask=_common([signal.mask for signal in signals]) if rule.mask == "kept" else None)


def _common(masks: Iterable[Expression | None]) -> Expression | None:
    """The mask of what is made of several masked signals: Keras has none where one of them has none."""
    first, *others = masks
    for other in others:
        if first is None or other is None:
            return None
        first = first if first == other else quoted("first | other", first=first, other=other)
    return first


def dimensions(shape: Iterable[int | None]) -> tuple[Dimension, ...]:
    """The lengths of the axes of a row as the plan knows them."""
    return tuple(None if length is None else Literal(length) for length in shape)
