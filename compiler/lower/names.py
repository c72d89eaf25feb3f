"""The names of the layers of a network: those that are written, and Keras's own for the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from functools import cache

from specrun.compiler.catalogue import family
from specrun.compiler.diagnostics import Diagnostic, Label, Report, Span
from specrun.compiler.expressions import Identifier
from specrun.compiler.language.sections import Keras
from specrun.compiler.language.targets import Target
from specrun.compiler.naming import AutomaticNames, automatic_name

_OPERATIONS = """
    cast clip cos equal expand_dims floor_divide functional get_item greater isnan maximum mod sequential sin
    squeeze subtract true_divide where
"""
"""What Keras calls the operations of an encoder, and a network that stands in a model."""


@cache
def of_keras() -> re.Pattern[str]:
    """The names that Keras gives by itself, with or without a number."""
    made = (function.rpartition(".")[2] for function in family("layers").functions())
    prepare = ("Discretization", "Hashing", "HashedCrossing", "Normalization", "StringLookup", "TextVectorization")
    names = sorted({*_OPERATIONS.split(), *map(automatic_name, (*made, *prepare))})
    return re.compile(f"({'|'.join(names)})(_[0-9]+)?", re.ASCII)


def free_name(wanted: str, taken: Container[str]) -> str:
    """A name for an input, which is neither taken nor one of Keras's own; it allows no `/` in one, and saves no NUL."""
    name = wanted.replace("/", "_").replace("\0", "_")
    while of_keras().fullmatch(name) or (name != wanted and name in taken):
        name += "_"
    return name


def class_variables(targets: Sequence[Target]) -> tuple[Identifier | None, ...]:
    """The lists that hold the classes of the targets: `CLASSES` of one, `SPAM_CLASSES` of one among several."""
    if len(targets) == 1:
        return (Identifier("CLASSES") if targets[0].classes else None,)
    taken: Counter[str] = Counter()
    variables: list[Identifier | None] = []
    for target in targets:
        base = re.sub(r"[^A-Z0-9]+", "_", target.output.upper()).strip("_")[:60]
        base = f"TARGET_{base}" if base[:1].isdigit() else base
        taken[base] += 1
        name = f"{base}_CLASSES" if taken[base] == 1 else f"{base}_CLASSES_{taken[base]}"
        variables.append(Identifier(name) if target.classes else None)
    return tuple(variables)


class LayerNames:
    """The names that are taken, and where; one that is taken twice goes into the report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._written: dict[str, Span] = {}
        self._fresh: dict[str, Span] = {}
        self._automatic = AutomaticNames()

    def name(self, layer: Keras, span: Span) -> str:
        """The name of the next layer of the network."""
        written = layer.own_name
        return self._fresh_name(layer.name, span) if written is None else self._claim(written, span)

    def _claim(self, name: str, span: Span) -> str:
        if name in self._written:
            hint = "give each layer a name of its own"
            self._report.add(Diagnostic("S207", f"two layers are called `{name}`", span, hint))
        self._written.setdefault(name, span)
        if name in self._fresh:
            self._taken_by_keras(name)
        return name

    def _fresh_name(self, layer: str, span: Span) -> str:
        """The name that Keras gives to a layer without one: `dense`, `dense_1`, `dense_2`, …"""
        name = self._automatic.fresh(layer)
        self._fresh[name] = span
        if name in self._written:
            self._taken_by_keras(name)
        return name

    def _taken_by_keras(self, name: str) -> None:
        label = Label(self._fresh[name], "Keras gives the name to this one, which has none")
        hint = "choose a name that no layer gets by itself"
        message = f"two layers are called `{name}`"
        self._report.add(Diagnostic("S207", message, self._written[name], hint, labels=(label,)))
