"""The data files that the cases name: one table of rows in many formats and dialects, with words, lists and images."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

ODD_NAMES = {
    "/": "income",
    "a_b": "age",
    "a/b": "amount",
    "c/d": "visits",
    "c_d": "city",
    "it's": "job",
    'so "called"': "yn",
    "größe 📏": "hour",
    "class": "code",
    "name": "bit",
    "inputs": "three",
    "train": "ny",
    "rows": "ft",
    "\\n": "tf",
}
NAMES_OF_LAYERS = {
    "normalization": "age",
    "concatenate": "income",
    "string_lookup": "city",
    "sequential": "job",
    "cast": "yn",
    "dense": "amount",
    "functional": "code",
    "string_lookup_1": "ny",
    "flatten": "hour",
    "embedding": "visits",
}


def lay_out(folder: Path) -> None:
    """Write all the files into a folder."""
    frame = make_rows()
    write_csv(frame, folder)
    write_typed(frame, folder)
    write_words(frame, folder)
    write_images(folder)


def make_rows(count: int = 90) -> pd.DataFrame:
    """Rows whose columns are named after what they hold."""
    import numpy as np
    import pandas as pd

    chance = np.random.default_rng(1)

    def some(*values: object) -> list[object]:
        return [values[i] for i in chance.integers(0, len(values), count)]

    age = chance.integers(18, 80, count)
    days = pd.date_range("2024-01-01", periods=count).to_numpy()
    frame = pd.DataFrame(
        {
            "age": age,
            "income": (chance.normal(3000, 900, count)).round(2),
            "visits": chance.integers(0, 40, count) * (chance.random(count) < 0.4),
            "city": some("Bonn", "Köln", "Ulm", "Aachen", "bonn"),
            "job": some("nurse", "clerk", "cook"),
            "code": some("007", "7", "070", "13"),
            "yn": some("no", "yes"),
            "YN": some("NO", "YES"),
            "tf": some("false", "true"),
            "zero_one": some(0, 1),
            "ny": some("N", "Y"),
            "ft": some("f", "t"),
            "on_off": some("Off", "On"),
            "red_blue": some("red", "blue"),
            "house": [f"h{i // 3}" for i in range(count)],
            "day": chance.permutation(days).astype("datetime64[D]").astype(str),
            "hour": chance.permutation(count),
            "part": ["train", "train", "test", "train", "validation"] * (count // 5),
            "three": (age // 22).clip(1, 3),
            "names": [("NA", "None", "null", "007")[i % 4] for i in age],
            "two": np.where(age % 3 == 0, "spam", "ham"),
            "bit": (age % 2 == 0).astype(int),
            "amount": (age * 1.5 + chance.normal(0, 3, count)).round(3),
            "huge": [str(10**19 + int(i)) for i in age],
            "moment": [f"2024-0{1 + i % 9}" if i % 2 else f"2024-0{1 + i % 9}-15T12:00:00" for i in range(count)],
            "dotted": [f"{1 + i % 28}.{1 + i % 12:02}.{1899 + 3 * i} {i % 24:02}:{i % 60:02}" for i in range(count)],
            "zoned": [f"{2000 - i % 4 * 100}-03-01T0{i % 3}:00:{i % 60:02}+0{i % 4}:00" for i in range(count)],
        }
    )
    return frame.assign(**labels_of(frame))


def labels_of(frame: pd.DataFrame) -> dict[str, list[str]]:
    """What several labels at once, and a class in an order, are predicted from: some rows have no label."""
    held = {"old": frame["age"] > 50, "at ease": frame["income"] > 3000, "e=mc²": frame["visits"] > 5}
    tags = ["|".join(label for label, rows in held.items() if rows[i]) for i in frame.index]
    return {"tags": tags, "mood": [("low", "fair", "good", "best")[(age - 18) // 16] for age in frame["age"]]}


def write_csv(frame: pd.DataFrame, folder: Path) -> None:
    """The rows in the dialects of CSV, and with gaps, blanks, quotes and odd names of columns."""
    import numpy as np

    frame.to_csv(folder / "plain.csv", index=False)
    frame.to_csv(folder / "plain.tsv", index=False, sep="\t")
    frame.to_csv(folder / "bare.csv", index=False, header=False)
    frame[:40].to_csv(folder / "part-0.csv", index=False)
    frame[40:].to_csv(folder / "part-1.csv", index=False)
    frame.to_csv(folder / "german.csv", index=False, sep=";", decimal=",", encoding="latin-1")
    frame[["city", "yn", "zero_one", "amount"]].to_csv(folder / "wide.csv", index=False, encoding="utf-16")
    gaps, chance = frame.astype(object), np.random.default_rng(2)
    for column, marker in (("age", "NA"), ("income", ""), ("city", "?"), ("job", ""), ("yn", ""), ("zero_one", "NA")):
        gaps.loc[chance.choice(len(gaps), 12, replace=False), column] = marker
    gaps.loc[[3, 5], "city"] = ""
    gaps.loc[[7, 11, 40], "day"] = "NA"
    gaps["three"] = [f"{value}.0" if value == 2 else value for value in gaps["three"]]
    gaps.to_csv(folder / "gaps.csv", index=False)
    blanks = gaps.map(lambda value: f" {value} " if chance.random() < 0.3 else value)
    blanks.to_csv(folder / "blanks.csv", index=False)
    commas = blanks.assign(income=[str(value).replace(".", ",") for value in blanks["income"]])
    commas.to_csv(folder / "commas.csv", index=False, sep=";")
    quotes = frame.assign(city=frame["city"].replace("Bonn", 'Bo"nn').replace("Köln", '"Köln'))
    quotes.to_csv(folder / "quotes.csv", index=False, quoting=3)
    for file, names in (("odd.csv", ODD_NAMES), ("layers.csv", NAMES_OF_LAYERS)):
        frame[list(names.values())].set_axis(list(names), axis=1).to_csv(folder / file, index=False)


def write_typed(frame: pd.DataFrame, folder: Path) -> None:
    """The rows in JSON Lines and Parquet, with nulls, and values of several types in one column."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet

    count, age = len(frame), frame["age"]
    nulls = frame.drop(columns="huge").assign(
        age=age.astype("Int64").mask(age % 7 == 0),
        income=frame["income"].mask(age % 5 == 0),
        city=frame["city"].replace("Ulm", "Ulm\nam \x00 See").mask(age % 6 == 0),
        flag=(frame["yn"] == "yes").astype("boolean").mask(age % 9 == 0),
        truth=frame["yn"] == "yes",
        level=frame["three"].astype("Int64").mask(age % 8 == 0),
        ratio=frame["three"].astype(float) / 2,
    )
    typed = pa.Table.from_pandas(nulls, preserve_index=False)
    columns = {
        "price": pa.array([None if i % 10 == 0 else f"{i}.25" for i in range(count)]).cast(pa.decimal128(9, 2)),
        "when": pa.array(pd.to_datetime(frame["day"])),
        "coded": pa.array(frame["city"]).dictionary_encode(),
        "whole": pa.array(frame["three"]).dictionary_encode(),
        "marks": pa.array([cell.split("|") if cell else [] for cell in frame["tags"]]),
        "written": pa.array(["NA" if i % 11 == 0 else f"{i / 4}" for i in range(count)]),
    }
    for name, column in columns.items():
        typed = typed.append_column(name, column)
    pyarrow.parquet.write_table(typed, folder / "nulls.parquet")
    lines = nulls.to_json(orient="records", lines=True)
    (folder / "nulls.jsonl").write_text(f"\ufeff{lines}\n", encoding="utf-8")
    several: dict[str, Any] = {
        "written": [None if i % 11 == 0 else f"{i / 4}" if i % 2 else i / 4 for i in range(count)],
        "mixed": [[1, "1", "x", None][i % 4] for i in range(count)],
        "labels": [str(label) if label % 2 else label for label in frame["three"]],
        "date": list(frame["day"]),
        "marks": [[i % 3, 7][: 1 + i % 2] if i % 5 else [] for i in range(count)],
        "stamp": [None if i % 9 == 0 else int(day.replace("-", "")) for i, day in enumerate(frame["day"])],
    }
    loose = nulls.astype(object).where(nulls.notna(), None).assign(**several)
    loose.to_json(folder / "loose.jsonl", orient="records", lines=True, force_ascii=False)


