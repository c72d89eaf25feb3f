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
    """One public class or function: its dotted name, its other names, whether it takes a layer's common keywords."""

    function: str
    doc: str
    aliases: NotRequired[list[str]]
    open: NotRequired[bool]
    arguments: NotRequired[list[ArgumentFact]]


def facts(family: str) -> Mapping[str, Fact]:
    """What Keras has in a family, by name."""
    return cast("Mapping[str, Fact]", _content()[family])


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(__file__).with_name("keras.json").read_bytes())
    return content
