"""What names mean inside a block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from specrun.compiler.reader import Scalar

INPUT: Final = "input"
"""What a block is given, in the `inputs` of its layers."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One repetition of a block: what the names in its layers stand for.

    `own` are the names of its layers, which get `prefix` before them. `result` is what the last one is called instead,
    where the use of the block has a name. The outermost scope, of the whole spec, has no `outer`.
    """

    prefix: str = ""
    own: frozenset[str] = frozenset()
    given: tuple[str, ...] = ()
    outer: Scope | None = None
    result: tuple[str, str] | None = None

    def called(self, name: Scalar) -> Scalar:
        """What a layer of this scope is called in the whole spec."""
        text = self._own_name(str(name.value))
        return name if text == name.value else Scalar(text, name.span, name.quoted)

    def meant(self, name: Scalar) -> tuple[Scalar, ...]:
        """What a name in the `inputs` of a layer of this scope stands for in the whole spec."""
        text, scope = str(name.value), self
        if name.span.used is not None and scope.outer is not None:
            scope = scope.outer  # the value of a parameter: it was written where the block is used
        while scope.outer is not None:
            if text == INPUT:
                return tuple(Scalar(given, name.span, name.quoted) for given in scope.given)
            if text in scope.own:
                return (Scalar(scope._own_name(text), name.span, name.quoted),)
            scope = scope.outer
        return (name,)

    def _own_name(self, text: str) -> str:
        if self.result is not None and text == self.result[0]:
            return self.result[1]
        return f"{self.prefix}_{text}" if self.prefix else text
