"""Traps of data: where a path leads, and what the file there holds."""

from __future__ import annotations

import gzip
import io
import os
import socket
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from tests.proof.traps.laying import GIB, ROWS, Content, Lay, both, data, files, of_path, repeated, sparse, spec
from tests.proof.traps.trap import Trap

_AT: Final = "spec.yaml:2"


def _absolute(folder: Path) -> None:
    data(ROWS)(folder)
    (folder / "spec.yaml").write_text(spec(str(folder / "data.csv")))


def _link(to: str) -> Lay:
    def lay(folder: Path) -> None:
        files({"spec.yaml": spec(), "rows.csv": ROWS})(folder)
        (folder / "data.csv").symlink_to(to)

    return lay


def _pipe(folder: Path) -> None:
    of_path("data.csv")(folder)
    os.mkfifo(folder / "data.csv")


def _socket(folder: Path) -> None:
    of_path("data.csv")(folder)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(folder / "data.csv"))


def _unreadable(folder: Path) -> None:
    data(ROWS)(folder)
    (folder / "data.csv").chmod(0)


def _many_files(folder: Path) -> None:
    of_path("part-*.csv")(folder)
    for n in range(100_000):
        os.close(os.open(folder / f"part-{n}.csv", os.O_CREAT | os.O_WRONLY))


def _forks(folder: Path) -> None:
    """Two links back: there are 2⁴⁰ paths of 40 folders."""
    of_path(f'"{"*/" * 38}*.csv"')(folder)
    (folder / "a").symlink_to(".")
    (folder / "b").symlink_to(".")


def _path(name: str, path: str, *codes: str, more: str = "") -> Trap:
    return Trap(name, of_path(path, more), codes, _AT)


PATHS: Final = (
    Trap(
        "data in the folder above",
        files({"in/spec.yaml": spec("../data.csv"), "data.csv": ROWS}),
        command="check in/spec.yaml",
    ),
    Trap("data at an absolute path", _absolute),
    Trap("data behind a link", _link("rows.csv")),
    Trap("data behind a link to itself", _link("data.csv"), ("D103",), _AT),
    Trap("data behind a link to nothing", _link("nothing.csv"), ("D101",), _AT),
    Trap("data behind a link to zeros", _link("/dev/zero"), ("D102",), _AT),
    Trap("data that are a pipe", _pipe, ("D102",), _AT),
    Trap("data that are a socket", _socket, ("D102",), _AT),
    Trap("data that may not be read", _unreadable, ("D103",), _AT, rights=False),
    Trap("data that are the spec", files({"spec.yaml": spec("spec.yaml", "format: csv")}), ("D112", "S204", "S205")),
    _path("data that are a folder", ".", "D102"),
    _path("data without an end", "/dev/zero", "D102", more="format: csv"),
    _path("data of a terminal", "/dev/tty", "D102", more="format: csv"),
    _path("data of the standard input", "/dev/stdin", "D102", more="format: csv"),
    _path("data in the memory of the process", "/proc/self/mem", "D106", more="format: csv"),
    _path("data in the log of the kernel", "/proc/kmsg", "D106", more="format: csv"),
    _path("data in the environment of the process", "/proc/self/environ", "D106", more="format: csv"),
    _path("data behind the root of the process", "/proc/self/root/dev/zero", "D102", more="format: csv"),
    _path("data at an address", "https://example.org/data.csv", "D104"),
    _path("data in a bucket", "s3://bucket/data.csv", "D104"),
    _path("data at an address of a file", "file:///etc/passwd", "D104"),
    _path("data behind several addresses", "simplecache::https://example.org/data.csv", "D104"),
    _path("data at an address with a star", "https://example.org/*.csv", "D104"),
    _path("data in a home", "~/data.csv", "D101"),
    _path("data in a variable", "$HOME/data.csv", "D101"),
    _path("data from a command", '"|cat data.csv"', "D101"),
    _path("data with a NUL in the name", '"da\\0ta.csv"', "D103"),
    _path("data with a line break in the name", '"da\\nta.csv"', "D101"),
    _path("data with an escape code in the name", '"da\\e[2Jta.csv"', "D101"),
    _path("data with a name of 4,096 characters", f"{'x' * 4096}.csv", "S107"),
    _path("data with a path of 90,000 characters", f"{'x/' * 45_000}data.csv", "S107"),
    _path("stars with a NUL", '"*\\0*.csv"', "D101"),
    _path("stars that match nothing", "no*.csv", "D101"),
    _path("two stars", '"**/*.csv"', "D101"),
    _path("stars over the whole disk", "/*/*/*/*/*/*/*.csv", "D124"),
    _path("200 stars", f'"{"*/" * 200}*.csv"', "D101"),
    Trap("stars that links lead in circles", _forks, ("D124",), _AT),
    Trap("stars that match 100,000 files", _many_files, ("D124",), _AT),
)


