"""How a group of features is encoded, translated from the plan's expressions, which are of Keras.

Each call of Keras has a rule in `feature_rules`; all else stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from specrun.compiler.expressions import (
    Assign,
    Attribute,
    Call,
    Expression,
    From,
    Function,
    Identifier,
    Item,
    Literal,
    Name,
    Operation,
    Statistic,
    name,
    substituted,
    walk,
    within,
)
from specrun.compiler.plan import FeatureGroup
from specrun.compiler.quoting import quoted
from specrun.compiler.script.options import Refused
from specrun.compiler.script.targets.tensorflow.encoding import EncodedGroup, Encoding
from specrun.compiler.script.targets.tensorflow.feature_rules import LAYERS, OPERATIONS, Rule, learnt_words


def encoded(encoding: Encoding, group: FeatureGroup) -> EncodedGroup:
    """How a group is encoded; `encoding` keeps what it needs. Raises Refused."""
    return Translator(encoding, group).encoded()


class Translator:
    """Translates what the plan says of one group.

    `learnt` is what comes of no input; `count` how many ones and zeros a column becomes, where the training rows tell.
    """

    def __init__(self, encoding: Encoding, group: FeatureGroup) -> None:
        self.encoding, self.group = encoding, group
        self.learnt: dict[str, Expression] = {}
        self.count: Expression | None = None
        self._steps: list[Assign] = []
        self._of_input: dict[str, bool] = {}

    def encoded(self) -> EncodedGroup:
        """The steps that need the raw columns, and what comes out. Raises Refused."""
        for step in self.group.steps:
            if not isinstance(step, Assign):
                continue  # a layer is shown the texts: its rule says what it learns of them
            (target,) = step.targets
            assert isinstance(target, Name)
            if self._is_of_input(step.value):
                self._steps.append(Assign((target,), self(step.value)))
                self._of_input[target.name] = self.is_whole(step.value)
            else:
                self.learnt[target.name] = step.value
        embedding = self.group.embedding
        embedded = None if embedding is None else tuple(map(self, embedding.arguments))
        value = self(self.group.encoding)
        match self._steps:
            case [*_, Assign((target,), last)] if target == value:
                self._steps.pop()
                value = last
        return EncodedGroup(self.group, tuple(self._steps), value, self._width(), embedded)

    def __call__(self, expression: Expression) -> Expression:
        """An expression of the plan as one of the raw `columns` and of what the network keeps. Raises Refused."""
        match expression:
            case Statistic(kind, Call(Attribute(Name(learner), "get_vocabulary"))):
                layer = self.learnt[learner]
                assert isinstance(layer, Call)
                return self.keep(kind, learnt_words(self, layer))
            case Statistic(kind, pandas):
                return self.keep(kind, self.of_rows(pandas))
            case Name(variable) if variable in self.learnt:
                return self(self.learnt[variable])
            case Item(Name("inputs"), key):
                column = Item(name("columns"), key)
                # An image is made of floats when it is read.
                is_float = self.group.dtype != "float32" or self.group.kind == "image"
                return column if is_float else quoted("tf.cast(column, tf.float32)", column=column)
            case Call(Call(str(layer)) as made, arguments):
                return self._rule(LAYERS, layer)(self, made, arguments)
            case Call(str(function), arguments) if function.startswith("keras."):
                return self._rule(OPERATIONS, function)(self, expression, arguments)
            case Operation(operator, left, right) if left is not None and self._is_mixed(expression):
                return Operation(operator, self._float(left), self._float(right))
        return within(expression, self)

    def keep(self, attribute: str, value: Expression) -> Expression:
        """What is learnt of each column, as the network keeps it."""
        return self.encoding.keep(Identifier(attribute), value, self.group)

    def hold(self, variable: str, value: Expression) -> Expression:
        """A value as a variable."""
        self._steps.append(Assign((name(variable),), value))
        return name(variable)

    def of_rows(self, expression: Expression) -> Expression:
        """What is learnt, as an expression of the training `rows`. Raises Refused."""
        for variable, value in reversed(self.learnt.items()):
            expression = substituted(expression, name(variable), value)
        if calls_keras(expression):
            raise Refused(f"what is learnt of a {self.group.kind} with these options")
        return substituted(expression, name("train"), name("rows"))

    def split(self, body: Expression) -> Name:
        """The function that parts texts, of which `body` is what it gives of the variable `texts`."""
        count = len(self.encoding.splitters)
        fresh = Identifier(f"words_{count + 1}" if count else "words")
        return Name(self.encoding.splitters.setdefault(body, fresh))

    def is_whole(self, expression: Expression) -> bool:
        """Whether the values are whole numbers."""
        match expression:
            case Name(variable):
                return self._of_input.get(variable, False)
            case Item(Name("inputs")):
                return self.group.dtype == "int64"
            case Operation(_, left, right) if not self._is_mixed(expression):
                return any(self.is_whole(part) for part in (left, right) if part is not None)
            case Call(str("keras.ops.where"), (*_, value)) | Call(str("keras.ops.expand_dims"), (value, _)):
                return self.is_whole(value)
        return False

    def _is_mixed(self, operation: Operation) -> bool:
        """Whether whole numbers become fractions."""
        parts = [part for part in (operation.left, operation.right) if part is not None]
        are_fractions = operation.operator == "/" or any(map(_is_fraction, parts))
        return are_fractions and any(map(self.is_whole, parts))

    def _float(self, expression: Expression) -> Expression:
        value = self(expression)
        return quoted("tf.cast(value, tf.float32)", value=value) if self.is_whole(expression) else value

    def _width(self) -> Expression | None:
        """How wide a column is, where the training rows tell."""
        match self.group.encoding, self.count:
            case From(_, 1), Operation("+", count, Literal(1)):  # without the place of what is unknown
                return count
            case From(), _:
                return None
        return self.count

    def _is_of_input(self, expression: Expression) -> bool:
        variables = (part.name for part in walk(expression) if isinstance(part, Name))
        return any(variable == "inputs" or variable in self._of_input for variable in variables)

    def _rule(self, rules: Mapping[str, Rule], function: str) -> Rule:
        if function not in rules:
            raise Refused(f"`{function.rpartition('.')[2]}`, which encodes this {self.group.kind}")
        return rules[function]


def _is_fraction(expression: Expression) -> bool:
    """Whether a number is one with a fraction."""
    match expression:
        case Literal(value):
            return isinstance(value, float)
        case Function("numpy.pi"):
            return True
        case Operation(_, left, right):
            return any(_is_fraction(part) for part in (left, right) if part is not None)
    return False


def calls_keras(expression: Expression) -> bool:
    """Whether something of Keras is called in an expression."""
    called = (part.function for part in walk(expression) if isinstance(part, Call))
    return any(isinstance(function, str) and function.startswith("keras.") for function in called)
