"""The page of the language: every section and key with an example, and every object of Keras."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from specrun.compiler.catalogue import FAMILIES
from specrun.compiler.features import KINDS
from specrun.compiler.reference.examples import examples
from specrun.compiler.reference.keras import family
from specrun.compiler.reference.keys import LAYER, Key, Section, kinds, sections
from specrun.compiler.reference.words import plain

HEADINGS: Final = {
    "spec": "The keys of a spec",
    "parameters": "Parameters",
    "data": "Data",
    "split": "The split of the data",
    "target": "The target",
    "output": "Several outputs",
    LAYER: "A layer in the network",
    "blocks": "Blocks",
    "use": "The use of a block",
    "training": "Training",
    "checkpoint": "Checkpoints",
    "track": "Trackers",
    "tensorboard": "TensorBoard",
    "mlflow": "MLflow",
}
"""The sections in the order of the page, with their headings; the kinds of features come behind the split."""
_INTRODUCTION: Final = """\
# The language

This page is written by `make docs` out of the schema that specs are checked against, so it says what is so. Each key
has an example, which is a part of a whole spec that a test compiles. `specrun explain SPEC` shows a spec with all its
defaults, `specrun fmt SPEC` brings its keys into the order of this page, and `specrun schema` prints the schema for
editors.

A file is YAML 1.2: `NO`, `on` and `12:30` are texts, `1e-3` is a number, and a key stands but once. Names are those of
Keras and of scikit-learn, spelled as there. What has a default may be left out."""
_FEATURES: Final = """\
A feature is the name of its kind, or its kind as `type` with options. `auto` takes the kind that the training rows
show, and `"*"` stands for all the columns that are not named."""
_KERAS: Final = """\
An object of Keras is its name (`Adam`), its name with the first of its options (`Dropout: 0.2`), or with options
(`Dense: {units: 8, activation: relu}`). A layer, an activation and the like may stand in the options of another."""


def page() -> str:
    """The whole page, as Markdown."""
    return "\n\n".join(_parts()) + "\n"


def _parts() -> Iterator[str]:
    known = sections()
    yield _INTRODUCTION
    yield "\n".join(_contents(known))
    of_kinds = dict(kinds())
    for name, heading in HEADINGS.items():
        if name in known:
            yield f'<a id="{name}"></a>\n## {heading}'
            yield from _section(known[name])
        if name == "split":
            yield '<a id="feature"></a>\n## Features'
            yield _FEATURES
            for kind, section in of_kinds.items():
                yield f"### {kind}"
                yield KINDS[kind].doc
                yield from _section(known[section])
    yield "# Keras"
    yield _KERAS
    for objects in FAMILIES:
        yield from family(objects)


def _contents(known: dict[str, Section]) -> Iterator[str]:
    for name, heading in HEADINGS.items():
        if name in known:
            yield f"- [{heading}](#{name}): {', '.join(f'`{key.name}`' for key in known[name].keys)}"
        if name == "split":
            yield f"- [Features](#feature): {', '.join(f'[{kind}](#{kind})' for kind in KINDS)}"
    yield f"- Keras: {', '.join(f'[{name}](#{name})' for name in FAMILIES)}"


def _section(section: Section) -> Iterator[str]:
    if section.doc:
        yield section.doc
    for key in section.keys:
        yield _headline(key)
        if key.doc:
            yield key.doc
        example = examples().get((section.name, key.name))
        if example is not None:
            yield f"```yaml\n{example.text}```"


def _headline(key: Key) -> str:
    default = f", default `{plain(key.default)}`" if key.default is not None else ""
    return f"**`{key.name}`**: {key.takes}{', required' if key.required else default}"