def _zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "a,y\n" * 1_000_000)
    return made.getvalue()


def _wide(columns: int, row: str = "1") -> Iterator[str]:
    yield ",".join([*(f"c{n}" for n in range(columns)), "y"]) + "\n"
    for n in range(4):
        yield ",".join([*[row] * columns, ("no", "yes")[n % 2]]) + "\n"


def _of(name: str, content: Content, *codes: str, at: str = "", file: str = "data.csv", more: str = "") -> Trap:
    return Trap(name, data(content, file, more), codes, at)


def _large(name: str, lay: Lay, *codes: str, at: str = "", file: str = "data.csv", more: str = "") -> Trap:
    return Trap(name, both(of_path(file, more), lay), codes, at)


HEAD: Final = b"a,y\n"
CSV: Final = (
    _of("a table that is packed", gzip.compress(HEAD * 1_000_000), "D105"),
    _of("a table that is a zip file", _zip(), "D105"),
    _of("an empty table", "", "D106"),
    _of("a table of an odd number of bytes in UTF-16", ROWS.encode("utf-16") + b"\n", "D108", more="encoding: utf-16"),
    _of("a table in UTF-16 without a mark", ROWS.encode("utf-16-le"), "D108", more="encoding: utf-16"),
    _of("a header with a NUL", "a\0b,y\n1,no\n", "D109"),
    _of("a header with an escape code", "a,y,\x1b[2J\n1,no,1\n2,yes,2\n"),
    _of("a header with a line break", 'a,y,"x\ny"\n1,no,1\n2,yes,2\n'),
    _of("a name of 1,000,000 characters", f"a,y,{'x' * 1_000_000}\n1,no,1\n", "D120"),
    _of("a cell of 1,000,000 characters", f"a,y\n1,{'x' * 1_000_000}\n", "D120"),
    _of("500,000 columns", lambda: "".join(_wide(500_000)), "D125"),
    _of("1,000,000 columns without a name", lambda: "," * 1_000_000 + "\n", "D125"),
    _of("1,000,000 columns of one name", lambda: "a," * 1_000_000 + "y\n", "D125"),
    _large("a line of 1 GiB of zeros", sparse("data.csv", GIB, HEAD), "D109"),
    _large("a header of 1 GiB of zeros", sparse("data.csv", GIB), "D109"),
    _large("a header of 64 MB", repeated("data.csv", b"", b"a", 1 << 26), "D120"),
    _large("a line of 64 MB", repeated("data.csv", HEAD, b"x", 1 << 26), "D120"),
    _large("a line of 64 MB in another alphabet", repeated("data.csv", HEAD, "😀".encode(), 1 << 26), "D120"),
    _large("a line of 32 million cells", repeated("data.csv", HEAD, b",", 1 << 25), "D120"),
    _large("an open quote before 64 MB", repeated("data.csv", HEAD + b'1,"', b"x\n", 1 << 26), "D114"),
    _large("a row of 32 million lines", repeated("data.csv", HEAD, b'"\n",', 1 << 27), "D120"),
    _large("a header of 32 million lines", repeated("data.csv", b"", b'"\n",', 1 << 27), "D120"),
    _large("64 million blank lines", repeated("data.csv", HEAD, b"\n", 1 << 26), "D106"),
    _large("64 million blank lines and nothing else", repeated("data.csv", b"", b"\n", 1 << 26), "D106"),
    _large("32 million rows of one cell", repeated("data.csv", HEAD, b"1\n", 1 << 26), "D112"),
    _large("32 million rows of three cells", repeated("data.csv", HEAD, b"1,,\n", 1 << 26), "D112"),
    _large("16 million blank lines of an old Mac", repeated("data.csv", HEAD, b"\r", 1 << 24), "D123"),
)


_KINDS: Final = (
    "{n: number, d: datetime, b: boolean, c: category, t: text, l: set, s: {type: sequence, length: 4},"
    " v: {type: vector, size: 4}}"
)


