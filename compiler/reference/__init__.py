"""The reference of the language, written out of its schema and the catalogue: `docs/language.md`."""

from specrun.compiler.reference.page import page

__all__ = ["page"]
