"""`Shared`: a layer of the spec, applied once more with the same weights."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import Final

from specrun.compiler import catalogue
from specrun.compiler.catalogue import REQUIRED, Argument, Entry

SHARED: Final = "Shared"

_ENTRY = Entry(
    SHARED,
    "layers",
    "",
    "a layer of the spec, applied once more with the same weights",
    (Argument("layer", {"type": "string", "minLength": 1, "maxLength": 80}, REQUIRED, "the `name` of that layer"),),
    "layer",
)


def entries(family: str) -> Mapping[str, Entry]:
    """What may stand in a list of a family: the entries of the catalogue, and `Shared` among the layers."""
    of_keras = catalogue.family(family)
    return ChainMap({SHARED: _ENTRY}, of_keras) if family == "layers" else of_keras  # type: ignore[arg-type]
