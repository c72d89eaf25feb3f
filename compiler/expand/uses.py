"""What the use of a block says: the values of its parameters, its name, its inputs and how often it is repeated."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from specrun.compiler.diagnostics import Diagnostic, Report
from specrun.compiler.expand.blocks import RESERVED, Block
from specrun.compiler.expand.complaints import as_text, mistyped, unknown_key
from specrun.compiler.expand.references import Hole
from specrun.compiler.language.wording import found, told
from specrun.compiler.reader import Entry, Mapping, Node, Scalar, Sequence
from specrun.compiler.suggest import listed

REPEATS: Final = 10_000
"""How often a layer or a block may be repeated."""
NAME: Final = "[A-Za-z0-9_.-]{1,80}"
"""How layers are called."""


@dataclass(slots=True)
class Given:
    """What a use says; each of a block's parameters has a value."""

    values: dict[str, Scalar] = field(default_factory=dict)
    name: Scalar | None = None
    inputs: Node | None = None
    repeat: int | None = None


def arguments(block: Block, node: Node, word: Scalar, report: Report) -> Given:
    """What the use `node` of a block under `word` says; what is wrong goes into the report."""
    given = Given()
    for entry in _entries(block, node, word, report):
        if entry.name == "repeat":
            given.repeat = check_repeat(entry, block.name, report)
        elif entry.name == "name":
            given.name = _name(entry, report)
        elif entry.name == "inputs":
            given.inputs = _inputs(entry, report)
        else:
            given.values[entry.name] = _value(block, entry, report)
    _fill(block, given, word, report)
    return given


def _entries(block: Block, node: Node, word: Scalar, report: Report) -> tuple[Entry, ...]:
    """The keys and values of a use; one value alone is that of the first parameter."""
    if not isinstance(node, Mapping):
        return ()
    value, parameters = node.entries[0].value, (*block.declared.parameters, *block.declared.holes)
    if isinstance(value, Mapping):
        known = (*parameters, *RESERVED)
        strange = [entry for entry in value if entry.name not in known]
        report.add(*(unknown_key(f"the block `{block.name}`", entry, known) for entry in strange))
        return tuple(entry for entry in value if entry.name in known)
    if value.plain() is None:
        hint = f"write `{block.name}` without the colon"
        report.add(mistyped(f"the parameters of the block `{block.name}`", value, word.span, hint))
    elif not parameters:
        hint = f"write `{block.name}` alone"
        report.add(mistyped(f"`{block.name}` alone, as the block has no parameters", value, word.span, hint))
    else:
        first = next(iter(block.declared.parameters), parameters[0])
        return (Entry(Scalar(first, word.span), value),)
    return ()


def _value(block: Block, entry: Entry, report: Report) -> Scalar:
    parameter = block.declared.parameters.get(entry.name)
    if parameter is None:
        return block.declared.holes[entry.name]
    wrong = parameter.wrong(entry.value, entry.key.span)
    if wrong is not None:
        report.add(wrong)
        return Hole(f"${entry.name}", wrong.span)
    assert isinstance(entry.value, Scalar)
    return entry.value


def _fill(block: Block, given: Given, word: Scalar, report: Report) -> None:
    """Give the parameters that a use leaves out their defaults."""
    missing = []
    for name, parameter in block.declared.parameters.items():
        if name not in given.values:
            if parameter.default is None:
                missing.append(parameter)
            given.values[name] = parameter.default or Hole(f"${name}", word.span)
    if missing:
        example = ", ".join(f"{parameter.name}: …" for parameter in missing)
        message = f"the block `{block.name}` needs {listed(parameter.name for parameter in missing)}"
        doc = missing[0].doc if len(missing) == 1 else ""
        report.add(Diagnostic("S103", message, word.span, told(f"write `{block.name}: {{{example}}}`", doc)))


def check_repeat(entry: Entry, owner: str, report: Report) -> int | None:
    """How often a layer or a block is repeated; None where that is wrong, which goes into the report."""
    times = entry.value.plain()
    if isinstance(entry.value, Hole):
        return None
    if isinstance(times, bool) or not isinstance(times, int | float) or times != int(times):
        report.add(mistyped("a whole number", entry.value, entry.key.span, f"write how often `{owner}` is repeated"))
        return None
    if not 1 <= times <= REPEATS:
        bound = "at least 1" if times < 1 else f"at most {REPEATS:,}"
        message = f"`repeat` of `{owner}` has to be {bound}, and is {found(entry.value, 'value')}"
        hint = "take the layer out, if it should not be there" if times < 1 else f"write a number up to {REPEATS:,}"
        report.add(Diagnostic("S106", message, entry.value.span, hint))
        return None
    return int(times)


def _name(entry: Entry, report: Report) -> Scalar | None:
    name = as_text(entry.value)
    if isinstance(name, Hole):
        return None
    if name is None:
        report.add(mistyped("a text", entry.value, entry.key.span, "write the name of what the block gives"))
    elif not re.fullmatch(NAME, str(name.value)):
        hint = "use letters, digits, `_`, `-` and `.`, at most 80 of them"
        report.add(Diagnostic("S107", f"{found(name, 'value')} cannot be a name", name.span, hint))
        return None
    return name


def _inputs(entry: Entry, report: Report) -> Node | None:
    node = entry.value
    names = node.items if isinstance(node, Sequence) else (node,)
    if any(isinstance(name, Hole) for name in names):
        return None
    if names and all(as_text(name) is not None for name in names):
        return node
    hint = "write the name of a layer, a feature or a group of features, or a list of names"
    report.add(mistyped("names", node, entry.key.span, hint))
    return None
