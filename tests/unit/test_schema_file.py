"""The schema that lies beside the shipped specs, for editors, is the one that the command prints."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from specrun.cli import main

SPECS = Path(__file__).parents[2] / "specs"


def test_the_schema_beside_the_specs_is_fresh(renew: bool) -> None:
    printed = CliRunner().invoke(main, ["schema"]).stdout
    file = SPECS / "specrun.schema.json"
    if renew:
        file.write_text(printed, encoding="utf-8")
    assert file.read_text("utf-8") == printed


def test_every_shipped_spec_names_it() -> None:
    for spec in SPECS.glob("*.yaml"):
        assert spec.read_text("utf-8").startswith("# yaml-language-server: $schema=specrun.schema.json\n"), spec.name
