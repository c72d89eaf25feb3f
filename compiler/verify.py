"""The invariants of a plan; tests hold every plan against them, whatever made it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TypeAlias

from specrun.compiler.allowed import ATTRIBUTES, FUNCTIONS, OPERATORS
from specrun.compiler.catalogue import Entry, family
from specrun.compiler.data.expected import PARTS
from specrun.compiler.expressions import (
    Assign,
    Attribute,
    Call,
    Do,
    Expression,
    File,
    Function,
    Item,
    Items,
    Literal,
    Mapped,
    Name,
    Operation,
    Slice,
    Statement,
    call,
    children,
    name,
    walk,
)
from specrun.compiler.folds import fold_plans
from specrun.compiler.plan import Head, Node, Plan, Task
from specrun.compiler.script.printer import Printer
from specrun.compiler.shapes import ShapeMismatch, infer
from specrun.compiler.tensor import Tensor

Part: TypeAlias = Expression | Statement
Check: TypeAlias = Callable[[Plan], Iterator[str]]

_FITS: Mapping[Task, Callable[[int], bool]] = {
    Task.CLASSES: lambda classes: classes > 1,
    Task.BINARY: lambda classes: classes == 2,
    Task.LABELS: lambda classes: classes > 0,
    Task.ORDINAL: lambda classes: classes > 1,
    Task.NUMBER: lambda classes: classes == 0,
    Task.NUMBERS: lambda classes: classes == 0,
}
_LAYERS = {entry.function: entry for entry in family("layers").values()}


class InvalidPlan(AssertionError):
    """A plan that no pass may leave; `problems` says what is wrong with it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def verify(plan: Plan) -> None:
    """Raises InvalidPlan with every invariant that does not hold."""
    problems = [problem for check in CHECKS for problem in check(plan)]
    if problems:
        raise InvalidPlan(problems)


def _check_names(plan: Plan) -> Iterator[str]:
    columns = [column for group in plan.features for column in group.columns]
    sources = [source for group in plan.features for source in group.sources]
    for what, names in (
        ("layers", [node.name for node in plan.network.nodes]),
        ("groups", [group.variable for group in plan.features]),
        ("columns", columns),
        ("sources", sources),
        ("parts", plan.data.parts),
        ("outputs", [head.name for head in plan.heads]),
        ("nodes that give an output", [head.node for head in plan.heads]),
        ("lists of classes", [head.variable for head in plan.heads if head.variable is not None]),
    ):
        yield from (f"two {what} are called {name!r}" for name, count in Counter(names).items() if count > 1)


def _check_order(plan: Plan) -> Iterator[str]:
    known = {source.name for source in plan.network.sources}
    for node in plan.network.nodes:
        missing = [source for source in node.inputs if source not in known]
        yield from (f"{node.name} takes {source!r}, which is not before it" for source in missing)
        if not node.inputs:
            yield f"{node.name} takes nothing"
        if node.keywords and plan.network.is_chain:
            yield f"{node.name} is applied with keywords, and a chain is applied without any"
        known.add(node.name)
        if node.layer not in known:
            yield f"{node.name} applies the layer of {node.layer}, which is not before it"
    for head in plan.heads:
        if head.node not in known:
            yield f"{head.name} is given by {head.node}, which is not there"


def _check_shapes(plan: Plan) -> Iterator[str]:
    is_chain = plan.network.is_chain
    tensors: dict[str, Tensor | None] = {
        s.name: s.tensor.as_floats if is_chain else s.tensor for s in plan.network.sources
    }
    for node in plan.network.nodes:
        entry = _LAYERS.get(str(node.call.function))
        if entry is None:
            yield f"{node.name} is no layer of the catalogue"
        else:
            given = tuple(tensor for used in node.inputs if (tensor := tensors.get(used)) is not None)
            if len(given) == len(node.inputs):
                yield from _check_shape(plan, node, entry, given)
        tensors[node.name] = node.tensor


def _check_shape(plan: Plan, node: Node, entry: Entry, tensors: tuple[Tensor, ...]) -> Iterator[str]:
    given: dict[str, Expression] = {k.name: k.value for k in node.call.keywords if k.name != "name"}
    if node.call.arguments:
        given[entry.first or ""] = node.call.arguments[0]
    if any(isinstance(part, Call) and part.function in _LAYERS for value in given.values() for part in walk(value)):
        return  # layers within layers
    try:
        inferred = infer(entry.name, {key: _value(value, plan) for key, value in given.items()}, tensors)
    except (ShapeMismatch, ValueError) as problem:
        yield f"{node.name} does not take {tensors}: {problem}"
        return
    if inferred is None:
        return
    parameters = inferred.parameters if node.layer == node.name else 0
    if (inferred.output, parameters) != (node.tensor, node.parameters):
        yield f"{node.name} says {node.tensor} and {node.parameters} parameters, and {tensors} gives {inferred}"


