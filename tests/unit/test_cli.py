"""The command line: exit statuses, streams, formats, and that nothing that was there is lost. TensorFlow stays away."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from specrun.cli import main
from specrun.compiler.language.editor_schema import editor_schema
from specrun.compiler.script import TARGETS

ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
WINE = ROOT / "specs" / "wine.yaml"
SPEC = """\
specrun: 1
name: small
data: {path: rows.csv, split: {test: 0.25}}
features: {a: number, b: category}
target: y
classes: [u, v]
layers: [{Dense: 4}]
training: {epochs: 1}
"""


@pytest.fixture(autouse=True)
def _no_framework(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever imports TensorFlow or Keras fails."""
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    monkeypatch.setitem(sys.modules, "keras", None)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small spec and its data; the current one."""
    (tmp_path / "spec.yaml").write_text(SPEC)
    (tmp_path / "wrong.yaml").write_text(SPEC.replace("Dense", "Dens").replace("a: number", "A: number"))
    rows = "".join(f"{i},{'xy'[i % 2]},{'uv'[i % 3 % 2]}\n" for i in range(24))
    (tmp_path / "rows.csv").write_text(f"a,b,y\n{rows}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def files(folder: Path) -> dict[str, bytes]:
    """All that lies in a folder, hidden files too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# check


def test_no_problems(folder: Path) -> None:
    result = invoke("check", folder / "spec.yaml")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "1 spec: no problems\n")


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_specs_that_ship_have_no_errors(path: Path) -> None:
    assert invoke("check", path).exit_code == 0


def test_all_mistakes_are_told_on_the_error_stream(folder: Path) -> None:
    result = invoke("check", folder / "wrong.yaml")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[S105]: `Dens` is not a layer" in result.stderr
    assert "error[S204]: `A` is not a column" in result.stderr
    assert "wrong.yaml:4:12" in result.stderr
    assert result.stderr.splitlines()[-1] == "2 errors"


def test_several_specs_are_all_checked(folder: Path) -> None:
    result = invoke("check", "missing.yaml", folder / "wrong.yaml", WINE)
    assert result.exit_code == 1
    assert all(code in result.stderr for code in ("S001", "S105", "S204"))
    assert invoke("check", WINE, folder / "spec.yaml").stderr == "2 specs: no problems\n"


def test_warnings_alone_are_no_failure() -> None:
    result = invoke("check", ROOT / "specs" / "hotel_reviews.yaml")
    assert result.exit_code == 0
    assert "warning[D301]" in result.stderr


@pytest.mark.parametrize(("spec", "status", "codes"), [("spec.yaml", 0, set()), ("wrong.yaml", 1, {"S105", "S204"})])
def test_formats_for_programs(folder: Path, spec: str, status: int, codes: set[str]) -> None:
    as_json = invoke("check", "--format", "json", folder / spec)
    assert (as_json.exit_code, as_json.stderr) == (status, "")
    assert codes <= {code for code in ("S105", "S204") if code in as_json.stdout}
    json.loads(as_json.stdout)
    as_sarif = invoke("check", "--format", "sarif", folder / spec)
    assert as_sarif.exit_code == status
    results = json.loads(as_sarif.stdout)["runs"][0]["results"]
    assert {result["ruleId"] for result in results} == codes
    as_commands = invoke("check", "--format", "github", folder / spec)
    assert as_commands.exit_code == status
    assert [line.startswith("::error ") for line in as_commands.stdout.split("\n") if line] == [True] * len(codes)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("check",),
        ("check", "--format", "xml", "spec.yaml"),
        ("check", "--nonsense", "spec.yaml"),
        ("compile",),
        ("compile", "spec.yaml", "--target", "cobol"),
        ("compile", "spec.yaml", "--check"),
        ("compile", "spec.yaml", "--backend", "jax", "--all"),
        ("compile", "spec.yaml", "--backend", "mxnet"),
        ("run",),
        ("explain",),
        ("nonsense",),
        ("schema", "x"),
    ],
)
def test_wrong_usage(folder: Path, arguments: tuple[str, ...]) -> None:
    before = files(folder)
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.output
    assert files(folder) == before