def write_images(folder: Path) -> None:
    """Images of several sizes and formats, in a folder for each class, and a table that names them."""
    import numpy as np
    import pandas as pd
    import tensorflow as tf

    chance = np.random.default_rng(3)
    paths = []
    for label in ("dark", "light"):
        (folder / "images" / label).mkdir(parents=True)
        for i in range(12):
            side = 8 + i % 3
            lowest = 0 if label == "dark" else 120
            pixels = chance.integers(lowest, lowest + 130, (side, side + 2, 3)).astype("uint8")
            encode, ending = (tf.io.encode_png, "png") if i % 2 else (tf.io.encode_jpeg, "jpg")
            path = Path("images") / label / f"{i:02}.{ending}"
            tf.io.write_file(str(folder / path), encode(pixels))
            paths.append(path)
    rows = {
        "picture": [path.relative_to("images").as_posix() for path in paths],
        "weight": chance.normal(size=len(paths)).round(3),
        "light": [path.parent.name for path in paths],
    }
    pd.DataFrame(rows).to_csv(folder / "pictures.csv", index=False)


def write_words(frame: pd.DataFrame, folder: Path) -> None:
    """Texts and lists: split in CSV, as they are in JSON Lines and Parquet."""
    import numpy as np
    import pandas as pd

    chance = np.random.default_rng(4)
    words = ("the", "The", "dog,", "sat\u2028on", "a\x85mat", "[UNK]", "cafÉ", "😀", "it's", "'so'", "a\xa0b", "-")
    tags = ("red", "light green", "blue", "[UNK]")

    def some(values: Sequence[object], most: int) -> list[object]:
        return [values[i] for i in chance.integers(0, len(values), chance.integers(0, most + 1))]

    rows = range(len(frame))
    lists: dict[str, list[Any]] = {
        "tags": [list(dict.fromkeys(some(tags[:3], 3))) for _ in rows],
        "visited": [some(range(100, 112), 6) for _ in rows],
        "place": [chance.normal(2, 3, 3).round(2).tolist() for _ in rows],
        "steps": [chance.normal(2, 3, i % 7).round(2).tolist() for i in rows],
    }
    plain = {
        "note": [" ".join(map(str, some(words, 9))) + ("\n \tend" if i % 4 else "") for i in rows],
        "a/b": [" ".join(map(str, some(words, 4))) for _ in rows],
        "clicked": [", ".join(map(str, some(("home", "my page", "out"), 7))) for _ in rows],
        "amount": list(frame["amount"]),
        "three": list(frame["three"]),
    }
    between = {"tags": "|", "visited": " ", "place": "  ", "steps": ";"}
    split = {name: [between[name].join(map(str, cell)) for cell in cells] for name, cells in lists.items()}
    gaps = {
        "note": ["NA" if i % 13 == 0 else "?" if i % 17 == 0 else note for i, note in enumerate(plain["note"])],
        "visited": ["NA" if i % 13 == 0 else cell for i, cell in enumerate(split["visited"])],
    }
    pd.DataFrame(plain | split | gaps).to_csv(folder / "words.csv", index=False)
    commas = {
        "place": ["?" if i % 9 == 0 else cell.replace(".", ",") for i, cell in enumerate(split["place"])],
        "spot": ["" if i % 8 == 0 else f" {i / 4:.2f}/{i}".replace(".", ",") for i in rows],
        "tags": [cell or "none" for cell in split["tags"]],
        "amount": plain["amount"],
    }
    pd.DataFrame(commas).to_csv(folder / "words_german.csv", index=False, sep=";", decimal=",")
    nulls = {name: [None if i % 11 == 0 else cell for i, cell in enumerate(cells)] for name, cells in lists.items()}
    pd.DataFrame(plain | nulls).to_parquet(folder / "words.parquet")
    mixed = {"note": [None if i % 10 == 0 else cell for i, cell in enumerate(plain["note"])]}
    mixed["tags"] = [[*cell, 7] if cell and i % 3 else cell for i, cell in enumerate(nulls["tags"])]
    table = pd.DataFrame(plain | nulls | mixed, dtype=object)
    table.to_json(folder / "words.jsonl", orient="records", lines=True, force_ascii=False)
