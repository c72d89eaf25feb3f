"""Rules of layers that go through a sequence step by step."""

from __future__ import annotations

from specrun.compiler.expressions import Expression, Literal, name
from specrun.compiler.quoting import quoted
from specrun.compiler.script.options import Options, Refused, options_of
from specrun.compiler.script.targets.tensorflow.rules import Maker, Signal, layer

_GATES = {"GRU": 3, "LSTM": 4}
_OPTIONS = (
    "units kernel_initializer recurrent_initializer bias_initializer kernel_regularizer recurrent_regularizer"
    " bias_regularizer unit_forget_bias return_sequences go_backwards unroll"
)


@layer("GRU LSTM", _OPTIONS, mask="own")
def recurrent(make: Maker, options: Options, x: Signal) -> Signal:
    backwards, sequences = bool(options.value("go_backwards")), bool(options.value("return_sequences"))
    states = _states(make, options, x, "", backwards=backwards)
    if not sequences:
        return Signal(_last(states, backwards=backwards), (options["units"],))
    if backwards:
        raise Refused(f"`go_backwards` beside `return_sequences` of {options.name}")
    return x.to(states, x.shape[0], options["units"])


@layer("Bidirectional", "layer merge_mode", mask="own")
def bidirectional(make: Maker, options: Options, x: Signal) -> Signal:
    inner = options_of("layers", options["layer"])
    if inner.entry.name not in _GATES:
        raise Refused(f"{inner.name} in {options.name}")
    inner.only([option for option in _OPTIONS.split() if option != "go_backwards"])
    sequences, units = bool(inner.value("return_sequences")), inner["units"]
    states = []
    for direction, backwards in (("forward", False), ("backward", True)):
        passed = _states(make, inner, x, f"{direction}_", backwards=backwards)
        variable = make.variable(direction)
        make.do(
            "variable = value", variable=variable, value=passed if sequences else _last(passed, backwards=backwards)
        )
        states.append(variable)
    forward, backward = states
    merges = {
        "concat": "tf.concat([forward, backward], -1)",
        "sum": "forward + backward",
        "mul": "forward * backward",
        "ave": "(forward + backward) / 2",
    }
    mode = str(options.value("merge_mode"))
    width = Literal(2 * int(inner.number("units"))) if mode == "concat" else units
    value = quoted(merges[mode], forward=forward, backward=backward)
    if not sequences:
        return Signal(value, (width,))
    if x.mask is not None:  # Keras leaves nothing of the steps of padding
        value = quoted("tf.where(mask[:, :, None], value, 0.0)", mask=x.mask, value=value)
    return x.to(value, x.shape[0], width)


def _last(states: Expression, *, backwards: bool) -> Expression:
    """The state after the last step that was gone through."""
    return quoted("states[:, 0]" if backwards else "states[:, -1]", states=states)


def _states(make: Maker, options: Options, x: Signal, prefix: str, *, backwards: bool) -> Expression:
    """The states after each step, in the order of the steps, by a function that the script defines."""
    kind, units = options.entry.name, options["units"]
    gates = Literal(_GATES[kind] * int(options.number("units")))
    kernels = [
        make.weight(
            f"{prefix}{weight}",
            rows,
            gates,
            of=options[f"{role}_initializer"],
            regularizer=options[f"{role}_regularizer"],
        )
        for weight, role, rows in (("kernel", "kernel", x.width), ("recurrent_kernel", "recurrent", units))
    ]
    is_lstm = kind == "LSTM"
    # It begins with all that it knew before.
    remembering = is_lstm and options.value("unit_forget_bias")
    bias = make.weight(
        f"{prefix}bias",
        *((gates,) if is_lstm else (Literal(2), gates)),
        of=options["bias_initializer"],
        regularizer=options["bias_regularizer"],
        value=quoted("tf.repeat([0.0, 1.0, 0.0, 0.0], units)", units=units) if remembering else None,
    )
    helper = kind.lower()
    make.helper(helper)
    call = f"{helper}(x, kernel, recurrent, bias)"
    if x.mask is not None:
        call = f"{call[:-1]}, mask=mask)"
    if backwards:
        call = f"{call[:-1]}, reverse=True)"
    make.helper(f"{helper} {'masked' if x.mask else 'unmasked'}")
    make.helper(f"{helper} {'backwards' if backwards else 'forwards'}")
    return quoted(call, x=x.value, kernel=kernels[0], recurrent=kernels[1], bias=bias, mask=x.mask or name("mask"))
