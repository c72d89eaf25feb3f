"""The first few of the same mistake, and how many more there are, up to a bound."""

from __future__ import annotations

from specrun.compiler.diagnostics import Diagnostic, Span

LIMIT = 3
MOST = 10_000
"""So many rows at fault are counted; a file with more of them is read no further."""


class EnoughError(Exception):
    """There are so many rows at fault that the rest of them says nothing new."""


class FirstFew:
    """Adds the first `LIMIT` diagnostics of each code to `problems`; `close` adds one that counts the rest."""

    def __init__(self, problems: list[Diagnostic]) -> None:
        self._problems = problems
        self._seen: dict[str, int] = {}
        self._next: dict[str, Span] = {}

    def add(self, diagnostic: Diagnostic) -> None:
        """Report or count one row that does not fit. Raises EnoughError after the `MOST`-th of its code."""
        seen = self._seen.get(diagnostic.code, 0)
        self._seen[diagnostic.code] = seen + 1
        if seen < LIMIT:
            self._problems.append(diagnostic)
        elif seen == LIMIT:
            self._next[diagnostic.code] = diagnostic.span
        if seen + 1 == MOST:
            raise EnoughError

    def close(self) -> None:
        """Say how many more rows there were of each code."""
        for code, span in self._next.items():
            more = self._seen[code] - LIMIT
            rows = "one more row has" if more == 1 else f"{more:,} more rows have"
            if self._seen[code] == MOST:
                rows = f"at least {rows}"
            message = f"{rows} the same fault, from line {span.line} of `{span.file}` on"
            self._problems.append(Diagnostic(code, message, span, "mend the file, or see whether `data:` describes it"))
        self._next.clear()
