"""Every known hazard of this field, the tests that guard against it, and those that stand nowhere else.

A guard is `folder/module::function`, or the folder of a case under `ui` or `parity/cases`.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.compiler.language import refusals
from specrun.compiler.language.schema import schema
from specrun.compiler.language.validate import validate
from specrun.compiler.reader import LIMITS, Mapping, read
from specrun.compiler.tensor import Tensor

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
HERE = "unit/test_hazards"

HAZARDS: dict[str, tuple[str, ...]] = {
    "YAML 1.1: `NO` is false, `1e-3` a text, `010` is 8, `12:30:45` a number, a date an object": (
        "unit/test_reader::test_plain_scalars_follow_the_core_schema",
        "unit/test_reader::test_keys_are_their_source_text",
        "unit/test_dump::test_tricky_texts_read_back",
    ),
    "YAML: a key given twice is silently merged": (
        "unit/test_reader::test_a_duplicate_key_points_to_the_first",
        "ui/Y118-key-twice",
    ),
    "YAML: an alias bomb, expanded by whatever looks at it": (
        "unit/test_reader::test_an_alias_bomb_is_stopped",
        "unit/test_reader::test_aliases_cannot_multiply_text",
        f"{HERE}::test_a_text_that_would_take_for_ever_ends_with_a_code",
    ),
    "YAML: 20,000 brackets exhaust the stack": (
        "unit/test_reader::test_depth_is_bounded_before_recursion",
        f"{HERE}::test_a_text_that_would_take_for_ever_ends_with_a_code",
    ),
    "YAML: an anchor that contains itself": (
        "unit/test_reader::test_unknown_and_self_referring_aliases",
        f"{HERE}::test_a_text_that_would_take_for_ever_ends_with_a_code",
    ),
    "YAML: a number of 5,000 digits": (
        "unit/test_reader::test_numbers_too_long_or_not_finite",
        f"{HERE}::test_a_text_that_would_take_for_ever_ends_with_a_code",
    ),
    "YAML: tags pass the safe loader": ("unit/test_reader::test_tags_are_refused", "ui/Y116-python-object"),
    "YAML: a block's end mark runs on to the next token": (
        "unit/test_reader::test_spans_of_a_nested_text",
        "unit/test_reader::test_the_span_of_an_absent_value_is_not_empty",
    ),
    "YAML: the C parser may be missing, and its marks hold no text": (
        "unit/test_reader_syntax::test_the_pure_parser_is_understood_too",
    ),
    "JSON Schema: `oneOf` answers with no place": (
        "unit/test_schema::test_nothing_is_joined_without_a_name",
        f"{HERE}::test_each_mistake_has_one_exact_place",
    ),
    "JSON Schema: a missing key and its misspelling are two errors": (
        f"{HERE}::test_a_misspelt_key_that_is_needed_is_one_mistake",
    ),
    "JSON Schema: NaN passes every bound": (
        f"{HERE}::test_a_number_that_is_not_finite_is_refused",
        "unit/test_literal::test_a_number_that_is_not_finite_is_refused",
    ),
    "JSON Schema: `1.0` passes as an integer": (
        f"{HERE}::test_a_whole_float_becomes_an_int",
        "unit/test_build::test_a_whole_number_is_an_int_however_it_is_written",
        "unit/test_catalogue::test_values_get_the_type_that_keras_wants",
    ),
    "Keras takes `units=True`, a learning rate of nan or below zero, and a crowd of units": (
        f"{HERE}::test_values_that_keras_would_take_are_refused",
        "unit/test_catalogue::test_units_are_whole_and_positive",
        "unit/test_catalogue::test_a_learning_rate_is_positive_and_finite",
    ),
    "JSON Schema: the default registry reads files and the network": (
        f"{HERE}::test_no_reference_is_followed_out_of_the_schema",
        "unit/test_schema::test_references_stay_inside",
    ),
    "JSON Schema: making a validator takes longer than using one": (f"{HERE}::test_the_validator_is_kept",),
    "JSON Schema: a pattern with nested quantifiers hangs": (f"{HERE}::test_no_pattern_repeats_what_repeats",),
    "JSON Schema: editors read draft-07": (
        "unit/test_schema::test_the_schema_is_one",
        "unit/test_schema::test_specs_are_valid_in_both_drafts",
        "unit/test_schema::test_both_drafts_refuse_the_same",
        "unit/test_schema::test_nothing_stands_beside_a_reference",
        "unit/test_schema::test_every_key_has_a_hover_text",
    ),
    "Code: only `repr` survives every text": (
        "unit/test_literal::test_every_code_point_survives_beside_hostile_neighbours",
        "unit/test_literal::test_a_literal_reads_back_as_the_same_value",
        "unit/test_hostile::test_of_many_texts_none_becomes_code",
    ),
    "Code: JSON's `true` and `null` are no Python": (
        "unit/test_literal::test_a_literal_reads_back_as_the_same_value",
        "unit/test_templates::test_a_template_prints_nothing_but_code",
    ),
    "Code: a line break ends a comment, NUL spoils the file": (
        "unit/test_golden::test_no_comment_of_a_script_holds_a_text_of_a_spec",
        "unit/test_templates::test_whatever_a_text_says_the_docstring_that_it_stands_in_is_one",
    ),
    "Code: a docstring ends at quotes or a backslash": (
        "unit/test_literal::test_prose_stays_in_its_docstring",
        "unit/test_templates::test_whatever_a_text_says_the_docstring_that_it_stands_in_is_one",
    ),
    "Code: a cookie of PEP 263 in the first two lines": (
        "unit/test_golden::test_no_line_of_a_script_can_name_its_encoding",
        "unit/test_hostile::test_of_many_texts_none_becomes_code",
    ),
    "Code: two names of a spec are one identifier": (
        "unit/test_expressions::test_what_is_no_ascii_identifier_or_a_keyword_is_refused",
        "unit/test_hostile::test_where_a_text_has_to_be_one_of_a_few_a_hostile_one_is_refused",
        "unit/test_lowering::test_inputs_have_names_that_keras_takes",
    ),
    "Code: safe by type, printed by one filter, compared as a tree": (
        "unit/test_hostile::test_of_many_texts_none_becomes_code",
        "unit/test_hostile_files::test_no_text_becomes_code_on_the_whole_way",
        "unit/test_templates::test_a_template_prints_nothing_but_code",
        "unit/test_expressions::test_what_is_not_allowed_cannot_be_made",
    ),
    "Tables: pandas shifts or pads a row of another length": (
        "unit/test_data_csv::test_rows_of_other_lengths_are_reported_and_counted",
        "ui/D112-row-too-long",
    ),
    "Tables: the classes `NA`, `None` and `null` become missing": (
        "unit/test_data_scan::test_marker_words_are_classes_like_any_other",
        "unit/test_data_csv::test_leading_zeros_and_marker_words_stay_texts",
        "unit/test_golden::test_scripts_leave_nothing_to_the_habits_of_pandas",
    ),
    "Tables: `007` becomes 7": (
        "unit/test_data_csv::test_leading_zeros_and_marker_words_stay_texts",
        "unit/test_golden::test_scripts_leave_nothing_to_the_habits_of_pandas",
    ),
    "Tables: a second column of a name is renamed": ("unit/test_data_csv::test_a_duplicate_column",),
    "Tables: `1e999` is infinite": (
        "unit/test_data_scan::test_numbers_that_are_not_finite",
        "unit/test_data_numbers::test_what_overflows_is_infinite",
    ),
    "Tables: a small packed file opens to millions of rows": (
        "unit/test_data_files::test_packed_files_are_refused_whatever_the_format",
        "unit/test_data_files::test_a_packed_file_under_a_plain_name",
    ),
    "Tables: an address is fetched": ("unit/test_data_files::test_an_address_is_not_fetched",),
    "Tables: blanks at the end make two categories of one": (
        "unit/test_data_scan::test_texts_that_differ_in_blanks_or_letter_case",
    ),
    "Tables: a decimal comma makes a number a text": ("unit/test_data_scan::test_decimal_commas_that_were_found",),
    "Tables: an array of objects cannot enter the training": (
        "parity/test_parity::test_the_script_and_the_run_are_one_model",
        "keras/test_run::test_the_model_takes_raw_rows",
    ),
    "Keras: importing TensorFlow takes seconds": (
        "unit/test_check_light::test_nothing_heavy_is_imported",
        "unit/test_check_light::test_no_other_command_imports_a_framework",
    ),
    "Keras: names that fail only when the model is saved": (
        "unit/test_hostile::test_where_a_text_has_to_be_one_of_a_few_a_hostile_one_is_refused",
        "unit/test_lowering::test_inputs_have_names_that_keras_takes",
        "parity/cases/columns_with_odd_names.yaml",
    ),
    "Keras: loading or emitting what can run code": (
        "unit/test_catalogue::test_nothing_that_runs_code_or_opens_the_network_can_be_called",
        "unit/test_golden::test_nothing_that_can_run_code_is_emitted_or_loaded",
        "ui/S109-lambda",
    ),
    "Keras: an unknown text without a place of its own is the last row": (
        "unit/test_golden::test_unknown_texts_have_a_place_in_every_lookup",
    ),
    "Keras: estimators are gone": ("unit/test_golden::test_nothing_that_can_run_code_is_emitted_or_loaded",),
    "Keras: a seeded program never reshuffles": (
        "unit/test_golden::test_every_script_states_the_order_of_its_rows",
        "parity/test_parity::test_the_script_and_the_run_are_one_model",
    ),
    "Keras: the last bit differs where graphs do": ("parity/test_parity::test_the_script_and_the_run_are_one_model",),
    "Keras: a run that is killed leaves a torn file": (
        "unit/test_directory::test_nothing_is_there_before_the_end",
        "unit/test_directory::test_a_failure_leaves_nothing_behind",
        "keras/test_run::test_an_interrupt_ends_with_130_and_leaves_nothing",
    ),
}
SPEC: dict[str, Any] = {
    "specrun": 1,
    "data": {"dataset": "iris"},
    "features": {"*": "number"},
    "target": "target",
    "classes": [0, 1, 2],
    "layers": [],
}


@cache
def functions_of(module: str) -> frozenset[str]:
    tree = ast.parse((TESTS / f"{module}.py").read_bytes())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("hazard", HAZARDS)
def test_the_guards_of_a_hazard_stand(hazard: str) -> None:
    assert HAZARDS[hazard]
    for guard in HAZARDS[hazard]:
        module, _, function = guard.partition("::")
        assert function in functions_of(module) if function else (TESTS / guard).exists(), guard


def problems_of(text: str) -> tuple[Diagnostic, ...]:
    try:
        return compile_spec(Source(text, "spec.yaml", ROOT)).diagnostics
    except SpecError as error:
        return error.diagnostics


def problems_with(**changes: object) -> tuple[Diagnostic, ...]:
    return problems_of(json.dumps(SPEC | changes))


# The size of a text


BOMB = "\n".join(["a0: &a0 [x, x]", *(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]" for n in range(40))])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 20_000, "Y121"),
        ("{a: " * 20_000, "Y121"),
        ("- " * 20_000, "Y121"),
        (BOMB, "Y122"),
        ("a: &a [*a]", "Y115"),
        (f"a: {'1' * 5_000}", "Y125"),
        (f"a: {'x' * (LIMITS.line_characters + 1)}", "Y103"),
        (f"# {'x' * 80}\n" * 60_000, "Y102"),
        ("a: *x\n" * 50_000, "Y114"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) == 4 else "",
)
def test_a_text_that_would_take_for_ever_ends_with_a_code(text: str, code: str) -> None:
    assert code in {problem.code for problem in problems_of(text)}


@pytest.mark.parametrize("count", [5_000])
def test_a_spec_with_very_many_mistakes_ends(count: int) -> None:
    problems = problems_with(layers=["Flaten"] * count)
    assert {problem.code for problem in problems} == {"S105"}


def test_of_very_many_names_that_are_no_columns_the_first_are_told() -> None:
    *told, last = problems_with(features={f"ash{number}": "number" for number in range(3_000)})
    assert {problem.code for problem in (*told, last)} == {"S204"}
    assert len(told) == LIMITS.problems
    assert last.message == "2,800 more names, from here on, are no columns of iris"


@pytest.mark.parametrize(
    "changes",
    [
        {"features": {f"x{i}": {"type": f"kind{i}"} for i in range(5_000)}},
        {"features": {f"x{i}": {"type": "number", "clip": i} for i in range(5_000)}},
        {"layers": [{"Dense": {"unit": i}} for i in range(5_000)]},
        {"trainin": {"metrics": [f"accurac{i}" for i in range(5_000)]}},
        {f"x{i}": i for i in range(5_000)},
    ],
    ids=["kinds", "options", "layers", "behind a misspelt key", "keys"],
)
def test_of_very_many_mistakes_no_more_are_looked_at_than_anybody_reads(changes: dict[str, object]) -> None:
    assert 0 < len(problems_with(**changes)) <= 2 * LIMITS.problems


def test_of_more_outputs_than_there_may_be_the_numbers_are_told() -> None:
    problems = problems_with(targets={f"ash{number}": "number" for number in range(1_001)})
    told = [(problem.message, problem.hint) for problem in problems if problem.code == "S107"]
    assert [message for message, _ in told] == ["`targets` needs at most 1000 keys, and has 1001"]
    assert told[0][1].startswith("write at most 1000 keys")


def test_of_very_many_features_only_the_wrong_one_is_held_against_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def count() -> Any:
        nonlocal asked
        asked += 1
        return validator

    validator = refusals.validator()
    monkeypatch.setattr(refusals, "validator", count)
    features = {f"x{i}": "number" for i in range(2_000)} | {"y": {"type": "number", "clip": 71}}
    assert "S104" in {problem.code for problem in problems_with(features=features)}
    assert asked <= 2  # as it stands, and as it was meant


# The schema


@pytest.mark.parametrize(
    ("changes", "code", "under"),
    [
        ({"features": {"*": {"type": "number", "missing": "mode"}}}, "S105", '"mode"'),
        ({"features": {"*": {"type": "number", "normalize": 8}}}, "S104", "8"),
        ({"features": {"*": 3}}, "S104", "3"),
        ({"layers": [{"Dense": {"units": "many"}}]}, "S104", '"many"'),
        ({"layers": [{"Dense": {"units": 8, "activation": "rleu"}}]}, "S105", '"rleu"'),
        ({"layers": [{"Dense": {"units": 8, "kernel_regularizer": {"L2": -1}}}]}, "S106", "-1"),
        ({"layers": [{"Dropout": 20}]}, "S106", "20"),
        ({"classes": "all"}, "S105", '"all"'),
        ({"training": {"optimizer": {"Adam": {"learning_rate": {"CosineDecay": 3}}}}}, None, "3"),
        ({"training": {"class_weights": "even"}}, "S105", '"even"'),
        ({"data": {"dataset": "iris", "split": {"test": "third"}}}, "S104", '"third"'),
    ],
)
def test_each_mistake_has_one_exact_place(changes: dict[str, object], code: str | None, under: str) -> None:
    (problem,) = problems_with(**changes)
    assert problem.code == code or code is None
    assert problem.span.text[problem.span.column - 1 : problem.span.end - 1] == under


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"layers": [{"Dense": {"untis": 8}}]}, "units"),
        ({"layers": [{"Reshape": {"target_shap": [2, 2]}}]}, "target_shape"),
    ],
)
def test_a_misspelt_key_that_is_needed_is_one_mistake(changes: dict[str, object], word: str) -> None:
    (problem,) = problems_with(**changes)
    assert problem.code == "S102"
    assert f"`{word}`" in problem.hint
    assert problem.fix is not None
    assert problem.fix.replacement == word


def test_of_two_misspelt_keys_that_mean_the_same_one_is_looked_at() -> None:
    """The other would be used without having been checked."""
    spec = {"dat": SPEC["data"] | {"path": "a.csv", "encoding": "x"}, "daata": SPEC["data"], **SPEC}
    del spec["data"]
    codes = [problem.code for problem in problems_of(json.dumps(spec))]
    assert codes.count("S102") == 2
    assert "S105" in codes


@pytest.mark.parametrize(
    "changes",
    [
        {"target": {"column": "$x", "type": "class"}},
        {"target": {"column": ["$x"], "type": "number"}, "classes": "$x"},
        {"features": {"*": {"type": "$x"}}},
        {"features": {"*": {"type": "vector", "size": "$x"}}},
        {"layers": [{"Dense": {"units": "$x"}}, {"$x": 3}, "$x", {"Bidirectional": {"layer": "$x"}}]},
        {"data": {"dataset": "$x"}},
        {"data": "$x", "layers": "$x", "features": "$x", "training": "$x"},
        {"training": {"optimizer": {"Adam": {"learning_rate": {"CosineDecay": {"decay_steps": "$x"}}}}}},
    ],
)
def test_a_word_that_stands_for_nothing_is_all_that_is_told(changes: dict[str, object]) -> None:
    """What needs a value there is left out with it."""
    assert "S503" in {problem.code for problem in problems_with(**changes)}


@pytest.mark.parametrize("number", [".nan", ".inf", "-.inf", "1e999", "-1e999"])
@pytest.mark.parametrize("place", ["layers: [{Dropout: %s}]", "training: {optimizer: {Adam: {learning_rate: %s}}}"])
def test_a_number_that_is_not_finite_is_refused(place: str, number: str) -> None:
    text = "\n".join(f"{key}: {json.dumps(value)}" for key, value in SPEC.items() if not place.startswith(key))
    assert "Y126" in {problem.code for problem in problems_of(f"{text}\n{place % number}\n")}


@pytest.mark.parametrize(
    "changes",
    [
        {"layers": [{"Dense": True}]},
        {"layers": [{"Dense": {"units": True}}]},
        {"layers": [{"Dense": 10**12}]},
        {"layers": [{"Dense": 8.5}]},
        {"layers": [{"Dense": -1}]},
        {"layers": [{"Dropout": True}]},
        {"layers": [{"Dropout": 1}]},
        {"training": {"optimizer": {"Adam": {"learning_rate": -1.0}}}},
        {"training": {"optimizer": {"Adam": {"learning_rate": 0}}}},
        {"training": {"optimizer": {"Adam": {"learning_rate": True}}}},
        {"training": {"epochs": True}},
        {"training": {"epochs": 10**12}},
        {"training": {"batch_size": 0}},
        {"training": {"seed": -1}},
        {"data": {"dataset": "iris", "split": {"test": True}}},
        {"features": {"*": {"type": "category", "encoding": "embedding", "dim": 10**12}}},
        {"classes": [True, False]},
    ],
)
def test_values_that_keras_would_take_are_refused(changes: dict[str, object]) -> None:
    assert {problem.code for problem in problems_with(**changes)} & {"S104", "S106", "S111"}


def test_a_whole_float_becomes_an_int() -> None:
    spec = SPEC | {"layers": [{"Dense": 8.0}], "training": {"epochs": 2.0, "batch_size": 4.0, "seed": 1.0}}
    plan = compile_spec(Source(json.dumps(spec), "spec.yaml", ROOT)).plan
    assert plan.network.nodes[0].tensor == Tensor((None, 8))
    counts = (plan.training.epochs, plan.training.batch_size, plan.training.seed)
    assert [(count, type(count)) for count in counts] == [(2, int), (4, int), (1, int)]


def test_no_reference_is_followed_out_of_the_schema(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import urllib.request

    from referencing.exceptions import Unresolvable

    monkeypatch.setattr(urllib.request, "urlopen", lambda *_: pytest.fail("the network was asked"))
    (tmp_path / "any.json").write_text("{}")
    for reference in ((tmp_path / "any.json").as_uri(), "http://localhost/any.json", "https://json-schema.org/schema"):
        monkeypatch.setattr(refusals, "lean_schema", lambda reference=reference: {"$ref": reference})
        refusals.validator.cache_clear()
        with pytest.raises(Exception, match=re.escape(reference)) as refused:
            list(refusals.validator().iter_errors({}))
        assert isinstance(refused.value, Unresolvable) or isinstance(refused.value.__cause__, Unresolvable)
    refusals.validator.cache_clear()


def test_the_validator_is_kept() -> None:
    assert refusals.validator() is refusals.validator()


def patterns(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "pattern" and isinstance(value, str))
        yield from (found for value in node.values() for found in patterns(value))
    elif isinstance(node, list):
        yield from (found for value in node for found in patterns(value))


def test_no_pattern_repeats_what_repeats() -> None:
    found = set(patterns(schema()))
    assert found
    for pattern in found:
        assert not re.search(r"[*+}]\??\)[*+{]", pattern), pattern
        assert not re.search(pattern, "a" * 100_000 + "!")


def test_a_spec_is_checked_as_a_whole_without_being_changed() -> None:
    root, _ = read(json.dumps(SPEC), "spec.yaml")
    assert isinstance(root, Mapping)
    before = root.plain()
    assert validate(root) == ()
    assert root.plain() == before
