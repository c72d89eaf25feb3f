"""Where in the spec the blocks of a script come from, as comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from specrun.compiler.diagnostics import Span
from specrun.compiler.script.literal import prose


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
            places.setdefault(PurePath(span.file).name, set()).add(span.line)
        return f"# {' '.join(f'{prose(file)}:{_ranges(lines)}' for file, lines in places.items())}\n" if places else ""


def _ranges(lines: Iterable[int]) -> str:
    """Numbers of lines, those that follow each other as one range."""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in _runs(sorted(lines)))


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    first = numbers[0]
    for number, after in zip(numbers, [*numbers[1:], None], strict=True):
        if after != number + 1:
            yield first, number
            first = after if after is not None else first
