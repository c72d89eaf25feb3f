"""Work that a thread does ahead of those who take it up, or behind those who give it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

_T = TypeVar("_T")


def ahead(items: Iterable[_T]) -> Iterator[_T]:
    """The items, each made while the one before is taken up; what making them raises is raised here."""
    source = iter(items)
    end = object()
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(next, source, end)
        while (item := waiting.result()) is not end:
            waiting = thread.submit(next, source, end)
            yield item  # type: ignore[misc]


@contextmanager
def behind(work: Callable[[_T], None]) -> Iterator[Callable[[_T], None]]:
    """What gives items to a thread that does `work` with them; what it raises is raised by the next call or the end."""
    with ThreadPoolExecutor(1) as thread:
        waiting: Future[None] | None = None

        def give(item: _T) -> None:
            nonlocal waiting
            if waiting is not None:
                waiting.result()
            waiting = thread.submit(work, item)

        yield give
        if waiting is not None:
            waiting.result()
