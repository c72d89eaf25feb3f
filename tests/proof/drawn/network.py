"""Networks, grown layer by layer: chains and graphs of any layer of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from math import prod
from random import Random
from typing import TYPE_CHECKING, Any, Final

from specrun.compiler import catalogue
from specrun.compiler.catalogue import Entry
from specrun.compiler.tensor import Tensor
from tests.keras.drawing import Draw, Inputs, drawn_arguments, holds
from tests.keras.test_shapes_keras import DRAWS
from tests.parity.test_every_layer import fits, plain
from tests.proof.drawn.sources import NAMES
from tests.proof.drawn.values import Tree, Values, definition

if TYPE_CHECKING:
    from tests.proof.drawn.growing import Growing

PLAIN, FLATTENED, EMBEDDED = "plain", "flattened", "embedded"
WAYS: Final = (PLAIN, FLATTENED, EMBEDDED)
"""How what is open becomes one vector a row: it is one, by a `Flatten`, or by an `Embedding` and a `Flatten`."""
_LAYERS: Final = 3
_TRIES: Final = 8
_LARGEST: Final = 400
"""Values of a row that a layer takes at most."""
_MERGING: Final = ("Concatenate", "Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract")
_NESTED_OR_LED: Final = {*catalogue.ONLY_NESTED, "EinsumDense", "SpectralNormalization", "TimeDistributed"}
"""What stands inside another layer, or is drawn for inputs of its own alone."""
_MANY: Final = frozenset({"RandomElasticTransform", "AugMix", "RandAugment"})
"""Layers of which TensorFlow takes long to make a graph."""


@dataclass(slots=True)
class Network:
    """The `ends` are features and layers that nothing takes yet, and how they become a vector."""

    ends: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    starts: bool = False
    is_closed: bool = False

    @property
    def closing(self) -> list[Tree]:
        """The layers that take all that is open, so that the compiler can take the spec."""
        if self.is_closed or (not self.starts and self._is_flat):
            return []
        layers: list[Tree] = []
        vectors: list[str] = []
        for index, (name, way) in enumerate(self.ends.items()):
            if way == PLAIN:
                vectors.append(name)
                continue
            if way == EMBEDDED:
                layers.append({"Embedding": {"output_dim": 2, "inputs": [name]}})
                layers.append({"Flatten": {"name": f"end_{index}"}})
            else:
                layers.append({"Flatten": {"inputs": [name], "name": f"end_{index}"}})
            vectors.append(f"end_{index}")
        if len(vectors) > 1:
            layers.append({"Concatenate": {"inputs": vectors}})
        return layers

    @property
    def _is_flat(self) -> bool:
        return set(self.ends.values()) <= {PLAIN}

    @property
    def takes_rest(self) -> bool:
        """Whether `"*"` may stand among the features: all are taken side by side."""
        return not self.starts and self._is_flat

    def grow(self, growing: Growing) -> None:
        """Add layers, then join the ends."""
        chance = growing.chance
        if "*" in growing.spec["features"]:
            self.ends = {"features": PLAIN}
            self.starts = not growing.fits(lambda _: None)
        elif chance.random() < 0.5:
            self._group(growing)
        for _ in range(chance.randint(0, _LAYERS)):
            step = chance.choice((self._direct, self._direct, self._led, self._led, self._merging, self._shared))
            for _ in range(_TRIES):
                if step(growing):
                    break
        self._close(growing)

    def fold(self, growing: Growing) -> None:
        """Write the layers as people do: without what they need not say, with blocks and parameters."""
        self._leave_out(growing)
        if growing.chance.random() < 0.5:
            self._block(growing)
        if growing.chance.random() < 0.2:
            self._repeat(growing)

    def _try(self, growing: Growing, added: list[Tree], taken: list[str], name: str) -> bool:
        """Add layers that end in that of a `name`."""
        ends, started = dict(self.ends), self.starts
        for end in taken:
            if end in self.ends and growing.chance.random() < 0.9:
                del self.ends[end]
        self.ends[name], self.starts = FLATTENED, True
        if growing.fits(lambda spec: spec["layers"].extend(added)):
            self.names.append(name)
            return True
        self.ends, self.starts = ends, started
        return False

    def _group(self, growing: Growing) -> None:
        features = [name for name, way in self.ends.items() if way == PLAIN]
        if len(features) < 2:
            return
        some = growing.chance.sample(features, growing.chance.randint(1, len(features) - 1))
        name = growing.chance.choice([n for n in NAMES if n.isidentifier()])
        ends, self.ends = self.ends, {name: PLAIN, **{e: w for e, w in self.ends.items() if e not in some}}
        self.starts = True
        if not growing.fits(lambda spec: spec.update(groups={name: some})):
            self.ends, self.starts = ends, False

    def _direct(self, growing: Growing) -> bool:
        """A layer of one input, on what is there."""
        taken = [growing.chance.choice(list(self.ends))]
        if self.ends[taken[0]] == PLAIN and growing.chance.random() < 0.7:
            taken = [end for end, way in self.ends.items() if way == PLAIN]
        tensor = self._tensor(growing, taken)
        names = [n for n, e in catalogue.family("layers").items() if e.most == 1 and n not in _NESTED_OR_LED]
        name = growing.chance.choice(names)
        if tensor.is_whole and len(tensor.shape) == 2 and self.ends[taken[0]] == EMBEDDED:
            name = growing.chance.choice(("Embedding", "ReversibleEmbedding", "CategoryEncoding", name))
            name = name if name in names else "Embedding"
        arguments = drawn_layer(name, growing.values, (tensor,))
        if name in ("Embedding", "ReversibleEmbedding"):
            arguments.pop("input_dim", None)
        own = self._name(growing)
        return self._try(growing, [{name: {**arguments, "inputs": taken, "name": own}}], taken, own)

    def _led(self, growing: Growing) -> bool:
        """Any layer, behind layers that give it what it takes."""
        chance = growing.chance
        name = chance.choice([n for n in catalogue.family("layers") if n not in catalogue.ONLY_NESTED])
        if name in _MANY and chance.random() < 0.7:
            return False
        found = _fitting(name, growing.values)
        end = chance.choice(list(self.ends))
        if found is None:
            return False
        inputs, arguments = found
        own, layers, entries = self._name(growing), [], []
        before, way = [end], self.ends[end]
        if way != PLAIN:
            if way == EMBEDDED:
                layers.append({"Embedding": {"output_dim": 2, "inputs": before, "name": f"emb_{own}"}})
                before = [f"emb_{own}"]
            layers.append({"Flatten": {"inputs": before, "name": f"flat_{own}"}})
            before = [f"flat_{own}"]
        for index, tensor in enumerate(inputs):
            row = [n or 0 for n in tensor.shape[1:]]
            layers.append({"Dense": {"units": prod(row), "inputs": before, "name": f"to_{index}_{own}"}})
            layers.append(
                {"Reshape": {"target_shape": row, "inputs": [f"to_{index}_{own}"], "name": f"in_{index}_{own}"}}
            )
            entries.append(f"in_{index}_{own}")
        layers.append({name: {**arguments, "inputs": entries, "name": own}})
        return self._try(growing, layers, [end], own)

    def _merging(self, growing: Growing) -> bool:
        """A layer of several inputs, on what is there."""
        chance = growing.chance
        known = [*self.ends, *self.names]
        names = [n for n, e in catalogue.family("layers").items() if e.most != 1]
        name = chance.choice([*names, *_MERGING])
        most = catalogue.family("layers")[name].most or 3
        taken = [chance.choice(known) for _ in range(chance.randint(2, min(most, 3)))]
        inputs = tuple(self._tensor(growing, [end]) for end in taken)
        arguments = drawn_layer(name, growing.values, inputs, share=0.1)
        own = self._name(growing)
        return self._try(growing, [{name: {**arguments, "inputs": taken, "name": own}}], taken, own)

    def _shared(self, growing: Growing) -> bool:
        if not self.names:
            return False
        layer, own = growing.chance.choice(self.names), self._name(growing)
        taken = [growing.chance.choice([*self.ends, *self.names])]
        return self._try(growing, [{"Shared": {"layer": layer, "inputs": taken, "name": own}}], taken, own)

    def _close(self, growing: Growing) -> None:
        """Make the closing a part of the spec, as short as it can be."""
        for end, way in list(self.ends.items()):
            if way == FLATTENED:
                self.ends[end] = PLAIN
                if not growing.fits(lambda _: None):
                    self.ends[end] = FLATTENED
        closing = self.closing
        self.is_closed = True
        variants = [closing]
        if closing and "Concatenate" in closing[-1]:
            inputs = closing[-1]["Concatenate"]["inputs"]
            variants = [[*closing[:-1], {merging: {"inputs": inputs}}] for merging in _MERGING]
            growing.chance.shuffle(variants)
            variants.append(closing)
        for variant in variants:
            if growing.fits(lambda spec, variant=variant: spec["layers"].extend(variant)):  # type: ignore[misc]
                return
        raise AssertionError(f"the compiler takes no more what it took: {growing.text()}")

    def _tensor(self, growing: Growing, names: list[str]) -> Tensor:
        """What a layer or a feature gives; of several, a vector of some width."""
        plan = growing.compilation.plan
        for node in plan.network.nodes:
            if [node.name] == names and node.tensor is not None:
                return node.tensor
        for group in plan.features:
            for source, tensor in zip(group.sources, group.tensors, strict=True):
                if [source] == names:
                    return tensor
        return Tensor((None, 4))

    def _name(self, growing: Growing) -> str:
        name = growing.chance.choice(NAMES) if growing.chance.random() < 0.4 else ""
        taken = {*self.names, *self.ends, *growing.spec["features"]}
        return name if name and name not in taken else f"layer_{len(self.names)}_{growing.chance.randint(0, 99)}"

    def _leave_out(self, growing: Growing) -> None:
        """Names that nobody takes, and inputs that are the layer before."""
        for key in ("inputs", "name"):
            for index in range(len(growing.spec["layers"])):
                (options,) = growing.spec["layers"][index].values()
                if key in options and growing.chance.random() < 0.7:
                    before = growing.compilation.plan.network
                    growing.fits_as(lambda spec, i=index, k=key: _options(spec, i).pop(k), before)  # type: ignore[misc]

    def _block(self, growing: Growing) -> None:
        """Layers behind each other become a block, with parameters in place of some of their numbers."""
        chance, layers = growing.chance, growing.spec["layers"]
        if not layers:
            return
        first = last = chance.randrange(len(layers))
        while last + 1 < len(layers) and "name" not in _options(growing.spec, last) and chance.random() < 0.7:
            if "inputs" in _options(growing.spec, last + 1):
                break
            last += 1
        body = deepcopy(layers[first : last + 1])
        use: Tree = {}
        for key, layer in (("inputs", body[0]), ("name", body[-1])):
            (options,) = layer.values()
            if key in options:
                use[key] = options.pop(key)
        parameters = _parameters(body, chance)
        block: Tree = {"layers": body, **({"parameters": parameters} if parameters else {})}
        use |= {key: value for key, value in parameters.items() if chance.random() < 0.5}
        if chance.random() < 0.4:
            use["repeat"] = 2

        def change(spec: Tree) -> None:
            spec["blocks"] = {"drawn": block}
            spec["layers"][first : last + 1] = [{"drawn": use} if use else "drawn"]

        growing.fits(change)

    def _repeat(self, growing: Growing) -> None:
        layers = [i for i, layer in enumerate(growing.spec["layers"]) if isinstance(layer, dict)]
        if layers:
            index = growing.chance.choice(layers)
            growing.fits(lambda spec: _options(spec, index).update(repeat=2))


def _parameters(layers: list[Tree], chance: Random) -> Tree:
    """Put parameters in place of some numbers of layers; their values there."""
    parameters: Tree = {}
    for layer in layers:
        (options,) = layer.values()
        known = [key for key, value in options.items() if isinstance(value, int | float)]
        if known and chance.random() < 0.7:
            key, name = chance.choice(known), f"p{len(parameters)}"
            parameters[name] = options[key]
            options[key] = f"${name}"
    return parameters


def drawn_layer(name: str, values: Values, inputs: Inputs, share: float = 0.15) -> Tree:
    """Arguments of a layer on some inputs, as a spec writes them."""
    entry, draw = catalogue.family("layers")[name], DRAWS.get(name, Draw())
    arguments = drawn_arguments(entry, draw, values.chance, inputs)
    return {**plain(arguments), **_objects(entry, values, share)}


def _objects(entry: Entry, values: Values, share: float) -> Tree:
    """Initializers, activations and the like, with options of their own."""
    properties: Mapping[str, Any] = definition(f"layer_{entry.name}")["then"]["properties"]
    shares = {"activations": 3 * share, None: 0.0, "layers": 0.0}
    some = (a for a in entry.arguments if values.chance.random() < shares.get(a.family, share))
    return {a.name: values.draw(properties[a.name], 1) for a in some}


def _fitting(name: str, values: Values) -> tuple[Inputs, Tree] | None:
    """What goes into a layer, and arguments that fit it."""
    entry, draw = catalogue.family("layers")[name], DRAWS.get(name, Draw())
    for _ in range(60):
        inputs = draw.inputs(values.chance)
        arguments = drawn_arguments(entry, draw, values.chance, inputs)
        shapes = [tensor.shape[1:] for tensor in inputs]
        if any(None in shape or not shape or prod(n or 0 for n in shape) > _LARGEST for shape in shapes):
            continue
        floats = all(tensor.dtype == "float32" for tensor in inputs)
        is_taken = not holds(draw.more_lenient, arguments, inputs)
        if floats and is_taken and catalogue.conflict(entry, arguments) is None and fits(name, arguments, inputs):
            return inputs, {**plain(arguments), **_objects(entry, values, 0.15)}
    return None


def _options(spec: Tree, index: int) -> Tree:
    (options,) = spec["layers"][index].values()
    found: Tree = options
    return found
