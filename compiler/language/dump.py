"""The filled-in spec: a `Spec` as plain values again, as YAML, and its digest."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from specrun.compiler.expand.references import escaped
from specrun.compiler.language.options import options
from specrun.compiler.language.sections import CSV_ONLY, Data, Keras
from specrun.compiler.language.spec import Spec
from specrun.compiler.language.targets import IN_TRAINING, OF_ONE, Target, training_of_one
from specrun.compiler.reader.scalars import NumberRefused, resolve

_BREAKS = re.compile("[\x85\u2028\u2029]")
"""Line breaks to YAML 1.1, which a dumper leaves bare and specrun's reader refuses."""


def plain(spec: Spec) -> dict[str, Any]:
    """The spec as plain values that read back as the same spec; options that are not set are left out."""
    features = {f.column: "auto" if f.feature is None else _with_type(f.feature) for f in spec.features}
    filled: dict[str, Any] = {"specrun": 1, "name": spec.name}
    if spec.description:
        filled["description"] = spec.description
    filled |= {"data": _data(spec.data), "features": features}
    if spec.groups:
        filled["groups"] = {group.name: list(group.features) for group in spec.groups}
    wanted, compared = _targets(spec.targets)
    training = training_of_one(_section(spec.training), compared)
    return filled | wanted | {"layers": _value(spec.layers), "training": training}


def to_yaml(spec: Spec) -> str:
    """The spec as YAML text, in the order of the language."""
    import yaml

    style: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": 110, "default_flow_style": None}
    text: str = yaml.dump(_escaped(plain(spec)), Dumper=_dumper(), **style)
    return text


def flow(value: object, *, as_key: bool = False) -> str:
    """A plain value as a spec has it on one line, in YAML's flow style; in a key, `$` stands for itself."""
    import yaml

    style: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": 1 << 20, "default_flow_style": True}
    text: str = yaml.dump([value if as_key else _escaped(value)], Dumper=_dumper(), **style)
    return text.strip()[1:-1]


def _escaped(value: Any) -> Any:
    """The values as a spec has to have them: a text that looks like `$word` stands for no parameter here."""
    if isinstance(value, dict):
        return {key: _escaped(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_escaped(part) for part in value]
    return escaped(value) if isinstance(value, str) else value


def digest(spec: Spec) -> str:
    """The SHA-256 of the filled-in spec, but for what is no part of the model: where its data lie and what looks on.

    Nor is how often a run writes down what it can be resumed from.
    """
    content = plain(spec)
    content["data"].pop("path", None)
    for name in ("track", "checkpoint"):
        content["training"].pop(name, None)
    return hashlib.sha256(json.dumps(content, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


def _dumper() -> Any:
    """A dumper whose texts read back as texts in YAML 1.2: PyYAML would leave `1e-3` bare."""
    import yaml

    class Dumper(yaml.SafeDumper):
        pass

    def text(dumper: Any, value: str) -> Any:
        bare = dumper.represent_scalar("tag:yaml.org,2002:str", value)
        return bare if _reads_as_text(value) else dumper.represent_scalar(bare.tag, value, style='"')

    Dumper.add_representer(str, text)
    return Dumper


def _reads_as_text(text: str) -> bool:
    try:
        return isinstance(resolve(text), str) and not _BREAKS.search(text)
    except NumberRefused:
        return False


def _data(data: Data) -> dict[str, Any]:
    section = _section(data)
    has_dialect = data.dataset is None and data.format in (None, "csv")
    return section if has_dialect else {key: value for key, value in section.items() if key not in CSV_ONLY}


def _with_type(feature: Any) -> dict[str, Any]:
    return {"type": feature.kind, **_section(feature)}


def _targets(targets: tuple[Target, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stands at the top of the spec, and what one target has under `training`."""
    if len(targets) > 1:
        return {"targets": {target.name: _target(target) for target in targets}}, {}
    options_ = _target(targets[0])
    classes = {name: options_[name] for name in ("classes",) if name in options_}
    own = {name: options_[name] for name in OF_ONE if name in options_}
    is_plain = own.keys() == {"column", "type"} and own["type"] in ("class", "number")
    compared = {name: options_[name] for name in IN_TRAINING if name in options_}
    return {"target": own["column"] if is_plain else own, **classes}, compared


def _target(target: Target) -> dict[str, Any]:
    section = _section(target)
    if not target.is_in_cells:
        del section["separator"]
    if target.type == "labels" and not target.is_in_cells:  # the columns name them
        del section["classes"]
    elif target.classes is None:
        section["classes"] = "auto"
    elif not target.classes:
        del section["classes"]
    return section


def _section(section: Any) -> dict[str, Any]:
    values = ((o.name, getattr(section, o.field)) for o in options(type(section)))
    return {name: _value(value) for name, value in values if value is not None}


def _value(value: Any) -> Any:
    if isinstance(value, Keras):
        return {value.name: {k: _value(v) for k, v in value.options}} if value.options else value.name
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    return _section(value) if hasattr(value, "place") else value
