"""Entries made of what Keras says of itself and of a note, which says only what Keras does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from specrun.compiler.catalogue.entry import REQUIRED, Argument, Default, Entry, Inputs, Labels, Schema, typed
from specrun.compiler.catalogue.facts import ArgumentFact, Fact, facts
from specrun.compiler.catalogue.unavailable import aliases, left_out, unavailable
from specrun.compiler.catalogue.values import BOOLEAN, choice, optional


@dataclass(frozen=True, slots=True)
class Bound:
    """What an argument takes, in words and as a schema; None where it follows from Keras's default or its choices.

    Where Keras's default is None, null is taken too. `may_lack` marks an argument that Keras requires and a spec may
    leave out, since the compiler can tell it.
    """

    doc: str = ""
    schema: Schema | None = None
    family: str | None = None
    may_lack: bool = False


Bounds: TypeAlias = Mapping[str, Bound]


@dataclass(frozen=True, slots=True)
class Note:
    """What Keras does not say of an entry: see `Entry`. An empty `doc` leaves Keras's own first sentence.

    `of_call` are arguments beside those of the constructor, which Keras takes where the layer is applied.
    """

    doc: str = ""
    own: Bounds = field(default_factory=dict)
    first: str | None = None
    string: str | None = None
    fits: Mapping[Labels, tuple[str, ...]] = field(default_factory=dict)
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
    of_call: tuple[Argument, ...] = ()


class Family(Mapping[str, Entry]):
    """The entries of a family by their names, each made when it is first asked for.

    `names` maps the names in a spec to those of Keras, and `make` gives the entry of the one and the fact of the other.
    """

    def __init__(self, family: str, names: Mapping[str, str], make: Callable[[str, Fact], Entry]) -> None:
        self._family, self._names, self._make = family, names, make
        self._made: dict[str, Entry] = {}

    def __getitem__(self, name: str) -> Entry:
        entry = self._made.get(name)
        if entry is None:
            entry = self._made[name] = self._make(name, facts(self._family)[self._names[name]])
        return entry

    def functions(self) -> Iterator[str]:
        """What of Keras the entries stand for, without making them."""
        known = facts(self._family)
        return (known[name]["function"] for name in self._names.values())

    def bare(self) -> tuple[str, ...]:
        """The names that need no options, told without making the entries."""
        known, without = facts(self._family), left_out(self._family)
        return tuple(
            name
            for name, of_keras in self._names.items()
            if all("default" in a or a["name"] in without for a in known[of_keras].get("arguments", []))
        )

    def of_keras(self, name: str) -> tuple[str, ...]:
        """The arguments that Keras has under a name, taken here or not; none where the name is unknown."""
        fact = facts(self._family).get(self._names.get(name, ""))
        return tuple(argument["name"] for argument in fact.get("arguments", [])) if fact else ()

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def available(family: str) -> dict[str, str]:
    """The names of Keras that a spec can use, each standing for itself."""
    return {name: name for name in facts(family) if name not in unavailable[family]}


def make(family: str, name: str, fact: Fact, note: Note, *general: Bounds) -> Entry:
    """The entry of `name`; the bounds of an argument are those of the note, or else the first of the `general` ones.

    Raises:
        KeyError: nothing says what an argument takes.
    """
    taken = [a for a in fact.get("arguments", []) if a["name"] not in left_out(family)]
    return Entry(
        name,
        family,
        fact["function"],
        note.doc or fact["doc"],
        (*(_argument(a, (note.own, *general)) for a in taken), *note.of_call),
        note.first,
        note.string,
        note.fits,
        note.mode,
        note.conflict,
        note.inputs,
        note.fewest,
        note.most,
        note.to_itself,
        note.only_nested,
        note.augments,
        note.each_batch,
        note.built_first,
        note.slots,
        note.more_slots,
    )


def _argument(fact: ArgumentFact, bounds: tuple[Bounds, ...]) -> Argument:
    bound = next((known[fact["name"]] for known in bounds if fact["name"] in known), Bound())
    schema = bound.schema or _told(fact)
    default: Default = REQUIRED
    if "default" in fact or bound.may_lack:
        default = _default(fact.get("default"), schema, bound.family)
    if default is None:
        schema = optional(schema)
    return Argument(fact["name"], schema, default, bound.doc or fact.get("doc", ""), bound.family)


def _told(fact: ArgumentFact) -> Schema:
    """What an argument takes by what Keras says of it."""
    if isinstance(fact.get("default"), bool):
        return BOOLEAN
    if "choices" in fact:
        return choice(*fact["choices"])
    raise KeyError(f"nothing says what `{fact['name']}` takes")


def _default(value: object, schema: Schema, family: str | None) -> Default:
    """Keras's default in the type of the schema; an object of a family under its own name."""
    if family is not None and isinstance(value, str):
        return aliases[family].get(value, value)
    frozen: Default = _frozen(typed(schema, value))  # type: ignore[assignment]
    return frozen


def _frozen(value: object) -> object:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
