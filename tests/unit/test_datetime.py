"""Datetimes: what becomes of a column, what its values are held against, and what they are over a window."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.compiler.data import ISO_FORMAT, Dialect, Expected, Scan, open_table, scan
from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.features import Category, Datetime, Facts, Feature, Number, Recipe, Timeseries
from specrun.compiler.lower.series import windowed
from specrun.compiler.script.printer import Printer
from specrun.compiler.series import Series

HERE = Span("spec.yaml", 1, 1, 2)
SIN_COS = "ops.sin(angles), ops.cos(angles)"


def lines(recipe: Recipe) -> list[str]:
    """The statements for a column, and what is then its encoding."""
    return [*map(Printer().statement, recipe.steps), Printer()(recipe.encoding)]


def recipe_of(feature: Feature, facts: Facts | None = None) -> Recipe:
    facts = facts or Facts()
    return feature.filled(facts).recipe(facts)


def normalized(part: str) -> str:
    values = f"train[name].dt.{ {'weekday': 'day_of_week'}.get(part, part) }"
    return f"layers.Normalization(mean={values}.mean(), variance={values}.var(ddof=0) or 1)({part})"


@pytest.mark.parametrize(
    ("feature", "expected"),
    [
        (
            Datetime(parts=("hour",)),
            [
                "hour = inputs[name] % 86400 // 3600",
                "angles = 2 * np.pi * hour / 24",
                f"layers.Concatenate()([{SIN_COS}])",
            ],
        ),
        (
            Datetime(parts=("hour", "weekday"), cyclic=False),
            [
                "days = inputs[name] // 86400",
                "weekday = (days + 3) % 7",
                "hour = inputs[name] % 86400 // 3600",
                f"layers.Concatenate()([{normalized('hour')}, {normalized('weekday')}])",
            ],
        ),
        (
            Datetime(parts=("second",), cyclic=False, normalize="none"),
            ["second = inputs[name] % 60", "ops.cast(second, 'float32')"],
        ),
        (
            Datetime(parts=("minute", "second"), missing="mean"),
            [
                "moment = ops.where(ops.equal(inputs[name], np.iinfo('int64').min), "
                "int(train[name].dropna().astype('int64').mean()), inputs[name])",
                "minute = moment % 3600 // 60",
                "second = moment % 60",
                "angles = 2 * np.pi * layers.Concatenate()([minute / 60, second / 60])",
                f"layers.Concatenate()([{SIN_COS}])",
            ],
        ),
    ],
)
def test_what_becomes_of_a_datetime(feature: Datetime, expected: list[str]) -> None:
    assert lines(recipe_of(feature)) == expected


def test_the_year_never_goes_round() -> None:
    assert lines(recipe_of(Datetime(parts=("month", "year"))))[-1] == (
        f"layers.Concatenate()([{SIN_COS}, {normalized('year')}])"
    )


@pytest.mark.parametrize(
    ("feature", "width"),
    [
        (Datetime(parts=("month", "weekday", "year")), 5),
        (Datetime(parts=("month", "weekday", "year"), cyclic=False), 3),
        (Datetime(parts=("hour",)), 2),
        (Datetime(parts=("hour",), cyclic=False, normalize="none"), 1),
    ],
)
def test_widths(feature: Datetime, width: int) -> None:
    recipe = recipe_of(feature)
    assert recipe.tensor.shape == (None, width)
    assert (recipe.dtype, recipe.frame) == ("int64", "datetime")


@pytest.mark.parametrize(
    ("finest", "parts"),
    [
        ("month", ("year", "month")),
        ("day", ("year", "month", "day", "weekday")),
        ("time", ("year", "month", "day", "weekday", "hour")),
        (None, ("year", "month", "day", "weekday", "hour")),
    ],
)
def test_parts_follow_from_the_data(finest: str | None, parts: tuple[str, ...]) -> None:
    assert Datetime().filled(Facts(finest=finest)).parts == parts
    assert Datetime(parts=("hour",)).filled(Facts(finest=finest)).parts == ("hour",)


def test_how_a_column_is_read() -> None:
    parsed = [
        Printer()(recipe.parse) if recipe.parse else ""
        for recipe in (
            recipe_of(Datetime()),
            recipe_of(Datetime(format="%d.%m.%Y", missing="median"), Facts(missing=("", "?"))),
        )
    ]
    assert parsed == [
        "pd.to_datetime(values, format='ISO8601', utc=True).dt.as_unit('s')",
        "pd.to_datetime(values.replace(['', '?'], np.nan), format='%d.%m.%Y', utc=True).dt.as_unit('s')",
    ]


def test_a_comment_explains_the_calendar_alone() -> None:
    assert recipe_of(Datetime(parts=("month",))).comment
    assert not recipe_of(Datetime(parts=("hour", "weekday"))).comment


@pytest.mark.parametrize(("format", "options"), [("%H:%M", ["format"]), ("%d.%m.%Y", []), (None, [])])
def test_a_format_has_to_read_dates(format: str | None, options: list[str]) -> None:
    assert [option for option, message, hint in Datetime(format=format).conflicts() if message and hint] == options


def test_what_a_datetime_expects() -> None:
    assert Datetime().expected("x", HERE) == Expected("x", "datetime", HERE, False, format=ISO_FORMAT)
    assert Datetime(format="%Y", missing="mean").expected("x", HERE).format == "%Y"
    assert Datetime(missing="mean").expected("x", HERE).missing_allowed


def scanned(folder: Path, values: list[str], format: str | None = None, kind: str = "datetime") -> Scan:
    (folder / "a.csv").write_text("id,c\n" + "".join(f"{i},{value}\n" for i, value in enumerate(values)))
    dialect = Dialect("csv")
    table, found = open_table(dialect, [folder / "a.csv"], ["a.csv"], HERE)
    assert table is not None, found
    return scan(table, dialect, [Expected("c", kind, HERE, format=format)])


@pytest.mark.parametrize(
    ("values", "format", "finest"),
    [
        (["2024-01", "2024-02-01"], None, "month"),
        (["2024-01-01", "2024-02-02"], None, "day"),
        (["2024-01-01", "2024-02-02T00:00:01"], None, "time"),
        (["01.02.2024 00:00"], "%d.%m.%Y %H:%M", "month"),
        ([""], None, None),
    ],
)
def test_what_tells_moments_apart(tmp_path: Path, values: list[str], format: str | None, finest: str | None) -> None:
    for kind in ("datetime", "time") if format is None else ("datetime",):
        found = scanned(tmp_path, values, format, kind)
        assert found.columns[0].finest == finest


def only(result: Scan) -> Diagnostic:
    (diagnostic,) = (d for d in result.diagnostics if d.code == "D208")
    return diagnostic


@pytest.mark.parametrize(
    ("values", "format", "message", "hint"),
    [
        (["x"], None, "`x` in `c` is no ISO date", "write dates as `2024-01-31` or `2024-01-31T12:30:00`"),
        (["x", "y"], None, "`x` and `y` in `c` are no ISO dates (2 rows, also line 3)", "write dates as"),
        (["n/a", "2024-01-01"], None, "`n/a` in `c` is no ISO date", 'add `missing: ["n/a"]` to `data:`'),
        ([" 2024-01-01"], None, "` 2024-01-01` in `c` is no ISO date", "`strip: true` in `data:` drops the blanks"),
        (["31.01.2024"], None, "`31.01.2024` in `c` is no ISO date", 'say how dates are written: `format: "%d.%m.%Y"`'),
        (["31.01.2024", "2024-01-01"], None, "`31.01.2024` in `c` is no ISO date", "write all the dates of the column"),
        (["1/2/2024"], None, "`1/2/2024` in `c` is no ISO date", '`format: "%d/%m/%Y"` or `format: "%m/%d/%Y"`'),
        (["2024-01-01"], "%d.%m.%Y", "`2024-01-01` in `c` is not of the form `%d.%m.%Y`", "take `format` out"),
        (
            ["x", "31.01.2024"],
            "%d.%m.%Y",
            "`x` in `c` is not of the form `%d.%m.%Y`",
            "mend the values, or write another",
        ),
    ],
)
def test_values_that_are_no_datetimes(
    tmp_path: Path, values: list[str], format: str | None, message: str, hint: str
) -> None:
    found = only(scanned(tmp_path, values, format))
    assert found.message == message
    assert hint in found.hint


def test_a_column_over_a_window() -> None:
    recipe = windowed(recipe_of(Number(missing=0)), Series(7, 2))
    assert recipe.tensor.shape == (None, 7, 1)
    assert recipe.row == (7,)
    assert Printer()(recipe.raw) == "sliding_window_view(rows[name], WINDOW)[:-HORIZON]"
    assert lines(recipe)[:2] == [
        "value = ops.expand_dims(inputs[name], -1)",
        "value = ops.where(ops.isnan(value), 0, value)",
    ]
    assert Printer()(windowed(recipe_of(Datetime(parts=("hour",))), Series(7, 1)).raw) == (
        "sliding_window_view(rows[name].astype('int64'), WINDOW)[:-1]"
    )


def test_texts_over_a_window() -> None:
    one_hot = windowed(recipe_of(Category(unknown="zeros"), Facts(distinct=4)), Series(7, 1))
    assert one_hot.tensor.shape == (None, 7, 4)
    assert lines(one_hot)[-1].endswith("(value)[:, :, 1:]")
    embedded = windowed(recipe_of(Category(encoding="embedding", dim=3)), Series(7, 1))
    assert embedded.tensor.shape == (None, 7, 3)
    assert lines(embedded)[-1] == "layers.StringLookup(vocabulary=vocabulary)(inputs[name])"


def test_a_timeseries_is_a_number_with_a_window() -> None:
    series = Timeseries(window=7, missing="median", clip=(0, 9))
    assert lines(recipe_of(series)) == lines(recipe_of(Number(missing="median", clip=(0, 9))))
    assert series.expected("x", HERE).kind == "number"
    assert [option for option, *_ in Timeseries(window=1, clip=(2, 1)).conflicts()] == ["clip"]
