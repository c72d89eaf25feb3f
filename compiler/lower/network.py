"""The nodes as a network: the statements that apply each layer to what it takes."""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from specrun.compiler.catalogue import find
from specrun.compiler.catalogue.entry import Entry, Inputs
from specrun.compiler.expressions import (
    Assign,
    Call,
    Expression,
    Identifier,
    Item,
    Items,
    Literal,
    Mapped,
    Name,
    Operation,
    Pairs,
    Spread,
    call,
    method,
    name,
)
from specrun.compiler.plan import FeatureGroup, Head, Network, Node, Source

_TAKEN = """
    angles args basename batches c callbacks cell centuries codes column compute_class_weight csv data day dayofyear
    days dirname embeddings encoded encoder escape features given glob held_out history hour inputs join kept keras
    known labels layers load_breast_cancer load_diabetes load_digits load_iris load_wine lookups measure measures
    metrics minute model moment month months name np numbers ops os parser part parts past path pd rows scaled second
    self sliding_window_view table tensors test texts tf tokens train train_test_split training validation value
    vectors vocabulary weekday x year years
"""
TAKEN = frozenset(_TAKEN.split())
"""Variables of a script, which no layer may take the name of."""


def lower_network(
    groups: tuple[FeatureGroup, ...], sources: tuple[Source, ...], nodes: tuple[Node, ...], heads: tuple[Head, ...]
) -> Network:
    """The network of the nodes; the heads say which of them give the output."""
    if _is_chain(sources, nodes, heads) and sources[0].value is not None:
        chain = tuple(map(_of_floats, nodes))
        return Network(sources, chain, True, _augments(nodes), sources[0].value, (), name("model"))
    trained = tuple(group for group in groups if group.embedding is not None)
    variables = _Variables(nodes, heads)
    joined = {source.name: variables.fresh(f"joined_{source.part}") for source in sources if _is_joined(source)}
    steps = (Assign((name("vectors"),), _vectors(trained)),) if trained else ()
    joins = (Assign((Name(joined[s.name]),), _join(s, trained)) for s in sources if s.name in joined)
    known: dict[str, Expression] = {s.name: Name(joined[s.name]) if s.name in joined else _value(s) for s in sources}
    placed = tuple(replace(node, steps=tuple(variables.steps(node, known))) for node in nodes)
    outputs = [known[head.node] for head in heads]
    several = Pairs(tuple((Literal(head.name), output) for head, output in zip(heads, outputs, strict=True)))
    output = outputs[0] if len(heads) == 1 else several
    return Network(sources, placed, False, _augments(nodes), _parts(sources, trained), (*steps, *joins), output)


def _vectors(trained: Iterable[FeatureGroup]) -> Expression:
    """The trained vectors: one a row, or, over a window, one for each of its rows."""
    vectors: Expression = Call(Item(name("embeddings"), name("name")), (Item(name("given"), name("name")),))
    if all(len(tensor.shape) == 2 for group in trained for tensor in group.tensors):
        vectors = Call(call("keras.layers.Flatten"), (vectors,))
    return Mapped(Identifier("name"), vectors, name("embeddings"), name("name"))


def _is_chain(sources: tuple[Source, ...], nodes: tuple[Node, ...], heads: tuple[Head, ...]) -> bool:
    takes = [source.name for source in sources[:1]] + [node.name for node in nodes[:-1]]
    in_line = all(node.inputs == (before,) for node, before in zip(nodes, takes, strict=True))
    plain = all(node.layer == node.name and not node.keywords for node in nodes)
    return len(sources) == 1 and not sources[0].embedded and in_line and plain and len(heads) == 1


def _of_floats(node: Node) -> Node:
    """A layer of a chain, which may hand on what the `keras.Sequential` takes."""
    return node if node.tensor is None else replace(node, tensor=node.tensor.as_floats)


def _is_joined(source: Source) -> bool:
    return bool(source.embedded) and len(source.embedded) + bool(source.columns) > 1


