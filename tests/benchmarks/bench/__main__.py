"""Measure, print the tables and write them into the README: `python -m tests.benchmarks.bench`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from tests.benchmarks.bench import jobs, many_rows, peers, rows
from tests.benchmarks.bench.engines import auto, by_engine, by_keras
from tests.benchmarks.bench.networks import NETWORKS, Network
from tests.benchmarks.bench.timing import Taken, in_turns, ratio, short

README = peers.ROOT / "README.md"
STORED = peers.ROOT / "docs" / "bench.json"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
SLOW_XLA = "images"
MANY = ((10_000_000, 20), (1_000_000, 20), (1_000_000, 40), (1_000_000, 80))
"""Rows and columns; only the first are measured in several rounds."""
BY_HAND = "DuckDB, pyarrow and XLA by hand"
Found: TypeAlias = dict[str, dict[str, list[float]]]
Costs: TypeAlias = dict[str, dict[str, list[dict[str, float]]]]


def training(rounds: int) -> Found:
    """The microseconds of a step, by network and by what trains it; `auto` is one of the engines."""
    found = {network.name: _values(in_turns(network.name, _contestants(network), rounds)) for network in NETWORKS}
    return {network.name: found[network.name] | {"auto": found[network.name][auto(network)]} for network in NETWORKS}


def _contestants(network: Network) -> dict[str, Any]:
    ways: dict[str, Any] = {"by hand": by_keras} | {e: partial(by_engine, engine=e) for e in ("fit", "graph", "xla")}
    ways["loop"] = peers.by_loop
    if network.kind == "dense":
        ways["sklearn"] = peers.by_sklearn
    if peers.TORCH.exists():
        ways["torch"] = peers.by_torch
    if network.kind == SLOW_XLA:
        del ways["xla"]  # a hundred times as slow as any other
    return {name: partial(way, network) for name, way in ways.items()}


def start(rounds: int) -> Found:
    """The seconds of the hotel job, by the number of its epochs."""
    found = {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        jobs.workplace(folder)
        for epochs in (1, 4, 100):
            ways = {
                "by hand": partial(jobs.by_hand, folder, epochs),
                "specrun": partial(jobs.by_specrun, folder, epochs),
            }
            title = f"{epochs} epoch{'s' * (epochs > 1)}, process start to saved model"
            found[title] = _values(in_turns(title, ways, min(rounds, 3) if epochs == 100 else rounds))
        title = "4 epochs, process start to saved model and report"
        ways = {
            "by hand": partial(jobs.by_hand, folder, 4),
            "specrun": partial(jobs.by_specrun, folder, 4, report=True),
        }
        found[title] = _values(in_turns(title, ways, rounds))
    return found


def adult(rounds: int, path: Path) -> Found:
    """The seconds of all rows of a table on their way in and out."""
    encoders = {"by hand": rows.encoder_by_hand(path), "specrun": rows.encoder_of_specrun(path)}
    found = {"adult: reading, fitting, encoding": _values(in_turns("encoding", encoders, rounds))}
    found["adult: the check of every row"] = {"specrun": [rows.checked(path) for _ in range(rounds)]}
    with TemporaryDirectory() as folder:
        by_hand, by_specrun = rows.predictor_by_hand(path), rows.predictor_of_specrun(path, Path(folder))
        for count in (1, 48_842):
            title = f"adult: predicting {count:,} row{'s' * (count > 1)}"
            ways = {"by hand": by_hand(count), "specrun": by_specrun(count)}
            found[title] = _values(in_turns(title, ways, rounds))
    return found


def many(rounds: int) -> Costs:
    """What many rows cost, by how many they are and by who trains on them."""
    found: Costs = {}
    scratch = peers.ROOT / "build"  # a disk, where the temporary folder may be memory
    scratch.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=scratch) as name:
        data, folder = Path(name) / "rows.parquet", Path(name)
        for count, columns in MANY:
            many_rows.write_rows(data, count, columns)
            ways: dict[str, Callable[[], many_rows.Cost]] = {}
            for engine in ("auto", "graph"):
                spec = folder / f"{engine}.yaml"
                many_rows.write_spec(spec, data, engine, columns)
                ways[f"engine `{engine}`"] = partial(many_rows.by_specrun, spec)
            if many_rows.PEERS.exists():
                ways[BY_HAND] = partial(many_rows.by_hand, data)
            title, costs = (
                f"{count:,} rows of {columns} columns",
                [
                    {way: asdict(run()) for way, run in ways.items()}
                    for _ in range(rounds if count == MANY[0][0] else 1)
                ],
            )
            found[title] = {way: [cost[way] for cost in costs] for way in ways}
            print(title, found[title], file=sys.stderr, flush=True)
    return found


def _many_table(found: Costs) -> list[str]:
    titles = (
        "rows",
        "by",
        "the check, s",
        "statistics, encoding, one epoch, s",
        "of by hand",
        "process, s",
        "held, MB",
    )
    table = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    for rows_, ways in found.items():
        for way, costs in ways.items():
            of = {name: Taken(tuple(cost[name] for cost in costs)) for name in costs[0]}
            by_hand = Taken(tuple(cost["work_s"] for cost in ways.get(BY_HAND, costs)))
            beside = str(ratio(of["work_s"], by_hand)) if way != BY_HAND and BY_HAND in ways else "-"
            figures = (of["check_s"], of["work_s"], beside, of["process_s"], of["peak_mb"])
            shown = [short(each.median) if isinstance(each, Taken) else each for each in figures]
            table.append(f"| {rows_} | {way} | {' | '.join(shown)} |")
    return table


def _values(taken: dict[str, Taken]) -> dict[str, list[float]]:
    return {name: list(t.values) for name, t in taken.items()}


def tables(stored: dict[str, Any]) -> str:
    """What the README shows of the stored figures."""
    machine = stored["machine"]
    lines = [f"`make bench` measured this on {machine}: in turns, the median of the rounds and their span.", ""]
    if "training" in stored:
        lines += ["How many times as long as with `engine: auto` a step of a long training takes in steady state:", ""]
        lines += _training_table(stored["training"])
    others: Found = stored.get("start", {}) | stored.get("adult", {})
    if others:
        lines += ["", "| | by hand, s | specrun, s | by hand / specrun |", "|---|---|---|---|"]
        lines += [_row(title, taken) for title, taken in others.items()]
    if "many" in stored:
        lines += ["", *_many_table(stored["many"])]
    return "\n".join(lines)


def _training_table(found: Found) -> list[str]:
    titles = {
        "by hand": "`model.fit` by hand",
        "fit": "engine `fit`",
        "graph": "engine `graph`",
        "xla": "engine `xla`",
        "loop": "TensorFlow loop",
        "sklearn": "`MLPClassifier`",
        "torch": "PyTorch loop",
    }
    head = "| network | `auto` is | µs a step | " + " | ".join(titles.values()) + " | `graph` beside `model.fit` |"
    table = [head, "|---" * (len(titles) + 4) + "|"]
    for name, taken in found.items():
        of = {way: Taken(tuple(values)) for way, values in taken.items()}
        taken_by = next(engine for engine in ("graph", "xla") if taken.get(engine) == taken["auto"])
        cells = [str(ratio(of[way], of["auto"])) if way in of else "-" for way in titles]
        both = ratio(of["by hand"], of["graph"])
        table.append(f"| {name} | `{taken_by}` | {short(of['auto'].median)} | {' | '.join(cells)} | {both} |")
    return table


def _row(title: str, taken: dict[str, list[float]]) -> str:
    found = {name: Taken(tuple(values)) for name, values in taken.items()}
    if "by hand" not in found:
        return f"| {title} | - | {found['specrun'].median:.4g} | - |"
    both = ratio(found["by hand"], found["specrun"])
    return f"| {title} | {found['by hand'].median:.4g} | {found['specrun'].median:.4g} | {both} |"


def machine() -> str:
    """What the figures hang on: the processor and the versions."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text("utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in ("tensorflow", "keras", "scikit-learn"))
    name = cpu[1] if cpu else platform.processor()
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {versions}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=["training", "start", "adult", "many"])
    parser.add_argument(
        "--adult", type=Path, help="the file of the census of 1994; without it, its rows stay as they are"
    )
    parser.add_argument("--no-write", action="store_true")
    args = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    stored: dict[str, Any] = json.loads(STORED.read_text("utf-8")) if STORED.exists() else {}
    stored["machine"] = machine()
    if "start" in args.only:
        stored["start"] = start(args.rounds)
    if "adult" in args.only and args.adult is not None:
        stored["adult"] = adult(args.rounds, args.adult)
    if "many" in args.only:
        stored["many"] = many(args.rounds)
    if "training" in args.only:
        stored["training"] = training(args.rounds)
    print(tables(stored))
    if not args.no_write:
        STORED.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
        before, _, rest = README.read_text("utf-8").partition(BEGIN)
        README.write_text(f"{before}{BEGIN}\n{tables(stored)}\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
