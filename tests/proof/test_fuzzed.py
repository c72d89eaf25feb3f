"""Fuzzed specs are plans or diagnostics with a place: CI's share of the proof."""

from __future__ import annotations

from random import Random

import pytest
from jsonschema import Draft202012Validator

from specrun.compiler import compilation
from specrun.compiler.diagnostics import Diagnostic, Span, SpecError
from specrun.compiler.language.schema import schema
from tests.proof.fuzzed import tried
from tests.proof.fuzzed.holding import hold
from tests.proof.fuzzed.schemas import Drawing
from tests.proof.fuzzed.seeds import ROOT, Case, seeds
from tests.proof.fuzzed.trees import changed_tree
from tests.proof.fuzzed.trial import SOURCES

COUNT = 5_000
SEED = 20_261


def test_a_fuzzed_spec_is_a_plan_or_has_diagnostics_with_a_place() -> None:
    tally = tried(COUNT, SEED, workers=2)
    assert not tally.faults, "\n".join(tally.faults[:20])
    assert tally.specs.total() == COUNT
    assert tally.specs.keys() == SOURCES.keys()
    assert tally.plans["specs of the schema"] > 100
    assert len(tally.codes) > 100


def test_what_is_drawn_from_the_schema_is_valid_by_it() -> None:
    right = [seed for seed in seeds(ROOT) if seed.is_right and "blocks" not in seed.tree and "extends" not in seed.tree]
    validator = Draft202012Validator(schema())
    for number in range(300):
        chance = Random(number)
        seed = chance.choice([seed for seed in right if "parameters" not in seed.tree])
        assert not list(validator.iter_errors(Drawing(chance, seed.columns).spec(seed.tree))), number


@pytest.mark.parametrize("number", [10**400, -(10**4_000), 7, 1e308])
def test_any_number_is_changed(number: float) -> None:
    for seed in range(200):
        changed_tree(Random(seed), {"a": number}, {"a": 1})


CASE = Case("specrun: 1\ndata: {dataset: iris}\n", "spec.yaml", ROOT)
RIGHT = Diagnostic("S103", "a spec needs `features`", Span("spec.yaml", 1, 1, 8, "specrun: 1"), "add `features:`")


@pytest.mark.parametrize(
    ("problem", "fault"),
    [
        (RIGHT, None),
        (Diagnostic("S999", "x", RIGHT.span, "y"), "no page"),
        (Diagnostic("S103", "x", RIGHT.span, " "), "no hint"),
        (Diagnostic("S103", "x", Span("spec.yaml", 4, 1, 2), "y"), "line 4 of 3"),
        (Diagnostic("S103", "x", Span("spec.yaml", 1, 12, 13, "specrun: 1"), "y"), "columns 12 to 13 of 10"),
        (Diagnostic("S103", "x", Span("spec.yaml", 1, 3, 3, "specrun: 1"), "y"), "columns 3 to 3"),
        (Diagnostic("S103", "x", Span("spec.yaml", 1, 1, 2, "specrun: 2"), "y"), "is said to be"),
    ],
)
def test_what_is_wrong_with_a_diagnostic_is_seen(
    problem: Diagnostic, fault: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> compilation.Compilation:
        raise SpecError([problem])

    monkeypatch.setattr("tests.proof.fuzzed.holding.compile_spec", refuse)
    faults = hold(CASE, every_row=False).faults
    assert not faults if fault is None else fault in faults[0]
