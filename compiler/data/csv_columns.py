"""Large CSV files, looked at in columns: pyarrow parts blocks of lines, where each line is plainly one record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from specrun.compiler.data.arrow_batch import ArrowBatch, ArrowTable
from specrun.compiler.data.batch import Damaged
from specrun.compiler.data.csv_table import CsvTable, first_record
from specrun.compiler.data.lines import UnreadableError
from specrun.compiler.data.table import Dialect, Row, Source

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGE = 1 << 22
MANY_ROWS = 40_000
"""From this size of the files in bytes and so many rows on, columns save more time than importing pyarrow takes."""

_BLOCK = 1 << 23
_LONG_LINE = 1 << 17
"""Bytes of a line, each cell of which is shorter than what a reader by rows takes."""

_ENCODINGS = frozenset(["utf-8", "latin-1", "cp1252"])
"""In these, a byte that is a line break in ASCII is one, whatever stands before it."""

_MARK = b"\xef\xbb\xbf"
_BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What Python's `strip` drops."""


class CsvColumns(CsvTable, ArrowTable):
    """A `CsvTable` that is looked at in columns; where a line may be no record of its own, it is read row by row."""

    def all_batches(self, columns: Collection[int]) -> Iterator[ArrowBatch]:
        """See ArrowTable."""
        for source in self._sources:
            for block in _blocks(source, self._dialect):
                records = _records(block, self._dialect, len(self.columns), columns)
                yield CsvBatch(records, [str(index) for index in range(len(self.columns))], block, source.shown)

    def pays(self, limit: int | None) -> bool:
        """See BatchTable."""
        return limit is None or limit >= MANY_ROWS

    @staticmethod
    def holds(dialect: Dialect, sources: Sequence[Source], width: int) -> bool:
        """Whether files of `width` columns can be looked at in columns, and are large enough to be."""
        is_plain = dialect.encoding in _ENCODINGS and dialect.separator.isascii() and width > 1
        return is_plain and sum(source.path.stat().st_size for source in sources) >= LARGE


class Block:
    """Some whole lines of a file in UTF-8, each with a line break at its end; the first has the number `line`."""

    def __init__(self, content: bytes, line: int) -> None:
        self.content, self.line = content, line

    @cached_property
    def ends(self) -> NDArray[Any]:
        """The places of the line breaks."""
        import numpy

        return numpy.flatnonzero(numpy.frombuffer(self.content, numpy.uint8) == ord("\n"))

    def text(self, number: int) -> str:
        """Line `number` (from 0), without its line break."""
        start = self.ends[number - 1] + 1 if number else 0
        return self.content[start : self.ends[number]].decode().rstrip("\r")

    def longest(self) -> int:
        """The length of the longest line in bytes."""
        import numpy

        return int(numpy.diff(self.ends, prepend=-1).max())


class CsvBatch(ArrowBatch):
    """The rows of a block, but for the first `first` of them."""

    def __init__(self, records: Any, names: Sequence[str], block: Block, file: str, first: int = 0) -> None:
        super().__init__(records, names)
        self._block, self._file, self._first = block, file, first

    def with_records(self, records: Any, first: int) -> CsvBatch:
        return CsvBatch(records, self._names, self._block, self._file, self._first + first)

    def row(self, number: int, index: int) -> Row:
        place = self._first + number
        return Row(self._file, self._block.line + place, self.cells_of(number, index), self._block.text(place))


def _blocks(source: Source, dialect: Dialect) -> Iterator[Block]:
    """The lines of a file but for its header; raises Damaged where one may be read in several ways."""
    try:
        header = None if dialect.columns else first_record(source, dialect)
        skipped = 0 if header is None else header.last
        line = 1
        with source.path.open("rb") as file:
            for content in _contents(file.read, dialect.encoding):
                block = Block(content, line)
                line += len(block.ends)
                if block.line <= skipped:
                    block = _without(block, skipped)
                if block.content:
                    yield block
    except (OSError, UnicodeError, UnreadableError) as problem:
        raise Damaged from problem


def _without(block: Block, skipped: int) -> Block:
    """A block without the lines up to number `skipped`; raises Damaged where it does not hold them all."""
    count = skipped - block.line + 1
    if count > len(block.ends):
        raise Damaged
    return Block(block.content[block.ends[count - 1] + 1 :], skipped + 1)


def _contents(read: Any, encoding: str) -> Iterator[bytes]:
    """The bytes of a file in UTF-8, in blocks of whole lines."""
    rest = b""
    is_first = True
    while True:
        part = read(_BLOCK)
        content = rest + part
        if is_first and encoding == "utf-8":
            content = content.removeprefix(_MARK)
        is_first = False
        if not part:
            content = _checked(content, encoding).rstrip(b"\r\n")
            if content:
                yield content + b"\n"
            return
        # The last line may go on, or nothing but blank lines may follow it, which are no rows.
        cut = content.rstrip(b"\r\n").rfind(b"\n") + 1
        rest = content[cut:]
        if len(rest) > _BLOCK + _LONG_LINE:
            raise Damaged
        if cut:
            yield _checked(content[:cut], encoding)


def _checked(content: bytes, encoding: str) -> bytes:
    """Lines in UTF-8 that every reader parts alike; raises Damaged where these may be parted otherwise."""
    if b"\0" in content or (b"\r" in content and content.count(b"\r") != content.count(b"\r\n")):
        raise Damaged
    if not content.isascii():
        text = content.decode(encoding)
        content = content if encoding == "utf-8" else text.encode()
    return content


def _records(block: Block, dialect: Dialect, width: int, columns: Collection[int]) -> Any:
    """The columns as texts, in a record batch; raises Damaged unless each line is one row of `width` cells."""
    from pyarrow import ArrowInvalid, BufferReader, RecordBatch, csv, dictionary, int32, string

    if block.longest() > _LONG_LINE:
        raise Damaged
    # A quote that is still open after the last line would swallow this one.
    content = block.content + dialect.separator.encode() * (width - 1) + b"\n"
    names = [str(index) for index in range(width)]
    wanted = [names[index] for index in sorted(columns)]
    try:
        table = csv.read_csv(
            BufferReader(content),
            csv.ReadOptions(block_size=len(content), column_names=names),
            csv.ParseOptions(
                delimiter=dialect.separator,
                quote_char='"' if dialect.quoting else False,
                newlines_in_values=True,
            ),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, dictionary(int32(), string())),
                include_columns=wanted,
                check_utf8=False,
            ),
        )
    except ArrowInvalid as problem:
        raise Damaged from problem
    if table.num_rows != len(block.ends) + 1:
        raise Damaged
    arrays = [column.chunk(0)[:-1] for column in table.columns]
    return RecordBatch.from_arrays([_stripped(a) if dialect.strip else a for a in arrays], names=wanted)


def _stripped(array: Any) -> Any:
    from pyarrow import DictionaryArray, compute

    texts = compute.utf8_trim(array.dictionary, _BLANKS).dictionary_encode()
    return DictionaryArray.from_arrays(texts.indices.take(array.indices), texts.dictionary)
