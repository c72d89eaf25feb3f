"""What was asked: what is predicted, from what, and how the network is trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specrun.compiler.difference import words
from specrun.compiler.language.dump import plain
from specrun.compiler.language.spec import Spec
from specrun.compiler.plan import Head, Plan
from specrun.runtime.report.words import counted, joined

_CLASSES = 12


def asked_of(plan: Plan, spec: Spec) -> tuple[tuple[str, str], ...]:
    """What was asked, as pairs of a word and what stands for it in the spec."""
    return tuple(_asked(plan, plain(spec)))


def _asked(plan: Plan, filled: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for head in plan.heads:
        yield f"predicts {head.name}" if len(plan.heads) > 1 else "predicts", _head(plan, head)
    kinds: dict[str, int] = {}
    for group in plan.features:
        kinds[group.kind] = kinds.get(group.kind, 0) + len(group.columns)
    yield "from", joined([counted(count, _KINDS.get(kind, kind)) for kind, count in kinds.items()])
    if plan.series is not None:
        yield "window", f"{plan.series.window:,} rows, and the {counted(plan.series.horizon, 'row')} that follow"
    split = filled["data"].get("split")
    if split:
        yield "split", _pairs(split)
    for key, value in filled["training"].items():
        yield key.replace("_", " "), words(value)
    if "targets" in filled:
        for name, options in filled["targets"].items():
            yield (
                f"loss of {name}",
                words({key: options[key] for key in ("loss", "metrics", "weight") if key in options}),
            )


_KINDS = {"category": "category/categories", "sequence": "sequence", "timeseries": "time series/time series"}


def _head(plan: Plan, head: Head) -> str:
    what = f"{joined(list(head.columns))}: {head.task.value}"
    if plan.series is not None and plan.series.horizon > 1:
        what = f"the next {plan.series.horizon:,} values of {joined(list(head.columns))}"
    if not head.classes:
        return what
    more = f", … ({len(head.classes):,})" if len(head.classes) > _CLASSES else ""
    return f"{what}: {', '.join(map(str, head.classes[:_CLASSES]))}{more}"


def _pairs(options: dict[str, Any]) -> str:
    return ", ".join(f"{key} {words(value)}" for key, value in options.items())
