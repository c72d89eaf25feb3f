"""Runs a script of another backend, and measures its loss, and how far it is from the run.

python tests/backends/script.py SCRIPT [REFERENCE]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Print the loss, and, with a reference, how far outputs, one step and the saved model are from it."""
    script, *references = map(Path, sys.argv[1:])
    sys.argv = [script.name]
    names: dict[str, Any] = {"__name__": "__main__", "__doc__": None}
    exec(compile(script.read_bytes(), script.name, "exec"), names)  # the script sets the backend before it is imported

    from tests.backends.measures import Rows, loss_of

    train, test = (Rows(*names["tensors"](names[part])) for part in ("train", "test"))
    result = {"backend": names["keras"].backend.backend(), "loss": loss_of(names["model"], train)}
    for reference in references:
        result |= _distances(names, train, test, reference)
    print(json.dumps(result))


def _distances(names: dict[str, Any], train: Any, test: Any, reference: Path) -> dict[str, float]:
    from tests.backends.measures import Measured, Rows, distance, measured, outputs_of

    taken: list[Any] = []
    encoder, model = names["encoder"], names["model"]

    def noted(raw: Any) -> Any:
        taken.append(raw)
        return encoder(raw)

    names["encoder"] = noted
    names["tensors"](names["test"])
    saved = names["keras"].models.load_model(next(Path().glob("*.keras")))
    from_saved = distance(outputs_of(saved, Rows(taken[-1], None)), outputs_of(model, test))
    wanted = Measured.load(reference)
    found = measured(model, train, test, names["args"].batch_size, wanted.weights)
    return {
        "outputs": distance(found.outputs, wanted.outputs),
        "step": distance(found.stepped, wanted.stepped),
        "weights": distance(found.stepped_weights, wanted.stepped_weights),
        "saved": from_saved,
    }


if __name__ == "__main__":
    main()
