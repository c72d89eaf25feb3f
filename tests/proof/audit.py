"""Nothing that a command of specrun does goes beyond computing, reading what is named and writing what is named.

`python -m tests.proof.audit` looks at `check`, `explain`, `compile`, `fmt`, `diff`, `init` and `schema` on the specs
that ship, on those of the parity tests, on wrong ones and on hostile ones; and, beside TensorFlow, at whole runs and
their use.
"""

from __future__ import annotations

import argparse
import csv
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from specrun.compiler.render import FORMATS
from tests.parity.workplace import make_rows, write_csv, write_typed, write_words
from tests.proof.policy import CANARY
from tests.proof.result import Result

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("compiler", "runtime", "specs", "src/specrun", "templates", "tests/proof")
IMPORTS = """
    attr attrs charset_normalizer click cloudpickle contourpy cycler cython Cython dateutil filelock fqdn idna
    isoduration jinja2 joblib jsonpointer jsonschema jsonschema_specifications kiwisolver lz4 markdown_it markupsafe
    matplotlib mdurl mpl_toolkits narwhals numpy org packaging pandas PIL psutil pyarrow pygments pyparsing pytz
    referencing
    rfc3339_validator rfc3986_validator rfc3987 rfc3987_syntax rich rpds ruff_api scikits scipy six sklearn sksparse
    specrun threadpoolctl typing_extensions uarray uri_template webcolors yaml
"""
"""What specrun asks for, what that asks for, and what it looks for without needing it."""
OF_TENSORFLOW = "absl etils flatbuffers gast google h5py keras ml_dtypes numpy optree tensorflow termcolor tree wrapt"
_PAYLOADS = (
    f'"); import os; os.system("touch {CANARY}") #',
    f"__import__('subprocess').run(['touch', '{CANARY}'])",
    f"{{{{ cycler.__init__.__globals__.os.popen('touch {CANARY}') }}}}",
    f"{{% include '/etc/{CANARY}' %}}",
    f'"""\nimport {CANARY}\n"""',
    f"${{{CANARY}}} $(touch {CANARY}) `touch {CANARY}` %{CANARY}%",
    f"!!python/object/apply:os.system ['touch {CANARY}']",
    f"file:///etc/{CANARY} http://127.0.0.1:9/{CANARY}",
    f"\\x22\\x29;import {CANARY}#",
    f"'+__import__('{CANARY}')+'",
)


@dataclass(frozen=True, slots=True)
class Command:
    """The arguments of a command, and the paths that it names."""

    arguments: tuple[str, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...] = ()
    scratch: str = ""


def prove(count: int) -> Result:
    """Audit the commands on `count` specs of each sort, and on some runs; 0 is all the specs."""
    with tempfile.TemporaryDirectory(prefix="audit-") as name:
        folder = Path(name).resolve()
        commands = [*_on_specs(folder, count or None)]
        scratch = folder / "scratch"
        scratch.mkdir()
        runs = [*_on_runs(folder, str(scratch))]
        found = [_audited(commands, scratch), _audited(runs, scratch, tensorflow=True)]
        left = [str(path) for path in scratch.iterdir()]
        left += [str(path) for path in folder.rglob(f"*{CANARY}*") if path.is_file()]
    events = sum(each["events"] for each in found)
    faults = [fault for each in found for fault in each["faults"]]
    seen = f"{len(faults) + len(left)} of {events:,} events, in {len(commands)} commands without TensorFlow and "
    return Result(f"{seen}{len(runs)} with it", tuple(faults) + tuple(f"{path} was made" for path in left))


