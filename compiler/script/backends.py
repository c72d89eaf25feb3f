"""Plans for the backends on which Keras has numbers of 32 bits alone: neither texts nor moments in seconds.

There, texts are encoded outside of the model, by the same layers, which a script keeps as `lookups`: the model's inputs
are what these give. Moments are parted outside into days and seconds of the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from specrun.compiler import statistics
from specrun.compiler.expressions import (
    Assign,
    Attribute,
    Call,
    Do,
    Expression,
    Foreign,
    Group,
    Identifier,
    Item,
    Items,
    Keyword,
    Literal,
    Member,
    Name,
    Operation,
    Statement,
    call,
    method,
    name,
    rewritten,
    substituted,
    walk,
)
from specrun.compiler.lower.features import raw_values
from specrun.compiler.plan import FeatureGroup, Plan

LOOKUPS = name("lookups")
_LOOKUP = Item(LOOKUPS, name("name"))
_GIVEN: Expression = Item(name("inputs"), name("name"))
_WHOLE = "int32"
_OF_TEXTS = frozenset(
    f"keras.layers.{layer}" for layer in ("Hashing", "HashedCrossing", "StringLookup", "TextVectorization")
)
_LEARNT = frozenset(["vocabulary", "idf_weights"])
"""What a layer of texts is told that it would otherwise learn by itself."""
_OF_NUMPY = {
    "keras.ops.expand_dims": Foreign("numpy.expand_dims"),
    "keras.ops.squeeze": Foreign("numpy.squeeze"),
}
"""What is done to texts before a layer takes them, on arrays."""

_DAYS, _SECONDS = name("days"), name("seconds")
_MOMENTS = (_GIVEN, name("value"), name("moment"))
_SAID = {_DAYS: "days since 1970", _SECONDS: "seconds of the day"}
_DAY = Literal(86400)
_LAST = Keyword(Identifier("axis"), Literal(-1))
_CALENDAR = "Moments are {}; for the calendar, years begin in March, so that a leap day ends its year"


def in_numbers(plan: Plan) -> Plan:
    """The plan with a model that takes numbers of 32 bits, and with raw values that are tensors of the backend."""
    raw = {
        column: substituted(group.raw, name("name"), Literal(column))
        for group in plan.features
        if group.raw is not None
        for column in group.columns
    }
    groups = tuple(_in_numbers(group, raw) for group in plan.features)
    return replace(plan, features=groups, raw=rewritten(raw_values(groups), _of_backend))


def has_lookup(group: FeatureGroup) -> bool:
    """Whether a layer outside of the model encodes the columns of a group."""
    return any(isinstance(step, Assign) and step.targets == (_LOOKUP,) for step in group.steps)


def taken(plan: Plan) -> str:
    """What the model of a plan is said to take."""
    partings = [step for group in plan.features if group.dtype == _WHOLE for step in group.steps[:1]]
    wanted = [said for part, said in _SAID.items() if any(part in walk(parting) for parting in partings)]
    exceptions = ["texts as `lookups` encode them"] if any(map(has_lookup, plan.features)) else []
    exceptions += [f"moments as {' and '.join(wanted)}"] if wanted else []
    return f"raw rows, with {' and '.join(exceptions)}" if exceptions else "raw rows"


def _in_numbers(group: FeatureGroup, raw: Mapping[str, Expression]) -> FeatureGroup:
    if group.dtype == "string":
        return _texts_in_numbers(group, raw)
    if group.dtype == "int64":
        return _moments_in_numbers(group)
    return replace(group, steps=tuple(rewritten(step, _of_backend) for step in group.steps))


def _of_backend(part: Expression) -> Expression:
    """Tensors of TensorFlow as those of the backend, which a layer of texts gives by itself."""
    match part:
        case Call("tensorflow.constant", (Call(Item()) as encoded,)):
            return encoded
        case Call("tensorflow.constant", (values,)):
            return call("keras.ops.convert_to_tensor", values)
        case Call("tensorflow.stack"):
            return call("keras.ops.convert_to_tensor", part)
        case _:
            return part


def _texts_in_numbers(group: FeatureGroup, raw: Mapping[str, Expression]) -> FeatureGroup:
    """The group with its layer of texts outside: the input is what that layer gives."""
    learning, encoding = _inlined(group)
    applied = next(part for part in walk(encoding) if _takes_texts(part))
    assert isinstance(applied, Call)
    layer, (argument,) = applied.function, applied.arguments
    assert isinstance(layer, Call)
    making = _self_learnt(learning, layer) or (*learning, Assign((_LOOKUP,), layer))
    given = Assign((_GIVEN,), _input(layer, argument, group))
    values = rewritten(argument, lambda part: _raw(part, group, raw))
    return replace(
        group,
        input=None,
        steps=(*making, given),
        encoding=substituted(encoding, applied, _GIVEN),
        raw=Call(_LOOKUP, (values,)),
        comment="",
    )


def _inlined(group: FeatureGroup) -> tuple[tuple[Statement, ...], Expression]:
    """The steps that are of the training rows alone, and the encoding as one expression of the input."""
    *steps, encoding = (*group.steps, group.encoding)
    learning: list[Statement] = []
    while steps:
        step = steps.pop(0)
        if _GIVEN in walk(step) and isinstance(step, Assign):
            (variable,) = step.targets
            steps = [substituted(later, variable, step.value) for later in steps]
            encoding = substituted(encoding, variable, step.value)
        else:
            learning.append(step)
    return tuple(learning), encoding


def _takes_texts(part: Expression | Statement) -> bool:
    return isinstance(part, Call) and isinstance(part.function, Call) and part.function.function in _OF_TEXTS


def _self_learnt(learning: tuple[Statement, ...], layer: Call) -> tuple[Statement, ...]:
    """The steps in which a layer that is not saved learns by itself; none where it learns nothing."""
    match learning[:2]:
        case (Assign((statistics.LEARNER,), Call() as learner), Do(Call(Attribute(), shown))):
            told = tuple(keyword for keyword in layer.keywords if keyword.name not in _LEARNT)
            layer = replace(layer, arguments=learner.arguments, keywords=told)
            return Assign((_LOOKUP,), layer), Do(method(_LOOKUP, "adapt", *shown))
        case _:
            return ()


def _raw(part: Expression, group: FeatureGroup, raw: Mapping[str, Expression]) -> Expression:
    """What stands for a part of what a layer of texts takes, where it is given the values of a data frame."""
    match part:
        case Item(Name("inputs"), Name("name")) if group.raw is not None:
            return group.raw
        case Item(Name("inputs"), Literal(str() as column)):
            return raw[column]
        case Call(str() as function, arguments) if function in _OF_NUMPY:
            return Call(_OF_NUMPY[function], arguments)
        case Call(Call() as cross, texts):  # in another cross, which takes no tensors beside texts
            whole = replace(cross, keywords=(*cross.keywords, Keyword(Identifier("dtype"), Literal(_WHOLE))))
            return call("keras.ops.convert_to_numpy", Call(whole, texts))
        case _:
            return part


def _input(layer: Call, argument: Expression, group: FeatureGroup) -> Call:
    """The input for what a layer of texts gives: whole numbers in the shape of the texts, or a vector for each."""
    options = {str(keyword.name): keyword.value for keyword in layer.keywords}
    over_window = isinstance(argument, Call) and argument.function == "keras.ops.expand_dims"
    shape = () if group.input is None else _items(group.input.arguments[0])
    if options.get("output_mode", Literal("int")) != Literal("int"):
        return call("keras.Input", Group((*(shape if over_window else ()), _width(layer))), name=name("name"))
    shape = (options["output_sequence_length"],) if "output_sequence_length" in options else shape
    shape = (*shape, Literal(1)) if over_window else shape
    return call("keras.Input", Group(shape), name=name("name"), dtype=Literal(_WHOLE))


def _width(layer: Call) -> Expression:
    """How wide the vectors are that a layer of texts gives."""
    if layer.function == "keras.layers.StringLookup":
        return Call(Member(_LOOKUP, Identifier("vocabulary_size")))
    return layer.arguments[0] if layer.arguments else layer.keywords[0].value


def _items(shape: Expression) -> tuple[Expression, ...]:
    assert isinstance(shape, Group)
    return shape.items


def _moments_in_numbers(group: FeatureGroup) -> FeatureGroup:
    """The group with moments as what its steps ask for: their days, the seconds of their days, or both."""
    assert group.input is not None
    assert group.raw is not None
    raw, given = group.raw, _GIVEN
    steps: list[Statement] = []
    for step in group.steps:
        match step:
            case Assign((Name("value"),), expanded):
                given = expanded
            case Assign((Name("moment"),), Call(_, (_, stand_in, _))):
                raw = _filled(raw, stand_in)
            case _:
                steps.append(rewritten(step, _parted))
    wanted = tuple(part for part in (_DAYS, _SECONDS) if any(part in walk(step) for step in steps))
    shape, parting = group.input.arguments[0], Assign(wanted, given)
    if len(wanted) == 1:
        raw = Operation("//" if wanted == (_DAYS,) else "%", raw, _DAY)
    else:
        column = substituted(raw, Items((name("name"),)), name("name"))
        raw = Call(Foreign("numpy.stack"), (Call(Foreign("numpy.divmod"), (column, _DAY)),), (_LAST,))
        shape = Group((*(() if given is _GIVEN else _items(shape)), Literal(2)))
        parting = Assign(wanted, call("keras.ops.split", _GIVEN, Literal(2), axis=Literal(-1)))
    return replace(
        group,
        dtype=_WHOLE,
        input=call("keras.Input", shape, name=name("name"), dtype=Literal(_WHOLE)),
        raw=raw,
        steps=(parting, *(step for step in steps if step != Assign((_DAYS,), _DAYS))),
        comment=_CALENDAR.format(" and ".join(_SAID[part] for part in wanted)) if group.comment else "",
    )


def _filled(seconds: Expression, stand_in: Expression) -> Expression:
    """The whole seconds of a data frame, those of missing moments replaced."""
    missing = Attribute(call("numpy.iinfo", Literal("int64")), "min")
    whole = next(part for part in walk(seconds) if isinstance(part, Call) and _is_conversion(part))
    return substituted(seconds, whole, method(whole, "replace", missing, stand_in))


def _is_conversion(part: Call) -> bool:
    return isinstance(part.function, Attribute) and part.function.name == "astype"


def _parted(part: Expression) -> Expression:
    """Arithmetic on a moment as arithmetic on its days, or on the seconds of its day."""
    match part:
        case Operation("//", left, right) if left in _MOMENTS and right == _DAY:
            return _DAYS
        case Operation("%", left, right) if left in _MOMENTS:
            return _SECONDS if right == _DAY else Operation("%", _SECONDS, right)
        case _:
            return part
