"""The template environment: nothing is printed but what a filter made safe."""

from __future__ import annotations

import textwrap
from functools import cache
from importlib import resources
from typing import Any

from specrun.compiler.expressions import Identifier, Items, literals, name, substituted
from specrun.compiler.plan import Node
from specrun.compiler.script.literal import code_span, literal, markdown, prose
from specrun.compiler.script.origins import Origins
from specrun.compiler.script.printer import Printer
from specrun.compiler.shapes import shown
from specrun.compiler.suggest import listed


class Code(str):
    """Text that is Python already; the only kind that a template may print."""

    __slots__ = ()


def environment(printer: Printer, origins: Origins | None = None) -> Any:
    """A Jinja environment that refuses a bare text, with the filters that make plans printable."""
    origins = origins or Origins()
    environment = _base().overlay()
    environment.filters = {
        **environment.filters,
        "code": lambda expression: Code(printer(expression)),
        "statement": lambda step: Code(printer.statement(step)),
        "value": lambda value: Code(literal(value)),
        "values": lambda values: Code(printer(literals(values))),
        "variable": _variable,
        "markdown": lambda text: Code(markdown(str(text))),
        "span": lambda text: Code(code_span(str(text))),
        "few": lambda names: listed(names, 6, quote=""),
        "listed": lambda names: listed(names, 4),
        "shape": lambda shape: shown(shape)[1:-1],
        "prose": lambda text: Code(prose(text)),
        "chain": lambda nodes: Code(_chain(nodes, printer, origins)),
        "items": lambda items: Code(printer(Items(items))),
        "of_training": lambda expression: substituted(expression, name("rows"), name("train")),
        "origin": lambda spans: Code(origins(spans)),
        "lines": lambda lines: Code("\n".join(lines)),
        "paragraph": lambda text: Code("\n".join(textwrap.wrap(prose(text), 110))),
    }
    return environment


def _variable(variable: Identifier) -> Code:
    return Code(Identifier(variable))


def _chain(nodes: tuple[Node, ...], printer: Printer, origins: Origins) -> str:
    """A list of layers: a line each where there are more than two, which the last comma asks of the formatter."""
    comma = "," if len(nodes) > 2 or origins.asked else ""
    return f"[{', '.join(f'{_line(origins(node.span))}{printer(node.call)}' for node in nodes)}{comma}]"


def _line(comment: str) -> str:
    return f"\n{comment}" if comment else ""


def _printable(value: object) -> object:
    if not isinstance(value, Code):
        raise TypeError(f"a template may print code alone, not {type(value).__name__}")
    return value


@cache
def _base() -> Any:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    templates = resources.files("specrun.templates")
    return Environment(
        loader=FunctionLoader(lambda path: templates.joinpath(path).read_bytes().decode()),
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,  # of a part that is included
    )
