"""Whole specs, grown by one drawn piece at a time: what the compiler refuses is drawn again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

from specrun.compiler import catalogue
from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.features import KINDS
from specrun.compiler.language.targets import TARGET_TYPES
from specrun.runtime.profile import choose_training
from tests.proof.drawn.network import WAYS, Network
from tests.proof.drawn.sources import NAMES, PATTERNS, File, files
from tests.proof.drawn.values import OMITTED, Tree, Values, object_of

_TRIES: Final = 6
"""So often a piece is drawn again where the compiler refuses it."""
_FEATURES: Final = 5


class Raised(AssertionError):
    """The compiler raised something else than its diagnostics, of a spec."""


@dataclass(slots=True)
class Growing:
    """A spec that grows; `tried` and `taken` count the pieces that were drawn and those that the compiler took."""

    folder: Path
    chance: Random
    tried: int = 0
    taken: int = 0
    file: File = field(init=False)
    values: Values = field(init=False)
    spec: Tree = field(init=False)
    network: Network = field(init=False)
    compilation: Compilation = field(init=False)

    def grow(self) -> None:
        """Draw a spec from its data on to its training."""
        while not self._begin():
            pass
        self._offer_each("data", object_of("data"), 0.15, known=("path", "dataset", "format", "split"))
        self._offer_each("split", object_of("split"), 0.3)
        self._features()
        self._targets()
        self.network.grow(self)
        self._training()
        self._of_the_whole()
        self.network.fold(self)

    def text(self) -> str:
        """The spec as it is read."""
        return json.dumps(self.spec, ensure_ascii=False, indent=1)

    def fits(self, change: Callable[[Tree], object]) -> bool:
        """Change the spec, where the compiler takes the changed one."""
        changed = deepcopy(self.spec)
        change(changed)
        self.tried += 1
        compilation = self.compiled(changed)
        if compilation is None:
            return False
        self.taken += 1
        self.spec, self.compilation = changed, compilation
        return True

    def fits_as(self, change: Callable[[Tree], object], network: object) -> None:
        """Change the spec, where it stays the same network."""
        spec, compilation = self.spec, self.compilation
        if self.fits(change) and self.compilation.plan.network != network:
            self.spec, self.compilation = spec, compilation

    def compiled(self, spec: Tree) -> Compilation | None:
        """What a spec comes to; None where the compiler refuses it.

        Raises:
            Raised: it raised something else.
        """
        text = json.dumps({**spec, "layers": [*spec["layers"], *self.network.closing]}, ensure_ascii=False)
        try:
            source = Source(text, "drawn.yaml", self.folder)
            return compile_spec(source, choose_training=choose_training, count_values=True)
        except SpecError:
            return None
        except Exception as error:
            raise Raised(f"{type(error).__name__}: {error}\n{text}") from error

    def _begin(self) -> bool:
        """A file, one feature and a target that the compiler takes."""
        known = files(self.folder)
        self.file = known[self.chance.choice(list(known))]
        self.network = Network()
        self.values = Values(self.chance, self._hints())
        kinds = [kind for kind in KINDS if kind != "cross"]
        column, kind = self._column(), self.chance.choice(kinds)
        feature = {"type": kind, **self._options_of(kind)}
        start = {"specrun": 1, "data": dict(self.file.data), "features": {}, "layers": []}
        self.spec = {**start, "data": {**self.file.data, "split": {"test": 0.25}}}
        target = self._target()
        return self._opened(column, lambda spec: spec.update(target, features={column: feature}))

    def _opened(self, column: str, change: Callable[[Tree], object]) -> bool:
        """Change the spec by a feature, in the first way in which it can be taken."""
        for way in WAYS:
            self.network.ends[column] = way
            if self.fits(change):
                return True
        del self.network.ends[column]
        return False

    def _hints(self) -> dict[str, Callable[[Random], Any]]:
        def columns(_: Random) -> str:
            return self._column()

        def texts(chance: Random) -> Any:
            some = self.file.texts.get(self._column(), ()) or ("a", "b")
            return chance.sample(list(some), chance.randint(1, min(len(some), 3)))

        def measures(chance: Random) -> str:
            names = [catalogue.logged_name(entry) for entry in catalogue.family("metrics").values()]
            outputs = [f"{name}_" for name in self.spec.get("targets", ())]
            before = chance.choice(("", "val_")) + chance.choice(["", "", *outputs])
            return before + chance.choice(["loss", "loss", *names, "auc_1"])

        def pair(chance: Random) -> Any:
            known = ("no yes", "NO YES", "false true", "N Y", "f t", "Off On", "red blue", "0 1", "False True")
            return chance.choice(known).split()

        def rising(chance: Random) -> list[float]:
            return sorted(float(n) for n in chance.sample(range(-3, 90), chance.randint(1, 4)))

        def one_of(*values: Any) -> Callable[[Random], Any]:
            return lambda chance: chance.choice(values)

        return {
            **dict.fromkeys(("group", "time", "column", "target"), columns),
            **dict.fromkeys(("path", "dataset", "columns", "place", "folds"), lambda _: OMITTED),
            "missing_texts": texts,
            "monitor": measures,
            "values_pair": pair,
            "buckets_of": rising,
            "clip": one_of([0, 40], [None, 30], [20, None], [-1.5, 2]),
            "epochs": one_of(1, 1, 2),
            "batch_size": one_of(1, 7, 16, 32, 100),
            "engine": one_of(*["auto", "fit", "graph"] * 5, "xla"),
            "memory": one_of("auto", "in_memory", "streamed"),
            "validation": one_of(0.2, 0.3),
            "test": one_of(0.2, 0.3),
            "minutes": one_of(1, 0.001),
            "format": one_of(*PATTERNS),
            "size": lambda chance: chance.choice((1, 2, 3, 3)),
            "separator": one_of("|", " ", ", ", ";", "/", "  "),
            "window": one_of(1, 3, 4),
            "horizon": one_of(1, 2, 3),
            "folder": one_of("images", OMITTED),
            "uri": lambda _: OMITTED,
            "from": lambda chance: chance.choice(self.network.names or [OMITTED]),
        }

    def _column(self) -> str:
        return self.chance.choice(self.file.columns)

    def _options_of(self, kind: str) -> Tree:
        """Options of a feature, with what they have to have of its column."""
        options = self.values.options(object_of(f"feature_{kind}"))
        hints = self.values.hints
        special = {"values": "values_pair", "buckets": "buckets_of"}
        if kind == "image":
            special["size"] = "size_of_image"
            options["size"] = [self.chance.randint(4, 8), self.chance.randint(4, 8)]
        for key, hint in special.items():
            if key in options and hint in hints:
                options[key] = hints[hint](self.chance)
        if kind == "cross":
            known = [*self.spec["features"]]
            options["of"] = self.chance.sample(known, min(len(known), self.chance.randint(2, 3)))
            options["buckets"] = self.chance.randint(2, 12)
        return {key: value for key, value in options.items() if key != "type"}

    def _features(self) -> None:
        for _ in range(self.chance.randint(1, _FEATURES)):
            for _ in range(_TRIES):
                if self._feature():
                    break

    def _feature(self) -> bool:
        if self.chance.random() < 0.04:
            return self._rest()
        kind = self.chance.choice([*KINDS, "auto"])
        column = self.chance.choice(NAMES) if kind == "cross" else self._column()
        if column in self.spec["features"] or "*" in self.spec["features"]:
            return False
        feature: Any = {"type": kind, **self._options_of(kind)} if kind != "auto" else kind
        return self._opened(column, lambda spec: spec["features"].update({column: feature}))

    def _rest(self) -> bool:
        """`"*"`, of which the compiler tells the columns."""
        kind = self.chance.choice(("auto", "category", "number"))
        takes = self.network.takes_rest
        return takes and self.fits(lambda spec: spec["features"].update({"*": kind}))

    def _target(self) -> Tree:
        """The target of a spec that has none yet."""
        written: Tree = self.values.options(object_of("target"))
        written["column"] = self._columns_of_target(written.get("type"))
        classes = self._classes(written["column"])
        target: Any = written if len(written) > 1 or self.chance.random() < 0.3 else written["column"]
        if self.file.data.get("format") == "image_folder" and self.chance.random() < 0.7:
            return {}
        return {"target": target, **({"classes": classes} if classes is not OMITTED else {})}

    def _columns_of_target(self, kind: str | None) -> Any:
        several = 0.6 if kind == "labels" else 0.2
        if self.chance.random() < several:
            return self.chance.sample(self.file.columns, min(2, len(self.file.columns)))
        return self._column()

    def _classes(self, column: Any) -> Any:
        """The classes of a column, at times in an order of their own."""
        if self.chance.random() < 0.4:
            return OMITTED
        texts = list(self.file.texts.get(column, ())) if isinstance(column, str) else []
        if not 2 <= len(texts) <= 5 or self.chance.random() < 0.5:
            return "auto"
        self.chance.shuffle(texts)
        numbers = all(str(text).isdigit() and str(int(text)) == str(text) for text in texts)
        return [int(text) for text in texts] if numbers and self.chance.random() < 0.5 else texts

    def _targets(self) -> None:
        """Other outputs beside the one, at times; then what they are compared by."""
        if self.chance.random() < 0.35 and "target" in self.spec:
            self._several_targets()
        for path in self._compared():
            for _ in range(_TRIES):
                metrics = [self.values.of("metrics") for _ in range(self.chance.randint(0, 2))]
                self.fits(lambda spec, path=path, some=metrics: path(spec).update(metrics=some))  # type: ignore[misc]
                loss = self.values.of("losses")
                if self.fits(lambda spec, path=path, one=loss: path(spec).update(loss=one)):  # type: ignore[misc]
                    break

    def _compared(self) -> Iterator[Callable[[Tree], Tree]]:
        """Where the losses and metrics stand that are drawn."""
        if "targets" in self.spec:
            for name in self.spec["targets"]:
                if self.chance.random() < 0.5 and isinstance(self.spec["targets"][name], dict):
                    yield lambda spec, name=name: spec["targets"][name]  # type: ignore[misc]
        elif self.chance.random() < 0.7:
            yield lambda spec: spec.setdefault("training", {})

    def _several_targets(self) -> None:
        for _ in range(3 * _TRIES):
            made: Tree = {}
            for _ in range(self.chance.randint(2, 3)):
                options = self.values.options(object_of("output"), share=0.2)
                options = {k: v for k, v in options.items() if k not in ("metrics", "loss", "from")}
                options["column"] = self._columns_of_target(options.get("type"))
                if (classes := self._classes(options["column"])) is not OMITTED:
                    options["classes"] = classes
                name = self.chance.choice([*NAMES, *self.file.columns])
                made[name] = options if self.chance.random() < 0.9 else self.chance.choice(TARGET_TYPES)

            def several(spec: Tree, made: Tree = made) -> None:
                del spec["target"]
                spec.pop("classes", None)
                spec["targets"] = made

            if len(made) > 1 and self.fits(several):
                return

    def _offer_each(self, section: str, fragment: Any, share: float, known: tuple[str, ...] = ()) -> None:
        """Each of the options of a section, one after the other."""
        for key, inner in fragment["properties"].items():
            if key in known or self.chance.random() > share:
                continue
            hint = "missing_texts" if key == "missing" else key
            for _ in range(2):
                value = self.values.option(hint, inner, 1)
                if value is OMITTED or self.fits(lambda spec, k=key, v=value: _at(spec, section).update({k: v})):  # type: ignore[misc]
                    break

    def _training(self) -> None:
        self.fits(lambda spec: spec.setdefault("training", {}).update(epochs=self.chance.choice((1, 1, 2))))
        section = {"properties": dict(object_of("training")["properties"])}
        for key in ("loss", "metrics"):
            del section["properties"][key]
        self._offer_each("training", section, 0.45)
        for _ in range(2):
            written = [*self.spec["training"].get("callbacks", ()), self.values.of("callbacks")]
            if self.chance.random() < 0.5:
                self.fits(lambda spec, some=written: spec["training"].update(callbacks=some))  # type: ignore[misc]

    def _of_the_whole(self) -> None:
        if self.chance.random() < 0.3:
            self.fits(lambda spec: spec.update(name=self.chance.choice(("model", "x.y", "2nd", "train"))))
        if self.chance.random() < 0.2:
            self.fits(lambda spec: spec.update(description='What """it""" is for \\ and\nmore'))


def _at(spec: Tree, section: str) -> Tree:
    found: Tree = spec["data"].setdefault("split", {}) if section == "split" else spec.setdefault(section, {})
    return found
