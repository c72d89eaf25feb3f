"""One spec with hostile texts, and all its scripts, held against those of the same spec with harmless ones."""

from __future__ import annotations

import os
import traceback
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from specrun.compiler.plan import Plan
from specrun.compiler.script import BACKENDS, TARGETS, Setting, target_of
from tests.hostile.comparing import compared, script_of
from tests.hostile.compiling import plan_of
from tests.hostile.drawing import Draw
from tests.hostile.scenes import SCENES, Scene
from tests.hostile.texts import Texts
from tests.hostile.trees import Different
from tests.hostile.watching import Watch

LAID_OUT = 17
"""Of so many specs, the scripts of one go through the formatter, which takes longer than all the rest together.

What it does is no part of a tree: the other scripts are compared as they are before it.
"""


class BeyondComputing(AssertionError):
    """A text of a spec made the compiler do something beyond computing."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: its `kind`, how it is made to happen `again`, and what was seen."""

    kind: str
    again: str
    seen: str

    def __str__(self) -> str:
        return f"{self.again}: {self.kind}\n{self.seen}"


@dataclass(slots=True)
class Tally:
    """What was tried: digests of the texts, and how many a script of each target holds; what was found."""

    texts: set[bytes] = field(default_factory=set)
    specs: int = 0
    scripts: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count what another one counted."""
        self.texts |= other.texts
        self.specs += other.specs
        self.scripts += other.scripts
        self.held += other.held
        self.faults += other.faults


@dataclass(slots=True)
class _Side:
    """A spec with `texts` of one sort, the name of its file, and what becomes of it."""

    scene: Scene
    file: str
    texts: Iterable[str]
    plan: Plan | None = None
    scripts: dict[str, str] = field(default_factory=dict)
    events: Counter[str] = field(default_factory=Counter)

    def compile(self, number: int, targets: Iterable[str], watch: Watch | None, *, laid_out: bool) -> None:
        """Write all the scripts that can hold the spec."""
        backend = BACKENDS[number // len(SCENES) % len(BACKENDS)]
        setting = Setting(Path(), Path(), annotate=number % 3 > 0, backend=backend)
        plain = nullcontext() if laid_out else patch("specrun.compiler.script.layout.formatted", lambda text: text)
        # The version is looked up in all the folders that Python imports from.
        version = patch("importlib.metadata.version", lambda _: "0.0.0")
        with plain, version, watch.looking() if watch else nullcontext(self.events) as self.events:
            self.plan = plan_of(self.scene, self.file, frozenset(self.texts))
            for target in targets:
                kind = target_of(target)
                if not any(kind.refusals(self.plan, setting)):
                    self.scripts[target] = kind.write(self.plan, setting)


def trial(seed: int, number: int, watch: Watch | None = None, targets: Iterable[str] = TARGETS) -> Tally:
    """Try the spec of a number. What is wrong is among the faults."""
    name = list(SCENES)[number % len(SCENES)]
    draw = Draw(Texts(Random(f"{seed} {number}")))
    hostile = _Side(SCENES[name](draw, Random(number)), draw.file(), draw.pairs.values())
    again = draw.again()
    harmless = _Side(SCENES[name](again, Random(number)), again.file(), draw.pairs)
    laid_out = number % LAID_OUT == 0
    tally = Tally({_digest(text) for text in draw.given}, 1)
    try:
        # What is imported or cached on the way is there for the second one.
        harmless.compile(number, targets, watch, laid_out=laid_out)
        hostile.compile(number, targets, watch, laid_out=laid_out)
        _compare(harmless, hostile, draw.pairs, tally, laid_out=laid_out)
    except Exception as fault:
        repeat = f"--seed {seed} --only {number} ({name})"
        tally.faults.append(Fault(type(fault).__name__, repeat, traceback.format_exc(limit=-4)))
    return tally


def _compare(harmless: _Side, hostile: _Side, pairs: Mapping[str, str], tally: Tally, *, laid_out: bool) -> None:
    if harmless.scripts.keys() != hostile.scripts.keys():
        raise Different(f"{[*harmless.scripts]} hold the harmless spec, {[*hostile.scripts]} the hostile one")
    beyond = hostile.events - harmless.events
    if beyond:
        raise BeyondComputing(str(beyond))
    known = {**pairs, **_derived(harmless, hostile)}
    for target, script in hostile.scripts.items():
        one, other = (script_of(text, target_of(target).suffix) for text in (harmless.scripts[target], script))
        found = compared(one, other, known, laid_out=laid_out)
        tally.scripts[target] += 1
        tally.held[target] += len(found)


def _derived(harmless: _Side, hostile: _Side) -> dict[str, str]:
    """What a script has in place of some texts: names of files and those that Keras takes, paths from its folder."""
    assert harmless.plan
    assert hostile.plan
    pairs = {harmless.plan.name: hostile.plan.name}
    for group, other in zip(harmless.plan.features, hostile.plan.features, strict=True):
        pairs |= dict(zip(group.columns, other.columns, strict=True))
    for head, found in zip(harmless.plan.heads, hostile.plan.heads, strict=True):
        pairs[head.name] = found.name
    path, hostile_path = (_shown_path(side.scene.spec) for side in (harmless, hostile))
    return {**pairs, path: hostile_path}


def _shown_path(spec: Mapping[str, Any]) -> str:
    path = spec["data"]["path"]
    path = spec["parameters"]["path"]["default"] if path == "$path" else path
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # a character that no path can have
        return Path(path).as_posix()


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
