"""The pages `docs/scripts.md` and `docs/keras-and-tensorflow.md`: what the scripts of the shipped specs are like.

    python tests/benchmarks/scripts.py

writes both anew.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from specrun.api import compiled
from specrun.compiler.compilation import Compilation
from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.compiler.script import TARGETS, target_of, write_script

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
HOTEL = ROOT / "specs" / "hotel_reviews.yaml"
NOT_HELD = "-"

SCRIPTS = """# The scripts

`make docs` writes this page anew.

`specrun compile SPEC --target T` writes these kinds of scripts:

{targets}

## Which spec each target holds, and in how many lines

All the lines of a file are counted, the docstring, imports, blank lines and lists of columns too, formatted at 120
columns; of a notebook those of its cells with code.

{lines}

For comparison: the tutorial that this project began with shows the network of `hotel_reviews` in 25 lines of Keras and
45 of TensorFlow. By hand for the versions of today, from a file of rows to a measure on test rows, formatted alike,
they are 67 and 112; those of TensorFlow take no arguments and save no model.

## What is not held, and why

{reasons}
"""
SIDE_BY_SIDE = """# One spec, in Keras and in TensorFlow

`make docs` writes this page anew. It shows what each line of `specs/hotel_reviews.yaml` became in the script of
`--target keras` and in that of `--target tensorflow`: the lines that come out otherwise where that line of the spec is
another. Both scripts are one model: with the same weights, they give the same outputs.

{parts}

## The whole scripts

### Keras, {keras_lines} lines

```python
{keras}```

### TensorFlow, {tensorflow_lines} lines

```python
{tensorflow}```
"""
CHANGES = {
    "name: hotel-reviews": "name: other",
    "description: The score of a hotel review, from the reviewer, the hotel and the stay.": "description: Other",
    "  path: data/hotel_reviews.csv": "  path: data/other.csv",
    '  separator: ";"': '  separator: "|"',
    "  split: {test: 0.33}": "  split: {test: 0.25}",
    "target: Score": "target: Rating",
    "classes: [1, 2, 3, 4, 5]": "classes: [5, 4, 3, 2, 1]",
    "  - Dense: {units: 8, activation: relu}": "  - Dense: {units: 16, activation: tanh}",
    "  epochs: 4": "  epochs: 5",
    "  batch_size: 1": "  batch_size: 2",
    "  optimizer: Adam": "  optimizer: {SGD: {learning_rate: 0.1, momentum: 0.9}}",
    "  loss: categorical_crossentropy": "  loss: sparse_categorical_crossentropy",
    "  metrics: [accuracy]": "  metrics: [AUC]",
    "  seed: 42": "  seed: 43",
}
"""What stands in place of a line, to see what it became; lines of features are taken out, those of a kind together."""


@cache
def compilation_of(path: Path) -> Compilation:
    return compiled(path, every_row=True)


@cache
def script_of(path: Path, target: str) -> str | tuple[Diagnostic, ...]:
    """The script, or why there is none."""
    compilation = compilation_of(path)
    try:
        return write_script(compilation.plan, compilation.folder, DOCS, target)
    except SpecError as error:
        return error.diagnostics


def length(path: Path, target: str) -> int | None:
    """The number of lines of code of a script; None where there is none."""
    script = script_of(path, target)
    if not isinstance(script, str):
        return None
    if target_of(target).suffix != ".ipynb":
        return len(script.splitlines())
    cells = json.loads(script)["cells"]
    return sum(len(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def scripts_page() -> str:
    """The page of all the scripts."""
    targets = [f"| `{name}` | {target_of(name).doc} |" for name in TARGETS]
    lines = []
    for path in SPECS:
        counts = [length(path, target) for target in TARGETS]
        own = len(path.read_text("utf-8").splitlines())
        cells = [NOT_HELD if count is None else str(count) for count in counts]
        lines.append(f"| `{path.stem}` | {own} | {' | '.join(cells)} |")
    heads = " | ".join(f"`{target}`" for target in TARGETS)
    rule = " | ".join(["---"] + ["---:"] * (1 + len(TARGETS)))
    return SCRIPTS.format(
        targets="\n".join(["| target | what it writes |", "| --- | --- |", *targets]),
        lines="\n".join([f"| spec | itself | {heads} |", f"| {rule} |", *lines]),
        reasons="\n".join(["| spec | target | why not |", "| --- | --- | --- |", *reasons()]),
    )


def reasons() -> Iterator[str]:
    """Why a target cannot hold a spec: the first reason, in the words of the diagnostic."""
    for path in SPECS:
        for target in TARGETS:
            found = script_of(path, target)
            if not isinstance(found, str):
                more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
                yield f"| `{path.stem}` | `{target}` | {found[0].message}{more} |"


def side_by_side() -> str:
    """The page of the hotel spec in both."""
    lines = HOTEL.read_text("utf-8").splitlines()
    scripts = {target: hotel_script(tuple(lines), target) for target in NAMES}
    parts = []
    for written, other in changes(lines):
        part = [f"```yaml\n{textwrap.dedent(chr(10).join(written))}\n```"]
        for target, name in NAMES.items():
            changed = changed_lines(scripts[target], hotel_script(tuple(other), target))
            part.append(f"{name}:\n\n```python\n{changed}\n```")
        parts.append("\n\n".join(part))
    whole = {target: hotel_script(tuple(lines), target, with_digest=True) for target in NAMES}
    counts = {f"{target}_lines": len(script.splitlines()) for target, script in whole.items()}
    return SIDE_BY_SIDE.format(parts="\n\n---\n\n".join(parts), **whole, **counts)


NAMES = {"keras": "Keras", "tensorflow": "TensorFlow"}


def changes(lines: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Lines of the hotel spec, each with the spec in which they are others."""
    for line, i in ((line, i) for i, line in enumerate(lines) if line in CHANGES):
        if line == "target: Score":
            for kind in ("number", "boolean", "category"):
                members = [other for other in lines if other.endswith(f": {kind}")]
                yield members, [other for other in lines if other not in members]
        yield [line], [*lines[:i], CHANGES[line], *lines[i + 1 :]]


@cache
def hotel_script(lines: tuple[str, ...], target: str, with_digest: bool = False) -> str:
    """The script of a spec of the hotel data, whose columns, separator and name are those of the spec."""
    text = "\n".join(lines)
    data = (HOTEL.parent / "data" / "hotel_reviews.csv").read_text("utf-8")
    data = data.replace("Score", "Rating", 1) if "target: Rating" in lines else data
    data = data.replace(";", "|") if '  separator: "|"' in lines else data
    with TemporaryDirectory() as place:
        folder = Path(place) / "specs"
        (folder / "data").mkdir(parents=True)
        (folder / "data" / ("other.csv" if "other.csv" in text else "hotel_reviews.csv")).write_text(data, "utf-8")
        (folder / HOTEL.name).write_text(text, "utf-8")
        plan = compiled(folder / HOTEL.name, every_row=True).plan
        script = write_script(plan, folder, folder.parent, target)
    return script if with_digest else script.replace(plan.digest[:12], "…")


def changed_lines(script: str, other: str) -> str:
    """The lines of a script that are not in the other one, `…` where some are left out between them."""
    old, new = script.splitlines(), other.splitlines()
    found: list[str] = []
    for tag, start, stop, _, _ in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag in ("replace", "delete") and any(line.strip() for line in old[start:stop]):
            found += [*(["…"] if found else []), *(line for line in old[start:stop] if line.strip())]
    return "\n".join(found)


PAGES = {"scripts.md": scripts_page, "keras-and-tensorflow.md": side_by_side}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")
