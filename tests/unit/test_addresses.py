"""What a library would fetch is no path of an image, even where a folder of that name lies beside the data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.diagnostics import SpecError

PICTURE = Path(__file__).parents[1] / "ui" / "D252-no-such-image" / "here.png"
SPEC = """specrun: 1
data: {path: rows.csv, split: {test: 0.25}}
features: {picture: image}
target: kind
classes: [a, b]
layers: [Flatten]
"""


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("gs:/bucket/here.png", set()),
        ("gs://bucket/here.png", {"D252"}),
        ("ram://bucket/here.png", {"D252"}),
        ("file:///bucket/here.png", {"D252"}),
    ],
)
def test_an_address_is_no_path_of_an_image(path: str, codes: set[str], tmp_path: Path) -> None:
    folder = tmp_path / Path(path).parent
    folder.mkdir(parents=True)
    shutil.copy(PICTURE, folder / "here.png")
    rows = "".join(f"{path},{'ab'[i % 2]}\n" for i in range(12))
    (tmp_path / "rows.csv").write_text(f"picture,kind\n{rows}", "utf-8")
    assert (tmp_path / path).is_file()
    try:
        found = compile_spec(Source(SPEC, "spec.yaml", tmp_path)).diagnostics
    except SpecError as error:
        found = error.diagnostics
    assert {problem.code for problem in found if problem.code == "D252"} == codes
