"""Write `shapes/`: small pictures of a circle, a square or a triangle in one colour on another.

The seed is fixed, so the same bytes come out each time: python specs/data/make_shapes.py
"""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

SIDE, PICTURES, SEED = 24, 40, 7
FOLDER = Path(__file__).parent / "shapes"

Inside = Callable[[float, float, float], bool]
SHAPES: Mapping[str, Inside] = {
    "circle": lambda x, y, size: x * x + y * y < size * size,
    "square": lambda x, y, size: max(abs(x), abs(y)) < 0.85 * size,
    "triangle": lambda x, y, size: y < 0.7 * size and abs(x) < 0.6 * (y + size),
}


def picture(inside: Inside, chance: random.Random) -> list[bytes]:
    """The rows of pixels, three bytes each, of a shape somewhere near the middle."""
    size, x, y = chance.uniform(5, 9), chance.uniform(9.5, 13.5), chance.uniform(9.5, 13.5)
    front = back = bytes(3)
    while abs(sum(front) - sum(back)) < 150:  # to be seen in grey too
        front, back = (bytes(int(256 * chance.random()) for _ in range(3)) for _ in range(2))
    return [
        b"".join(front if inside(column - x, row - y, size) else back for column in range(SIDE)) for row in range(SIDE)
    ]


def png(rows: list[bytes]) -> bytes:
    """Rows of red, green and blue bytes as a PNG file."""
    header = struct.pack(">IIBBBBB", SIDE, len(rows), 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, content) for kind, content in chunks)


def chunk(kind: bytes, content: bytes) -> bytes:
    """A part of a PNG file: its length, its kind, what is in it, and a checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def main() -> None:
    """Write all the pictures."""
    chance = random.Random(SEED)
    for name, inside in SHAPES.items():
        (FOLDER / name).mkdir(parents=True, exist_ok=True)
        for number in range(PICTURES):
            (FOLDER / name / f"{number:02}.png").write_bytes(png(picture(inside, chance)))


if __name__ == "__main__":
    main()