@pytest.mark.parametrize("path", ["nowhere.yaml", ".", "rows.csv/x.yaml", "x" * 300, "\udcff.yaml"])
@pytest.mark.parametrize("command", ["check", "compile", "run", "explain"])
def test_a_spec_that_cannot_be_read(folder: Path, command: str, path: str) -> None:
    before = files(folder)
    result = invoke(command, path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[S001]" in result.stderr
    assert files(folder) == before


@pytest.mark.parametrize("format_", ["text", "json", "github", "sarif"])
def test_names_that_are_no_unicode_are_shown_somehow(folder: Path, format_: str) -> None:
    result = invoke("check", "--format", format_, folder / "spec.yaml", "--set", "data.path=\udcff\x1b[31m.csv")
    assert result.exit_code == 1
    assert "D101" in result.output
    assert "\x1b" not in result.output


# --set


@pytest.mark.parametrize(
    "setting",
    ["training.epochs=3", "training.optimizer={SGD: {learning_rate: 1e-2}}", "classes=auto", "data.split.seed=4"],
)
def test_values_are_set(folder: Path, setting: str) -> None:
    assert invoke("check", folder / "spec.yaml", "--set", setting).exit_code == 0
    assert invoke("compile", folder / "spec.yaml", "--set", setting).exit_code == 0


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("training.epochs", "S120"),
        ("=3", "S120"),
        ("training..epochs=3", "S120"),
        ("training.epochs.x=3", "S120"),
        ("training.epochs=many", "S104"),
        ("training.epochs=0", "S106"),
        ("training.epoch=3", "S102"),
        ("training.epochs=[1", "Y108"),
        ("training.optimizer=Adan", "S105"),
        ("data.path=nowhere.csv", "D101"),
        ("target=z", "S205"),
    ],
)
@pytest.mark.parametrize("command", ["check", "compile"])
def test_wrong_settings_are_told_with_their_place(folder: Path, command: str, setting: str, code: str) -> None:
    result = invoke(command, folder / "spec.yaml", "--set", setting)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"error[{code}]" in result.stderr
    assert "--> --set:1" in result.stderr


def test_a_path_that_is_set_is_relative_to_the_current_folder(folder: Path) -> None:
    (folder / "specs").mkdir()
    (folder / "specs" / "spec.yaml").write_text(SPEC)
    assert invoke("check", "specs/spec.yaml").exit_code == 1
    assert invoke("check", "specs/spec.yaml", "--set", "data.path=rows.csv").exit_code == 0


# compile


def test_a_script_goes_to_the_output(folder: Path) -> None:
    result = invoke("compile", folder / "spec.yaml")
    assert (result.exit_code, result.stderr) == (0, "")
    assert '"--data", default="rows.csv"' in result.stdout
    compile(result.stdout, "script.py", "exec")


def test_a_script_is_written_and_names_its_data_relative_to_itself(folder: Path) -> None:
    (folder / "scripts").mkdir()
    result = invoke("compile", "spec.yaml", "-o", "scripts/train.py")
    assert (result.exit_code, result.output) == (0, "")
    assert '"--data", default="../rows.csv"' in (folder / "scripts" / "train.py").read_text("utf-8")


def test_a_file_is_not_overwritten_without_being_asked(folder: Path) -> None:
    old = folder / "train.py"
    old.write_bytes(b"mine\r\n")
    before = files(folder)
    result = invoke("compile", folder / "spec.yaml", "-o", old)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[R102]" in result.stderr
    assert "--force" in result.stderr
    assert files(folder) == before
    assert invoke("compile", folder / "spec.yaml", "-o", old, "--force").exit_code == 0
    assert old.read_text("utf-8").startswith('"""Predict `y`')
    assert set(files(folder)) == set(before)


@pytest.mark.parametrize("name", ["keras.py", "numbers.py", "numpy.py"])
def test_a_script_with_the_name_of_a_module_is_written_with_a_warning(folder: Path, name: str) -> None:
    result = invoke("compile", "spec.yaml", "-o", name)
    assert result.exit_code == 0
    assert f"warning[R103]: `{name}` would be imported in place of the module `{name[:-3]}`" in result.stderr
    assert (folder / name).read_text("utf-8").startswith('"""Predict `y`')


@pytest.mark.parametrize("name", ["wine.py", "keras.txt", "keras_script.py"])
def test_a_script_with_another_name_is_written_without_a_word(folder: Path, name: str) -> None:
    result = invoke("compile", "spec.yaml", "-o", name)
    assert (result.exit_code, result.output) == (0, "")
    assert (folder / name).exists()


def test_a_spec_with_mistakes_overwrites_nothing(folder: Path) -> None:
    old = folder / "train.py"
    old.write_text("mine")
    before = files(folder)
    assert invoke("compile", folder / "wrong.yaml", "-o", old, "--force").exit_code == 1
    assert files(folder) == before


@pytest.mark.parametrize("output", ["nowhere/train.py", "rows.csv/train.py", "x" * 300 + ".py", "sub"])
def test_a_file_that_cannot_be_written(folder: Path, output: str) -> None:
    (folder / "sub").mkdir()
    before = files(folder)
    result = invoke("compile", folder / "spec.yaml", "-o", output, "--force")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[R102]" in result.stderr
    assert files(folder) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o500)
    result = invoke("compile", folder / "spec.yaml", "-o", closed / "train.py")
    assert result.exit_code == 1
    assert "error[R102]" in result.stderr


