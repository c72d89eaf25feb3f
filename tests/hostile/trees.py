"""The tree of a hostile script, held against that of the harmless script of the same spec."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Container, Iterator, Mapping
from typing import Any, NoReturn


class Different(AssertionError):
    """A text of a spec became more than a text."""


class Trees:
    """Compares the trees of one script, part by part; `found` are the stand-ins that were met.

    `pairs` has the text of each stand-in. Variables and attributes may be called after layers and outputs: then each
    has one name in its scope, which means nothing else there.
    """

    def __init__(self, pairs: Mapping[str, str]) -> None:
        self.found: set[str] = set()
        self._pairs = pairs
        names = (word for word in pairs if word.isascii() and word[-1:].isdigit())
        words = "|".join(map(re.escape, sorted(names, reverse=True)))
        # Names of layers and outputs, which end with a number, may be a part of others: `t4_accuracy`.
        self._words = re.compile(f"(?<![A-Za-z0-9])(?:{words or '(?!)'})(?![A-Za-z0-9])")
        self._attributes = _Names()
        self._scopes = [_Scope(_Everything(), _Everything())]

    def same(self, one: Any, other: Any) -> None:
        """Compare nodes, lists of nodes, or the values in them. Raises Different."""
        if type(one) is not type(other):
            _differ(one, other)
        if isinstance(one, list):
            if len(one) != len(other):
                _differ(one, other)
            for inner, found in zip(one, other, strict=True):
                self.same(inner, found)
        elif isinstance(one, ast.Constant):
            self._constant(one.value, other.value)
        elif isinstance(one, ast.Name):
            self._variable(one.id, other.id)
        elif isinstance(one, ast.Attribute):
            self._attributes.same(one.attr, other.attr)
            self.same(one.value, other.value)
        elif isinstance(one, ast.AST):
            self._node(one, other)
        elif one != other:
            _differ(one, other)

    def _node(self, one: ast.AST, other: ast.AST) -> None:
        is_scope = isinstance(one, ast.FunctionDef | ast.Lambda)
        if is_scope:
            self._scopes.append(_Scope(_own(one), _own(other)))
        for field in one._fields:
            self.same(getattr(one, field), getattr(other, field))
        if is_scope:
            self._scopes.pop()
        name = _bound(one)
        if name is not None:
            self._variable(name, name)

    def _constant(self, one: object, other: object) -> None:
        if isinstance(one, str) and one in self._pairs:
            self.found.add(one)
            one = self._pairs[one]
        elif isinstance(one, str):
            one = self._words.sub(lambda word: self._pairs[word[0]], one)
        if type(one) is not type(other) or one != other:
            _differ(one, other)

    def _variable(self, one: str, other: str) -> None:
        scope = next(scope for scope in reversed(self._scopes) if one in scope.one or other in scope.other)
        if not (one in scope.one and other in scope.other):
            raise Different(f"`{one}` became `{other}`, which is another variable")
        scope.names.same(one, other)


class _Names:
    def __init__(self) -> None:
        self._new: dict[str, str] = {}
        self._old: dict[str, str] = {}

    def same(self, one: str, other: str) -> None:
        """Take the second for the first, from now on."""
        if self._new.setdefault(one, other) != other or self._old.setdefault(other, one) != one:
            raise Different(f"`{one}` became `{other}`: {self._new[one]!r}, {self._old.get(other)!r}")
        means_more = keyword.iskeyword(other) or hasattr(builtins, other) or re.fullmatch("__.*__", other)
        if one != other and (means_more or not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", other)):
            raise Different(f"`{one}` became `{other}`")


class _Everything(Container[str]):
    def __contains__(self, name: object) -> bool:
        return True


class _Scope:
    """The names that are a scope's own in the one tree and in the other."""

    def __init__(self, one: Container[str], other: Container[str]) -> None:
        self.one, self.other, self.names = one, other, _Names()


def _own(function: ast.AST) -> frozenset[str]:
    """The names that belong to a function; those of comprehensions in it count among them."""
    return frozenset(_stored(function))


def _stored(node: ast.AST) -> Iterator[str]:
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.arg):
            yield inner.arg
        elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id
        elif isinstance(inner, ast.FunctionDef):
            yield inner.name
        if not isinstance(inner, ast.FunctionDef | ast.Lambda):
            yield from _stored(inner)


def _bound(node: ast.AST) -> str | None:
    """The name that a node gives to what is no value of a variable."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    if isinstance(node, ast.alias):
        return node.asname or node.name
    return node.arg if isinstance(node, ast.arg) else None


def _differ(one: object, other: object) -> NoReturn:
    raise Different(" became ".join(_shown(each) for each in (one, other)))


def _shown(each: object) -> str:
    """A node or a value, in not too many words."""
    if isinstance(each, list):
        return f"[{', '.join(map(_shown, each))}]"[:500]
    return (ast.unparse(each) if isinstance(each, ast.AST) else repr(each))[:500]