def _value(source: Source) -> Expression:
    return Item(
        name("vectors" if source.embedded else "given"), Literal(source.embedded[0] if source.embedded else source.part)
    )


def _join(source: Source, trained: Iterable[FeatureGroup]) -> Expression:
    parts: list[Expression] = [Item(name("given"), Literal(source.part))] if source.columns else []
    if source.embedded == tuple(column for group in trained for column in group.columns):
        parts.append(Spread(method(name("vectors"), "values")))
    else:
        parts += [Item(name("vectors"), Literal(column)) for column in source.embedded]
    return Call(call("keras.layers.Concatenate"), (Items(tuple(parts)),))


def _parts(sources: Iterable[Source], trained: Iterable[FeatureGroup]) -> Expression:
    """What the encoder gives: the joined columns of each source, and the whole numbers that are embedded."""
    total: Expression | None = None
    joined = tuple((Literal(source.part), source.value) for source in sources if source.value is not None)
    if joined:
        total = Pairs(joined)
    for group in trained:
        each = Mapped(Identifier("name"), Item(name("encoded"), name("name")), name(group.variable), name("name"))
        total = each if total is None else Operation("|", total, each)
    assert total is not None
    return total


def _augments(nodes: Iterable[Node]) -> bool:
    return any(entry is not None and entry.augments for entry in map(_entry, nodes))


def _entry(node: Node) -> Entry | None:
    return find("layers", str(node.call.function).rpartition(".")[2])


class _Variables:
    """The variables of a network: `x` for what only the next layer takes, and a name of its own for the rest."""

    def __init__(self, nodes: tuple[Node, ...], heads: Iterable[Head]) -> None:
        self._taken = set(TAKEN)
        self._uses = Counter(used for node in nodes for used in set(node.inputs))
        self._next = {node.name: after for node, after in pairwise(nodes)}
        self._shared = {node.layer for node in nodes if node.layer != node.name}
        self._layers: dict[str, Identifier] = {}
        self._outputs = {head.node for head in heads}
        self._last = nodes[-1].name

    def fresh(self, wanted: str) -> Identifier:
        """A variable of about that name, which nothing else has."""
        base = re.sub(r"\W", "_", wanted, flags=re.ASCII)[:70].lower() or "x"
        base = f"layer_{base}" if not base[0].isalpha() or keyword.iskeyword(base) or hasattr(builtins, base) else base
        number, variable = 1, base
        while variable in self._taken:
            number += 1
            variable = f"{base}_{number}"
        self._taken.add(variable)
        return Identifier(variable)

    def steps(self, node: Node, known: dict[str, Expression]) -> Iterable[Assign]:
        """The statements that make the layer of a node and apply it; the variable is then `known`."""
        made: Call | Name = node.call
        if node.layer in self._shared:
            if node.layer == node.name:
                self._layers[node.layer] = self.fresh(f"{node.name}_layer")
                yield Assign((Name(self._layers[node.layer]),), node.call)
            made = Name(self._layers[node.layer])
        value = Call(made, _arguments(node, [known[used] for used in node.inputs]), node.keywords)
        known[node.name] = Name(self._variable(node))
        yield Assign((known[node.name],), value)

    def _variable(self, node: Node) -> Identifier:
        after = self._next.get(node.name)
        passes_on = after is not None and set(after.inputs) >= {node.name} and self._uses[node.name] == 1
        is_end = node.name == self._last and self._outputs == {node.name}
        if is_end or (passes_on and node.name not in self._outputs):
            return Identifier("x")
        return self.fresh(node.name)


def _arguments(node: Node, given: list[Expression]) -> tuple[Expression, ...]:
    """How a layer is given what it takes: one thing, a list of them, or one argument after the other."""
    entry = _entry(node)
    takes_list = entry is not None and entry.inputs is Inputs.LIST
    return (Items(tuple(given)),) if takes_list else tuple(given)