def _audited(commands: Iterable[Command], scratch: Path, *, tensorflow: bool = False) -> dict[str, Any]:
    paths = sysconfig.get_paths()
    bases = (sys.prefix, sys.base_prefix, paths["stdlib"], *(str(ROOT / part) for part in PARTS))
    job = {
        "packages": [*bases, *(str(Path(base).resolve()) for base in bases)],
        "imports": [*IMPORTS.split(), *(OF_TENSORFLOW.split() if tensorflow else ())],
        "tensorflow": tensorflow,
        "commands": [asdict(command) for command in commands],
    }
    program = [sys.executable, "-B", "-m", "tests.proof.audited"]
    passing = {**os.environ, "TMPDIR": str(scratch), "MPLCONFIGDIR": str(scratch.parent / "matplotlib")}
    done = subprocess.run(
        program, input=json.dumps(job), capture_output=True, text=True, check=False, cwd=ROOT, env=passing
    )
    if done.returncode:
        return {"events": 0, "faults": [done.stderr[-2000:]]}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _on_specs(folder: Path, count: int | None) -> Iterator[Command]:
    """The commands that do without TensorFlow: all of them on specs that ship, and so on."""
    shipped, parity, wrong, hostile = (folder / name for name in ("shipped", "parity", "wrong", "hostile"))
    shutil.copytree(ROOT / "specs", shipped, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(ROOT / "tests" / "ui", wrong)
    _write_parity(parity)
    for spec in (*_some(sorted(shipped.glob("*.yaml")), count), *_some(sorted(parity.glob("*.yaml")), count)):
        yield from _all_commands(spec)
    for spec in _some(sorted(wrong.glob("*/spec.yaml")), count):
        yield Command(("check", str(spec)), _named_by(spec))
        yield Command(("explain", str(spec)), _named_by(spec))
    for spec in _write_hostile(hostile):
        yield from _all_commands(spec)
    for data in _some(sorted(shipped.glob("data/*.csv")), count):
        target = data.read_text("utf-8").partition("\n")[0].rpartition(",")[2].strip('"')
        draft = data.with_suffix(".yaml")
        written = (str(draft), str(draft.with_suffix(".schema.json")))
        yield Command(("init", str(data), "--target", target, "-o", str(draft)), (str(data),), written)
        yield Command(("schema", "--for", str(data)), (str(data),))
    yield Command(("schema",), ())
    yield Command(("explain", "S204"), ())


def _all_commands(spec: Path) -> Iterator[Command]:
    named, out, text = _named_by(spec), str(spec.with_suffix(".scripts")), str(spec)
    for form in FORMATS:
        yield Command(("check", "--format", form, text), named)
    yield Command(("explain", text), named)
    yield Command(("compile", "--all", "--annotate", "-o", out, text), named, (out,))
    yield Command(("compile", text), named)
    yield Command(("fmt", "--diff", text), (text,))
    yield Command(("fmt", text), (text,), (text,))
    yield Command(("diff", text, text), named)


def _on_runs(folder: Path, scratch: str) -> Iterator[Command]:
    """Whole trainings and what is done with a run: in memory and streamed, a table and a series, of every engine."""
    shipped = folder / "shipped"
    for name, settings in (
        ("hotel_reviews", ("data.memory=streamed", "training.engine=graph")),
        ("hotel_reviews", ("training.engine=fit",)),
        ("wide_and_deep", ("training.engine=xla",)),
        ("bakery", ()),
        ("messages", ()),
    ):
        spec, place = shipped / f"{name}.yaml", folder / f"{name}-{len(settings)}"
        reads, out, rows = _named_by(spec), place / "run", place / "rows.csv"
        writes = (str(place),)
        options = [part for setting in ("training.epochs=2", *settings) for part in ("--set", setting)]
        yield Command(("run", str(spec), *options, "--out", str(out)), reads, writes, scratch=scratch)
        data = reads[-1]
        yield Command(("evaluate", str(out), data), (*reads, str(out)), (), scratch=scratch)
        yield Command(("predict", str(out), data, "-o", str(rows)), (*reads, str(out)), (str(rows),), scratch=scratch)
        yield Command(("compare", str(out), str(out)), (*reads, str(out)))
        yield Command(("runs", str(place)), (str(place),))


def _some(specs: Sequence[Path], count: int | None) -> Sequence[Path]:
    """So many of them, at even distances."""
    return specs if count is None else specs[:: max(1, len(specs) // count)][:count]


def _named_by(spec: Path, known: frozenset[Path] = frozenset()) -> tuple[str, ...]:
    """The files that a spec names, itself first: what it extends, the folders of its images, and its data last."""
    text = spec.read_text("utf-8", errors="replace")
    bases = [
        spec.parent / base for base in re.findall(r"^\"?extends\"?: *[\"']?([^\"'\n]+\.ya?ml)", text, re.MULTILINE)
    ]
    named = [
        str(spec),
        *(
            path
            for base in bases
            if base.is_file() and base not in known
            for path in _named_by(base, known | {spec, base})
        ),
    ]
    named += [str(spec.parent / folder) for folder in re.findall(r"\bfolder: *([^\s,}]+)", text)]
    for path in re.findall(r"\b(?:path|file)\"?: *[\"']?([^\"'\s,}]+)", text):
        here = str(spec.parent / path)
        named += [str(spec.parent / "*.png")] if ": image" in text and "folder:" not in text else []
        named += [*sorted(glob.glob(here)), here]
    found = (name for pattern in named for name in (glob.glob(pattern) or [pattern]))
    return tuple(os.path.realpath(path) for path in found if "\0" not in path)


def _write_parity(folder: Path) -> None:
    """The cases of the parity tests with their data; without images, which TensorFlow would have to write."""
    folder.mkdir()
    frame = make_rows()
    write_csv(frame, folder)
    write_typed(frame, folder)
    write_words(frame, folder)
    for case in sorted((ROOT / "tests" / "parity" / "cases").glob("*.yaml")):
        if not case.name.startswith("image"):
            shutil.copy(case, folder)


def _write_hostile(folder: Path) -> Iterator[Path]:
    """Specs whose every text would do something if it could."""
    folder.mkdir()
    rows = [[*_PAYLOADS, i, _PAYLOADS[i % 3]] for i in range(30)]
    columns = [*(f"{payload}{i}" for i, payload in enumerate(_PAYLOADS)), f"n{_PAYLOADS[1]}", f"t{_PAYLOADS[0]}"]
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    spec = {
        "specrun": 1,
        "description": " ".join(_PAYLOADS),
        "data": {"path": "rows.csv", "missing": list(_PAYLOADS[3:])},
        "features": {column: "number" if column[0] == "n" else "category" for column in columns[:-1]},
        "target": columns[-1],
        "classes": list(_PAYLOADS[:3]),
        "layers": [{"Dense": {"units": 2, "activation": "relu"}}],
        "training": {"track": {"tensorboard": {"directory": _PAYLOADS[1]}}},
    }
    tagged = f'specrun: 1\nname: {_PAYLOADS[6]}\ndata: !!python/name:os.system {{path: "{CANARY}"}}\n'
    unknown = {**spec, "layers": list(_PAYLOADS), "extends": _PAYLOADS[7], "name": _PAYLOADS[0]}
    texts = {"texts": json.dumps(spec), "tagged": tagged, "unknown": json.dumps(unknown)}
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
        yield folder / f"{name}.yaml"


def main() -> None:
    """Audit, and say what was seen."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.audit", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=0, help="how many specs of each sort; 0 is all")
    result = prove(parser.parse_args().count)
    print(*result.faults, result.seen, sep="\n")
    sys.exit(0 if result.holds else 1)


if __name__ == "__main__":
    main()
