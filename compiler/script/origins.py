"""Where in the spec the blocks of a script come from, as comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from unicodedata import combining

from specrun.compiler.diagnostics import Span


class Origins:
    """Writes the comments, where they are asked for."""

    def __init__(self, asked: bool = False) -> None:
        self.asked = asked

    def __call__(self, spans: Span | Iterable[Span]) -> str:
        """A comment line such as `# wine.yaml:4-6,9`, or nothing."""
        if not self.asked:
            return ""
        places: dict[str, set[int]] = {}
        for span in [spans] if isinstance(spans, Span) else spans:
            places.setdefault(_word(PurePath(span.file).name), set()).add(span.line)
        return f"# {' '.join(f'{file}:{_ranges(lines)}' for file, lines in places.items())}\n" if places else ""


def _word(file: str) -> str:
    """The name of a file as one word: what tools read from comments has blanks, or signs such as `:` and `%`, in it."""
    return "".join(c if c.isalnum() or c in "._-" or combining(c) else "_" for c in file)


def _ranges(lines: Iterable[int]) -> str:
    """Numbers of lines, those that follow each other as one range."""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in _runs(sorted(lines)))


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    first = numbers[0]
    for number, after in zip(numbers, [*numbers[1:], None], strict=True):
        if after != number + 1:
            yield first, number
            first = after if after is not None else first
