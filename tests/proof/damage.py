"""Draws what may befall the files of a run: bytes that change, files that are lost or others, and forgeries."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import struct
import warnings
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from specrun.runtime.sealed import sealed

Content: TypeAlias = bytes | Callable[[Path], None]
"""The bytes of a file, or what makes something else in its place."""
Files: TypeAlias = dict[str, Content]

WEIGHTS, PLAN, MANIFEST, CHECKPOINT = "weights.npz", "plan.json", "manifest.json", "checkpoint.bin"
_DIGEST_BYTES: Final = 32
_TITLE: Final = b"specrun checkpoint 1\n"


@dataclass(slots=True)
class Damage:
    """What was done to the `files` of a run, `touched` those of them; with `forged`, the digests are right again."""

    files: Files
    touched: set[str] = field(default_factory=set)
    said: str = ""
    forged: bool = False

    def put(self, name: str, content: Content, said: str) -> None:
        """Have a file be something else."""
        self.files[name] = content
        self.touched.add(name)
        self.said = f"{self.said}{'; ' if self.said else ''}{name}: {said}"

    def content(self, name: str) -> bytes:
        """The bytes of a file."""
        content = self.files[name]
        assert isinstance(content, bytes)
        return content


def damaged(chance: random.Random, files: Mapping[str, bytes], other: Mapping[str, bytes], bait: Path) -> Damage:
    """The files of a run with some damage; `other` are those of another, `bait` is a file that no run names."""
    damage = Damage(dict(files))
    names = [name for name in files if name.endswith((".json", ".npz", ".csv", ".bin", ".yaml"))]
    name = chance.choice(names if chance.random() < 0.9 else sorted(files))
    kind = chance.choice(_KINDS)
    if kind is _bytes or not kind(damage, chance, name, other, bait):
        _bytes(damage, chance, name, other, bait)
    if damage.forged:
        forge(damage.files)
    return damage


def forge(files: Files) -> None:
    """Make the digests of a run right again."""
    listed = {n: c for n, c in sorted(files.items()) if isinstance(c, bytes) and n not in (MANIFEST, CHECKPOINT)}
    manifest = files.get(MANIFEST)
    if isinstance(manifest, bytes):
        said = json.loads(manifest)
        said["files"] = {n: {"bytes": len(c), "sha256": hashlib.sha256(c).hexdigest()} for n, c in listed.items()}
        files[MANIFEST] = _signed(said)


def _signed(said: Mapping[str, Any]) -> bytes:
    return sealed({key: value for key, value in said.items() if key != "digest"}).encode()


def _bytes(damage: Damage, chance: random.Random, name: str, other: Mapping[str, bytes], bait: Path) -> bool:  # noqa: ARG001
    """Bytes that change, go or come."""
    content = bytearray(damage.content(name))
    at, count = chance.randrange(len(content) + 1), chance.choice((1, 1, 2, 16, 512, 5000))
    what = chance.choice(("bit", "byte", "zeros", "noise", "cut", "append", "insert", "take out", "empty"))
    if what == "bit" and content:
        content[at % len(content)] ^= 1 << chance.randrange(8)
    elif what == "byte" and content:
        content[at % len(content)] = chance.randrange(256)
    elif what in ("zeros", "noise"):
        count = min(count, len(content) - at)
        content[at : at + count] = bytes(count) if what == "zeros" else chance.randbytes(count)
    elif what == "cut":
        del content[at:]
    elif what == "append":
        content += chance.choice((chance.randbytes(count), bytes(count), b"\n", b" "))
    elif what == "insert":
        content[at:at] = chance.randbytes(count)
    elif what == "take out":
        del content[at : at + count]
    else:
        content.clear()
    damage.put(name, bytes(content), f"{what} at {at}, {count}")
    return True


def _file(damage: Damage, chance: random.Random, name: str, other: Mapping[str, bytes], bait: Path) -> bool:
    """A file that is lost, is another one, or is no file."""
    what = chance.choice(
        ("lost", "swapped", "of another run", "folder", "pipe", "zeros", "link", "gone link", "sealed")
    )
    if what == "lost":
        damage.put(name, _nothing, what)
    elif what == "swapped":
        second = chance.choice(sorted(damage.files))
        one, two = damage.content(name), damage.content(second)
        damage.put(name, two, f"swapped with {second}")
        damage.put(second, one, f"swapped with {name}")
    elif what == "of another run":
        damage.put(name, other.get(name, b""), what)
    else:
        content = damage.content(name)
        made: Mapping[str, Callable[[Path], None]] = {
            "folder": lambda path: path.mkdir(),
            "pipe": lambda path: os.mkfifo(path),
            "zeros": lambda path: path.symlink_to("/dev/zero"),
            "link": lambda path: path.symlink_to(bait),
            "gone link": lambda path: path.symlink_to("nowhere"),
            "sealed": lambda path: _seal(path, content),
        }
        damage.put(name, made[what], what)
    return True


def _seal(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0)


def _nothing(path: Path) -> None:
    pass


def _arrays(damage: Damage, chance: random.Random, name: str, other: Mapping[str, bytes], bait: Path) -> bool:  # noqa: ARG001
    """An archive of arrays that is made in another way; mostly with right digests."""
    if WEIGHTS not in damage.files:
        return False
    with np.load(io.BytesIO(damage.content(WEIGHTS))) as loaded:
        arrays = {key: loaded[key] for key in loaded.files}
    what = chance.choice(sorted(_ARCHIVES))
    damage.put(WEIGHTS, _ARCHIVES[what](arrays, chance), what)
    damage.forged = chance.random() < 0.8
    return True


Arrays: TypeAlias = dict[str, Any]


def _archive(arrays: Arrays, **options: Any) -> bytes:
    file = io.BytesIO()
    (np.savez_compressed if options.get("packed") else np.savez)(file, **arrays)
    return file.getvalue()


def _members(arrays: Arrays, chance: random.Random, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """An archive one of whose arrays has other bytes or another name."""
    file, chosen = io.BytesIO(), chance.choice(sorted(arrays))
    with zipfile.ZipFile(file, "w") as archive:
        for key, array in arrays.items():
            found = key, _alone(array)
            name, content = change(*found) if key == chosen else found
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                member.write(content)
    return file.getvalue()


def _replaced(old: bytes, new: bytes) -> Callable[[Arrays, random.Random], bytes]:
    def made(arrays: Arrays, chance: random.Random) -> bytes:
        return _members(arrays, chance, lambda name, content: (name, content.replace(old, new, 1)))

    return made


def _swapped(arrays: Arrays, chance: random.Random) -> bytes:
    one, two = chance.sample(sorted(arrays), 2)
    return _archive({**arrays, one: arrays[two], two: arrays[one]})


def _changed(change: Callable[[Any], Any]) -> Callable[[Arrays, random.Random], bytes]:
    def made(arrays: Arrays, chance: random.Random) -> bytes:
        chosen = chance.choice(sorted(arrays))
        return _archive({**arrays, chosen: change(arrays[chosen])})

    return made


def _shape(text: bytes) -> Callable[[Arrays, random.Random], bytes]:
    """An array that says to have another shape."""

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        header, _, rest = content.partition(b"\n")
        start, end = header.index(b"(", 10), header.index(b")", 10) + 1
        padded = (header[:start] + text + header[end:]).rstrip()[10:].ljust(len(header) - 10)
        length = struct.pack("<H", len(padded) + 1)
        return name, header[:8] + length + padded + b"\n" + rest

    return lambda arrays, chance: _members(arrays, chance, change)


def _twice(arrays: Arrays, chance: random.Random) -> bytes:
    file, again = io.BytesIO(_archive(arrays)), chance.choice(sorted(arrays))
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(file, "a") as archive:
        archive.writestr(f"{again}.npy", archive.read(f"{again}.npy"))
    return file.getvalue()


def _encrypted(arrays: Arrays, chance: random.Random) -> bytes:  # noqa: ARG001
    content = bytearray(_archive(arrays))
    content[6] |= 1
    return bytes(content)


def _alone(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


_ARCHIVES: Final[Mapping[str, Callable[[Arrays, random.Random], bytes]]] = {
    "arrays swapped": _swapped,
    "an array packed": lambda arrays, _: _archive(arrays, packed=True),
    "a bomb": lambda arrays, _: _archive({**arrays, next(iter(arrays)): np.zeros(2_000_000, "float32")}, packed=True),
    "an array more": lambda arrays, _: _archive({**arrays, "more": np.zeros(3)}),
    "an array less": lambda arrays, _: _archive(dict(list(arrays.items())[:-1])),
    "other order": lambda arrays, _: _archive(dict(reversed(arrays.items()))),
    "float64": _changed(lambda array: array.astype("float64")),
    "int32": _changed(lambda array: array.view("int32") if array.dtype.itemsize == 4 else array.astype("int32")),
    "big-endian": _changed(lambda array: array.astype(array.dtype.newbyteorder(">"))),
    "of objects": _changed(lambda array: np.array([{}] * array.size, object)),
    "of texts": _changed(lambda array: np.array(["x"] * array.size)),
    "of records": _changed(lambda array: np.zeros(array.shape, [("a", "f4")])),
    "flat": _changed(lambda array: array.reshape(-1)),
    "by columns": _changed(lambda array: np.asfortranarray(array)),
    "one more axis": _changed(lambda array: array[None]),
    "other numbers": _changed(lambda array: array + 1),
    "huge shape": _shape(b"(1000000000000,)"),
    "huge axes": _shape(b"(1000000, 1000000, 1000000)"),
    "negative shape": _shape(b"(-1,)"),
    "no shape": _shape(b"(\x00,)"),
    "a call for a shape": _shape(b"(exit(),)"),
    "a lie about the type": _replaced(b"<f4", b"|O4"),
    "a version of nobody": _replaced(b"\x93NUMPY\x01", b"\x93NUMPY\x07"),
    "a path": lambda arrays, chance: _members(arrays, chance, lambda name, c: (f"../../{name}", c)),
    "a name twice": _twice,
    "encrypted": _encrypted,
    "something before": lambda arrays, _: b"#!/bin/sh\n" + _archive(arrays),
    "something behind": lambda arrays, _: _archive(arrays) + b"more",
    "a pickle": lambda _, __: b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x07builtin\x94.",
    "an array alone": lambda arrays, _: _alone(next(iter(arrays.values()))),
}


def _json(damage: Damage, chance: random.Random, name: str, other: Mapping[str, bytes], bait: Path) -> bool:  # noqa: ARG001
    """A value in a JSON text that is another one, is not there, or is there twice; mostly with right digests."""
    if not name.endswith(".json"):
        return False
    value = json.loads(damage.content(name))
    text, said = edited(value, chance, bait)
    content = text.encode("utf-8", "surrogatepass")
    damage.forged = chance.random() < 0.7
    if name in (MANIFEST, "run.json") and damage.forged:
        damage.forged = name != MANIFEST
        damage.touched |= set(damage.files) if name == MANIFEST else set()
        try:
            said += ", signed"
            content = _signed(json.loads(text))
        except (ValueError, RecursionError, AttributeError, TypeError):
            pass
    damage.put(name, content, said)
    return True


def edited(value: Any, chance: random.Random, bait: Path) -> tuple[str, str]:
    """The JSON text of a value with an edit somewhere in it, and what that is."""
    places = list(_places(value))
    if not places:
        return "7", "7"
    holder, key = chance.choice(places)
    what = chance.choice(("other", "other", "gone", "more", "twice", "moved"))
    if what == "gone":
        del holder[key]
    elif what == "more" and isinstance(holder, dict):
        holder["more"] = 1
    elif what == "moved":
        other, there = chance.choice(places)
        if not _is_within(holder, other[there]):
            holder[key] = other[there]
    elif what == "twice" and isinstance(holder, dict):
        return json.dumps(value, ensure_ascii=False).replace("{", '{"a": 1, "a": 2, ', 1), what
    else:
        text, what = _other(chance, bait)
        holder[key] = _HERE
        return json.dumps(value, ensure_ascii=False).replace(f'"{_HERE}"', text, 1), f"{key!r} is {what}"
    return json.dumps(value, ensure_ascii=False), f"{key!r} {what}"


_HERE: Final = "what is put here"


def _is_within(part: Any, whole: Any) -> bool:
    if part is whole:
        return True
    inner = whole.values() if isinstance(whole, dict) else whole if isinstance(whole, list) else ()
    return any(_is_within(part, each) for each in inner)


def _places(value: Any) -> Any:
    inner = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for key, part in inner:
        yield value, key
        yield from _places(part)


def _literal(value: str | int | float) -> str:
    return f'{{"type": "Literal", "value": {json.dumps(value)}}}'


def _call(function: str, *arguments: str, **keywords: str) -> str:
    named = ", ".join(f'{{"type": "Keyword", "name": "{k}", "value": {v}}}' for k, v in keywords.items())
    given = ", ".join(arguments)
    return f'{{"type": "Call", "function": "{function}", "arguments": [{given}], "keywords": [{named}]}}'


def _operation(operator: str, left: str, right: str) -> str:
    return f'{{"type": "Operation", "operator": "{operator}", "left": {left}, "right": {right}}}'


def _pairs(**pairs: str) -> str:
    inside = ", ".join(f"[{_literal(key)}, {value}]" for key, value in pairs.items())
    return f'{{"type": "Pairs", "pairs": [{inside}]}}'


def _other(chance: random.Random, bait: Path) -> tuple[str, str]:
    """A JSON text to put in some place, and what to call it."""
    path = _literal(str(bait))
    lookup = _call("keras.layers.StringLookup", vocabulary=path)
    system = _pairs(class_name=_literal("function"), config=_literal("system"), module=_literal("os"))
    texts = {
        "null": "null",
        "true": "true",
        "-1": "-1",
        "0": "0",
        "2.5": "2.5",
        "no number": "NaN",
        "infinite": "Infinity",
        "1e999": "1e999",
        "many digits": "9" * 400,
        "more digits": "9" * 5000,
        "a large number": "1000000000000",
        "an empty text": '""',
        "a text": '"x"',
        "a long text": f'"{"x" * 300_000}"',
        "half a character": '"\\ud800"',
        "a path": json.dumps(str(bait)),
        "an empty list": "[]",
        "an empty object": "{}",
        "lists in lists": "[" * 100_000 + "]" * 100_000,
        "objects in objects": '{"a":' * 50_000 + "1" + "}" * 50_000,
        "many lists": "[" + "[]," * 100_000 + "[]]",
        "os.system": _call("os.system", _literal("touch /tmp/x")),
        "a read table": _call("pandas.read_csv", path),
        "a read file": _call("tensorflow.io.read_file", path),
        "a listed folder": _call("glob.glob", _literal("/**"), recursive=_literal(True)),
        "an address": _call("pandas.read_csv", _literal("http://127.0.0.1:9/x.csv")),
        "a read vocabulary": f'{{"type": "Call", "function": {lookup}, "arguments": [], "keywords": []}}',
        "a vocabulary": lookup,
        "an object of Keras": _call("keras.layers.Dense", _literal(3), activation=system),
        "a pair of Keras": system,
        "a function": '{"type": "Function", "name": "pandas.read_csv"}',
        "an attribute": f'{{"type": "Attribute", "value": {path}, "name": "__class__"}}',
        "an attribute of a text": f'{{"type": "Attribute", "value": {path}, "name": "str"}}',
        "a member": f'{{"type": "Member", "value": {path}, "name": "x"}}',
        "a foreign thing": '{"type": "Foreign", "name": "math.pi"}',
        "a file": f'{{"type": "File", "path": {json.dumps(str(bait))}}}',
        "a name": '{"type": "Name", "name": "train"}',
        "a name of code": '{"type": "Name", "name": "__import__"}',
        "a power": _operation("**", _literal(10), _operation("**", _literal(10), _literal(10))),
        "a long product": _operation("*", path, _literal(10**12)),
        "a list of much": _operation("*", f'{{"type": "Items", "items": [{path}]}}', _literal(10**10)),
        "a literal": _literal(3),
        "mapped": (
            f'{{"type": "Mapped", "variable": "x", "value": {path}, "key": null, '
            f'"over": {{"type": "Items", "items": [{path}]}}}}'
        ),
    }
    what = chance.choice(sorted(texts))
    return texts[what], what


def _state(damage: Damage, chance: random.Random, name: str, other: Mapping[str, bytes], bait: Path) -> bool:  # noqa: ARG001
    """A checkpoint whose state says something else, with its digest right."""
    if CHECKPOINT not in damage.files:
        return False
    content = damage.content(CHECKPOINT)
    start = len(_TITLE) + 8
    length = int.from_bytes(content[len(_TITLE) : start], "little")
    text, said = edited(json.loads(content[start : start + length]), chance, bait)
    written = text.encode("utf-8", "surrogatepass")
    told = chance.choice((len(written), len(written), len(written), 1 << 62, 0))
    body = _TITLE + told.to_bytes(8, "little") + written + content[start + length : -_DIGEST_BYTES]
    damage.put(CHECKPOINT, body + hashlib.sha256(body).digest(), f"{said}, of {told} bytes")
    damage.forged = True
    return True


_KINDS: Final = (_bytes, _bytes, _bytes, _file, _file, _arrays, _arrays, _json, _json, _state)
