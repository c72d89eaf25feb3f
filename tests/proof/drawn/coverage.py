"""What of the language came up in a spec, by words such as `way group`, `text.ngrams`, `losses` or `task LABELS`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specrun.compiler import catalogue
from specrun.compiler.features import KINDS
from specrun.compiler.language.sections import WAYS
from specrun.compiler.plan import Task
from tests.parity.test_parity import named_in
from tests.proof.drawn.growing import Growing
from tests.proof.drawn.values import object_of

_SECTIONS = ("data", "split", "training", "checkpoint")


def everything() -> set[str]:
    """All that has to come up in enough specs, as the schema and the registries have it."""
    features = {f"{kind}.{key}" for kind in KINDS for key in _keys(f"feature_{kind}") if key != "type"}
    return {
        *(f"{section}.{key}" for section in _SECTIONS for key in _keys(section)),
        *features,
        *(f"output.{key}" for key in _keys("output")),
        *(f"kind {kind}" for kind in KINDS),
        *(f"task {task.name}" for task in Task),
        *(f"way {way}" for way in (*WAYS, "order", "random")),
        *catalogue.FAMILIES,
        *("groups", "blocks", "repeat", "Shared", "targets", "rest", "several inputs"),
    }


def within(growing: Growing) -> set[str]:
    """What of it is in a spec."""
    spec, told = growing.spec, growing.compilation.spec
    objects = set(named_in((told.layers, told.targets, told.training)))
    return {
        *_written(spec),
        *(f"task {head.task.name}" for head in growing.compilation.plan.heads),
        *(f"kind {feature.feature.kind}" for feature in told.features if feature.feature is not None),
        f"way {told.data.split.way}",
        *(family for family, _ in objects),
        *(word for word in ("groups", "blocks", "targets") if word in spec),
        *(word for word in ("repeat", "Shared") if f'"{word}"' in growing.text()),
        *(["rest"] if "*" in spec["features"] else []),
        *(["several inputs"] if any(len(layer.inputs) > 1 for layer in told.layers) else []),
    }


def names(growing: Growing) -> set[tuple[str, str]]:
    """The objects of Keras in a spec, with the families that have them."""
    told = growing.compilation.spec
    return set(named_in((told.layers, told.targets, told.training)))


def _written(spec: Mapping[str, Any]) -> Iterator[str]:
    data, training = spec["data"], spec.get("training", {})
    sections = (data, data.get("split", {}), training, training.get("checkpoint", {}))
    for section, written in zip(_SECTIONS, sections, strict=True):
        yield from (f"{section}.{key}" for key in written)
    for feature in spec["features"].values():
        if isinstance(feature, dict):
            yield from (f"{feature['type']}.{key}" for key in feature if key != "type")
    target = spec.get("target", {})
    outputs = [*spec.get("targets", {}).values(), *([target] if isinstance(target, dict) else [])]
    for output in outputs:
        if isinstance(output, dict):
            yield from (f"output.{key}" for key in output)
    if "classes" in spec:
        yield "output.classes"


def _keys(name: str) -> Iterator[str]:
    yield from object_of(name)["properties"]
