"""The texts of a spec, drawn one after the other; and drawn once more, with a harmless one in place of each."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from pathlib import PurePath

from specrun.compiler.data import fault_of_format
from specrun.compiler.lower.names import free_name, of_keras
from tests.hostile.texts import Texts

_FIRST = 0x4E00
"""The characters from here on stand for texts: each is a text of its own, and none stands in any other place."""


class Draw:
    """Hands out texts, no two of them alike, and keeps what is to stand for each in a harmless spec.

    A stand-in is as long as its text, has those characters of it that decide what is done with it, and no others.
    """

    def __init__(self, texts: Texts) -> None:
        self.pairs: dict[str, str] = {}
        self.given: list[str] = []
        self._texts, self._endless = texts, iter(texts)
        self._used: set[str] = set()

    def text(self, most: int = 500, *, apart: Container[str] = (), same: Container[str] = ()) -> str:
        """A text of at most so many characters, none of those in `apart`; what stands for one in `same` is itself."""
        text = self._fresh(most, apart)
        return self._given(text, text if text in same else self._stand_in(text, most))

    def description(self) -> str:
        """A text that says something, be it nonsense: nothing is made of one that is blank."""
        text = self._fresh(2000, ())
        while not text.strip():
            text = self._fresh(2000, ())
        return self._given(text, self._stand_in())

    def column(self) -> str:
        """The name of a column; one that Keras refuses has another name in the network."""
        text = self._fresh(500, ("*", "features", "input"))
        while of_keras().fullmatch(text):  # a layer may have it too, and `inputs` that name it mean the layer
            text = self._fresh(500, ())
        renamed = free_name(text, ())
        return self._given(text, self._stand_in(renamed, kept="" if renamed == text else "/"))

    def path(self, ending: str) -> str:
        """The path of a file, or a pattern of several."""
        text = self._fresh(400, ())
        wild = "".join(character for character in "*?" if character in text)
        return self._given(text + ending, self._stand_in() + wild + ending)

    def output(self) -> str:
        """The name of an output, which is made a name for Keras."""
        text, number = self._fresh(60, ()), f" t{len(self.given)}"
        name = _to_keras(text + number)
        padding = "p" * (len(name) - len(_to_keras(number)) - 1)
        padding = "p." + padding[2:] if "." in name else padding  # not every backend takes a point
        return self._given(text + number, f"{self._stand_in()}{padding}{number}")

    def file(self) -> str:
        """The name of the file of a spec, which the model is called after."""
        text = self._fresh(200, ())
        while not PurePath(text).name:
            text = self._fresh(200, ())
        return self._given(text, f"{self._stand_in()} f{len(self.given)}")

    def format(self) -> str:
        """A format of dates."""
        text = self._fresh(40, ()).replace("%", "%%")
        while re.search("[\0\ud800-\udfff]", text) or fault_of_format(f"%Y{text}%m"):
            text = self._fresh(40, ()).replace("%", "%%")
        return self._given(f"%Y{text}%m", f"%Y{self._stand_in()}%m")

    def name(self) -> str:
        """The name of a layer."""
        name = self._texts.name()
        while name in self._used or of_keras().fullmatch(name) or name == "features":
            name = self._texts.name()
        self._used.add(name)
        return self._given(name, f"{'a.' if '.' in name else ''}n{len(self.given)}")

    def again(self) -> Again:
        """The harmless texts, in the order of the others."""
        return Again(self.pairs)

    def _fresh(self, most: int, apart: Container[str]) -> str:
        text = _cut(next(self._endless), most)
        while not text or text in self._used or text in apart:
            text = _cut(next(self._endless) + text, most)
        self._used.add(text)
        return text

    def _stand_in(self, text: str = "", most: int = 500, kept: str = "") -> str:
        """What stands for a text; in a script it is as long, since some scripts say in two lines what is long."""
        padding = "p" * (len(repr(text)) - len(repr(kept)) - 1) if most > 1 else ""
        return chr(_FIRST + len(self.given)) + padding + kept

    def _given(self, text: str, stand_in: str) -> str:
        self.given.append(text)
        self.pairs[stand_in] = text
        return text


def _cut(text: str, most: int) -> str:
    """The beginning of a text that takes so much place in a script, or one character."""
    return (
        text[:1]
        if most == 1
        else next(text[:end] for end in range(len(text), -1, -1) if len(repr(text[:end])) - 2 <= most)
    )


def _to_keras(output: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", output).strip("_.-")


class Again:
    """Hands out harmless texts in the order in which the hostile ones were drawn, whatever is asked for."""

    def __init__(self, stand_ins: Iterable[str]) -> None:
        self._rest: Iterator[str] = iter(tuple(stand_ins))

    def text(self, *_: object, **__: object) -> str:
        """The next one."""
        return next(self._rest)

    description = file = column = path = output = format = name = text
