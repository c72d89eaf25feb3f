"""What Keras cannot do on a backend, or does otherwise there than with TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.expressions import Call, Expression, Literal, Scalar, walk
from specrun.compiler.plan import Plan
from specrun.compiler.script.target import refusal

NAMES: Mapping[str, str] = {"jax": "JAX", "torch": "PyTorch"}
"""How the backends are called."""
Options: TypeAlias = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Lack:
    """A function of Keras that a backend lacks, where `when` holds of its arguments: `what` ends a sentence.

    `what` may name the function as `{name}`. An argument without a name is called `first`.
    """

    backends: tuple[str, ...]
    functions: tuple[str, ...]
    what: str
    when: Callable[[Options], bool] = lambda _: True


def _is_uneven(options: Options) -> bool:
    length, window = options.get("fft_length", 2048), options.get("sequence_length")
    return isinstance(length, int) and isinstance(window, int) and window < length and (length - window) % 2 == 1


def _layers(*names: str) -> tuple[str, ...]:
    return tuple(f"keras.layers.{name}" for name in names)


LACKS = (
    Lack(("jax",), _layers("RandomElasticTransform"), "cannot compile `{name}`"),
    Lack(("jax", "torch"), _layers("MelSpectrogram"), "centres a window of an odd rest otherwise", _is_uneven),
    Lack(("torch",), _layers("ContrastLimitedAdaptiveHistogramEqualization"), "gives other values of `{name}`"),
    Lack(
        ("torch",),
        _layers("AveragePooling1D", "AveragePooling2D", "AveragePooling3D"),
        "pads what `{name}` takes in another way",
        lambda options: options.get("padding") == "same",
    ),
    Lack(
        ("torch",),
        _layers("Resizing", "UpSampling2D"),
        "has no such interpolation of `{name}`",
        lambda options: options.get("interpolation") in ("bicubic", "lanczos3", "lanczos5"),
    ),
)


def lacking(plan: Plan, backend: str) -> Iterator[Diagnostic]:
    """The parts of a plan that a backend lacks."""
    hint = "leave `--backend` out, or take this out of the spec"

    def refused(what: str, span: Span) -> Diagnostic:
        return refusal("keras", f"cannot hold this on {NAMES[backend]}, where Keras {what}", span, hint)

    for node in plan.network.nodes:
        for call in _calls(node.call):
            for lack in LACKS:
                if backend in lack.backends and call.function in lack.functions and lack.when(_options(call)):
                    yield refused(lack.what.format(name=str(call.function).rpartition(".")[2]), node.span)
        named = _options(node.call).get("name")
        if backend == "torch" and isinstance(named, str) and "." in named:
            yield refused("takes no `.` in the name of a layer", node.span)
    if backend == "jax" and any(_options(call).get("use_ema") is True for call in _calls(plan.training.optimizer)):
        yield refused("loses the averages of `use_ema` when the model is used", plan.training.span)
    for head in plan.heads if backend == "torch" else ():
        for best in map(_best, head.metrics):
            if best > len(head.classes):
                yield refused(f"takes no `k` of {best} where there are {len(head.classes)} classes", head.span)


def _best(metric: Expression) -> int:
    """Among how many of the most probable classes a metric looks for the right one; 0 for one that does not."""
    match metric:
        case Literal(str() as text) if "top_k" in text:
            return 5
        case Call(str() as function) if "TopK" in function:
            options = _options(metric)
            most = options.get("k", options.get("first", 5))
            return most if isinstance(most, int) else 0
        case _:
            return 0


def _calls(part: Expression) -> Iterator[Call]:
    return (inner for inner in walk(part) if isinstance(inner, Call))


def _options(call: Call) -> Options:
    named = {str(keyword.name): keyword.value for keyword in call.keywords}
    given = dict(zip(("first",), call.arguments, strict=False)) | named
    return {key: value.value for key, value in given.items() if isinstance(value, Literal)}
