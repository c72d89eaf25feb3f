"""Runs a script of another backend, and measures how far it is from the run.

python tests/backends/script.py SCRIPT REFERENCE
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Print the distances of outputs, of one step, and of the saved model from the trained one, and the loss."""
    script, reference = Path(sys.argv[1]), Path(sys.argv[2])
    sys.argv = [script.name]
    names: dict[str, Any] = {"__name__": "__main__", "__doc__": None}
    exec(compile(script.read_bytes(), script.name, "exec"), names)  # the script sets the backend before it is imported

    from tests.backends.measures import Measured, Rows, distance, loss_of, measured, outputs_of

    taken: list[Any] = []
    encoder, model = names["encoder"], names["model"]

    def noted(raw: Any) -> Any:
        taken.append(raw)
        return encoder(raw)

    names["encoder"] = noted
    train, test = (Rows(*names["tensors"](names[part])) for part in ("train", "test"))
    saved = names["keras"].models.load_model(next(Path().glob("*.keras")))
    from_saved = distance(outputs_of(saved, Rows(taken[-1], None)), outputs_of(model, test))
    loss = loss_of(model, train)
    wanted = Measured.load(reference)
    found = measured(model, train, test, names["args"].batch_size, wanted.weights)
    result = {
        "backend": names["keras"].backend.backend(),
        "outputs": distance(found.outputs, wanted.outputs),
        "step": distance(found.stepped, wanted.stepped),
        "weights": distance(found.stepped_weights, wanted.stepped_weights),
        "saved": from_saved,
        "loss": loss,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
