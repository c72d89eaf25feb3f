"""Keys of a spec that stand in place of each other, of which the schema cannot speak with one exact place."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.compiler.diagnostics import Diagnostic, Label
from specrun.compiler.language.habits import meant_key
from specrun.compiler.language.schema import lean_schema
from specrun.compiler.language.targets import IN_TRAINING, folder_format
from specrun.compiler.language.violation import Finding
from specrun.compiler.language.wording import told, uncapitalized
from specrun.compiler.reader.nodes import Entry, Mapping, Node, Path

_OF_ONE = (("classes",), *(("training", name) for name in IN_TRAINING))
"""What one target has, and each of several has under `targets`."""


def check_alternatives(root: Node) -> Iterator[Finding]:
    """What is wrong with `path` and `dataset`, and with `target` and `targets`."""
    if isinstance(root, Mapping):
        yield from _no_source(root)
        yield from _no_target(root)
        yield from _of_one_target(root)


def _no_source(root: Mapping) -> Iterator[Finding]:
    data = root.entry("data")
    if data is None or not isinstance(data.value, Mapping):
        return
    if data.value.get("path") is None and data.value.get("dataset") is None:
        message = "`data` names neither a `path` nor a `dataset`"
        yield Diagnostic("S201", message, data.key.span, "add `path:` with the name of a file"), ("data",)


def _no_target(root: Mapping) -> Iterator[Finding]:
    target, targets = root.entry("target"), root.entry("targets")
    if target is not None and targets is not None:
        first, second = sorted((target, targets), key=lambda entry: entry.key.span)
        label = Label(second.key.span, f"and here `{second.name}`")
        hint = "take one of them out; `targets:` has a key for each output"
        message = "a spec has one `target` or several `targets`, and here are both"
        yield Diagnostic("S240", message, first.key.span, hint, labels=(label,)), ("target",)
    elif target is None and targets is None and not _has_another(root):
        doc = str(lean_schema()["properties"]["target"]["description"])
        hint = told("add `target:`", uncapitalized(doc.rstrip(".")))
        yield Diagnostic("S103", "a spec needs `target`", root.span, hint), ()


def _has_another(root: Mapping) -> bool:
    """Whether the target follows from the data, or may be what a key that is not known should have named."""
    return folder_format(root) is not None or any(_may_be_target(entry.name) for entry in root)


def _may_be_target(key: str) -> bool:
    """Whether a key that is not known may be what should have named the target."""
    known = lean_schema()["properties"]
    return key not in known and meant_key(key, known) in ("target", "targets")


def _of_one_target(root: Mapping) -> Iterator[Finding]:
    if root.get("targets") is None:
        return
    for path in _OF_ONE:
        entry = _entry_at(root, path)
        if entry is not None:
            message = f"`{entry.name}` is for one `target`, and here are several `targets`"
            hint = f"write `{entry.name}` under `targets:`, for each output that it is about"
            yield Diagnostic("S241", message, entry.key.span, hint), path
    weights = _entry_at(root, ("training", "class_weights"))
    if weights is not None:
        message = "`class_weights` is for one `target`, and here are several `targets`"
        hint = "take it out: Keras weighs the classes of one output alone; `weight` under `targets:` weighs an output"
        yield Diagnostic("S241", message, weights.key.span, hint), ("training", "class_weights")


def _entry_at(root: Mapping, path: Path) -> Entry | None:
    *above, name = path
    node: Node | None = root
    for step in above:
        node = node.get(str(step)) if isinstance(node, Mapping) else None
    return node.entry(str(name)) if isinstance(node, Mapping) else None