def _value(expression: Expression, plan: Plan) -> object:
    """The value of an argument; objects of Keras, which no shape hangs on, are themselves."""
    if isinstance(expression, Literal):
        return expression.value
    if isinstance(expression, Items):
        return tuple(_value(item, plan) for item in expression.items)
    counts = {call("len", Name(head.variable)): len(head.classes) for head in plan.heads if head.variable}
    match expression:
        case Operation("-", Call() as minuend, Literal(int() as number)) if minuend in counts:
            return counts[minuend] - number
        case Name(constant) if plan.series and constant in plan.series.constants:
            return plan.series.constants[constant]
        case Call() if expression in counts:
            return counts[expression]
    return expression


def _check_groups(plan: Plan) -> Iterator[str]:
    if not plan.features:
        yield "there are no features"
    order = [(group.input is None, group.embedding is not None) for group in plan.features]
    if order != sorted(order):
        yield "the groups are not in order: dense ones, embedded ones, those without inputs"
    inputs = {column for group in plan.features if group.input is not None for column in group.columns}
    for group in plan.features:
        yield from (
            f"{group.variable} is made of {column!r}, which is no input"
            for column in group.crossed
            if column not in inputs
        )
        if bool(group.crossed) != (group.input is None):
            yield f"{group.variable} has no input and is made of none, or has both"
    for group in plan.features:
        if not group.columns:
            yield f"{group.variable} has no columns"
        if not len(group.columns) == len(group.sources) == len(group.tensors):
            yield f"{group.variable} has other numbers of columns, sources and tensors"
        if any(width is not None and width < 1 for tensor in group.tensors for width in tensor.shape):
            yield f"{group.variable} has a width that is not positive"
        if group.input is None:
            continue
        dtypes = [keyword.value for keyword in group.input.keywords if keyword.name == "dtype"]
        if dtypes != ([] if group.dtype == "float32" else [Literal(group.dtype)]):
            yield f"{group.variable} has another type than its input"


def _check_parts(plan: Plan) -> Iterator[str]:
    if plan.data.parts[:1] != ("train",):
        yield "the first part is not `train`"
    yield from (f"{part!r} is no part" for part in plan.data.parts if part not in PARTS)
    assigned = {target.name for step in plan.data.steps for target in step.targets if isinstance(target, Name)}
    yield from (f"the part {part!r} is never assigned" for part in plan.data.parts if part not in assigned)


def _check_series(plan: Plan) -> Iterator[str]:
    """Of a series, every feature is taken over the one window, and what follows it is predicted."""
    if plan.series is None:
        return
    horizon = name("HORIZON") if plan.series.horizon > 1 else Literal(1)
    for group in plan.features:
        if any(tensor.shape[:2] != (None, plan.series.window) for tensor in group.tensors):
            yield f"{group.variable} is not taken over a window of {plan.series.window}"
        if not isinstance(group.raw, Item) or group.raw.key != Slice(stop=Operation("-", None, horizon)):
            yield f"{group.variable} has windows that nothing follows"
    for head in plan.heads:
        if not isinstance(head.labels, Item) or head.labels.key != Slice(start=name("WINDOW")):
            yield f"{head.name} is not what follows the windows"
    looking_back = [Printer().statement(step) for step in plan.data.context]
    if looking_back != [f"{part} = pd.concat([{a}.tail(WINDOW), {part}])" for a, part in pairwise(plan.data.parts)]:
        yield "some part does not look back on the one before"


def _check_heads(plan: Plan) -> Iterator[str]:
    if not plan.heads:
        yield "there is no target"
    for head in plan.heads:
        yield from _check_head(plan, head)
    for what, count in (("epochs", plan.training.epochs), ("batch_size", plan.training.batch_size)):
        if count < 1:
            yield f"{what} is not positive"
    block = plan.training.block_rows
    if block is not None and (block < 1 or block % plan.training.batch_size):
        yield f"a block of {block} rows is no whole number of batches"


def _check_head(plan: Plan, head: Head) -> Iterator[str]:
    classes = len(head.classes)
    if not _FITS[head.task](classes):
        yield f"{classes} classes do not fit a target that is {head.task.value}"
    if (head.variable is None) != (classes == 0):
        yield f"{head.name} has classes and no list of them, or a list and no classes"
    of_classes = {Task.CLASSES: classes, Task.LABELS: classes, Task.ORDINAL: classes - 1}
    units = {Task.NUMBER: 1, Task.BINARY: 1, **of_classes}.get(head.task)
    tensor = next((node.tensor for node in plan.network.nodes if node.name == head.node), None)
    if tensor is not None and (len(tensor.shape) != 2 or units not in (None, tensor.shape[1])):
        yield f"the output of {head.name} does not have {units} values a row"


