"""Writes out what makes a spec short: `extends`, `parameters`, `blocks` and `repeat`.

All the later phases see a spec in the plain language, which has none of the four; each value in it still stands where
it was written, in whatever file that is.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import is_
from pathlib import Path
from typing import Final

from specrun.compiler.diagnostics import Diagnostic, Fix, Report
from specrun.compiler.expand.bases import inherit, relocated
from specrun.compiler.expand.blocks import name_of, read_blocks
from specrun.compiler.expand.declarations import declare
from specrun.compiler.expand.items import Items
from specrun.compiler.expand.network import Network
from specrun.compiler.expand.parameters import check_known, values_of
from specrun.compiler.expand.references import references, substituted, without_holes
from specrun.compiler.expand.unused import unused
from specrun.compiler.language.schema import lean_schema
from specrun.compiler.reader import Entry, Mapping, Node, Scalar, Sequence
from specrun.compiler.settings import Setting, apply_settings, read_settings
from specrun.compiler.suggest import nearest

__all__ = ["SECTIONS", "expand", "without_holes"]

SECTIONS: Final = ("extends", "parameters", "blocks")
"""The keys of a spec that the plain language does not have."""


def expand(root: Mapping, file: str, folder: Path, settings: Iterable[str], report: Report) -> Mapping:
    """The spec in the plain language, with the settings of the command line in it.

    `file` is what the spans of the spec name, `folder` what its paths are relative to. What is wrong goes into the
    report, and is left out of the spec or keeps its `$word`. Raises SpecError where a base cannot be read.
    """
    root, folders = inherit(root, file, folder, report)
    root, chosen = _set(root, tuple(read_settings(settings, report)), report)
    section = root.entry("parameters")
    declared = declare(section, _taken(), {}, (name for name, _ in references(root)), report)
    _check_defaults(section, report)
    values = values_of(declared, chosen, report)
    met: list[tuple[str, Scalar]] = []
    kept = tuple(entry for entry in root if entry.name not in SECTIONS)
    plain = substituted(Mapping(kept, root.span), values, met)
    check_known(met, values, report)
    section = root.entry("blocks")
    blocks = read_blocks(section, values, report)
    assert isinstance(plain, Mapping)
    flat = _written_out(plain, Items(blocks, values, report), report)
    if not report.has_errors:  # what uses them may be what is wrong
        met += references(section.value) if section is not None else ()
        report.add(*unused(declared, {name for name, _ in met}, blocks, _layers(plain), file))
    return relocated(flat, folders)


def _taken() -> dict[str, str]:
    """The names that no parameter may have."""
    hint = "choose another name: `--set` could not tell it from the key of the spec"
    return dict.fromkeys((*SECTIONS, *lean_schema()["properties"]), hint)


def _set(root: Mapping, settings: tuple[Setting, ...], report: Report) -> tuple[Mapping, dict[str, Setting]]:
    """The spec with its keys set, and the settings of parameters by name."""
    section = root.get("parameters")
    names = [entry.name for entry in section] if isinstance(section, Mapping) else []
    chosen = {setting.path: setting for setting in settings if setting.path in names}
    others = []
    for setting in settings:
        if setting.path in names:
            continue
        match = nearest(setting.path, (*names, *lean_schema()["properties"]))
        if setting.path.partition(".")[0] == "extends":
            hint = "write it in a spec: `extends: base.yaml`"
            report.add(Diagnostic("S120", "`extends` cannot be set", setting.span, hint))
        elif match in names and setting.path not in lean_schema()["properties"]:
            message = f"`{setting.path}` is neither a parameter nor a key of the spec"
            fix = Fix(setting.span, str(match))
            report.add(Diagnostic("S102", message, setting.span, f"did you mean `{match}`?", fix=fix))
        else:
            others.append(setting)
    return apply_settings(root, others, report), chosen


def _check_defaults(section: Entry | None, report: Report) -> None:
    """The parameters of a spec are values themselves."""
    for name, scalar in references(section.value) if section is not None else ():
        message = f"`${name}` stands where the parameters are declared, and stands for nothing there"
        hint = f"write the value itself; the text `${name}` is written `$${name}`"
        report.add(Diagnostic("S503", message, scalar.span, hint))


def _written_out(root: Mapping, items: Items, report: Report) -> Mapping:
    """The spec with its blocks and repeated layers written out."""
    nodes = _layers(root)
    named = (name_of(node) for node in nodes)
    layers = (str(name.value) for name in named if name is not None)
    network = Network(frozenset((*_keys(root, "features"), *_keys(root, "groups"), *layers)), items, report)
    network.add(nodes)
    if len(nodes) == len(network.layers) and all(map(is_, nodes, network.layers)):
        return root
    return Mapping(tuple(Entry(e.key, _list(e, network.layers)) if e.name == "layers" else e for e in root), root.span)


def _layers(root: Mapping) -> tuple[Node, ...]:
    layers = root.get("layers")
    return layers.items if isinstance(layers, Sequence) else ()


def _list(entry: Entry, items: list[Node]) -> Sequence:
    return Sequence(tuple(items), entry.value.span)


def _keys(root: Mapping, section: str) -> list[str]:
    node = root.get(section)
    return [entry.name for entry in node] if isinstance(node, Mapping) else []
