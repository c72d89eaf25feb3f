"""Lays one spec over another, key by key."""

from __future__ import annotations

from specrun.compiler import catalogue
from specrun.compiler.reader import Entry, Mapping, Node, Scalar


def merged(below: Mapping, over: Mapping, path: tuple[str, ...] = ()) -> Mapping:
    """`over` laid over `below`: mappings are joined key by key, all else is replaced, and null takes a key away.

    `path` leads to the two from the root of the spec.
    """
    new = {entry.name: entry for entry in over}
    entries = [entry if entry.name not in new else _joined(entry, new.pop(entry.name), path) for entry in below]
    return Mapping((*filter(None, entries), *new.values()), over.span)


def _joined(below: Entry, over: Entry, path: tuple[str, ...]) -> Entry | None:
    """What becomes of a key that both have."""
    path = (*path, over.name)
    if isinstance(over.value, Scalar) and over.value.value is None:
        return None
    return Entry(over.key, _value(below.value, over.value, path))


def _value(below: Node, over: Node, path: tuple[str, ...]) -> Node:
    if path[0] == "parameters" and len(path) == 2:
        return _with_default(below, over)
    if not isinstance(below, Mapping) or not isinstance(over, Mapping) or _is_another(below, over, path):
        return over
    return merged(below, over, path)


def _with_default(below: Node, over: Node) -> Node:
    """A parameter that is given a value keeps the rest of what was said of it."""
    if not isinstance(below, Mapping) or not isinstance(over, Scalar):
        return over
    default = Entry(Scalar("default", over.span), over)
    return Mapping((*(entry for entry in below if entry.name != "default"), default), below.span)


def _is_another(below: Mapping, over: Mapping, path: tuple[str, ...]) -> bool:
    """Whether `over` is another thing than `below`, of which nothing then stays.

    It is where it is a block, a feature or a target of another type, or another object of Keras (`optimizer: {SGD: …}`
    over `optimizer: {Adam: …}`).
    """
    if len(path) == 1:
        return False
    if len(path) == 2 and path[0] == "blocks":
        return True
    if len(path) == 2 and path[0] in ("features", "targets"):
        kind = over.get("type")
        return kind is not None and below.get("type") != kind
    objects = [{entry.name for entry in mapping} for mapping in (below, over)]
    return objects[0] != objects[1] and all(names and names <= _NAMES for names in objects)


_NAMES = frozenset(name for family in catalogue.FAMILIES.values() for name in family)
"""The names of all objects of Keras."""
