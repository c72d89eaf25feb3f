from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("compiler", "runtime", "specs", "templates")
PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9.-]*)==([0-9][0-9A-Za-z.]*)( ; [a-z_]+ [<>=!]+ \"[\w.]+\")?")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def requirements(file: str) -> list[str]:
    lines = (line.strip() for line in (ROOT / file).read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def pins(file: str) -> dict[str, Version]:
    matches = [PIN.fullmatch(line) for line in requirements(file)]
    return {canonicalize_name(match[1]): Version(match[2]) for match in matches if match}


def folders_with(pattern: str, parts: tuple[str, ...] = PARTS) -> set[str]:
    folders = {f.parent for part in parts for f in (ROOT / part).rglob(pattern) if f.suffix != ".pyc"}
    return {"specrun." + ".".join(folder.relative_to(ROOT).parts) for folder in folders}


def test_packages_are_the_folders_of_python_packages_and_of_data() -> None:
    """Setuptools takes a folder of data for a package, and warns of each that is not listed."""
    data = folders_with("*.*", ("specs", "templates"))
    assert sorted(project()["tool"]["setuptools"]["packages"]) == sorted(
        {"specrun"} | folders_with("__init__.py") | data
    )


def test_every_folder_of_modules_is_a_package() -> None:
    parts = ("compiler", "runtime")
    assert folders_with("*.py", parts) == folders_with("__init__.py", parts)


@pytest.mark.parametrize("part", ["specs", "templates", "compiler.catalogue", "compiler.pages", "compiler.reference"])
def test_data_files_are_packaged(part: str) -> None:
    folder = ROOT.joinpath(*part.split("."))
    patterns = project()["tool"]["setuptools"]["package-data"][f"specrun.{part}"]
    packaged = {file for pattern in patterns for file in folder.glob(pattern)}
    present = {file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts}
    assert {file for file in present if file.suffix != ".py"} <= packaged


@pytest.mark.parametrize("part", PARTS)
def test_the_face_links_to_each_part(part: str) -> None:
    assert (ROOT / "src" / "specrun" / part).readlink() == Path("..", "..", part)
    assert project()["tool"]["setuptools"]["package-dir"][f"specrun.{part}"] == part


def test_no_other_name_enters_site_packages(tmp_path: Path) -> None:
    names = ("specrun", *PARTS)
    program = f"from importlib.util import find_spec; print([name for name in {names!r} if find_spec(name)])"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['specrun']"


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_pins_are_exact_versions_and_nothing_else(file: str) -> None:
    assert [line for line in requirements(file) if not PIN.fullmatch(line)] == []
    # Comments are no pins, and may name no host or path either.
    assert not re.search(r"/|@|--", (ROOT / file).read_text("utf-8"))


def test_every_dependency_has_a_pin_that_fits() -> None:
    pinned = pins("requirements.txt")
    dependencies = [Requirement(text) for text in project()["project"]["dependencies"]]
    assert {d.name for d in dependencies if canonicalize_name(d.name) not in pinned} == set()
    assert {str(d) for d in dependencies if pinned[canonicalize_name(d.name)] not in d.specifier} == set()


def test_the_development_pins_are_the_others_and_the_tools() -> None:
    tools = {canonicalize_name(line) for line in requirements("requirements-dev.in") if not line.startswith("-r ")}
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()
    assert tools <= pins("requirements-dev.txt").keys() - pins("requirements.txt").keys()