def _odd(part: str, end: str) -> Lay:
    """30 rows of cells of about 10,000 characters, a column for each kind of a feature."""
    cell = part * (9_999 // len(part)) + end
    row = '","'.join([cell] * 8)
    written = spec().replace("{a: number}", _KINDS).replace('classes: ["no", "yes"]\n', "")
    return files({"spec.yaml": written, "data.csv": "n,d,b,c,t,l,s,v,y\n" + f'"{row}",1\n' * 30})


CELLS: Final = tuple(
    Trap(f"cells of 10,000 characters: {what}", _odd(part, end), tuple(codes) or ("D201", "D203", "D208"))
    for what, part, end, *codes in (
        ("digits", "1", "", "D202", "D203", "D208", "D210"),
        ("digits and commas", "1,111", ""),
        ("digits and points", "1.1", ""),
        ("signs", "-", ""),
        ("blanks before a letter", " ", "x"),
        ("zeros before a letter", "0", "x"),
        ("nines behind an exponent", "9", "e9", "D202", "D203", "D208", "D210"),
        ("underlines", "1_", ""),
        ("colons", "12:", ""),
        ("hyphens", "1-", ""),
        ("bars", "x|", ""),
    )
)


def _json_columns() -> Iterator[str]:
    for line in range(1000):
        yield "{" + ",".join(f'"k{line}_{n}":1' for n in range(2000)) + "}\n"


JSON: Final = tuple(
    Trap(name, data(content, "data.jsonl"), tuple(codes))
    for name, content, *codes in (
        ("an object 100,000 deep", '{"a":' * 100_000 + "1" + "}" * 100_000, "D119"),
        ("a list 100,000 deep", '{"a":' + "[" * 100_000 + "]" * 100_000 + "}", "D119"),
        ("a number of 1,000,000 digits", '{"a":' + "1" * 1_000_000 + ',"y":"no"}', "D117"),
        ("a fraction of 1,000,000 digits", '{"a":0.' + "1" * 1_000_000 + ',"y":"no"}\n{"a":1,"y":"yes"}\n'),
        ("an exponent of 1,000,000 digits", '{"a":1e' + "1" * 1_000_000 + ',"y":"no"}', "D202"),
        (
            "an object of 200,000 keys, two of them the same",
            lambda: "{" + ",".join(f'"k{n}":1' for n in range(200_000)) + ',"k199999":1}',
            "D110",
        ),
        ("1,000 objects of 2,000 keys of their own", lambda: "".join(_json_columns()), "D125"),
        ("a list of 8,000,000 numbers", lambda: '{"a":[' + "1," * 8_000_000 + "1]}", "D120"),
        ("half of a pair of UTF-16 in a text", '{"a":1,"y":"\\ud800"}\n' * 20, "D205"),
        ("a key with a NUL", '{"a":1,"y":"no","\\u0000":1}\n{"a":1,"y":"yes"}\n'),
        ("NaN", '{"a":NaN,"y":"no"}', "D117"),
    )
)
JSON_LARGE: Final = (
    _large(
        "64 million blank lines of no object", repeated("data.jsonl", b"", b"\n", 1 << 26), "D106", file="data.jsonl"
    ),
    _large(
        "32 million lines that are no object", repeated("data.jsonl", b"", b"1\n", 1 << 26), "D118", file="data.jsonl"
    ),
    _large("a line of JSON of 64 MB", repeated("data.jsonl", b'{"a":"', b"x", 1 << 26), "D120", file="data.jsonl"),
)


def _table(columns: Callable[[Any], dict[str, Any]], **options: Any) -> Lay:
    """Writes a spec and a Parquet file, of columns that are made of NumPy."""

    def lay(folder: Path) -> None:
        import numpy
        from pyarrow import parquet, table

        of_path("data.parquet")(folder)
        options_ = {"compression": "zstd", "use_dictionary": False} | options
        parquet.write_table(table(columns(numpy)), folder / "data.parquet", **options_)

    return lay


def _footer(footer: bytes, length: int | None = None) -> Lay:
    """A Parquet file of nothing but a footer."""
    size = (len(footer) if length is None else length).to_bytes(4, "little")
    return files({"spec.yaml": spec("data.parquet"), "data.parquet": b"PAR1" + footer + size + b"PAR1"})


_ZEROS: Final = both(of_path("data.parquet"), sparse("data.parquet", GIB, b"PAR1", b"PAR1"))


def _long_texts(_numpy: Any) -> dict[str, Any]:
    return {"a": [1.0] * 3000, "y": [f"{'x' * 100_000}{n}" for n in range(3000)]}


def _repeated_text(numpy: Any) -> Any:
    """A text of a million letters, which a file holds once."""
    from pyarrow import DictionaryArray, array

    return DictionaryArray.from_arrays(array(numpy.zeros(1 << 16, "int32")), array(["x" * 1_000_000]))


def _repeated_labels(numpy: Any) -> Any:
    from pyarrow import ListArray, array

    return ListArray.from_arrays(array(numpy.arange(0, (1 << 16) + 1, 8, "int32")), _repeated_text(numpy))


def _without_gaps(folder: Path) -> None:
    """Says of a column that it has no gaps: what the file has counted of them fits no more."""
    path = folder / "data.parquet"
    path.write_bytes(path.read_bytes().replace(b"\x25\x02\x18\x01a", b"\x25\x00\x18\x01a"))


_SMALL: Final = _table(lambda _: {"a": [1, 2] * 20, "y": ["no", "yes"] * 20})
_REPEATED: Final = {"use_dictionary": True, "store_schema": False}
_ROWS: Final = 10_000_000
_LONG: Final = b"\xff\xff\xff\xff\x07" + b"\x00" * 90
PARQUET: Final = (
    Trap(
        "10 million zeros in a page",
        _table(
            lambda np: {"a": np.zeros(_ROWS), "y": np.zeros(_ROWS, bool)},
            data_page_size=1 << 30,
            max_rows_per_page=_ROWS,
            row_group_size=_ROWS,
        ),
        ("D126",),
        _AT,
    ),
    Trap("a text of 200 million letters", _table(lambda _: {"a": [1.0], "y": ["x" * 200_000_000]}), ("D126",), _AT),
    Trap(
        "3,000 texts of 100,000 letters",
        _table(_long_texts),
        ("D126",),
        _AT,
    ),
    Trap(
        "65,536 times a text of a million letters",
        _table(lambda np: {"a": np.zeros(1 << 16), "y": _repeated_text(np)}, **_REPEATED),
        ("D126",),
        _AT,
    ),
    Trap(
        "lists of a text of a million letters",
        _table(lambda np: {"a": np.zeros(1 << 13), "y": _repeated_labels(np)}, **_REPEATED),
        ("D126",),
        _AT,
    ),
    Trap("30,000 columns in Parquet", _table(lambda _: {f"c{n}": [1] for n in range(30_000)}), ("D125",), _AT),
    Trap("a column that may have gaps, and has none by the schema", both(_SMALL, _without_gaps), ("D121",), "data."),
    Trap("a footer of 4 GiB", _footer(b"x" * 100, 0xFFFFFFFF), ("D121",), _AT),
    Trap("a footer of 2 GiB", _footer(b"x" * 100, 0x7FFFFFFF), ("D121",), _AT),
    Trap(
        "a footer of two billion columns",
        _footer(b"\x15\x02\x19\xfc" + _LONG),
        ("D121",),
        _AT,
    ),
    Trap(
        "a footer of a name of 2 GiB",
        _footer(b"\x15\x02\x19\x1c\x48" + _LONG),
        ("D121",),
        _AT,
    ),
    Trap("a footer 100,000 deep", _footer(b"\x1c" * 100_000), ("D121",), _AT),
    Trap(
        "a Parquet file of zeros",
        _ZEROS,
        ("D121",),
        _AT,
    ),
)


def _png(width: int, height: int) -> bytes:
    """A PNG file that claims to be so large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


_IMAGES: Final = """specrun: 1
data: {path: images, format: image_folder}
features: {image: {type: image, size: [8, 8]}}
target: label
classes: [a, b]
layers: [Flatten, {Dense: 4}]
"""


def _images(folder: Path) -> None:
    names = {f"images/{kind}/{n}.png": _png(8, 8) for kind in ("a", "b") for n in range(10)}
    files({"spec.yaml": _IMAGES, **names})(folder)


def _rings(folder: Path) -> None:
    _images(folder)
    for name in ("a", "b"):
        (folder / "images" / name / "ring.png").symlink_to("..")


IMAGES: Final = (
    Trap("images", _images),
    Trap("images in folders that links lead in circles", _rings, ("D251",)),
    Trap("a picture that is a program", both(_images, files({"images/a/x.svg": "<svg/>"})), ("D251",)),
    Trap("a picture that is a pipe", both(_images, lambda folder: os.mkfifo(folder / "images/a/pipe.png")), ("D251",)),
)

TRAPS: Final = (*PATHS, *CSV, *CELLS, *JSON, *JSON_LARGE, *PARQUET, *IMAGES)
