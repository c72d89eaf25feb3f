"""Templates that are compiled once: no text of a spec has a part in that, and it takes longer than to fill them in."""

from __future__ import annotations

from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache

from specrun.compiler.script.environment import _base


def keep_templates() -> None:
    """From now on, compile each template once in this process."""
    _base().bytecode_cache = _Kept()


class _Kept(BytecodeCache):
    def __init__(self) -> None:
        self._code: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was compiled of the same text, if it was."""
        bucket.code = self._code.get(f"{bucket.key} {bucket.checksum}")

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self._code[f"{bucket.key} {bucket.checksum}"] = bucket.code
