"""The model card: what the model is for, what it was made of, how it was judged (Mitchell et al. 2019)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from specrun.compiler.language.spec import Spec
from specrun.runtime.identity import read_record
from specrun.runtime.report.facts import OfHead
from specrun.runtime.report.words import bounds

_DIGEST = 16


def card_of(
    spec: Spec, folder: Path, rows: Mapping[str, int], part: str, heads: Sequence[OfHead]
) -> tuple[tuple[str, str], ...]:
    """What is known of a model, as pairs of a word and what stands for it."""
    return tuple(_card(spec, folder, rows, part, heads))


def _card(
    spec: Spec, folder: Path, rows: Mapping[str, int], part: str, heads: Sequence[OfHead]
) -> Iterator[tuple[str, str]]:
    record = read_record(folder)
    yield "purpose", " ".join(spec.description.split()) or "the spec has no description"
    yield "trained on", f"{spec.data.dataset or spec.data.path}, {_rows(record.get('rows', {}))}"
    if record.get("began"):
        yield "trained", f"from {record['began']} on, for {record['seconds']} s"
    stopped = folder / "stopped.txt"
    if stopped.is_file():
        yield "stopped", stopped.read_text("utf-8").strip()
    yield "judged on", f"{part}: {rows[part]:,}"
    for head in heads:
        named = f"results for {head.name}" if len(heads) > 1 else "results"
        pairs = zip(head.scores.measures, head.scores.scored[0].values, strict=True)
        yield named, "; ".join(f"{measure.name} {bounds(value)}" for measure, value in pairs if value is not None)
    yield "seed", str(spec.training.seed)
    identity = record.get("identity")
    if isinstance(identity, dict):
        yield "digest of the spec", str(identity.get("spec", ""))[:_DIGEST]
        if spec.data.path is not None:
            yield "digest of the data", str(identity.get("data", ""))[:_DIGEST]


def _rows(rows: Mapping[str, Any]) -> str:
    return ", ".join(f"{part} {count:,}" for part, count in rows.items())
