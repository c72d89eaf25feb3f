"""Changes of a spec's tree, which leave YAML that can be read."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import suppress
from random import Random
from typing import Any

from tests.proof.fuzzed.odd import NUMBERS, odd_text, odd_value

Path = tuple[Any, ...]


def changed_tree(chance: Random, tree: Any, other: Any) -> Any:
    """A copy of the tree after one change or a few; `other` is another one to take parts from."""
    holder = [copy.deepcopy(tree)]
    for _ in range(chance.choice((1, 1, 1, 1, 2, 2, 3, 6))):
        paths = [path for path in _paths(holder) if path]
        path = chance.choice(paths)
        chance.choice(CHANGES)(chance, _at(holder, path[:-1]), path[-1], other)
        holder = holder or [None]
    return holder[0]


def _paths(node: Any, at: Path = ()) -> Iterator[Path]:
    yield at
    if len(at) > 30:
        return
    for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield from _paths(node[key], (*at, key))


def _at(node: Any, path: Path) -> Any:
    for step in path:
        node = node[step]
    return node


def _replace(chance: Random, parent: Any, key: Any, other: Any) -> None:  # noqa: ARG001
    parent[key] = odd_value(chance)


def _remove(chance: Random, parent: Any, key: Any, other: Any) -> None:  # noqa: ARG001
    del parent[key]


def _rename(chance: Random, parent: Any, key: Any, other: Any) -> None:
    """Another key in the same place."""
    if isinstance(parent, list):
        parent.insert(key, odd_value(chance))
        return
    names = [*parent, *(step for path in _paths(other) for step in path if isinstance(step, str))]
    new = chance.choice((odd_text(chance), chance.choice(names), key[:-1], f"{key}s"))
    entries = [(new if name == key else name, value) for name, value in parent.items()]
    parent.clear()
    parent.update(entries)


def _add(chance: Random, parent: Any, key: Any, other: Any) -> None:  # noqa: ARG001
    part = _some(chance, other)
    if isinstance(parent, list):
        parent.append(part)
    else:
        parent[odd_text(chance)] = part


def _wrap(chance: Random, parent: Any, key: Any, other: Any) -> None:  # noqa: ARG001
    value = parent[key]
    parent[key] = chance.choice(([value], [value, value], {odd_text(chance): value}, {"type": value}, [[value]]))


def _unwrap(chance: Random, parent: Any, key: Any, other: Any) -> None:  # noqa: ARG001
    value = parent[key]
    inside = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    parent[key] = chance.choice(inside) if inside else str(value)


def _bring(chance: Random, parent: Any, key: Any, other: Any) -> None:
    """A part of the other tree, where it has one a part under the same key."""
    alike = [path for path in _paths(other) if path and path[-1] == key]
    parent[key] = copy.deepcopy(_at(other, chance.choice(alike))) if alike else _some(chance, other)


def _swap(chance: Random, parent: Any, key: Any, other: Any) -> None:  # noqa: ARG001
    keys = list(parent) if isinstance(parent, dict) else range(len(parent))
    one = chance.choice(keys)
    parent[key], parent[one] = parent[one], parent[key]


def _count_otherwise(chance: Random, parent: Any, key: Any, other: Any) -> None:  # noqa: ARG001
    value = parent[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        parent[key] = chance.choice(NUMBERS)
    else:
        ways = (lambda: value + 1, lambda: value - 1, lambda: -value, lambda: value * 1000)
        with suppress(OverflowError, ValueError):  # no float is as large, or no text as long
            parent[key] = chance.choice((*ways, lambda: value / 3, lambda: str(value), lambda: float(value)))()


def _repeat(chance: Random, parent: Any, key: Any, other: Any) -> None:  # noqa: ARG001
    value, count = parent[key], chance.choice((2, 3, 40, 400))
    if isinstance(value, list):
        parent[key] = value * (count if len(value) < 20 else 2)
    elif isinstance(value, dict) and len(value) < 20:
        parent[key] = {f"{name}{i or ''}": part for i in range(count) for name, part in value.items()}
    else:
        parent[key] = str(value)[:40] * count


def _some(chance: Random, tree: Any) -> Any:
    return copy.deepcopy(_at(tree, chance.choice(list(_paths(tree)))))


CHANGES: tuple[Callable[[Random, Any, Any, Any], None], ...] = (
    *(_replace, _replace, _replace, _remove, _remove, _rename, _rename, _add, _wrap, _unwrap, _bring, _bring, _bring),
    *(_swap, _count_otherwise, _count_otherwise, _repeat),
)
"""All the changes of what stands under a key of its parent."""
