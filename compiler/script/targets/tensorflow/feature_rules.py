"""Rules of the calls of Keras that encode features: layers that prepare, and operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from specrun.compiler.expressions import (
    Attribute,
    Call,
    Expression,
    Identifier,
    Items,
    Literal,
    Member,
    Name,
    Operation,
    Statistic,
    name,
)
from specrun.compiler.quoting import quoted
from specrun.compiler.script.options import Refused, known

if TYPE_CHECKING:
    from specrun.compiler.script.targets.tensorflow.translator import Translator

Rule: TypeAlias = "Callable[[Translator, Call, tuple[Expression, ...]], Expression]"
"""Of a translator, the call that makes a layer (or that is an operation) and what goes in, what comes out."""

LAYERS: dict[str, Rule] = {}
OPERATIONS: dict[str, Rule] = {}


def _of(rules: dict[str, Rule], function: str) -> Callable[[Rule], Rule]:
    def enter(rule: Rule) -> Rule:
        rules[function] = rule
        return rule

    return enter


def _options(made: Call, *taken: str) -> dict[str, Expression]:
    """The options of a layer, by name. Raises Refused where there is another than those that the rule takes."""
    given = {str(keyword.name): keyword.value for keyword in made.keywords}
    for option in given:
        if option not in taken:
            raise Refused(f"`{option}` of `{str(made.function).rpartition('.')[2]}`")
    return given


# Layers


@_of(LAYERS, "keras.layers.Normalization")
def _normalization(t: Translator, made: Call, given: tuple[Expression, ...]) -> Expression:
    options = _options(made, "mean", "variance")
    squared = options["variance"]
    assert isinstance(squared, Statistic)
    # Keras divides by no less than 1e-7.
    least = "scale.clip(1e-7)" if _is_of_vectors(squared.pandas) else "max(scale, 1e-7)"
    scale = quoted(least, scale=t.of_rows(_root(squared.pandas)))
    if _is_of_vectors(squared.pandas):
        scale = quoted("scale.tolist()", scale=scale)
    part = squared.kind.removesuffix("variance")
    centre, scale = t(options["mean"]), t.keep(f"{part}scale" if part.endswith("_") else "scale", scale)
    value = quoted("tf.cast(x, tf.float32)", x=t(given[0])) if t.is_whole(given[0]) else t(given[0])
    return quoted("(value - centre) / scale", value=value, centre=centre, scale=scale)


def _is_of_vectors(learnt: Expression) -> bool:
    """Whether it is a list of numbers, one for each value of a vector."""
    return isinstance(learnt, Call) and isinstance(learnt.function, Attribute) and learnt.function.name == "tolist"


def _root(squared: Expression) -> Expression:
    """The square root of what is learnt, 1 in place of 0 as there."""
    match squared:
        case Operation("or", scale, Literal() as otherwise) if scale is not None:
            return Operation("or", _root(scale), otherwise)
        case Operation("**", scale, Literal(2)) if scale is not None:
            return scale
        case Call(Attribute(table, "tolist")):
            return _root(table)
        case Call(Attribute(table, "replace"), arguments):
            return Call(Member(_root(table), Identifier("replace")), arguments)
        case Call(Attribute(values, "var"), (), keywords):
            return Call(Member(values, Identifier("std")), (), keywords)
    return Operation("**", squared, Literal(0.5))


@_of(LAYERS, "keras.layers.StringLookup")
def _string_lookup(t: Translator, made: Call, given: tuple[Expression, ...]) -> Expression:
    options = _options(made, "vocabulary", "output_mode")
    if isinstance(options["vocabulary"], Items):
        raise Refused("texts that are listed beforehand")
    words, place = _places(t, options["vocabulary"], first=1, unknown=0)
    index, mode = quoted("place[x]", place=place, x=t(given[0])), options.get("output_mode")
    count = quoted("len(words) + 1", words=words)
    t.count = count if mode is not None else None
    return _encoded(index, count, mode)


def _places(t: Translator, vocabulary: Expression, first: int, unknown: int) -> tuple[Expression, Expression]:
    """The texts that are learnt of a column, and the table of their places, counted from `first`."""
    kept = t(vocabulary)
    table = "tf.lookup.KeyValueTensorInitializer(texts, tf.range(first, len(texts) + first))"
    places = f"tf.lookup.StaticHashTable({table}, unknown)"
    return kept, t.keep("lookup", quoted(places, first=Literal(first), unknown=Literal(unknown)))


def _encoded(index: Expression, count: Expression, mode: Expression | None) -> Expression:
    """Whole numbers in a column, as they are or as a one among zeros."""
    if mode is None or mode == Literal("int"):
        return index
    if mode != Literal("one_hot"):
        raise Refused(f"`output_mode` {known(mode)!r}")
    return quoted("tf.one_hot(tf.squeeze(index, -1), count)", index=index, count=count)


@_of(LAYERS, "keras.layers.TextVectorization")
def _text_vectorization(t: Translator, made: Call, given: tuple[Expression, ...]) -> Expression:
    options = _options(made, "output_sequence_length", "vocabulary", "standardize", "split")
    _, place = _places(t, options["vocabulary"], first=2, unknown=1)
    parted = quoted("words(tf.squeeze(x, -1))", words=_splitter(t, made), x=t(given[0]))
    numbers = "place[parted].to_tensor(shape=[None, length])"
    return quoted(numbers, place=place, parted=parted, length=options["output_sequence_length"])


def _splitter(t: Translator, made: Call) -> Name:
    """The function that parts texts as a layer does."""
    options = {str(keyword.name): keyword.value for keyword in made.keywords}
    how = options.get("standardize", Literal("lower_and_strip_punctuation"))
    texts: Expression = name("texts")
    if how in (Literal("lower_and_strip_punctuation"), Literal("lower")):
        texts = quoted("tf.strings.lower(texts)", texts=texts)
    if how in (Literal("lower_and_strip_punctuation"), Literal("strip_punctuation")):
        texts = quoted("tf.strings.regex_replace(texts, '[[:punct:]]', '')", texts=texts)
    if options.get("split") == Literal("character"):
        return t.split(quoted("tf.strings.unicode_split(texts, 'UTF-8')", texts=texts))
    return t.split(quoted("tf.strings.split(texts)", texts=texts))


def learnt_words(t: Translator, learner: Call) -> Expression:
    """The words that a layer learns of the training texts: the frequent ones first; of equals, the last in order."""
    _options(learner, "standardize", "split")
    most = known(learner.arguments[0])
    assert isinstance(most, int)
    counted = "collections.Counter(sorted(words(rows[name].to_numpy()).flat_values.numpy(), reverse=True))"
    return quoted(
        f"list(dict({counted}.most_common(most)))",
        words=_splitter(t, learner),
        most=Literal(most - 2),  # padding and the unknown are two more
    )


@_of(LAYERS, "keras.layers.Discretization")
def _discretization(t: Translator, made: Call, given: tuple[Expression, ...]) -> Expression:
    options = _options(made, "bin_boundaries", "output_mode")
    bounds = options["bin_boundaries"]
    assert isinstance(bounds, Items)
    bucket = t.hold("bucket", quoted("tf.math.count_nonzero(x >= bounds, -1)", x=t(given[0]), bounds=bounds))
    return quoted("tf.one_hot(bucket, count)", bucket=bucket, count=Literal(len(bounds.items) + 1))


@_of(LAYERS, "keras.layers.Hashing")
def _hashing(t: Translator, made: Call, given: tuple[Expression, ...]) -> Expression:
    options = _options(made, "num_bins", "output_mode")
    index = quoted("tf.strings.to_hash_bucket_fast(x, bins)", x=t(given[0]), bins=options["num_bins"])
    return _encoded(index, options["num_bins"], options.get("output_mode"))


@_of(LAYERS, "keras.layers.HashedCrossing")
def _hashed_crossing(t: Translator, made: Call, given: tuple[Expression, ...]) -> Expression:
    options, (bins,) = _options(made, "output_mode"), made.arguments
    crossed = t.hold("crossed", quoted("tf.sparse.cross_hashed(x, bins)", x=t(given[0]), bins=bins))
    return _encoded(quoted("tf.sparse.to_dense(crossed)", crossed=crossed), bins, options.get("output_mode"))


@_of(LAYERS, "keras.layers.Rescaling")
def _rescaling(t: Translator, made: Call, given: tuple[Expression, ...]) -> Expression:
    _options(made)
    return quoted("x * scale", x=t(given[0]), scale=made.arguments[0])


@_of(LAYERS, "keras.layers.Concatenate")
def _concatenate(t: Translator, made: Call, given: tuple[Expression, ...]) -> Expression:
    _options(made)
    return quoted("tf.concat(values, -1)", values=t(given[0]))


# Operations


@_of(OPERATIONS, "keras.ops.cast")
def _cast(t: Translator, _made: Call, given: tuple[Expression, ...]) -> Expression:
    value, dtype = given
    if dtype != Literal("float32"):
        raise Refused(f"the type {known(dtype)}")
    texts = _listed_texts(t, value)
    if texts is not None or t.is_whole(value) or _is_comparison(value):
        return quoted("tf.cast(x, tf.float32)", x=t(value) if texts is None else texts)
    return t(value)


def _is_comparison(value: Expression) -> bool:
    return isinstance(value, Call) and value.function in ("keras.ops.greater", "keras.ops.equal", "keras.ops.isnan")


@_of(OPERATIONS, "keras.ops.greater")
def _greater(t: Translator, _made: Call, given: tuple[Expression, ...]) -> Expression:
    value, bound = given
    texts = _listed_texts(t, value) if bound == Literal(0) else None
    return texts or quoted("x > bound", x=t(value), bound=t(bound))


def _listed_texts(t: Translator, value: Expression) -> Expression | None:
    """Whether texts are among those that a lookup lists; None for anything else."""
    match value:
        case Call(Call(str("keras.layers.StringLookup")) as made, (texts,)):
            listed = _options(made, "vocabulary", "output_mode")["vocabulary"]
            if isinstance(listed, Items) and len(listed.items) == 1:
                return quoted("x == text", x=t(texts), text=listed.items[0])
            if isinstance(listed, Items):
                return quoted("tf.reduce_any(x == listed, -1, keepdims=True)", x=t(texts), listed=listed)
    return None


_WORD_FOR_WORD: Mapping[str, str] = {
    "clip": "tf.clip_by_value(a, b, c)",
    "cos": "tf.cos(a)",
    "equal": "a == b",
    "expand_dims": "tf.expand_dims(a, b)",
    "isnan": "tf.math.is_nan(a)",
    "maximum": "tf.maximum(a, b)",
    "sin": "tf.sin(a)",
}


@_of(OPERATIONS, "keras.ops.where")
def _where(t: Translator, _made: Call, given: tuple[Expression, ...]) -> Expression:
    condition, yes, no = given
    value = Literal(float(yes.value)) if isinstance(yes, Literal) and isinstance(yes.value, int) else t(yes)
    if t.is_whole(no):
        value = quoted("tf.constant(value, tf.int64)", value=t(yes))
    return quoted("tf.where(condition, yes, no)", condition=t(condition), yes=value, no=t(no))


def _word_for_word(t: Translator, made: Call, given: tuple[Expression, ...]) -> Expression:
    source = _WORD_FOR_WORD[str(made.function).removeprefix("keras.ops.")]
    return quoted(source, **dict(zip("abc", map(t, given), strict=False)))


OPERATIONS.update(dict.fromkeys((f"keras.ops.{word}" for word in _WORD_FOR_WORD), _word_for_word))
