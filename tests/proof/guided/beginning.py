"""What the fuzzer begins with: specs, checkpoints, and the words of the language."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from specrun.compiler.language.schema import schema
from specrun.runtime.checkpoint import Checkpoint, write_checkpoint
from tests.proof.fuzzed.seeds import ROOT, seeds

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{2,40}", re.ASCII)
_SIGNS = (
    *(
        "\n",
        "\n  ",
        "\n- ",
        ": ",
        "- ",
        "? ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "&a ",
        "*a",
        "!!str ",
        "<<",
        "|\n",
        ">-\n",
        "#",
    ),
    *("---\n", "...\n", "%YAML 1.2\n", "%TAG ", '"', "'", "\t", "\r\n", "\ufeff", "\x85", "\u2028", "\ud83d", "$x"),
    *("null", "true", ".nan", "-.inf", "1e999", "0x1F", "0o17", "1_0", "1" * 301),
)


def write_seeds(target: str, folder: Path) -> None:
    """Write a file for each input to begin with."""
    if target == "checkpoint":
        for number, checkpoint in enumerate(_checkpoints()):
            write_checkpoint(folder / f"{number}", checkpoint)
        return
    for number, seed in enumerate(seeds(ROOT)):
        (folder / f"{number:03}").write_text(seed.text, encoding="utf-8")


def write_words(target: str, file: Path) -> None:
    """Write the dictionary of a target, in the form of libFuzzer."""
    words = [
        '"epoch"',
        '"done"',
        '"is_over"',
        '"variables"',
        '"callbacks"',
        '"history"',
        '"seconds"',
        '"arrays"',
        "NaN",
    ]
    words += ['"float32"', '"int64"', "true", "null", "1e999", "[]", "{}", "-1", "9" * 20, "\\ud800", "\xff" * 8]
    if target != "checkpoint":
        words = [*_SIGNS, *sorted(set(_WORD.findall(json.dumps(_without_prose(schema())))))]
    raw = (word.encode("utf-8", "surrogatepass") for word in dict.fromkeys(words))
    lines = ("".join(f"\\x{byte:02x}" for byte in word) for word in raw)
    file.write_text("".join(f'"{line}"\n' for line in lines), encoding="ascii")


def _without_prose(node: object) -> object:
    if isinstance(node, dict):
        prose = ("description", "markdownDescription", "title", "$schema", "$ref")
        return {key: _without_prose(value) for key, value in node.items() if key not in prose}
    return [_without_prose(item) for item in node] if isinstance(node, list) else node


def _checkpoints() -> list[Checkpoint]:
    import numpy as np

    arrays = (np.arange(6, dtype=np.float32).reshape(2, 3), np.zeros((), np.float32), np.array([True]), np.int64(3))
    callbacks: tuple[dict[str, Any], ...] = ({"best": 0.5, "wait": 2, "weights": [arrays[0]]}, {"best": None}, {})
    history = {"loss": [0.5, 0.25], "val_loss": [float("inf"), 0.1]}
    return [
        Checkpoint(0, 0, False, (), (), {}, 0.0),
        Checkpoint(1, 2, False, tuple(map(np.asarray, arrays)), (), {"loss": [0.5]}, 1.5),
        Checkpoint(2, 0, True, (arrays[0],), callbacks, history, 20.25),
        Checkpoint(0, 1, False, (np.zeros((0, 3), np.float64), np.zeros(40, np.uint8)), ({},), {}, 1e-9),
    ]
