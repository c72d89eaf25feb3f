"""The imports of a script, and the names by which it calls what it imports."""

from __future__ import annotations

from collections.abc import Iterable

_MODULES = {
    "keras.layers": "layers",
    "keras.ops": "ops",
    "keras": "keras",
    "pandas": "pd",
    "tensorflow": "tf",
    "numpy": "np",
    "csv": "csv",
}
"""Modules that are imported whole, the longest first, and their names in a script."""

_OF_TYPES = ("str.",)
"""What a method of a built-in type, such as `str.strip`, begins with: it is there without an import."""

_BY_NAME = "numpy.lib.stride_tricks."
"""A module within one that is imported whole, of which functions are imported by their names."""

_STANDARD = frozenset(["argparse", "collections", "csv", "glob", "itertools", "math", "os", "os.path", "warnings"])


def called_as(function: str) -> str:
    """The name by which a script calls a function: `keras.layers.Dense` is `layers.Dense` there."""
    module = _whole(function)
    if function.startswith(_OF_TYPES):
        return function
    return f"{_MODULES[module]}{function[len(module) :]}" if module else function.rpartition(".")[2]


def import_lines(functions: Iterable[str], modules: Iterable[str] = ()) -> tuple[tuple[str, ...], ...]:
    """The import statements of the functions and of whole `modules`, sorted: the standard library, then the rest."""
    wanted = {(module, "") for module in modules}
    for function in functions:
        module = _whole(function)
        if module:
            wanted.add((module, ""))
        elif "." in function and not function.startswith(_OF_TYPES):
            wanted.add(tuple(function.rsplit(".", 1)))  # type: ignore[arg-type]
    standard = {w for w in wanted if w[0] in _STANDARD}
    blocks = [_block(standard), _block(wanted - standard)]
    return tuple(tuple(block) for block in blocks if block)


def _whole(function: str) -> str:
    if function.startswith(_BY_NAME):
        return ""
    return next((module for module in _MODULES if function.startswith(module + ".")), "")


def _block(wanted: Iterable[tuple[str, str]]) -> list[str]:
    plain: list[str] = []
    members: dict[str, set[str]] = {}
    for module, member in wanted:
        package, _, name = module.rpartition(".")
        if member:
            members.setdefault(module, set()).add(member)
        elif package:
            members.setdefault(package, set()).add(name)
        else:
            alias = _MODULES.get(module, module)
            plain.append(f"import {module}" + (f" as {alias}" if alias != module else ""))
    lines = [f"from {m} import {', '.join(sorted(names, key=_order))}" for m, names in sorted(members.items())]
    return [*sorted(plain), *lines]


def _order(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions, as import sorters have it."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)
