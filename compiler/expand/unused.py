"""Parameters and blocks that nothing uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf

from specrun.compiler.diagnostics import Diagnostic, Severity, Span
from specrun.compiler.expand.blocks import Block, head
from specrun.compiler.expand.parameters import Declared
from specrun.compiler.expand.references import references
from specrun.compiler.reader import Node


def unused(
    declared: Declared, names: set[str], blocks: MappingOf[str, Block], layers: Iterable[Node], file: str
) -> Iterator[Diagnostic]:
    """A warning for each that is declared in `file`; a base may hold more than is needed.

    `names` are those of all the `$word`s of the spec, `layers` what stands there beside the blocks.
    """
    parts = (node for block in blocks.values() for node in block.layers)
    words = {str(word.value) for node in (*layers, *parts) if (word := head(node)) is not None}
    found = [*_unnamed(declared, names)]
    for name, block in blocks.items():
        found += _unnamed(block.declared, {name for node in block.layers for name, _ in references(node)})
        if name not in words:
            hint = f"write `- {name}` under `layers:`, or take the block out"
            found.append(_warning(f"the block `{name}` is never used", block.key.span, hint))
    return (warning for warning in found if warning.span.file == file)


def _unnamed(declared: Declared, names: set[str]) -> Iterator[Diagnostic]:
    for name, parameter in declared.parameters.items():
        if name not in names:
            hint = f"write `${name}` in place of a value, or take the parameter out"
            yield _warning(f"the parameter `{name}` is never used", parameter.key.span, hint)


def _warning(message: str, span: Span, hint: str) -> Diagnostic:
    return Diagnostic("S505", message, span, hint, Severity.WARNING)
