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
from specrun.compiler.language.sections import WAYS as SPLITS
from specrun.compiler.language.targets import TARGET_TYPES
from specrun.runtime.profile import choose_training
from tests.proof.drawn.network import FLATTENED, WAYS, Network
from tests.proof.drawn.sources import NAMES, PATTERNS, File, files
from tests.proof.drawn.values import OMITTED, Tree, Values, object_of

_TRIES: Final = 6
"""So often a piece is drawn again where the compiler refuses it."""
_FEATURES: Final = 3


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
        self._split()
        self._features()
        self._targets()
        self.network.grow(self)
        self._from()
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
            compilation = compile_spec(source, choose_training=choose_training, count_values=True)
        except SpecError:
            return None
        except Exception as error:
            raise Raised(f"{type(error).__name__}: {error}\n{text}") from error
        # Nobody counts the texts of a data set, and a layer may then not fit the width that a run finds.
        widths = [tensor.shape[1:] for group in compilation.plan.features for tensor in group.tensors]
        return None if any(None in width for width in widths) else compilation

    def _begin(self) -> bool:
        """A file, a target of a type and one feature, all of which the compiler takes."""
        known = files(self.folder)
        self.file = known[self.chance.choice([*known, "images", "pictures.csv"])]
        self.network = Network()
        self.values = Values(self.chance, self._hints())
        self.spec = {"specrun": 1, "data": dict(self.file.data), "features": {}, "layers": []}
        kind, is_folder = self.chance.choice(TARGET_TYPES), self.file.data.get("format") == "image_folder"
        for _ in range(4 * _TRIES):
            target, column = self._target(kind), self._column()
            # Nobody counts the texts of a data set.
            first: Any = "number" if "dataset" in self.file.data else "category"
            first = {"type": "image", "size": [5, 6]} if is_folder else first
            if self._opened(column, lambda spec, t=target, c=column, f=first: spec.update(t, features={c: f})):  # type: ignore[misc]
                return True
        return False

    def _opened(self, column: str, change: Callable[[Tree], object], *, in_series: bool = False) -> bool:
        """Change the spec by a feature, in the first way in which it can be taken; in a series, all are flattened."""
        ends = self.network.ends
        for way in WAYS:
            self.network.ends = {**(dict.fromkeys(ends, FLATTENED) if in_series else ends), column: way}
            if self.fits(change):
                return True
        self.network.ends = ends
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
            **dict.fromkeys(("path", "dataset", "columns"), lambda _: OMITTED),
            "missing_texts": texts,
            "sides": lambda chance: [chance.randint(4, 8), chance.randint(4, 8)],
            "monitor": measures,
            "values": pair,
            "buckets": rising,
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
            "folds": one_of(2, 3),
            "horizon": one_of(1, 2, 3),
            "folder": one_of("images", OMITTED),
            "uri": lambda _: OMITTED,
        }

    def _column(self) -> str:
        return self.chance.choice(self.file.columns)

    def _features(self) -> None:
        """Some features, with their options; the first one, which had to be there, mostly goes again."""
        (first,) = self.spec["features"]
        if self.chance.random() < 0.15:
            self._feature("timeseries")
        for _ in range(self.chance.randint(1, _FEATURES)):
            for _ in range(_TRIES):
                if self._feature(self.chance.choice([*KINDS, "auto", "*"])):
                    break
        if len(self.spec["features"]) > 1 and self.chance.random() < 0.8:
            way = self.network.ends.pop(first)
            if not self.fits(lambda spec: spec["features"].pop(first)):
                self.network.ends[first] = way
        for column, feature in list(self.spec["features"].items()):
            if isinstance(feature, dict):
                self._options_of(column, feature["type"])

    def _feature(self, kind: str) -> bool:
        if "*" in self.spec["features"]:
            return False
        if kind == "*":
            return self.chance.random() < 0.3 and self._rest()
        columns = list(self.file.columns)
        self.chance.shuffle(columns)
        for column in [self.chance.choice(NAMES)] if kind == "cross" else columns[:8]:
            feature: Any = self._bare(kind)
            if column not in self.spec["features"] and self._opened(
                column,
                lambda spec, c=column, f=feature: spec["features"].update({c: f}),  # type: ignore[misc]
                in_series=kind == "timeseries",
            ):
                return True
        return False

    def _bare(self, kind: str) -> Any:
        """A feature of a kind with what it has to say of its column, and at times what becomes of missing values."""
        if kind == "auto":
            return kind
        section = object_of(f"feature_{kind}")
        options = self.values.options(section, share=0.0)
        if kind == "cross":
            known = [*self.spec["features"]]
            options["buckets"] = self.chance.randint(2, 12)
            options["of"] = self.chance.sample(known, min(len(known), self.chance.randint(2, 3)))
        some = [key for key in ("missing", "format", "separator", "values", "folder") if key in section["properties"]]
        for key in some:
            if self.chance.random() < 0.4:
                value = self.values.option(key, section["properties"][key])
                options |= {} if value is OMITTED else {key: value}
        written = {"type": kind, **options}
        return kind if len(written) == 1 and self.chance.random() < 0.5 else written

    def _options_of(self, column: str, kind: str) -> None:
        """Options of a feature, one after the other."""
        for key, inner in object_of(f"feature_{kind}")["properties"].items():
            if key != "type" and self.chance.random() < 0.6:
                value = self.values.option({"size": "sides"}.get(key, key) if kind == "image" else key, inner, 1)
                if value is not OMITTED:
                    self.fits(lambda spec, k=key, v=value: spec["features"][column].update({k: v}))  # type: ignore[misc]

    def _rest(self) -> bool:
        """`"*"`, of which the compiler tells the columns."""
        kind = self.chance.choice(("auto", "category", "number"))
        takes = self.network.takes_rest
        return takes and self.fits(lambda spec: spec["features"].update({"*": kind}))

    def _target(self, kind: str) -> Tree:
        """A target of a type, which the labels of a folder of images are by themselves."""
        if self.file.data.get("format") == "image_folder" and self.chance.random() < 0.7:
            return {}
        written: Tree = {"column": self._columns_of_target(kind)}
        classes = OMITTED if kind == "number" else self._classes(written["column"])
        if kind in ("labels", "ordinal") or self.chance.random() < 0.3:
            written["type"] = kind
        if self.chance.random() < (0.3 if kind == "labels" else 0.05):
            written["separator"] = self.values.option("separator", {})
        target: Any = written if len(written) > 1 or self.chance.random() < 0.3 else written["column"]
        return {"target": target, **({"classes": classes} if classes is not OMITTED else {})}

    def _columns_of_target(self, kind: str | None) -> Any:
        if kind == "labels" and self.chance.random() < 0.4 and "tags" in self.file.columns:
            return "tags"
        several = {"labels": 0.6, "number": 0.3}.get(kind or "", 0.03)
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
            self._compare(path)

    def _compare(self, path: Callable[[Tree], Tree]) -> None:
        """A loss and metrics."""
        for _ in range(_TRIES):
            loss = self.values.of("losses")
            if self.fits(lambda spec, one=loss: path(spec).update(loss=one)):  # type: ignore[misc]
                break
        metrics: list[Any] = []
        self.fits(lambda spec: path(spec).update(metrics=[]))
        for _ in range(2 * _TRIES):
            written = [*metrics, self.values.of("metrics")]
            if len(metrics) < 3 and self.fits(lambda spec, some=written: path(spec).update(metrics=some)):  # type: ignore[misc]
                metrics = written

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
                options = {k: v for k, v in options.items() if k in ("type", "weight")}
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

    def _split(self) -> None:
        """How the rows are parted; a way that names a column is drawn for several of them."""
        if self.chance.random() < 0.5:
            way = self.chance.choice(SPLITS)
            for _ in range(3 * _TRIES):
                column = "part" if way == "column" and "part" in self.file.columns else self._column()
                if self.fits(lambda spec, c=column: _at(spec, "split").update({way: c})):  # type: ignore[misc]
                    break
        self._offer_each("split", object_of("split"), 0.35, known=SPLITS)

    def _from(self) -> None:
        """What outputs are made of."""
        for name, output in list(self.spec.get("targets", {}).items()):
            if isinstance(output, dict) and self.network.names and self.chance.random() < 0.5:
                layer = self.chance.choice(self.network.names)
                self.fits(lambda spec, n=name, x=layer: spec["targets"][n].update({"from": x}))  # type: ignore[misc]

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
