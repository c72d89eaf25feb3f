"""The template environment: nothing is printed but what a filter made safe."""

from __future__ import annotations

import textwrap
from functools import cache
from importlib import resources
from typing import Any

from specrun.compiler.expressions import Identifier, literals
from specrun.compiler.plan import Node
from specrun.compiler.script.literal import literal, prose
from specrun.compiler.script.printer import Printer


class Code(str):
    """Text that is Python already; the only kind that a template may print."""

    __slots__ = ()


def environment(printer: Printer) -> Any:
    """A Jinja environment that refuses a bare text, with the filters that make plans printable."""
    environment = _base().overlay()
    environment.filters = {
        **environment.filters,
        "code": lambda expression: Code(printer(expression)),
        "statement": lambda step: Code(printer.statement(step)),
        "value": lambda value: Code(literal(value)),
        "values": lambda values: Code(printer(literals(values))),
        "variable": _variable,
        "prose": lambda text: Code(prose(text)),
        "chain": lambda nodes: Code(_chain(nodes, printer)),
        "lines": lambda lines: Code("\n".join(lines)),
        "paragraph": lambda text: Code("\n".join(textwrap.wrap(prose(text), 110))),
    }
    return environment


def _variable(name: Identifier) -> Code:
    return Code(Identifier(name))


def _chain(nodes: tuple[Node, ...], printer: Printer) -> str:
    """A list of layers: a line each where there are more than two, which the last comma asks of the formatter."""
    return f"[{', '.join(printer(node.call) for node in nodes)}{',' if len(nodes) > 2 else ''}]"


def _printable(value: object) -> object:
    if not isinstance(value, Code):
        raise TypeError(f"a template may print code alone, not {type(value).__name__}")
    return value


@cache
def _base() -> Any:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    templates = resources.files("specrun.templates")
    return Environment(
        loader=FunctionLoader(lambda path: templates.joinpath(path).read_text("utf-8")),
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # the output is Python, not HTML
    )
