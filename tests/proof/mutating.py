"""Mutants of a file: the operators of mutmut and some of this file's own, on whatever can change what the file does."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider
from mutmut.mutation.mutators import mutation_operators

ROOT = Path(__file__).parents[2]
_SAYS_NOTHING = (
    m.Annotation()
    | m.Decorator()
    | m.Import()
    | m.ImportFrom()
    | m.AnnAssign(annotation=m.Annotation(m.Name("TypeAlias")))
    | m.Assign(value=m.Call(m.Name("TypeVar")))
)
_LEFT_ALONE = m.Call(m.Name("len") | m.Name("isinstance"))
_Parents: TypeAlias = Mapping[cst.CSTNode, cst.CSTNode]
_CAST = m.Call(m.Name("cast"))


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file with one change: `was` and `becomes` are the lines that differ, from the 1-based `line` on.

    `function` is the one in whose body it stands, `Class.method` for a method; none for what is made on import.
    """

    file: str
    function: str
    line: int
    was: str
    becomes: str
    source: str

    @property
    def change(self) -> tuple[str, str, str]:
        """What it is known by wherever its lines move to."""
        return self.file, self.was, self.becomes

    def __str__(self) -> str:
        lines = [f"{sign} {line}" for sign, text in (("-", self.was), ("+", self.becomes)) for line in text.split("\n")]
        return "\n    ".join([f"{self.file}:{self.line}", *lines])


def mutants_of(file: str, only: Iterable[str] = ()) -> Iterator[Mutant]:
    """The mutants of a file of the repository, or of those functions and classes at its top that `only` names."""
    wrapper = MetadataWrapper(cst.parse_module((ROOT / file).read_text("utf-8")))
    finder = _Finder(frozenset(only))
    wrapper.visit(finder)
    module = wrapper.module
    parts = [module.code_for_node(part) for part in (*module.header, *module.body, *module.footer)]
    places: dict[cst.CSTNode, int] = {part: n for n, part in enumerate(module.body, start=len(module.header))}
    whole, seen, parents = module.code, set[str](), wrapper.resolve(ParentNodeProvider)
    for old, new in finder.found:
        was, becomes = _statement(old, new, parents)
        code = [*parts]
        code[places[was]] = module.code_for_node(becomes)
        changed = "".join(code)
        if changed != whole and changed not in seen:
            seen.add(changed)
            yield _mutant(file, _function(old, parents), whole, changed)


def _statement(old: cst.CSTNode, new: cst.CSTNode, parents: _Parents) -> tuple[cst.CSTNode, cst.CSTNode]:
    """The statement of the module that a node is in, and the same with another one in its place.

    `deep_replace` would copy the whole module each time.
    """
    while not isinstance(parents[old], cst.Module):
        old, was = parents[old], old
        for field in dataclasses.fields(old):
            value = getattr(old, field.name)
            if value is was:
                new = old.with_changes(**{field.name: new})
            elif isinstance(value, Sequence) and any(part is was for part in value):
                new = old.with_changes(**{field.name: [new if part is was else part for part in value]})
    return old, new


def _function(node: cst.CSTNode, parents: _Parents) -> str:
    """The outermost function in whose body a node stands."""
    names: list[str] = []
    while node in parents:
        inner, node = node, parents[node]
        if isinstance(node, cst.FunctionDef):
            names = [node.name.value] if inner is node.body else []
        elif isinstance(node, cst.ClassDef) and names:
            names.insert(0, node.name.value)
    return ".".join(names)


def _mutant(file: str, function: str, whole: str, changed: str) -> Mutant:
    old, new = whole.split("\n"), changed.split("\n")
    first = next(n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
    last = next(n for n, (one, other) in enumerate(zip(old[::-1], new[::-1], strict=False)) if one != other)
    last = min(last, len(old) - first, len(new) - first)
    was, becomes = ("\n".join(map(str.strip, lines[first : len(lines) - last])) for lines in (old, new))
    return Mutant(file, function, first + 1, was, becomes, changed)


class _Finder(m.MatcherDecoratableVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, only: frozenset[str]) -> None:
        super().__init__()
        self.found: list[tuple[cst.CSTNode, cst.CSTNode]] = []
        self._only = only
        self._types: set[cst.CSTNode] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if self._is_left_alone(node):
            return False
        if m.matches(node, _CAST):
            self._types.add(cst.ensure_type(node, cst.Call).args[0])
        else:
            self.found.extend((node, new) for new in _changes(node))
        return True

    def _is_left_alone(self, node: cst.CSTNode) -> bool:
        if node in self._types or m.matches(node, _SAYS_NOTHING | _LEFT_ALONE):
            return True
        place = self.get_metadata(PositionProvider, node, None)
        return bool(self._only) and place is not None and place.start.column == 0 and not self._is_asked(node)

    def _is_asked(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            return node.name.value in self._only
        return isinstance(node, cst.Module)


def _changes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            yield from operator(node)
    if isinstance(node, cst.If | cst.While | cst.CompIf):
        yield node.with_changes(test=_negated(node.test))
    if isinstance(node, cst.FormattedStringText):
        yield node.with_changes(value=f"XX{node.value}XX")
    if m.matches(node, m.Raise() | m.Expr(m.Call() | m.Yield() | m.Await())):
        yield cst.Pass()


def _negated(test: cst.BaseExpression) -> cst.BaseExpression:
    inner = test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return cst.UnaryOperation(cst.Not(), inner)
