"""What a hostile script is, read as Python reads it, held against the harmless script of the same spec."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from tokenize import TokenInfo as Token

from markdown_it import MarkdownIt

from tests.hostile.trees import Different, Trees

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_ORIGIN = re.compile(r"# [^\s!-,/:-@[-^`{-~]+:[0-9]+([,-][0-9]+)*")
"""A comment that says where in a spec something stands: one word, with no sign that a tool might take for its own."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script of any kind: its code in parts that are run one after the other, its `notes`, which are Markdown.

    `frame` is what else it is made of.
    """

    code: tuple[str, ...]
    notes: tuple[str, ...]
    frame: object


def script_of(text: str, suffix: str) -> Script:
    """A script as it is read from a file with that suffix."""
    return _SUFFIXES[suffix](text)


def _python(text: str) -> Script:
    return Script((text,), (), None)


def _notebook(text: str) -> Script:
    document = json.loads(text.encode())
    sources: dict[str, list[str]] = {"code": [], "markdown": []}
    for cell in document["cells"]:
        sources[cell["cell_type"]].append("".join(cell.pop("source")))
    return Script(tuple(sources["code"]), tuple(sources["markdown"]), document)


_SUFFIXES = {".py": _python, ".ipynb": _notebook}


def compared(harmless: Script, hostile: Script, pairs: Mapping[str, str], *, laid_out: bool) -> set[str]:
    """The stand-ins in a harmless script, each of which is its text in the hostile one.

    `pairs` has the text of each; `laid_out` says that a formatter broke the lines where they are long. Raises Different
    where the two scripts are different in anything else.
    """
    if harmless.frame != hostile.frame:
        raise Different(f"{harmless.frame!r}\n{hostile.frame!r}")
    trees = Trees(pairs)
    for one, other in zip(harmless.code, hostile.code, strict=True):
        raw = one.encode(), other.encode()
        trees.same(*map(_tree, raw))
        _compare_tokens(*map(_tokens, raw), laid_out=laid_out)
    for one, other in zip(harmless.notes, hostile.notes, strict=True):
        if _structure(one) != _structure(other):
            raise Different(f"a note is another one:\n{one}\n{other}")
    return trees.found


def _tree(raw: bytes) -> ast.Module:
    """The tree of a part as Python reads its file, without the docstring."""
    tree = ast.parse(raw, type_comments=True)
    if ast.get_docstring(tree):
        del tree.body[0]
    return tree


def _compare_tokens(one: list[Token], other: list[Token], *, laid_out: bool) -> None:
    if laid_out:  # where lines are broken
        one, other = ([token for token in tokens if token.type == tokenize.COMMENT] for tokens in (one, other))
    if [token.type for token in one] != [token.type for token in other]:
        raise Different("the tokens are others")
    for token, found in zip(one, other, strict=True):
        if token.type == tokenize.COMMENT and not _say_the_same(token.string, found.string):
            raise Different(f"a comment is another one: {token.string!r}, {found.string!r}")


def _say_the_same(comment: str, other: str) -> bool:
    return comment == other or all(map(_ORIGIN.fullmatch, (comment, other)))


def _tokens(raw: bytes) -> list[Token]:
    encoding, *tokens = tokenize.tokenize(io.BytesIO(raw).readline)
    if encoding.string != "utf-8":
        raise Different(f"the encoding is {encoding.string}")
    return tokens


def _structure(note: str) -> list[tuple[str, str]]:
    """What Markdown makes of a note, but for its texts."""
    blocks = _MARKDOWN.parse(note)
    inner = (token for block in blocks for token in (block, *(block.children or ())))
    return [(token.type, token.tag) for token in inner if token.type not in ("text", "softbreak")]
