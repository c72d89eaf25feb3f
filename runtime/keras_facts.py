"""What the installed Keras says of itself, as the data file `compiler/catalogue/keras.json`.

`python -m specrun.runtime.keras_facts` writes the file anew: each public class (and each activation function) of the
families, with the first sentence of its documentation and its arguments. The catalogue is made from that file, so that
the compiler knows Keras without importing it; a test compares the file with the installed Keras.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

Fact: TypeAlias = dict[str, object]

FAMILIES = {
    "layers": "keras.layers",
    "activations": "keras.activations",
    "initializers": "keras.initializers",
    "regularizers": "keras.regularizers",
    "constraints": "keras.constraints",
    "optimizers": "keras.optimizers",
    "schedules": "keras.optimizers.schedules",
    "losses": "keras.losses",
    "metrics": "keras.metrics",
    "callbacks": "keras.callbacks",
}
_HELPERS = frozenset({"deserialize", "get", "serialize"})
_EVERYWHERE = frozenset({"self", "x", "name", "dtype"})
"""Parameters of all the objects of Keras: none of them is said of each one."""
_SECTION = re.compile(r"\w[\w ]*:")
_ITEM = re.compile(r" {1,4}(\w+)(?:\s*\([^)]*\))?:\s*(.*)")
_SENTENCE = re.compile(r"(?<!e\.g)(?<!i\.e)\.(?=\s|$)")
_QUOTED = re.compile(r"(?<![=\w])`?[\"']([a-zA-Z][a-zA-Z0-9_]*)[\"']`?")
_WORDS = {
    "boolean": r"bool|boolean",
    "integer": r"int|ints|integer|integers",
    "number": r"float|floats|number|scalar",
    "string": r"str|string|strings",
    "array": r"tuple|tuples|list|lists",
    "object": r"dict|dictionary",
    "null": r"none|optional",
}


def file() -> Path:
    """Where the data file lies."""
    return Path(str(files("specrun.compiler.catalogue"))) / "keras.json"


def text() -> str:
    """The content of the data file: JSON, with a line for each argument."""
    import keras

    head = {"keras": keras.__version__, "license": "The texts are those of Keras, under the Apache License 2.0."}
    lines = [f" {_json(key)}: {_json(value)}" for key, value in head.items()]
    lines += [f" {_json(family)}: {{\n{_family(module)}\n }}" for family, module in FAMILIES.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _family(module: str) -> str:
    return ",\n".join(f"  {_json(name)}: {_written(fact)}" for name, fact in sorted(_facts(module)))


def _written(fact: Fact) -> str:
    arguments = fact.pop("arguments")
    assert isinstance(arguments, list)
    lines = [f"   {_json(key)}: {_json(value)}" for key, value in fact.items()]
    if arguments:
        listed = ",\n".join(f"    {_json(argument)}" for argument in arguments)
        lines.append(f'   "arguments": [\n{listed}\n   ]')
    return "{\n" + ",\n".join(lines) + "\n  }"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _facts(module: str) -> Iterator[tuple[str, Fact]]:
    """Each object of a module under its own name, with its other names."""
    home = _module(module)
    objects: dict[int, list[str]] = {}
    for name in dir(home):
        if not name.startswith("_") and _counts(getattr(home, name), name, module):
            objects.setdefault(id(getattr(home, name)), []).append(name)
    for names in objects.values():
        found = getattr(home, names[0])
        own = found.__name__ if found.__name__ in names else names[0]
        yield own, _fact(found, f"{module}.{own}", [name for name in names if name != own])


def _module(name: str) -> Any:
    import keras

    found: Any = keras
    for part in name.split(".")[1:]:
        found = getattr(found, part)
    return found


def _counts(found: object, name: str, module: str) -> bool:
    is_function = inspect.isfunction(found) and module == "keras.activations" and name not in _HELPERS
    return inspect.isclass(found) or is_function or name == "Input"


def _fact(found: Callable[..., object], function: str, aliases: list[str]) -> Fact:
    made = found.__init__ if inspect.isclass(found) else found
    parameters = [] if made is object.__init__ else list(inspect.signature(made).parameters.values())
    told = _arguments_told(found)
    named = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and p.name not in _EVERYWHERE]
    fact: Fact = {"function": function, "doc": _sentence(inspect.cleandoc(found.__doc__ or ""))}
    if aliases:
        fact["aliases"] = aliases
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        fact["open"] = True
    if function.startswith("keras.metrics.") and any(p.name == "name" and p.default is None for p in parameters):
        fact["numbered"] = True
    return {**fact, "arguments": [_argument(p, told.get(p.name, "")) for p in named]}


def _argument(parameter: inspect.Parameter, doc: str) -> Fact:
    fact: Fact = {"name": parameter.name}
    if parameter.default is not parameter.empty:
        fact["default"] = parameter.default
    first = re.split(r"[.`]", doc, maxsplit=1)[0].lower()
    types = [word for word, spelled in _WORDS.items() if re.search(rf"\b(?:{spelled})\b", first)]
    choices = list(dict.fromkeys(_QUOTED.findall(doc)))
    if types:
        fact["types"] = types
    if len(choices) > 1 and (parameter.default in choices or (parameter.default is None and "string" in types)):
        fact["choices"] = choices
    return {**fact, "doc": _sentence(doc)} if doc else fact


def _sentence(doc: str) -> str:
    """The first sentence of the first paragraph, on one line."""
    paragraph = " ".join(doc.split("\n\n")[0].split())
    return _SENTENCE.split(paragraph, maxsplit=1)[0].strip()


def _arguments_told(found: object) -> dict[str, str]:
    """What the documentation says of each argument."""
    told: dict[str, list[str]] = {}
    inside, name = False, ""
    for line in inspect.cleandoc(getattr(found, "__doc__", None) or "").splitlines():
        if line.strip() and not line.startswith(" "):
            inside = line.strip() in ("Args:", "Arguments:")
        elif inside and (item := _ITEM.fullmatch(line)) and not line.startswith(" " * 5):
            name = item[1]
            told[name] = [item[2]]
        elif inside and name:
            told[name].append(line.strip())
    return {name: "\n".join(lines).strip() for name, lines in told.items()}


def main() -> None:
    """Write the data file."""
    file().write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
