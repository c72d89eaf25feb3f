"""Texts: the numbers of their words in order, or a bag of words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from specrun.compiler import statistics
from specrun.compiler.data import Expected
from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import Assign, Call, Do, Expression, Item, Literal, Statement, call, method, name
from specrun.compiler.features.kind import VALUES, Facts, Recipe, vector
from specrun.compiler.features.lists import without_markers
from specrun.compiler.language.fragments import COUNT, one_of
from specrun.compiler.language.options import entry_of, option, place
from specrun.compiler.reader.nodes import Node
from specrun.compiler.tensor import Tensor

_LENGTH = 60
_PARTING = {"standardize": "lower_and_strip_punctuation", "split": "whitespace", "ngrams": 1}
"""The options that say what a word is, with Keras's defaults."""
_TEXTS = method(statistics.COLUMN, "to_numpy")
_VOCABULARY = name("vocabulary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words of a text: `(batch, length)` whole numbers for an `Embedding`, or `(batch, vocabulary)` as a bag."""

    kind: ClassVar[str] = "text"
    plural: ClassVar[str] = "TEXTS"
    doc: ClassVar[str] = "Free text: the number of each word in order, for an `Embedding`, or a bag of words."

    vocabulary: int = option(
        10_000,
        schema={**COUNT, "minimum": 3},
        doc="How many words there are at most: the most frequent of the training rows, unknown ones and padding.",
    )
    output: str = option(
        "sequence",
        schema=one_of("sequence", "multi_hot", "count", "tf_idf"),
        doc="`sequence` (word by word), or a bag: which words (`multi_hot`), how often (`count`), weighed (`tf_idf`).",
    )
    length: int | None = option(
        None,
        schema=COUNT,
        doc="The words of a `sequence`, by default 60: a shorter one is padded with 0, of a longer one the end is cut.",
    )
    standardize: str = option(
        "lower_and_strip_punctuation",
        schema=one_of("lower_and_strip_punctuation", "lower", "strip_punctuation", "none"),
        doc="What is done to a text before it is split; the letters and punctuation are those of ASCII.",
    )
    split: str = option(
        "whitespace", schema=one_of("whitespace", "character"), doc="Whether words or single characters are counted."
    )
    ngrams: int = option(
        1,
        schema={"type": "integer", "minimum": 1, "maximum": 10},
        doc="Up to how many words in a row count as one more word, beside the words themselves.",
    )
    missing: str = option(
        "empty", schema=one_of("empty", "error"), doc="A missing value: `empty` makes it a text without words."
    )
    place: Node | None = place()

    def expected(self, column: str, span: Span) -> Expected:
        return Expected(column, "text", span, missing_allowed=self.missing != "error")

    def conflicts(self) -> Iterator[tuple[str, str, str]]:
        """The options that contradict each other: the option, what is wrong, and what to do."""
        if entry_of(self, "length") is not None and self.output != "sequence":
            yield "length", f"`length` means nothing to `{self.output}`", "write `output: sequence`, or take it out"

    def filled(self, facts: Facts) -> Text:  # noqa: ARG002 - every kind is asked in the same way
        """The feature with its length."""
        return replace(self, length=(self.length or _LENGTH) if self.output == "sequence" else None)

    @property
    def trait(self) -> str:
        """What tells texts of this sort from others, as a script names them; empty for sequences."""
        return {"sequence": "", "tf_idf": "WEIGHED"}.get(self.output, "COUNTED")

    def recipe(self, facts: Facts) -> Recipe:
        """How a column is encoded, once the feature is `filled`."""
        known = without_markers(facts, "")
        parse = None if known is VALUES or self.missing == "error" else known
        raw: Expression = Item(name("inputs"), name("name"))
        if self.output == "sequence":
            layer = self._layer(output_sequence_length=Literal(self.length), vocabulary=_VOCABULARY)
            numbers = Tensor((None, self.length), "int64", self.vocabulary)
            return self._recipe(Call(layer, (raw,)), numbers, self._learning(), parse)
        sparse = {"sparse": Literal(True)} if self.output == "tf_idf" else {}
        steps = self._learning(output_mode=Literal("multi_hot"), **sparse)
        options = {"output_mode": Literal(self.output), "pad_to_max_tokens": Literal(True)}
        learnt: dict[str, Expression] = {"vocabulary": _VOCABULARY}
        if self.output == "tf_idf":
            steps = (*steps, Assign((name("counts"),), statistics.texts_with_word(_TEXTS)))
            learnt["idf_weights"] = statistics.weights_of_words(name("counts"))
        layer = self._layer(Literal(self.vocabulary), **options, **learnt)
        # Where the texts stand in a column, Keras takes each bag for a matrix of one row.
        bag = Call(layer, (call("keras.ops.squeeze", raw, Literal(1)),))
        is_whole = self.output != "tf_idf"
        return self._recipe(bag, vector(self.vocabulary, is_whole=is_whole), steps, parse)

    def _recipe(
        self, encoding: Expression, tensor: Tensor, steps: tuple[Statement, ...], parse: Expression | None
    ) -> Recipe:
        return Recipe("string", encoding, tensor, steps, parse=parse, comment=statistics.WHY_LEARNER)

    def _learning(self, **options: Expression) -> tuple[Statement, ...]:
        """The statements that show the training texts to a layer."""
        layer = self._layer(Literal(self.vocabulary), **options)
        return (
            Assign((statistics.LEARNER,), layer),
            Do(method(statistics.LEARNER, "adapt", _TEXTS)),
            Assign((_VOCABULARY,), statistics.words()),
        )

    def _layer(self, *arguments: Expression, **options: Expression) -> Call:
        """A layer that parts texts as the feature says."""
        given = {key: getattr(self, key) for key, default in _PARTING.items() if getattr(self, key) != default}
        parting = {key: Literal(None if value == "none" else value) for key, value in given.items()}
        return call("keras.layers.TextVectorization", *arguments, **parting, **options)
