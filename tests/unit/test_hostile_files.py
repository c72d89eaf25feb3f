"""Hostile texts on the whole way: in the names of files and folders, in data, on the command line of a script."""

from __future__ import annotations

import ast
import contextlib
import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

from specrun.api import compiled
from specrun.compiler.plan import Plan
from specrun.compiler.script import TARGETS, target_of, write_script
from specrun.compiler.script.literal import prose
from tests.hostile.comparing import compared, script_of
from tests.hostile.compiling import plan_of, yaml_of
from tests.hostile.scenes import Scene
from tests.hostile.templates import keep_templates
from tests.hostile.texts import PIECES, WHOLE, Texts
from tests.unit.test_hostile import scene_with

OF_PYTHON = [target for target in TARGETS if target_of(target).suffix == ".py"]
SPECS = 12
FILES = 6
COLUMNS = 6
TEXTS = FILES + 4 + COLUMNS


@pytest.fixture(scope="module", autouse=True)
def _kept() -> None:
    keep_templates()


@pytest.fixture
def _as_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scripts as they are before the formatter lays them out, which takes ten times as long as to print them."""
    monkeypatch.setattr("specrun.compiler.script.layout.formatted", lambda text: text)


def is_file_name(text: str) -> bool:
    """Whether a file, and no pattern of files, can be called so."""
    with contextlib.suppress(UnicodeEncodeError):
        return len(text.encode()) < 150 and not set(text) & set("/\0*?[") and text not in (".", "..")
    return False


def is_cell(text: str) -> bool:
    return text.isprintable() and text == text.strip() and 0 < len(text) < 100 and text != "*"


def drawn(number: int) -> list[str]:
    """Names of files first, and then texts of the data."""
    texts = Texts(Random(number))
    files = islice((text for text in texts if is_file_name(text)), 3 * FILES)
    cells = islice((text for text in texts if is_cell(text)), 3 * TEXTS)
    return [*[f"{text}{i}" for i, text in enumerate(files)][:FILES], *list(dict.fromkeys(cells))[: TEXTS - FILES]]


@dataclass(frozen=True, slots=True)
class Project:
    """A spec in a file, with its base in another folder and its data in a third, and the scripts that are written."""

    folder: Path
    texts: Sequence[str]

    def plan(self, ending: str) -> Plan:
        base, name, file, data, rows, _, *_ = self.texts
        marker, *labels = self.texts[FILES : FILES + 4]
        columns = self.texts[FILES + 4 :]
        (self.folder / base / data).mkdir(parents=True)
        path = Path(base, data, f"{rows}.{ending}")
        values = [[column if i % 2 else marker for column in columns[1:]] for i in range(30)]
        write_rows(self.folder / path, columns, [[labels[i % 3], *row] for i, row in enumerate(values)])
        below = {"specrun": 1, "data": {"path": f"{data}/{rows}.{ending}", "missing": [marker]}, "layers": []}
        (self.folder / base / f"{name}.yaml").write_text(yaml_of(below, self.texts), "utf-8")
        spec = {"extends": f"{base}/{name}.yaml", "name": "model", "description": "".join(self.texts)[:2000]}
        target = {"target": columns[0], "classes": "auto", "features": {"*": "category"}}
        (self.folder / file).write_text(yaml_of({**spec, **target}, self.texts), "utf-8")
        return compiled(self.folder / file, every_row=True).plan

    def scripts(self, plan: Plan) -> Iterator[tuple[str, str]]:
        where = self.folder / self.texts[5]
        for target in TARGETS:
            yield target, write_script(plan, self.folder, where, target, annotate=True)


def write_rows(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".jsonl":
            file.writelines(json.dumps(dict(zip(columns, row, strict=True))) + "\n" for row in rows)
        else:
            csv.writer(file, lineterminator="\n").writerows([columns, *rows])


def stand_in(number: int, text: str) -> str:
    """A text as long as another in a script, with a slash if that has one."""
    slash = "/" if "/" in text else ""
    return f"中{number}".ljust(len(repr(text)) - 2 - len(slash), "p") + slash


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
@pytest.mark.parametrize("number", range(SPECS // 2))
def test_no_text_becomes_code_on_the_whole_way(tmp_path: Path, number: int, ending: str) -> None:
    texts = drawn(number)
    harmless = Project(tmp_path / "one", [stand_in(i, text) for i, text in enumerate(texts)])
    hostile = Project(tmp_path / "two", texts)
    plan, other = harmless.plan(ending), hostile.plan(ending)
    pairs = dict(zip(harmless.texts, texts, strict=True))
    for group, found in zip(plan.features, other.features, strict=True):
        pairs |= dict(zip(group.columns, found.columns, strict=True))
    pairs |= dict(zip(map(str, plan.heads[0].classes), map(str, other.heads[0].classes), strict=True))
    pairs |= {path_in(harmless, ending): path_in(hostile, ending)}
    for (target, one), (_, script) in zip(harmless.scripts(plan), hostile.scripts(other), strict=True):
        suffix = target_of(target).suffix
        held = compared(script_of(one, suffix), script_of(script, suffix), pairs, laid_out=True)
        assert len(held) >= COLUMNS


def path_in(project: Project, ending: str) -> str:
    base, _, _, data, rows, _, *_ = project.texts
    return f"../{base}/{data}/{rows}.{ending}"


@pytest.mark.usefixtures("_as_printed")
def test_a_notebook_is_one_and_commands_nothing() -> None:
    commands: Any = TransformerManager()  # type: ignore[no-untyped-call]
    for text in WHOLE:
        scene = told(text)
        plan = plan_of(scene, f"{text}.yaml", texts_of(scene))
        script = write_script(plan, Path(), Path(), "notebook", annotate=True)
        notebook: Any = nbformat.reads(script, as_version=4)  # type: ignore[no-untyped-call]
        nbformat.validate(notebook)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                assert commands.transform_cell(cell.source) == cell.source + "\n"


# The command line of a script


def told(text: str) -> Scene:
    """A scene whose description and data are called so."""
    return scene_with({"description": f"{text} for {text}!", "data": {"path": f"{text[:400]}.csv"}})


def texts_of(scene: Scene) -> set[str]:
    return {scene.spec["description"], scene.spec["data"]["path"]}


def up_to_arguments(script: str) -> ast.Module:
    """What a script does before it has read its arguments, with no import but theirs."""
    tree = ast.parse(script.encode("utf-8"))
    end = next(i for i, step in enumerate(tree.body) if "parse_args" in ast.unparse(step))
    others = ("from argparse", "os.environ")
    tree.body = [
        step
        for step in tree.body[: end + 1]
        if not isinstance(step, ast.Import | ast.ImportFrom) or ast.unparse(step).startswith(others)
    ]
    return tree


def called(script: str, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[dict[str, Any], str]:
    """The variables of a script that has read its arguments, and what it printed."""
    monkeypatch.setattr(sys, "argv", ["script.py", *arguments])
    names: dict[str, Any] = {"os": os}
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
        exec(compile(up_to_arguments(script), "script.py", "exec"), names)
    return names, out.getvalue()


def unspaced(text: str) -> str:
    return "".join(text.split())


@pytest.mark.usefixtures("_as_printed")
@pytest.mark.parametrize("target", OF_PYTHON)
def test_help_shows_every_description(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in (*WHOLE, *PIECES):
        scene = told(text)
        plan = plan_of(scene, "spec.yaml", texts_of(scene))
        script = write_script(plan, Path(), Path(), target)
        _, out = called(script, monkeypatch, "--help")
        assert "--epochs" in out
        assert unspaced(prose(f"{text} for {text}!")) in unspaced(out)
        names, _ = called(script, monkeypatch)
        assert names["args"].epochs == 10
        assert unspaced(names["args"].data).endswith(unspaced(f"{text[:400]}.csv".rpartition("/")[2]))


@pytest.mark.parametrize("target", OF_PYTHON)
def test_a_script_helps_in_a_process_of_its_own(target: str, tmp_path: Path) -> None:
    plan = plan_of(told('%(prog)s "%s" 100 % \\ é'), "spec.yaml")
    script = write_script(plan, Path(), tmp_path, target, annotate=True)
    for name in {alias for step in ast.parse(script).body for alias in imported(step)} - {"argparse", "os"}:
        stub = tmp_path / "stubs" / Path(*name.split(".")) / "__init__.py"
        stub.parent.mkdir(parents=True, exist_ok=True)
        for folder in (stub.parent, *stub.parent.relative_to(tmp_path / "stubs").parents):
            path = tmp_path / "stubs" / folder / "__init__.py"
            path.write_text("def __getattr__(name):\n    if name[:2] == '__': raise AttributeError(name)\n")
    (tmp_path / "script.py").write_text(script, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "stubs"), "PYTHONUTF8": "1", "COLUMNS": "100"}
    command = [sys.executable, "script.py", "--help"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert unspaced("% (prog)s '%s' 100 % / é for % (prog)s '%s' 100 % / é!.") in unspaced(done.stdout)


def imported(step: ast.stmt) -> Iterator[str]:
    if isinstance(step, ast.Import):
        yield from (alias.name for alias in step.names)
    elif isinstance(step, ast.ImportFrom):
        yield str(step.module)
