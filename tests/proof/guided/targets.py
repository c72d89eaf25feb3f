"""The ways in for bytes of strangers, each with what is held whatever the bytes are.

A target is a function of bytes that raises where something does not hold. What it looks at is imported when it is first
called, after the fuzzer's instruments are in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

FILE = "spec.yaml"
_DIGEST_BYTES = 32


def reader(raw: bytes) -> None:
    """YAML is read to a tree or to diagnostics with a place; the canonical form of what can be read says the same."""
    from specrun.compiler.diagnostics import SpecError
    from specrun.compiler.formatting import format_spec
    from specrun.compiler.reader import read, read_scalar

    node, problems = read(raw, FILE)
    assert node is not None or problems
    _look_at(problems, raw)
    text = raw.decode("utf-8", "surrogateescape")
    node, problems = read(text, FILE)
    _look_at(problems, text)
    with suppress(SpecError):  # it cannot be read, or would pass a limit then
        again = format_spec(text, FILE)
        assert format_spec(again, FILE) == again
    _look_at(read_scalar(text, FILE)[1], text)


def schema(raw: bytes) -> None:
    """What is wrong with the structure of a spec is said, as jsonschema sees it; what is left of it is checked on."""
    from specrun.compiler.compilation import Source, compile_spec
    from specrun.compiler.diagnostics import SpecError
    from specrun.compiler.language.refusals import refusals, validator
    from specrun.compiler.language.validate import validate
    from specrun.compiler.reader import Mapping, read

    try:
        found = compile_spec(Source(raw, FILE, Path("no such folder"))).diagnostics
    except SpecError as error:
        found = error.diagnostics
    _look_at(found, raw)
    root, _ = read(raw, FILE)
    if isinstance(root, Mapping):
        plain = root.plain()
        refused = bool(list(refusals(plain)))
        assert refused != validator().is_valid(plain)
        _look_at(validate(root), raw)


def checkpoint(raw: bytes) -> None:
    """A file is a checkpoint, which is written and read again as the same one, or is refused.

    Its last bytes are the digest of all before; they are also made to fit, else nothing behind them is ever reached.
    """
    body = raw[:-_DIGEST_BYTES]
    for content in (raw, body + sha256(body).digest()):
        _checkpoint(content)


def _checkpoint(content: bytes) -> None:
    from specrun.runtime.checkpoint import Checkpoint, read_checkpoint, write_checkpoint

    path = Path(_folder().name, "checkpoint")
    path.write_bytes(content)
    try:
        found = read_checkpoint(path)
    except (OSError, ValueError):
        return
    assert isinstance(found, Checkpoint)
    write_checkpoint(path, found)
    written = path.read_bytes()
    again = read_checkpoint(path)
    assert repr(again) == repr(found)
    write_checkpoint(path, again)
    assert path.read_bytes() == written


def _look_at(found: tuple[object, ...], text: str | bytes) -> None:
    from tests.proof.fuzzed.holding import faults_of
    from tests.proof.fuzzed.seeds import Case

    faults = list(faults_of(found, Case(text, FILE, Path())))  # type: ignore[arg-type]
    assert not faults, faults[0]


@cache
def _folder() -> TemporaryDirectory[str]:
    """A folder of this process."""
    return TemporaryDirectory()


TARGETS: Mapping[str, Callable[[bytes], None]] = MappingProxyType(
    {"reader": reader, "schema": schema, "checkpoint": checkpoint}
)
"""What is fuzzed, by name."""

INSTRUMENTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "reader": ("specrun.compiler.reader", "specrun.compiler.formatting"),
        "schema": ("specrun.compiler.language", "specrun.compiler.expand"),
        "checkpoint": ("specrun.runtime.checkpoint", "specrun.compiler.strict_json"),
    }
)
"""The modules whose coverage a fuzzer follows."""
