"""What a run trains with: Keras's `fit`, or its steps in a graph, as TensorFlow runs them or as XLA compiles them.

XLA gives other last bits than TensorFlow, so that its steps are those of the script too, by `jit_compile`. In a loop it
gives the bits of single steps for the layers and optimizers that are listed here; of others, each step is compiled by
itself. `auto` is decided from the plan and from about how many rows the data have: a spec always takes the same way.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Final

from specrun.compiler.diagnostics import Diagnostic, Report, Severity
from specrun.compiler.expressions import Call, walk
from specrun.compiler.language.sections import Keras
from specrun.compiler.lower.keras import entry_of
from specrun.compiler.memory import STREAMED
from specrun.compiler.parting import part_sizes
from specrun.compiler.plan import Engine, Node, Source
from specrun.compiler.resolve import Resolved

LOOPED_OPTIMIZERS: Final = frozenset({"Adam", "AdamW", "Adamax", "Nadam", "RMSprop", "SGD"})
RECURRENT: Final = frozenset({"Bidirectional", "GRU", "LSTM", "SimpleRNN"})
LOOPED_LAYERS: Final = RECURRENT | {
    "Activation",
    "Add",
    "Average",
    "BatchNormalization",
    "Concatenate",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePooling1D",
    "GlobalMaxPooling1D",
    "LayerNormalization",
    "MultiHeadAttention",
    "Multiply",
    "Reshape",
}
"""The layers that, like those optimizers, XLA trains in a loop to the same bits as step by step, and fast."""
UNCOMPILED: Final = frozenset(
    {
        "RandomElasticTransform",
        "RandomPerspective",
        "RandomRotation",
        "RandomShear",
        "RandomTranslation",
        "RandomZoom",
    }
)
"""The layers that Keras does not let XLA compile, and the one that XLA cannot compile all the same."""

MANY_STEPS: Final = 10_000
"""How many steps a training needs at least for XLA to win back the time that it compiles."""
MANY_SLOW_STEPS: Final = 1_000
"""The same of a recurrent network, whose every moment is a step of its own to TensorFlow, and of a large one."""
LARGE_PARAMETERS: Final = 500_000
_LAYERS = "keras.layers."
_FIT, _GRAPH, _XLA = "fit", "graph", "xla"


def choose_engine(resolved: Resolved, nodes: Iterable[Node], sources: Iterable[Source], report: Report) -> Engine:
    """The engine that a spec asks for, or the one that fits it."""
    training, nodes, sources = resolved.spec.training, tuple(nodes), tuple(sources)
    alone = _not_looped(training.optimizer, nodes, sources, is_streamed=resolved.memory.name == STREAMED)
    watcher = next((c for c in training.callbacks if entry_of("callbacks", c).each_batch), None)
    if training.engine == "auto":
        if watcher is not None:
            return Engine(_FIT, f"`{watcher.name}` has to see each batch")
        if alone:
            return Engine(_GRAPH, f"XLA would not compile {alone} in a loop, to the same bits")
        why = _why_long(resolved, nodes)
        if why:
            return Engine(_XLA, why, jit_compile=True)
        return Engine(_GRAPH, "the training is too short for XLA, which has to compile it first")
    if training.engine == _FIT:
        return Engine(_FIT, "the spec asks for it")
    if watcher is not None:
        message = f"`{watcher.name}` has to see each batch, and the engine `{training.engine}` shows only some"
        span = resolved.spec.span("training", "engine")
        report.add(Diagnostic("S409", message, span, f"write `engine: fit`, or take `{watcher.name}` out"))
    if training.engine == _GRAPH:
        return Engine(_GRAPH, "the spec asks for it")
    report.add(*_uncompiled(nodes), *_slow(resolved, nodes, sources))
    if alone:
        why = f"the spec asks for `xla`, which compiles each step by itself, since of {alone} a loop gives other bits"
        return Engine(_GRAPH, why, jit_compile=True)
    return Engine(_XLA, "the spec asks for it", jit_compile=True)


def _not_looped(optimizer: Keras, nodes: Iterable[Node], sources: Iterable[Source], *, is_streamed: bool) -> str:
    """What XLA would not train in a loop to the same bits; empty where there is nothing of the kind."""
    if optimizer.name not in LOOPED_OPTIMIZERS:
        return f"`{optimizer.name}`"
    if _has_momentum(optimizer):
        return "`RMSprop` with momentum"  # of vectors, XLA compiles each of its steps anew
    other = next((kind for node in nodes for kind in _kinds(node) if kind not in LOOPED_LAYERS), None)
    if other is not None:
        return f"`{other}`"
    if is_streamed and any(None in source.tensor.shape[1:-1] for source in sources):
        return "rows of many lengths"  # each of which is compiled anew
    return ""


def _why_long(resolved: Resolved, nodes: tuple[Node, ...]) -> str:
    """Why XLA wins back the time that it compiles; empty where it does not."""
    steps = _steps(resolved)
    if steps >= MANY_STEPS:
        return f"there are {MANY_STEPS:,} steps or more"
    if steps < MANY_SLOW_STEPS:
        return ""
    if any(kind in RECURRENT for node in nodes for kind in _kinds(node)):
        return f"there are {MANY_SLOW_STEPS:,} steps or more, of a recurrent network"
    if sum(node.parameters or 0 for node in nodes) >= LARGE_PARAMETERS:
        return f"there are {MANY_SLOW_STEPS:,} steps or more, of {LARGE_PARAMETERS:,} parameters or more"
    return ""


def _steps(resolved: Resolved) -> int:
    """About how many steps the training has."""
    spec = resolved.spec
    rows = part_sizes(spec.data.split, resolved.about_rows)["train"]
    return math.ceil(rows / spec.training.batch_size) * spec.training.epochs


def _uncompiled(nodes: tuple[Node, ...]) -> Iterator[Diagnostic]:
    """The layers that Keras does not let XLA compile."""
    for node in nodes:
        for kind in sorted(UNCOMPILED.intersection(_kinds(node))):
            message = f"`{kind}` cannot be compiled, as the engine `xla` asks"
            yield Diagnostic("S410", message, node.span, "write `engine: graph`, or take the layer out")


def _slow(resolved: Resolved, nodes: Iterable[Node], sources: Iterable[Source]) -> Iterator[Diagnostic]:
    """What XLA trains far slower on a processor than TensorFlow does."""
    optimizer, span = resolved.spec.training.optimizer, resolved.spec.span("training", "engine")
    kinds = tuple(dict.fromkeys(kind for node in nodes for kind in _kinds(node)))
    convolution = next((kind for kind in kinds if "Conv" in kind), None)
    if convolution is not None:
        message = f"on a processor, XLA takes many times as long for `{convolution}` as the engine `graph`"
        yield Diagnostic("S411", message, span, "write `engine: graph`, unless you train on a GPU", Severity.WARNING)
    embeds = "Embedding" in kinds or any(source.embedded for source in sources)
    if embeds and (optimizer.name == "Adadelta" or _has_momentum(optimizer)):
        name = "`RMSprop` with momentum" if _has_momentum(optimizer) else f"`{optimizer.name}`"
        message = f"of embeddings, XLA compiles each step of {name} anew, which takes most of the time"
        hint = "write `engine: graph`, or take another optimizer, such as `Adam`"
        yield Diagnostic("S411", message, span, hint, Severity.WARNING)


def _has_momentum(optimizer: Keras) -> bool:
    """Whether it is an RMSprop with momentum."""
    return optimizer.name == "RMSprop" and bool(optimizer.option("momentum"))


def _kinds(node: Node) -> Iterator[str]:
    """The class of a layer, and those of the layers in it."""
    for part in walk(node.call):
        if isinstance(part, Call) and str(part.function).startswith(_LAYERS):
            yield str(part.function).removeprefix(_LAYERS)
