"""Texts, lists and crosses: what becomes of a column, what is read, and what is judged."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.data import Dialect, Expected, Lists, open_table, scan
from specrun.compiler.diagnostics import Severity, Span, SpecError
from specrun.compiler.features import Cross, Facts, Feature, Sequence, Set, Text, Vector
from specrun.compiler.script import write_script
from specrun.compiler.script.printer import Printer
from specrun.compiler.tensor import Tensor

TEXT = Facts()
LISTS = Facts("list")
HERE = Span("spec.yaml", 1, 1, 2)
LEARNING = (
    "learner.adapt(train[name].to_numpy())",
    "vocabulary = learner.get_vocabulary(include_special_tokens=False)",
)


def lines(feature: Feature, facts: Facts = TEXT) -> list[str]:
    """What is done for a column, statement by statement; the last is what goes into the network."""
    recipe = feature.filled(facts).recipe(facts)
    return [*map(Printer().statement, recipe.steps), Printer()(recipe.encoding)]


def read(feature: Feature, facts: Facts = TEXT) -> str | None:
    """What is made of a column after it was read."""
    parse = feature.filled(facts).recipe(facts).parse
    return None if parse is None else Printer()(parse)


def raw(feature: Feature, facts: Facts = TEXT) -> str:
    return Printer()(feature.filled(facts).recipe(facts).raw)


def test_a_text_is_the_numbers_of_its_words() -> None:
    assert lines(Text(vocabulary=9, length=4)) == [
        "learner = layers.TextVectorization(9)",
        *LEARNING,
        "layers.TextVectorization(output_sequence_length=4, vocabulary=vocabulary)(inputs[name])",
    ]
    assert Text(vocabulary=9).filled(TEXT).recipe(TEXT).tensor == Tensor((None, 60), "int64", 9)


def test_a_bag_has_a_place_for_each_word() -> None:
    parting = "standardize=None, split='character', ngrams=2, "
    feature = Text(vocabulary=9, output="multi_hot", standardize="none", split="character", ngrams=2)
    assert lines(feature) == [
        f"learner = layers.TextVectorization(9, {parting}output_mode='multi_hot')",
        *LEARNING,
        f"layers.TextVectorization(9, {parting}output_mode='multi_hot', pad_to_max_tokens=True, "
        "vocabulary=vocabulary)(ops.squeeze(inputs[name], 1))",
    ]
    assert feature.recipe(TEXT).tensor == Tensor((None, 9), "int64")


def test_a_weighed_bag_counts_the_texts_of_each_word() -> None:
    *_, counts, encoding = lines(Text(vocabulary=9, output="tf_idf"))
    assert counts == "counts = tf.sparse.reduce_sum(learner(train[name].to_numpy()), 0)"
    assert "idf_weights=np.log(1 + len(train) / (1 + counts))[1:].tolist()" in encoding
    assert Text(vocabulary=9, output="tf_idf").recipe(TEXT).tensor == Tensor((None, 9), "float32")


@pytest.mark.parametrize(
    ("feature", "facts", "parse"),
    [
        (Text(), TEXT, None),
        (Text(), Facts(missing=("", "NA")), "values.replace('NA', '')"),
        (Text(missing="error"), Facts(missing=("", "NA")), None),
        (Set(), TEXT, "[cell.split() for cell in values]"),
        (
            Set(separator="|"),
            Facts(missing=("", "-", "?")),
            "[cell.split('|') for cell in values.replace(['-', '?'], '')]",
        ),
        (Set(), LISTS, "[list(map(str, cell)) for cell in values.fillna('')]"),
        (Sequence(length=2), LISTS, "[list(map(str, cell)) for cell in values.fillna('')]"),
        (Sequence(length=2, of="number"), LISTS, "values.fillna('')"),
        (Sequence(length=2, of="number"), TEXT, "[cell.split() for cell in values.replace('', 'nan')]"),
        (Vector(size=2), TEXT, "[cell.split() for cell in values]"),
        (Vector(size=2, separator="/"), Facts(decimal=","), "[cell.replace(',', '.').split('/') for cell in values]"),
        (
            Vector(size=2, missing=0),
            Facts(missing=("", "?")),
            "[cell.split() for cell in values.replace(['', '?'], 'nan')]",
        ),
    ],
)
def test_cells_are_split_as_they_are_read(feature: Feature, facts: Facts, parse: str | None) -> None:
    assert read(feature, facts) == parse


PAD = "keras.utils.pad_sequences"


@pytest.mark.parametrize(
    ("feature", "values"),
    [
        (Sequence(length=3), f"{PAD}(rows[name], 3, dtype=object, padding='post', truncating='post', value='')"),
        (
            Sequence(length=3, of="number", cut="start"),
            f"{PAD}(rows[name], 3, dtype=float, padding='post', truncating='pre', value=np.nan)",
        ),
        (Set(), f"{PAD}(rows[name], dtype=object, padding='post', value='')"),
        (Vector(size=3), "np.array(rows[name].tolist(), dtype=float)"),
        (Vector(size=3, missing=0), f"{PAD}(rows[name], 3, dtype=float, padding='post', value=np.nan)"),
    ],
)
def test_lists_become_rows_of_one_length(feature: Feature, values: str) -> None:
    assert raw(feature) == values


def test_a_sequence_of_texts_has_a_number_for_the_unknown_or_none() -> None:
    frequent = "list(dict(Counter(filter(None, train[name].explode().dropna())).most_common({})))"
    lookup = "layers.StringLookup(vocabulary=vocabulary, mask_token='')(inputs[name])"
    assert lines(Sequence(length=3, vocabulary=7)) == [f"vocabulary = {frequent.format(5)}", lookup]
    assert lines(Sequence(length=3, vocabulary=7, unknown="padding")) == [
        f"vocabulary = {frequent.format(6)}",
        f"tokens = {lookup}",
        "ops.maximum(tokens - 1, 0)",
    ]


def test_a_sequence_of_numbers_is_scaled_and_padded_with_0() -> None:
    known, scaled, encoding = lines(Sequence(length=3, of="number"))
    assert known.startswith("known = pd.Series(")
    assert scaled == "scaled = layers.Normalization(mean=known.mean(), variance=known.var(ddof=0) or 1)(inputs[name])"
    assert encoding == "ops.expand_dims(ops.where(ops.isnan(scaled), 0.0, scaled), -1)"
    assert lines(Sequence(length=3, of="number", normalize="none"))[:-1] == []


@pytest.mark.parametrize(
    ("feature", "facts", "tensor"),
    [
        (Sequence(length=3), TEXT, Tensor((None, 3), "int64", 10_000)),
        (Sequence(length=3, of="number"), TEXT, Tensor((None, 3, 1))),
        (Set(), TEXT, Tensor((None, None), "int64")),
        (Set(), Facts(distinct=4), Tensor((None, 5), "int64")),
        (Set(unknown="ignore"), Facts(distinct=4), Tensor((None, 4), "int64")),
        (Vector(size=3), TEXT, Tensor((None, 3))),
        (Cross(of=("a", "b"), buckets=6), Facts(crossed=("a", "b")), Tensor((None, 6))),
    ],
)
def test_what_comes_out(feature: Feature, facts: Facts, tensor: Tensor) -> None:
    assert feature.filled(facts).recipe(facts).tensor == tensor


def test_a_vector_fills_in_and_scales_each_place() -> None:
    table, value, encoding = lines(Vector(size=3, missing="mean"))
    assert table.startswith(f"table = pd.DataFrame({PAD}(train[name], 3")
    assert value == "value = ops.where(ops.isnan(inputs[name]), tf.constant(table.mean().tolist()), inputs[name])"
    assert "variance=table.var(ddof=0).replace(0, 1).tolist()" in encoding
    assert lines(Vector(size=3, normalize="none")) == ["inputs[name]"]
    assert lines(Vector(size=3, normalize="none", missing=2)) == [
        "value = ops.where(ops.isnan(inputs[name]), 2, inputs[name])",
        "value",
    ]


def test_a_cross_takes_two_inputs_at_a_time() -> None:
    both = Facts(crossed=("a", "b"))
    (two,) = lines(Cross(of=("a", "b"), buckets=6), both)
    assert two == "layers.HashedCrossing(6, output_mode='one_hot')([inputs['a'], inputs['b']])"
    (three,) = lines(Cross(of=("a", "b", "c"), buckets=6), replace(both, crossed=("a", "b", "c")))
    inner = "layers.HashedCrossing(2147483647)([inputs['a'], inputs['b']])"
    assert three == f"layers.HashedCrossing(6, output_mode='one_hot')([{inner}, inputs['c']])"


# What is judged


def found(tmp_path: Path, cells: list[Any], expected: Expected, decimal: str = ".") -> list[str]:
    """The codes of what is wrong with a column of JSON Lines."""
    file = tmp_path / "a.jsonl"
    file.write_text("".join(json.dumps({"x": cell}) + "\n" for cell in cells))
    dialect = Dialect("jsonl", decimal=decimal)
    table, problems = open_table(dialect, [file], ["a.jsonl"], HERE)
    assert table is not None, problems
    return [problem.code for problem in scan(table, dialect, [expected]).diagnostics]


NUMBERS = Lists(of_numbers=True)


@pytest.mark.parametrize(
    ("cells", "lists", "codes"),
    [
        ([[1, 2.5], [], None, ["3", " 4 "]], NUMBERS, []),
        ([[1, 2.5], [3]], replace(NUMBERS, size=2), ["D210"]),
        ([[1, None]], NUMBERS, ["D211"]),
        ([[1, True]], NUMBERS, ["D201"]),
        ([[1, "x"], ["1e999"]], NUMBERS, ["D201", "D202"]),
        ([[1, "x"]], replace(NUMBERS, size=3), ["D201"]),
        ([["a", 1, 2.5, True, ""], []], Lists(of_numbers=False), []),
        ([["a", None]], Lists(of_numbers=False), ["D211"]),
        (["1 2", "3\t4"], replace(NUMBERS, size=2), []),
        (["1|2", "3|4|5"], Lists(True, "|", 2), ["D210"]),
    ],
)
def test_lists_are_judged(tmp_path: Path, cells: list[Any], lists: Lists, codes: list[str]) -> None:
    assert found(tmp_path, cells, Expected("x", "sequence", HERE, lists=lists)) == codes


@pytest.mark.parametrize("kind", ["number", "boolean", "category", "text", "class", "key", "time", "part"])
def test_a_list_is_none_of_the_other_kinds(tmp_path: Path, kind: str) -> None:
    assert found(tmp_path, [[1, 2]] * 3, Expected("x", kind, HERE)) == ["D119"]


def test_the_labels_of_a_set_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("x\na|b\n\nb||c\nNA\n")
    dialect = Dialect("csv", missing=("", "NA"))
    table, _ = open_table(dialect, [file], ["a.csv"], HERE)
    assert table is not None
    (facts,) = scan(table, dialect, [Set(separator="|").expected("x", HERE)]).columns
    assert (facts.distinct, facts.missing) == (3, 1)


# Whole specs


def compiled(folder: Path, features: str, rest: str = "layers: [{Dense: 2}]\n") -> Compilation:
    rows = [f"a ship {i},sea|night,1 2,{'xyz'[i % 3]},{'uv'[i % 2]},{i}" for i in range(20)]
    (folder / "a.csv").write_text("\n".join(["plot,tags,place,genre,land,score", *rows]) + "\n")
    text = f"specrun: 1\ndata: {{path: a.csv}}\nfeatures:\n{features}\ntarget: score\n{rest}"
    return compile_spec(Source(text, "spec.yaml", folder))


def test_a_text_alone_goes_into_an_embedding_that_knows_its_rows(tmp_path: Path) -> None:
    rest = "layers: [{Embedding: {output_dim: 3}}, GlobalAveragePooling1D]\n"
    plan = compiled(tmp_path, "  plot: {type: text, vocabulary: 50, length: 6}", rest).plan
    assert plan.network.is_chain
    first = plan.network.nodes[0]
    assert (first.tensor, first.parameters) == (Tensor((None, 6, 3)), 150)


def test_what_only_a_cross_takes_is_used(tmp_path: Path) -> None:
    features = "  genre: category\n  land: category\n  both: {type: cross, of: [genre, land], buckets: 5}"
    plan = compiled(tmp_path, features, "layers: [{Dense: {units: 2, inputs: both}}]\n").plan
    assert [group.kind for group in plan.features] == ["category", "cross"]
    assert plan.features[1].crossed == ("genre", "land")
    assert plan.features[1].input is None
    assert [source.columns for source in plan.network.sources] == [("both",)]


def test_a_cross_stands_behind_the_embedded_categories_that_it_takes(tmp_path: Path) -> None:
    features = "  both: {type: cross, of: [genre, land], buckets: 5}\n  genre: {type: category, encoding: embedding}"
    plan = compiled(tmp_path, f"{features}\n  land: auto").plan
    assert [group.kind for group in plan.features] == ["category", "category", "cross"]


@pytest.mark.parametrize(
    ("feature", "code"),
    [
        ("{type: cross, of: [genre, place], buckets: 5}", "S217"),
        ("{type: cross, of: [genre, nothing], buckets: 5}", "S217"),
        ("{type: cross, of: [genre, both], buckets: 5}", "S217"),
        ("{type: cross, of: [genre, genre], buckets: 5}", "S111"),
        ("vector", "S103"),
        ("{type: vector, size: x}", "S104"),
    ],
)
def test_crosses_that_cannot_be(tmp_path: Path, feature: str, code: str) -> None:
    with pytest.raises(SpecError) as refused:
        compiled(tmp_path, f"  genre: category\n  place: {{type: vector, size: 2}}\n  both: {feature}")
    assert code in {problem.code for problem in refused.value.diagnostics}


@pytest.mark.parametrize(
    ("layers", "warned"),
    [
        ("{Embedding: {output_dim: 3, mask_zero: true}}, GlobalAveragePooling1D", True),
        ("{Embedding: {output_dim: 3, mask_zero: true}}, {Dropout: 0.1}, {GRU: {units: 2, return_sequences: true}}, "
         "GlobalAveragePooling1D", True),
        ("{Embedding: {output_dim: 3}}, GlobalAveragePooling1D", False),
        ("{Embedding: {output_dim: 3, mask_zero: true}}, {Conv1D: {filters: 2, kernel_size: 2}}, "
         "GlobalAveragePooling1D", False),
        ("{Embedding: {output_dim: 3, mask_zero: true}}, {GRU: 2}", False),
    ],
)  # fmt: skip
def test_a_mean_of_nothing_but_padding_is_warned_of(tmp_path: Path, layers: str, warned: bool) -> None:
    compilation = compiled(tmp_path, "  plot: {type: text, length: 6}", f"layers: [{layers}]\n")
    codes = {d.code for d in compilation.diagnostics if d.severity is Severity.WARNING}
    assert ("S218" in codes) is warned


HOSTILE = ("'", '"', "\\", "\n", "{{ x }}", "');import os#", "\u2028", "%s", "# coding: utf_7")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_separator_and_no_name_of_a_cross_becomes_code(text: str, tmp_path: Path) -> None:
    name, separator = json.dumps(text), json.dumps(text)
    features = f"  genre: category\n  land: category\n  tags: {{type: set, separator: {separator}}}\n"
    compilation = compiled(tmp_path, f"{features}  {name}: {{type: cross, of: [genre, land], buckets: 5}}")
    tree = ast.parse(write_script(compilation.plan, tmp_path, tmp_path).encode())
    splits = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "cell.split"]
    assert [[ast.literal_eval(argument) for argument in node.args] for node in splits] == [[text]]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import) and node.names[0].name == "os"]


def test_lists_are_a_type_of_their_own(tmp_path: Path) -> None:
    rows: dict[str, list[Any]] = {"a": [["x"], None, []], "b": [[1, 2], [3], None], "c": ["x", "y", "z"]}
    pd.DataFrame(rows).to_parquet(tmp_path / "a.parquet")
    lines = (json.dumps({key: values[i] for key, values in rows.items()}) for i in range(3))
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    for form in ("jsonl", "parquet"):
        table, problems = open_table(Dialect(form), [tmp_path / f"a.{form}"], ["a"], HERE)
        assert table is not None, problems
        assert [column.physical for column in table.columns] == ["list", "list", "text"]
        assert [row.cells for row in table.rows()] == [(("x",), (1, 2), "x"), (None, (3,), "y"), ((), None, "z")]


def test_sets_without_labels_have_nothing_to_learn(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("tags,score\n" + ",1\n|,2\n" * 6)
    text = 'specrun: 1\ndata: {path: a.csv}\nfeatures: {tags: {type: set, separator: "|"}}\ntarget: score\nlayers: []\n'
    every_row = {"choose_training": lambda *_: frozenset(range(12)), "count_values": True}
    with pytest.raises(SpecError, match="D404: `tags` has no label in any training row"):
        compile_spec(Source(text, "spec.yaml", tmp_path), **every_row)  # type: ignore[arg-type]