def _check_expressions(plan: Plan) -> Iterator[str]:
    for _, part in _scopes(plan):
        for expression in walk(part):
            match expression:
                case Literal(float() as number) if not math.isfinite(number):
                    yield f"{number} is not finite"
                case Call(str() as function) | Function(function) if function not in FUNCTIONS:
                    yield f"{function} is not allowed"
                case Attribute(_, attribute) if attribute not in ATTRIBUTES:
                    yield f".{attribute} is not allowed"
                case Operation(operator) if operator not in OPERATORS:
                    yield f"{operator} is not allowed"


def _check_variables(plan: Plan) -> Iterator[str]:
    for known, part in _scopes(plan):
        yield from (f"{free!r} is used and never assigned" for free in _free_names(part, known))


def _check_files(plan: Plan) -> Iterator[str]:
    reading = {found.path for step in plan.data.steps for found in walk(step) if isinstance(found, File)}
    if len(reading) > 1:  # a script names one path
        yield f"several files are read: {sorted(reading)}"
    everywhere = {found.path for _, part in _scopes(plan) for found in walk(part) if isinstance(found, File)}
    if everywhere - reading:
        yield "a file is read outside of the data"


def _scopes(plan: Plan) -> Iterator[tuple[frozenset[str], Part]]:
    """Every expression and statement of a plan, with the variables that are there when it is evaluated."""
    classes = {str(head.variable) for head in plan.heads if head.variable is not None}
    lists = {str(group.variable) for group in plan.features} | classes
    lengths = set(plan.series.constants) if plan.series else set()
    yield from _in_turn((*plan.data.steps, *plan.data.context), lists | lengths)
    for fold in fold_plans(plan):
        yield from _in_turn(fold.data.steps, lists)
    for group in plan.features:
        if group.parse is not None:
            yield frozenset({"values"}), group.parse
        known = frozenset({"name", "inputs", "train"} | lengths | _assigned(group.steps))
        yield from _in_turn(group.steps, {"name", "inputs", "train"})
        yield from ((known, part) for part in (group.input, group.encoding, group.embedding) if part is not None)
    yield frozenset(lists | lengths | {"rows", "inputs"}), plan.raw
    yield frozenset(lists | {"encoded"}), plan.network.parts
    yield from _in_network(plan, classes | lengths)
    yield frozenset(classes | lengths | {"rows"}), plan.objective.labels
    plain = (plan.objective.loss, plan.objective.metrics, plan.training.optimizer, *plan.training.callbacks)
    yield from ((frozenset(), expression) for expression in plain)
    if plan.training.class_weight is not None:
        yield frozenset(classes | {"train"}), plan.training.class_weight


def _in_network(plan: Plan, classes: set[str]) -> Iterator[tuple[frozenset[str], Part]]:
    network = plan.network
    if network.is_chain:
        yield from ((frozenset(classes), node.call) for node in network.nodes)
        return
    known = classes | {"given", "embeddings"}
    steps = (*network.steps, *(step for node in network.nodes for step in node.steps))
    yield from _in_turn(steps, known)
    yield frozenset(known | _assigned(steps)), network.output


def _in_turn(steps: tuple[Statement, ...], known: set[str]) -> Iterator[tuple[frozenset[str], Part]]:
    for index, step in enumerate(steps):
        there = frozenset(known | _assigned(steps[:index]))
        yield there, step.call if isinstance(step, Do) else step.value
        yield from ((there, target) for target in _targets(step) if not isinstance(target, Name))


def _assigned(steps: Iterable[Statement]) -> set[str]:
    return {str(target.name) for step in steps for target in _targets(step) if isinstance(target, Name)}


def _targets(step: Statement) -> tuple[Expression, ...]:
    return step.targets if isinstance(step, Assign) else ()


def _free_names(part: Part, known: frozenset[str]) -> Iterator[str]:
    """The variables of an expression that are neither known nor its own."""
    if isinstance(part, Name):
        yield from () if part.name in known else (str(part.name),)
    elif isinstance(part, Mapped):
        yield from _free_names(part.over, known)
        for inner in (part.value,) if part.key is None else (part.key, part.value):
            yield from _free_names(inner, known | {part.variable})
    else:
        for child in children(part):
            yield from _free_names(child, known)


CHECKS: tuple[Check, ...] = (
    _check_names,
    _check_order,
    _check_shapes,
    _check_groups,
    _check_parts,
    _check_series,
    _check_heads,
    _check_expressions,
    _check_variables,
    _check_files,
)
