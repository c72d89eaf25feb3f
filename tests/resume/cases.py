"""Small trainings with all that a checkpoint has to hold: each a spec over the rows that `write_rows` writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

ROWS = 1200

_HEAD = """specrun: 1
name: {name}
data: {{path: rows.csv{memory}, split: {{test: 0.2, validation: 0.2}}}}
features: {{a: number, b: {{type: number, normalize: zscore}}, c: {{type: category, encoding: {encoding}}}}}
{rest}
"""
_CALLBACKS = """
  callbacks:
    - EarlyStopping: {patience: 6, restore_best_weights: true}
    - ReduceLROnPlateau: {patience: 2, factor: 0.7}
    - ModelCheckpoint: {save_best_only: true}"""

_RESTS = {
    "dropout": (
        "",
        "one_hot",
        f"""target: k
classes: auto
layers: [{{Dense: {{units: 32, activation: relu}}}}, BatchNormalization, {{Dropout: 0.3}}, {{GaussianNoise: 0.1}}]
training:
  epochs: 60
  batch_size: 7
  engine: graph
  checkpoint: {{steps: 13}}{_CALLBACKS}""",
    ),
    "compiled": (
        "",
        "embedding",
        """target: y
layers: [{Dense: {units: 16, activation: gelu}}, {Dropout: 0.2}, LayerNormalization]
training:
  epochs: 60
  batch_size: 8
  engine: xla
  optimizer: {Nadam: {learning_rate: 1e-3}}
  checkpoint: {steps: 50}""",
    ),
    "by_keras": (
        "",
        "one_hot",
        f"""target: k
classes: auto
layers: [{{Dense: {{units: 16, activation: relu}}}}, {{Dropout: 0.3}}]
training:
  epochs: 12
  batch_size: 32
  engine: fit
  class_weights: balanced
  checkpoint: {{epochs: 1}}{_CALLBACKS}
    - TerminateOnNaN""",
    ),
    "streamed": (
        ", memory: streamed",
        "one_hot",
        """targets: {y: number, k: {classes: auto}}
layers:
  - Dense: {units: 16, activation: relu}
  - AlphaDropout: 0.1
training:
  epochs: 40
  batch_size: 16
  optimizer: {SGD: {momentum: 0.9, learning_rate: 1e-2}}
  checkpoint: {minutes: 0.002}""",
    ),
    "averages": (
        "",
        "one_hot",
        """target: y
layers: [{Dense: {units: 16, activation: relu}}, {GaussianDropout: 0.2}]
training:
  epochs: 60
  batch_size: 10
  optimizer:
    AdamW:
      use_ema: true
      ema_momentum: 0.9
      learning_rate: {CosineDecay: {initial_learning_rate: 1e-2, decay_steps: 3000}}
  checkpoint: {epochs: 1, steps: 40}
  callbacks: [{SwapEMAWeights: {swap_on_epoch: true}}]""",
    ),
}

CASES = {
    name: _HEAD.format(name=name, memory=memory, encoding=encoding, rest=rest)
    for name, (memory, encoding, rest) in _RESTS.items()
}


def write_rows(folder: Path) -> None:
    """Write the rows that all the specs train on."""
    chance = np.random.default_rng(0)
    a, b, noise = chance.normal(size=(3, ROWS))
    y = a * b + 0.3 * noise
    rows = zip(a, b, chance.integers(0, 5, ROWS), y, y > 0, strict=True)
    lines = (f"{a:.4f},{b:.4f},c{c},{y:.4f},{'no' if k else 'yes'}" for a, b, c, y, k in rows)
    (folder / "rows.csv").write_text("a,b,c,y,k\n" + "\n".join(lines) + "\n", encoding="utf-8")