def test_every_script_is_written_and_what_cannot_be_is_named(folder: Path) -> None:
    result = invoke("compile", "spec.yaml", WINE, "--all", "-o", "scripts")
    assert result.exit_code == 0
    written = result.stdout.splitlines()
    assert {"scripts/spec_keras.py", "scripts/wine_keras.py"} <= set(written)
    assert set(written) == {f"scripts/{name}" for name in os.listdir(folder / "scripts")}
    refused = [line for line in result.stderr.splitlines() if re.match(r"no \w+ script of (spec|wine): ", line)]
    assert len(written) + len(refused) == 2 * len(TARGETS)


@pytest.mark.usefixtures("folder")
def test_a_folder_that_cannot_be_made() -> None:
    result = invoke("compile", "spec.yaml", "--all", "-o", "rows.csv/scripts")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[R102]" in result.stderr


def test_a_script_is_checked(folder: Path) -> None:
    check = ("compile", "spec.yaml", "-o", "train.py", "--check")
    before = files(folder)
    missing = invoke(*check)
    assert (missing.exit_code, files(folder)) == (3, before)
    assert "+args = parser.parse_args()" in missing.stdout
    assert "write them anew" in missing.stderr
    assert invoke(*check[:-1]).exit_code == 0
    same = invoke(*check)
    assert (same.exit_code, same.output) == (0, "")
    other = invoke(*check, "--set", "training.epochs=7")
    assert other.exit_code == 3
    lines = [line for line in other.stdout.splitlines() if re.match(r"[-+] *parser", line)]
    assert [line[0] for line in lines] == ["-", "+"]
    script = folder / "train.py"
    script.write_bytes(script.read_bytes().replace(b"\n", b"\r\n"))
    assert invoke(*check).exit_code == 3


@pytest.mark.usefixtures("folder")
def test_a_script_says_where_its_blocks_come_from() -> None:
    plain, annotated = (invoke("compile", "spec.yaml", *more).stdout for more in ((), ("--annotate",)))
    assert "spec.yaml:" not in plain
    assert re.search(r"^# spec.yaml:\d+\nfor name in ", annotated, re.MULTILINE)
    assert ast.dump(ast.parse(plain)) == ast.dump(ast.parse(annotated))


# run


@pytest.mark.parametrize("taken", ["folder", "file"])
def test_a_run_overwrites_nothing_and_says_so_before_it_imports_tensorflow(folder: Path, taken: str) -> None:
    out = folder / "out"
    if taken == "folder":
        out.mkdir()
        (out / "notes.txt").write_text("mine")
    else:
        out.write_text("mine")
    before = files(folder)
    result = invoke("run", folder / "spec.yaml", "--out", out)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[R101]" in result.stderr
    assert files(folder) == before


def test_a_run_of_a_spec_with_mistakes_leaves_nothing(folder: Path) -> None:
    before = files(folder)
    result = invoke("run", folder / "wrong.yaml", "--out", folder / "out")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[S105]" in result.stderr
    assert files(folder) == before
    assert not (folder / "out").exists()
    assert not (folder / "runs").exists()


# explain and schema


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_spec_is_explained(path: Path) -> None:
    result = invoke("explain", path)
    assert result.exit_code == 0
    assert all(word in result.stdout for word in ("features", "layers", "training", "parameters"))


def test_a_spec_with_mistakes_is_not_explained(folder: Path) -> None:
    result = invoke("explain", folder / "wrong.yaml")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[S204]" in result.stderr


def test_a_code_is_explained() -> None:
    result = invoke("explain", "S204")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "S204" in result.stdout
    assert len(result.stdout) > 100


def test_a_code_that_no_diagnostic_has_is_wrong_usage() -> None:
    result = invoke("explain", "S999")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no diagnostic has the code `S999`" in result.stderr


@pytest.mark.parametrize("code", ["s204", "../S204", "S204.md", "\uff33204"])
def test_a_code_that_is_none_is_taken_for_a_spec(folder: Path, code: str) -> None:
    result = invoke("explain", code)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[S001]" in result.stderr
    assert files(folder)


def test_the_schema_is_printed() -> None:
    result = invoke("schema")
    assert (result.exit_code, result.stderr) == (0, "")
    printed = json.loads(result.stdout)
    assert printed == editor_schema()
    Draft202012Validator.check_schema(printed)


def test_help_and_version() -> None:
    assert invoke("--help").exit_code == 0
    for command in ("check", "compile", "run", "explain", "schema"):
        assert invoke(command, "-h").exit_code == 0
        assert command in invoke("--help").stdout
    assert version("specrun") in invoke("--version").stdout
