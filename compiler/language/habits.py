"""Words that people bring along from Keras, pandas and scikit-learn, and what they are called here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from specrun.compiler import catalogue
from specrun.compiler.suggest import nearest

_SURE = 0.75
"""How alike two words are, from 0 to 1, for the one to be taken for a slip of the other."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "names": ("columns",),
    "delimiter": ("separator",),
    "sep": ("separator",),
    "csv": ("path",),
    "file": ("path",),
    "filename": ("path",),
    "na_values": ("missing",),
    "label": ("target",),
    "labels": ("classes", "target"),
    "output": ("target",),
    "outputs": ("targets",),
    "loss_weight": ("weight",),
    "y": ("target",),
    "inputs": ("features",),
    "model": ("layers",),
    "network": ("layers",),
    "fit": ("training",),
    "train": ("training",),
    "random_state": ("seed",),
    "test_size": ("test",),
    "test_split": ("test",),
    "validation_split": ("validation",),
    "n_splits": ("folds",),
    "cv": ("folds",),
    "k": ("folds",),
    "kind": ("type",),
    "name": ("column",),
    "steps": ("horizon",),
    "embedding_dim": ("dim",),
    "output_dim": ("dim",),
    "scale": ("normalize",),
    "scaler": ("normalize",),
    "scaling": ("normalize",),
    "rate": ("learning_rate",),
    "lr": ("learning_rate",),
    "p": ("rate",),
}
"""Keys by other names; the first that the place knows is meant."""

_RATE = "it is an option of the optimizer: `optimizer: {Adam: {learning_rate: 0.001}}`"
_HELD_OUT = "what is held out stands in `data`: `split: {validation: 0.1, test: 0.2}`"
_WIDTH = "leave it out: the width of what goes in follows from `features`"

_WINDOW = "it is an option of a feature: `{type: timeseries, window: 24}`"

ELSEWHERE: Mapping[str, str] = {
    **dict.fromkeys(("learning_rate", "lr"), _RATE),
    **dict.fromkeys(("test_size", "test_split", "train_size", "train_split", "validation_split"), _HELD_OUT),
    **dict.fromkeys(("input_dim", "input_shape", "batch_input_shape"), _WIDTH),
    "shuffle": "leave it out: every epoch takes the rows in a new order; `data.split` has a `shuffle` of its own",
    "by": "`time: COLUMN` parts the rows in the order of a column, and `shuffle: false` as they stand in the file",
    "horizon": "it is an option of the target: `target: {column: …, horizon: 6}`",
    **dict.fromkeys(("window", "lookback", "sequence_length"), _WINDOW),
    "header": "leave it out: the first line is the header, unless `columns: […]` names the columns",
    "verbose": "leave it out: a run shows its progress by itself",
    "patience": "it is an option of a callback: `callbacks: [EarlyStopping: {patience: 5}]`",
    "dropout": "it is a layer: `Dropout: 0.2`",
}
"""Keys that stand somewhere else, or nowhere; told only where the place has no such key."""

_OTHER_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("int", "integer", "float", "double", "num", "real", "numerical", "continuous"), "number"),
    **dict.fromkeys(("bool", "binary", "flag", "logical"), "boolean"),
    **dict.fromkeys(("str", "string", "object", "text", "cat", "enum", "nominal", "categorical"), "category"),
    **dict.fromkeys(("date", "datetime64", "timestamp"), "datetime"),
    **dict.fromkeys(("time_series", "timeserie", "ts"), "timeseries"),
    **dict.fromkeys(("standard", "standardize", "standardise", "z-score"), "zscore"),
    **dict.fromkeys(("avg", "average"), "mean"),
    **dict.fromkeys(("dummy", "dummies", "ohe", "one-hot"), "one_hot"),
    **dict.fromkeys(("embed", "embeddings"), "embedding"),
    **dict.fromkeys(("hash", "hashed"), "hashing"),
    **dict.fromkeys(("iso-8859-1", "latin1"), "latin-1"),
    **dict.fromkeys(("windows-1252", "ansi"), "cp1252"),
    **dict.fromkeys(("tsv", "txt"), "csv"),
    **dict.fromkeys(("ndjson", "json"), "jsonl"),
    "point": ".",
    "comma": ",",
    "none": "null",
}
"""Values by other names, in lower case."""

ADVICE: Mapping[str, Mapping[str, str]] = {
    "losses": dict.fromkeys(
        ("crossentropy", "cross_entropy", "cross-entropy", "logloss", "log_loss"),
        "leave `loss` out: it is then the cross-entropy that the target asks for",
    ),
}
"""Names of a family that no single name stands for, and what to do."""


def other_word(word: str, known: Iterable[str]) -> str | None:
    """The key that another library calls `word`."""
    keys = tuple(known)
    return next((key for key in KEYS.get(word.lower(), ()) if key in keys), None)


def meant_key(word: str, known: Iterable[str], needed: Iterable[str] = ()) -> str | None:
    """The key that was most likely meant, those that are needed first."""
    known = tuple(known)
    called = other_word(word, known)
    if called or word in ELSEWHERE:
        return called
    return nearest(word, needed) or nearest(word, known)


def meant_name(word: str, choices: Iterable[str], family: str | None = None) -> str | None:
    """The name or value that was most likely meant."""
    choices = tuple(choices)
    other = catalogue.aliases.get(family or "", {}).get(word.lower()) or _OTHER_WORDS.get(word.lower())
    if other in choices:
        return other
    match = nearest(word, choices)
    if match is None and len(word) > 1:
        match = next((choice for choice in choices if choice.lower().startswith(word.lower())), None)
    return match


def is_sure(word: str, meant: str) -> bool:
    """Whether `word` is plainly a slip of `meant`, so that checking can go on as if it had been written."""
    named = meant in (*KEYS.get(word.lower(), ()), _OTHER_WORDS.get(word.lower()))
    named |= any(names.get(word.lower()) == meant for names in catalogue.aliases.values())
    return named or SequenceMatcher(None, _letters(word), _letters(meant)).ratio() >= _SURE


def truth(word: str) -> str | None:
    """`true` or `false` in YAML 1.2, for the words that other languages have."""
    words = {"true": ("yes", "y", "on", "t", "1", "true"), "false": ("no", "n", "off", "f", "0", "false")}
    return next((truth for truth, others in words.items() if word.lower() in others), None)


def _letters(word: str) -> str:
    return re.sub(r"[\s._-]", "", word.casefold())
