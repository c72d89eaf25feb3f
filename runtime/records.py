"""What a run writes down: each record is one file of the run directory."""

from __future__ import annotations

import csv
import dataclasses
import json
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from specrun.compiler.compilation import Compilation
from specrun.compiler.contract import contract
from specrun.compiler.language.dump import to_yaml
from specrun.compiler.paths import relative_path
from specrun.compiler.plan import Plan
from specrun.compiler.plan_json import to_json
from specrun.compiler.script import write_script
from specrun.runtime.disk import write_at_once
from specrun.runtime.training import Trained

SPEC = "spec.yaml"
STOPPED = "stopped.txt"
"""What only a run has that was stopped."""

_PACKAGES = ("specrun", "tensorflow", "keras", "numpy", "pandas", "scikit-learn", "pyarrow")


def write_records(
    compilation: Compilation, trained: Trained, metrics: dict[str, Any], folder: Path, final: Path
) -> None:
    """Write all the records but the spec to `folder`, which will be moved to `final`; relative paths are from there."""
    texts = {
        "script.py": write_script(compilation.plan, compilation.folder, final),
        "plan.json": to_json(compilation.plan),
        "contract.json": _json(contract(compilation.spec)),
        "metrics.json": _json(metrics),
        "environment.txt": environment(),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    _write_history(trained.history, folder / "history.csv")
    write_learnt(trained, folder)
    trained.network.served().save(folder / "model.keras")


def write_learnt(trained: Trained, folder: Path) -> None:
    """Write what was learnt: of the columns, and the weights."""
    import numpy as np

    (folder / "fitted.json").write_text(_json(_fitted(trained)), encoding="utf-8", newline="\n")
    weights: dict[str, Any] = {f"{i}:{w.path}": np.asarray(w) for i, w in enumerate(trained.network.model.weights)}
    np.savez(folder / "weights.npz", **weights)


def write_stops(plan: Plan, place: tuple[int, int] | None, fold: int | None, folder: Path) -> None:
    """Write down where the training ended early, or in which fold the cross-validation; nothing where neither did."""
    if place is not None:
        text = f"The training was stopped in epoch {place[0]} of {plan.training.epochs}, after step {place[1]} of it.\n"
    elif fold is not None and plan.data.folds is not None:
        count = plan.data.folds.count
        text = f"Cross-validation was stopped in fold {fold} of {count}: `metrics.json` has nothing of it.\n"
    else:
        return
    (folder / STOPPED).write_text(text, encoding="utf-8", newline="\n")


def write_spec(compilation: Compilation, folder: Path, final: Path) -> None:
    """Write the filled-in spec, its data where the run directory finds them."""
    spec = compilation.spec
    if spec.data.path is not None:
        path = relative_path(compilation.folder / spec.data.path, final)
        spec = dataclasses.replace(spec, data=dataclasses.replace(spec.data, path=path))
    write_at_once(folder / SPEC, to_yaml(spec))


def _fitted(trained: Trained) -> dict[str, Any]:
    learnt: dict[str, dict[str, Any]] = {}
    for (kind, column), value in trained.statistics.items():
        values = value if isinstance(value, list) else [value]
        plain = [str(v) if isinstance(v, str) else float(v) for v in values]
        learnt.setdefault(column, {})[kind] = plain if isinstance(value, list) else plain[0]
    heads = trained.plan.heads
    classes = list(heads[0].classes) if len(heads) == 1 else {head.name: list(head.classes) for head in heads}
    return {"classes": classes, "columns": learnt}


def environment() -> str:
    """The versions of Python and the libraries, a line each."""
    lines = [f"python=={platform.python_version()}"]
    lines += [f"{package}=={metadata.version(package)}" for package in _PACKAGES]
    return "\n".join([*lines, f"# {platform.system()} {platform.machine()}", ""])


def _write_history(history: dict[str, list[float]], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["epoch", *history])
        writer.writerows([i, *values] for i, values in enumerate(zip(*history.values(), strict=True), start=1))


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
