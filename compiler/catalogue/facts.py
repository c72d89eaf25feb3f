"""What Keras says of itself: the data file `keras.json`, which `specrun.runtime.keras_facts` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast


class ArgumentFact(TypedDict):
    """One parameter: `default` is missing where a call has to give it, `choices` are words that its text lists."""

    name: str
    default: NotRequired[Any]
    types: NotRequired[list[str]]
    choices: NotRequired[list[str]]
    doc: NotRequired[str]


class Fact(TypedDict):
    """One public class or function: its dotted name and its other names.

    `open` marks what takes the keywords that all layers have in common, and `numbered` a metric that has no name of its
    own, so that Keras numbers it as it does layers.
    """

    function: str
    doc: str
    aliases: NotRequired[list[str]]
    open: NotRequired[bool]
    numbered: NotRequired[bool]
    arguments: NotRequired[list[ArgumentFact]]


def facts(family: str) -> Mapping[str, Fact]:
    """What Keras has in a family, by name."""
    return cast("Mapping[str, Fact]", _content()[family])


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(__file__).with_name("keras.json").read_bytes())
    return content
