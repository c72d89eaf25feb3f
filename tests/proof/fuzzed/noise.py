"""Bytes that are no text, alone or within a spec."""

from __future__ import annotations

from random import Random

from tests.proof.fuzzed.odd import SYNTAX

_ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "utf-7", "latin-1", "cp1252", "shift_jis")
_BYTES = bytes(range(256))
_TRUNCATED = (
    b"\xc3",
    b"\xe2\x82",
    b"\xf0\x9f\x98",
    b"\xed\xa0\x80",
    b"\xc0\x80",
    b"\xff",
    b"\xfe\xff",
    b"\xf4\x90\x80\x80",
)


def noise(chance: Random, text: str) -> bytes:
    """Bytes, made with the text of a spec or without it."""
    kind = chance.randrange(8)
    raw = text.encode("utf-8", "surrogatepass")
    if kind == 0:
        return chance.randbytes(chance.choice((0, 1, 2, 5, 20, 100, 1_000)))
    if kind == 1:
        return "".join(chance.choices(SYNTAX, k=chance.choice((1, 2, 3, 10, 50)))).encode()
    if kind == 2:
        return text.encode(chance.choice(_ENCODINGS), "replace")
    if kind == 3:
        return _with(chance, raw, chance.choice(_TRUNCATED))
    if kind == 4:
        return raw[: chance.randrange(len(raw) + 1)] + chance.choice(_TRUNCATED)
    if kind == 5:
        return _long_line(chance, raw)
    if kind == 6:
        return _with(chance, raw, chance.randbytes(chance.choice((1, 2, 8, 64))))
    changed = bytearray(raw or b"x")
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        changed[chance.randrange(len(changed))] = chance.choice(_BYTES)
    return bytes(changed)


def _with(chance: Random, raw: bytes, piece: bytes) -> bytes:
    place = chance.randrange(len(raw) + 1)
    return raw[:place] + piece + raw[place:]


def _long_line(chance: Random, raw: bytes) -> bytes:
    """A line as long as a line may be or longer, in the midst of a spec."""
    piece = chance.choice(
        (b"a", b"#", b" ", b"- ", b"{a: ", b"[", b"'", b"\\", "é".encode(), "\U0001f600".encode(), b"a: ")
    )
    most = chance.choices((1_000, 99_000, 100_001, 4_200_000), (60, 20, 19, 1))[0]
    return _with(chance, raw, piece * (most // len(piece)))
