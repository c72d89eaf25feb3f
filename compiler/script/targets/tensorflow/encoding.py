"""What is learnt of the training rows, and how raw columns are encoded with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from specrun.compiler.expressions import (
    Assign,
    Expression,
    Identifier,
    Item,
    Member,
    joined,
    mentions,
    name,
    substituted,
)
from specrun.compiler.plan import FeatureGroup
from specrun.compiler.quoting import quoted
from specrun.compiler.script.layout import LINE_LENGTH
from specrun.compiler.script.printer import Printer

_NAME, TEXTS = name("name"), name("texts")
_VOCABULARY = Identifier("vocabulary")


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is learnt of several columns: `value`, for each of the `variables` in `over`."""

    value: Expression
    over: Expression
    variables: tuple[Identifier, ...] = (_NAME.name,)


@dataclass(frozen=True, slots=True)
class EncodedGroup:
    """How the columns of a group are encoded: for each `name`, by the `steps` and then as the `value`.

    `width` is how wide a column then is, where the training rows tell. `embedded` is the shape of what is trained on
    it, if there is such: so many vectors of that length.
    """

    group: FeatureGroup
    steps: tuple[Assign, ...]
    value: Expression
    width: Expression | None = None
    embedded: tuple[Expression, ...] | None = None

    @property
    def is_short(self) -> bool:
        """Whether all of it can be said in one line of a script."""
        line = f"        encoded |= {{name: {Printer()(self.value)} for name in {self.group.variable}}}"
        return not self.steps and not self.comment and len(line) <= LINE_LENGTH

    @property
    def comment(self) -> str:
        """What a script says of it: of texts it has a reason of its own."""
        return self.group.comment if self.group.kind == "datetime" else ""


@dataclass(slots=True)
class Encoding:
    """What all the groups together need of the script.

    `kept` are the attributes of the network that hold what is learnt, with the value of each column and the lists of
    those columns; `splitters` are functions that part texts, by their bodies.
    """

    kept: dict[tuple[Identifier, Expression], list[Expression]] = field(default_factory=dict)
    splitters: dict[Expression, Identifier] = field(default_factory=dict)

    def keep(self, attribute: Identifier, value: Expression, group: FeatureGroup) -> Expression:
        """What is learnt of each column of a group, as the network keeps it."""
        lists = self.kept.setdefault((attribute, value), [])
        if name(group.variable) not in lists:
            lists.append(name(group.variable))
        return _kept(attribute)

    def learnt(self) -> dict[Identifier, list[Learnt]]:
        """The attributes of the network that hold what is learnt, and what each is made of."""
        found: dict[Identifier, list[Learnt]] = {}
        for (attribute, value), lists in self.kept.items():
            learnt = Learnt(value, joined("+", lists))
            if mentions(value, TEXTS):
                learnt = _of_words(learnt, found[_VOCABULARY])
            found.setdefault(attribute, []).append(learnt)
        return found


def _of_words(learnt: Learnt, vocabularies: list[Learnt]) -> Learnt:
    """What is made of vocabularies: of all of them, item by item, or of those of some columns."""
    if [vocabulary.over for vocabulary in vocabularies] == [learnt.over]:
        items = quoted("self.vocabulary.items()")
        return Learnt(learnt.value, items, (_NAME.name, TEXTS.name))
    return Learnt(substituted(learnt.value, TEXTS, _kept(_VOCABULARY)), learnt.over)


def _kept(attribute: Identifier) -> Expression:
    return Item(Member(name("self"), attribute), _NAME)
