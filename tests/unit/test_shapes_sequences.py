"""The rules of recurrent, attending, joining and wrapping layers by themselves; tests/keras holds them against Keras.

The numbers are reckoned by hand, from the formulas of the layers.
"""

import pytest

from specrun.compiler.catalogue import family, with_defaults
from specrun.compiler.shapes import Inferred, Nested, ShapeMismatch, infer
from specrun.compiler.tensor import Shape, Tensor


def nested(name: str, **arguments: object) -> Nested:
    return Nested(name, with_defaults(family("layers")[name], arguments))


def tensors(*shapes: Shape) -> tuple[Tensor, ...]:
    return tuple(Tensor((None, *shape)) for shape in shapes)


def refusal(layer: str, arguments: dict[str, object], *inputs: Tensor) -> ShapeMismatch:
    with pytest.raises(ShapeMismatch) as caught:
        infer(layer, arguments, inputs)
    return caught.value


LSTM, GRU = nested("LSTM", units=3), nested("GRU", units=3, return_sequences=True)


@pytest.mark.parametrize(
    ("layer", "arguments", "row", "output", "parameters", "multiply_adds"),
    [
        # A kernel of 4 * 3, one of 3 * 3, and a bias of 3; 21 products in each of 5 steps.
        ("SimpleRNN", {"units": 3}, (5, 4), (3,), 24, 5 * 21),
        ("LSTM", {"units": 3}, (5, 4), (3,), 4 * 24, 5 * 4 * 21),
        ("LSTM", {"units": 3, "return_sequences": True}, (5, 4), (5, 3), 96, 420),
        ("LSTM", {"units": 3, "use_bias": False}, (5, 4), (3,), 84, 420),
        ("LSTM", {"units": 3}, (None, 4), (3,), 96, None),
        ("LSTM", {"units": 3}, (5, None), (3,), None, None),
        # Two biases for each gate, and one where the reset comes before the product.
        ("GRU", {"units": 3}, (5, 4), (3,), 3 * (21 + 2 * 3), 5 * 3 * 21),
        ("GRU", {"units": 3, "reset_after": False}, (5, 4), (3,), 3 * 24, 315),
        ("RNN", {"cell": nested("LSTMCell", units=3)}, (5, 4), (3,), 96, 420),
        # The second cell takes the 3 numbers of the first: 3 * 2 + 2 * 2 products.
        (
            "RNN",
            {"cell": (nested("LSTMCell", units=3), nested("SimpleRNNCell", units=2)), "return_sequences": True},
            (5, 4),
            (5, 2),
            96 + 12,
            5 * (84 + 10),
        ),
        (
            "RNN",
            {"cell": nested("StackedRNNCells", cells=(nested("GRUCell", units=3), nested("LSTMCell", units=1)))},
            (5, 4),
            (1,),
            81 + 4 * 5,
            5 * (63 + 16),
        ),
        # Windows of 2 over 6 values lie in 5 places; 2 * (7 + 3) * 3 weights for each of 4 gates.
        ("ConvLSTM1D", {"filters": 3, "kernel_size": 2}, (4, 6, 7), (5, 3), 240 + 12, 4 * 5 * 240),
        (
            "ConvLSTM2D",
            {"filters": 3, "kernel_size": 2, "data_format": "channels_first", "return_sequences": True},
            (4, 5, 6, 7),
            (4, 3, 5, 6),
            4 * 8 * 3 * 4 + 12,
            4 * 30 * 384,
        ),
        ("ConvLSTM1D", {"filters": 3, "kernel_size": 2}, (4, None, 7), (None, 3), 252, None),
        ("Bidirectional", {"layer": LSTM}, (5, 4), (6,), 192, 840),
        ("Bidirectional", {"layer": LSTM, "merge_mode": "sum"}, (5, 4), (3,), 192, 840),
        (
            "Bidirectional",
            {"layer": GRU, "backward_layer": nested("SimpleRNN", units=3, return_sequences=True, go_backwards=True)},
            (5, 4),
            (5, 6),
            81 + 24,
            315 + 105,
        ),
        ("TimeDistributed", {"layer": nested("Dense", units=3)}, (5, 2, 4), (5, 2, 3), 15, 5 * 2 * 12),
        ("TimeDistributed", {"layer": LSTM}, (2, 5, 4), (2, 3), 96, 2 * 420),
        ("TimeDistributed", {"layer": nested("TimeDistributed", layer=LSTM)}, (2, 2, 5, 4), (2, 2, 3), 96, 4 * 420),
    ],
)
def test_what_comes_out_of_one_input(
    layer: str,
    arguments: dict[str, object],
    row: Shape,
    output: Shape,
    parameters: int | None,
    multiply_adds: int | None,
) -> None:
    expected = Inferred(Tensor((None, *output)), parameters, multiply_adds)
    assert infer(layer, arguments, tensors(row)) == expected


@pytest.mark.parametrize(
    ("layer", "row", "output", "parameters", "vector", "multiply_adds"),
    [
        (nested("Dense", units=3), (4,), (3,), 15, 3, 12),
        (
            nested("Conv2DTranspose", filters=3, kernel_size=2),
            (4, 4, 5),
            (5, 5, 3),
            63,
            5,
            16 * 60,
        ),
        (
            nested("DepthwiseConv1D", kernel_size=2, depth_multiplier=3),
            (5, 4),
            (4, 12),
            2 * 4 * 3 + 12,
            3,
            4 * 24,
        ),
        (
            nested("EinsumDense", equation="abc,cde->abde", output_shape=(None, 2, 6)),
            (3, 4),
            (None, 2, 6),
            48,
            6,
            3 * 48,
        ),
    ],
)
def test_a_spectral_normalization_has_a_vector_that_no_step_moves(
    layer: Nested, row: Shape, output: Shape, parameters: int, vector: int, multiply_adds: int
) -> None:
    """It is as long as the last axis of the kernel: the units, the channels that go in, or those of each one."""
    expected = Inferred(Tensor((None, *output)), parameters + vector, multiply_adds, vector)
    assert infer("SpectralNormalization", {"layer": layer}, tensors(row)) == expected


HEADS = {"num_heads": 2, "key_dim": 3}
SHARED = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}


@pytest.mark.parametrize(
    ("layer", "arguments", "rows", "output", "parameters", "multiply_adds"),
    [
        ("Add", {}, ((5, 4), (5, 4), (5, 4)), (5, 4), 0, 0),
        ("Add", {}, ((5, 1), (4,)), (5, 4), 0, 0),
        ("Multiply", {}, ((None, 4), (1, 4)), (None, 4), 0, 0),
        ("Subtract", {}, ((), (3,)), (3,), 0, 0),
        ("Concatenate", {}, ((5, 4), (5, 2), (5, 1)), (5, 7), 0, 0),
        ("Concatenate", {"axis": 1}, ((5, 4), (None, 4)), (None, 4), 0, 0),
        ("Concatenate", {"axis": -2}, ((5, 4), (2, 4)), (7, 4), 0, 0),
        ("Dot", {"axes": 1}, ((4,), (4,)), (1,), 0, 4),
        ("Dot", {"axes": [2, 1]}, ((5, 4), (4, 3)), (5, 3), 0, 60),
        ("Dot", {"axes": -1, "normalize": True}, ((5, 4), (2, 3, 4)), (5, 2, 3), 0, 120),
        # Each of 5 queries is scored against 7 keys of 4 numbers, and takes 7 values of 4 or 6.
        ("Attention", {}, ((5, 4), (7, 4)), (5, 4), 0, 35 * (4 + 4)),
        ("Attention", {"use_causal_mask": True}, ((5, 4), (7, 4)), (5, 4), 0, 35 * (4 + 4)),
        ("Attention", {"use_scale": True, "score_mode": "concat"}, ((5, 4), (7, 6), (7, 4)), (5, 6), 2, 35 * (4 + 6)),
        ("AdditiveAttention", {}, ((5, 4), (7, 4)), (5, 4), 4, 280),
        ("Attention", {}, ((2, 5, 4), (2, None, 4)), (2, 5, 4), 0, None),
        # Three projections of 4 * 6 and 6 shifts, and one of 6 * 4 and 4 shifts.
        (
            "MultiHeadAttention",
            HEADS,
            ((5, 4), (7, 4)),
            (5, 4),
            3 * 30 + 28,
            5 * 24 + 2 * 7 * 24 + 5 * 24 + 35 * 2 * (3 + 3),
        ),
        (
            "MultiHeadAttention",
            {**HEADS, "value_dim": 5, "use_bias": False, "use_gate": True, "output_shape": [2, 2]},
            ((5, 4), (7, 8), (7, 1)),
            (5, 2, 2),
            24 + 40 + 6 + 80 + 40,
            5 * (24 + 40) + 7 * 6 + 7 * 80 + 5 * 40 + 35 * 2 * (3 + 5),
        ),
        # Along the second axis alone, each of 2 * 5 positions sees 5 others; along both, 10.
        (
            "MultiHeadAttention",
            {**HEADS, "attention_axes": 2},
            ((2, 5, 4), (2, 5, 4)),
            (2, 5, 4),
            118,
            10 * 4 * 24 + 10 * 5 * 2 * 6,
        ),
        ("MultiHeadAttention", HEADS, ((2, 5, 4), (2, 5, 4)), (2, 5, 4), 118, 10 * 4 * 24 + 10 * 10 * 2 * 6),
        ("MultiHeadAttention", HEADS, ((None, 4), (None, 4)), (None, 4), 118, None),
        # The query has 4 heads of 3, key and value have 2.
        (
            "GroupQueryAttention",
            SHARED,
            ((5, 4), (7, 4)),
            (5, 4),
            (48 + 12) + 2 * (24 + 6) + (48 + 4),
            5 * 48 + 2 * 7 * 24 + 5 * 48 + 35 * 4 * 6,
        ),
    ],
)
def test_what_comes_out_of_several_inputs(
    layer: str,
    arguments: dict[str, object],
    rows: tuple[Shape, ...],
    output: Shape,
    parameters: int | None,
    multiply_adds: int | None,
) -> None:
    expected = Inferred(Tensor((None, *output)), parameters, multiply_adds)
    assert infer(layer, arguments, tensors(*rows)) == expected


def test_an_embedding_gives_each_number_a_vector() -> None:
    words = Tensor((None, 60), "int64", 1000)
    assert infer("Embedding", {"input_dim": 1000, "output_dim": 8}, (words,)) == Inferred(
        Tensor((None, 60, 8)), 8000, 0
    )
    untied = {"input_dim": 1000, "output_dim": 8, "tie_weights": False}
    assert infer("ReversibleEmbedding", untied, (words,)) == Inferred(Tensor((None, 60, 8)), 16000, 0)


def test_an_embedding_refuses_what_has_no_vector() -> None:
    words = Tensor((None, 60), "int64", 1000)
    few = refusal("Embedding", {"input_dim": 10, "output_dim": 8}, words)
    assert few.message == "`Embedding` keeps 10 vectors, and the numbers that go into it need 1000"
    assert few.hint == "set `input_dim` to 1000 or more"
    lacking = refusal("ReversibleEmbedding", {"output_dim": 8}, words)
    assert lacking.hint == "set `input_dim` to 1000"
    fractions = refusal("Embedding", {"input_dim": 10, "output_dim": 8}, Tensor((None, 4)))
    assert fractions.message == "`Embedding` looks up whole numbers, and what goes into it is `float32`"


def test_numbers_that_are_only_moved_can_still_be_looked_up() -> None:
    one, other = Tensor((None, 2), "int64", 5), Tensor((None, 3), "int64", 9)
    joined = infer("Concatenate", {}, (one, other))
    assert joined == Inferred(Tensor((None, 5), "float32", 9, whole=True), 0, 0)
    assert joined is not None
    assert infer("Embedding", {"input_dim": 9, "output_dim": 4}, (joined.output,)) is not None
    unknown = infer("Concatenate", {}, (one, Tensor((None, 3))))
    assert unknown is not None
    assert unknown.output == Tensor((None, 5))
    steps = infer("TimeDistributed", {"layer": nested("Flatten")}, (Tensor((None, 2, 3, 4), "int64", 9),))
    assert steps == Inferred(Tensor((None, 2, 12), "float32", 9, whole=True), 0, 0)


@pytest.mark.parametrize(
    ("layer", "arguments", "gives_whole"),
    [("Add", {}, True), ("Subtract", {}, True), ("Average", {}, False), ("Dot", {"axes": 1}, True)],
)
def test_whole_numbers_that_are_joined_stay_whole_whatever_keras_calls_them(
    layer: str, arguments: dict[str, object], gives_whole: bool
) -> None:
    tokens = Tensor((None, 4, 3), "int32", 9)
    joined = infer(layer, arguments, (tokens, tokens))
    assert joined is not None
    assert (joined.output.dtype, joined.output.bound, joined.output.is_whole) == ("float32", None, gives_whole)
    mixed = infer(layer, arguments, (tokens, Tensor(tokens.shape)))
    assert mixed is not None
    assert not mixed.output.is_whole


@pytest.mark.parametrize("before", [("Cropping1D", {}), ("MaxPooling1D", {}), ("ReLU", {}), ("Masking", {})])
@pytest.mark.parametrize(
    "layer",
    [("Conv1D", {"filters": 2, "kernel_size": 1}), ("AveragePooling1D", {"pool_size": 2}), ("Dropout", {"rate": 0.5})],
)
def test_whole_numbers_are_refused_behind_layers_that_keras_calls_float(
    before: tuple[str, dict[str, object]], layer: tuple[str, dict[str, object]]
) -> None:
    inferred = infer(*before, (Tensor((None, 8, 3), "int32", 9),))
    assert inferred is not None
    with pytest.raises(ShapeMismatch, match="takes numbers with a fraction, and what goes into it are whole numbers"):
        infer(*layer, (inferred.output,))


@pytest.mark.parametrize(
    ("layer", "arguments", "rows", "message", "culprit"),
    [
        (
            "Add",
            {},
            ((5, 4), (5, 4), (5, 3)),
            "`Add` takes inputs of one shape, and input 3 has the shape `(batch, 5, 3)` "
            "where input 1 has `(batch, 5, 4)`",
            2,
        ),
        (
            "Multiply",
            {},
            ((1, 4), (3, 4), (None, 4), (2, 4)),
            "`Multiply` takes inputs of one shape, and input 4 has the shape `(batch, 2, 4)` "
            "where input 2 has `(batch, 3, 4)`",
            3,
        ),
        (
            "Concatenate",
            {"axis": 1},
            ((5, 4), (5, 3)),
            "`Concatenate` joins along axis 1 what is equal along the others, "
            "and input 2 has the shape `(batch, 5, 3)` where input 1 has `(batch, 5, 4)`",
            1,
        ),
        (
            "Concatenate",
            {},
            ((5, 4), (4,)),
            "`Concatenate` takes inputs of as many dimensions, and input 2 has the shape `(batch, 4)` "
            "where input 1 has `(batch, 5, 4)`",
            1,
        ),
        (
            "Dot",
            {"axes": 1},
            ((5, 4), (4, 5)),
            "`Dot` multiplies axis 1 of input 1 with axis 1 of input 2, which must be as long, "
            "and input 2 has the shape `(batch, 4, 5)` where input 1 has `(batch, 5, 4)`",
            1,
        ),
        ("Dot", {"axes": [1, 3]}, ((5, 4), (5, 4)), "`Dot` works along axis 3 of input 2, which has the shape", 1),
        ("Dot", {"axes": 0}, ((5, 4), (5, 4)), "`Dot` works along axis 0 of input 1, which has the shape", 0),
        (
            "Attention",
            {},
            ((5, 4), (7, 3)),
            "`Attention` scores vectors of the query against those of the key, so they must be as wide: "
            "the value has the shape `(batch, 7, 3)`, and the query `(batch, 5, 4)`",
            1,
        ),
        (
            "MultiHeadAttention",
            HEADS,
            ((5, 4), (7, 3), (6, 3)),
            "`MultiHeadAttention` takes a key for each value, so they must have as many steps: "
            "the key has the shape `(batch, 6, 3)`, and the value `(batch, 7, 3)`",
            2,
        ),
        (
            "MultiHeadAttention",
            HEADS,
            ((5, 4), (3,)),
            "`MultiHeadAttention` takes sequences `(batch, steps, width)`, and its value has the shape `(batch, 3)`",
            1,
        ),
        (
            "MultiHeadAttention",
            {**HEADS, "attention_axes": 2},
            ((2, 5, 4), (3, 5, 4)),
            "`MultiHeadAttention` attends along axis 2, so axis 1 of query and value must be as long: ",
            1,
        ),
        (
            "MultiHeadAttention",
            {**HEADS, "sliding_window": 3},
            ((2, 5, 4), (2, 5, 4)),
            "`MultiHeadAttention` slides its window along axis 1, and attends along axes 1, 2 of `(batch, 2, 5, 4)`",
            0,
        ),
        (
            "MultiHeadAttention",
            {**HEADS, "use_causal_mask": True, "attention_axes": 2},
            ((1, 5, 4), (1, 5, 4)),
            "`MultiHeadAttention` hides the steps ahead along axis 1, and attends along axis 2 of `(batch, 1, 5, 4)`",
            0,
        ),
        (
            "GroupQueryAttention",
            SHARED,
            ((5, 4), (7, 3)),
            "`GroupQueryAttention` takes a value that is as wide as the query: "
            "the value has the shape `(batch, 7, 3)`, and the query `(batch, 5, 4)`",
            1,
        ),
        ("Subtract", {}, ((4,), (4,), (4,)), "`Subtract` takes 2 inputs, and here are 3", 2),
        ("Add", {}, ((4,),), "`Add` takes 2 or more inputs, and here is 1", 0),
        ("Attention", {}, ((5, 4),), "`Attention` takes 2 or 3 inputs, and here is 1", 0),
        ("Dense", {"units": 2}, ((4,), (4,)), "`Dense` takes one input, and here are 2", 1),
    ],
)
def test_a_mismatch_names_both_ends(
    layer: str, arguments: dict[str, object], rows: tuple[Shape, ...], message: str, culprit: int
) -> None:
    mismatch = refusal(layer, arguments, *tensors(*rows))
    assert mismatch.message.startswith(message)
    assert mismatch.culprit == culprit
    assert mismatch.hint


@pytest.mark.parametrize(
    ("layer", "arguments", "row", "message", "hint"),
    [
        (
            "LSTM",
            {"units": 3},
            (8,),
            "`LSTM` reads sequences `(batch, steps, width)`, and what goes into it has the shape `(batch, 8)`",
            "set `return_sequences: true` in a recurrent layer before it, or make steps with a `Reshape`",
        ),
        (
            "Bidirectional",
            {"layer": LSTM},
            (8,),
            "`Bidirectional` cannot wrap this: `LSTM` reads sequences `(batch, steps, width)`, "
            "and what goes into it has the shape `(batch, 8)`",
            "set `return_sequences: true` in a recurrent layer before it, or make steps with a `Reshape`",
        ),
        (
            "Bidirectional",
            {"layer": LSTM, "backward_layer": LSTM},
            (5, 4),
            "`Bidirectional` has two layers that read in the same direction",
            "set `go_backwards: true` in the `backward_layer`, and leave it out of the `layer`",
        ),
        (
            "Bidirectional",
            {"layer": LSTM, "backward_layer": nested("GRU", units=4, go_backwards=True)},
            (5, 4),
            "`Bidirectional` joins `(batch, 3)` with `(batch, 4)`, of its `backward_layer`",
            "let both layers give the same shape",
        ),
        (
            "ConvLSTM2D",
            {"filters": 3, "kernel_size": 2},
            (8, 8, 3),
            "`ConvLSTM2D` reads sequences `(batch, steps, height, width, channels)`, "
            "and what goes into it has the shape `(batch, 8, 8, 3)`",
            "put a `Reshape` before it, whose `target_shape` has 4 numbers",
        ),
        (
            "TimeDistributed",
            {"layer": nested("Conv1D", filters=3, kernel_size=9)},
            (2, 6, 4),
            "`TimeDistributed` takes `(batch, 2, 6, 4)` step by step: `Conv1D` looks at 9 at a time",
            "lower `kernel_size`, or set `padding: same`",
        ),
        (
            "TimeDistributed",
            {"layer": nested("Dense", units=3)},
            (4,),
            "`TimeDistributed` takes `(batch, steps, …)`, and what goes into it has the shape `(batch, 4)`",
            "use `Dense` without it, or make steps with a `Reshape`",
        ),
        (
            "RNN",
            {"cell": (nested("LSTMCell", units=3),), "unroll": True},
            (5, 4),
            "`RNN` cannot unroll a single cell of several states that is written as a list",
            "write the cell without the list, or leave `unroll` out",
        ),
    ],
)
def test_a_mismatch_says_what_to_do(
    layer: str, arguments: dict[str, object], row: Shape, message: str, hint: str
) -> None:
    mismatch = refusal(layer, arguments, *tensors(row))
    assert mismatch.message.startswith(message)
    assert mismatch.hint == hint


@pytest.mark.parametrize(
    ("arguments", "row", "hint"),
    [
        ({"equation": "abc,cd->abd", "output_shape": [None, None]}, (3, 4), "write it in `output_shape`, for `d`"),
        (
            {"equation": "abc,cd->abd", "output_shape": [None, 5], "bias_axes": "bd"},
            (3, 4),
            "choose among those with a number in `output_shape`: `d`",
        ),
        ({"equation": "ab,bc->acc", "output_shape": [4, 4]}, (3,), "let each letter behind `->` be another one"),
        ({"equation": "aba,bc->ac", "output_shape": 4}, (3, 5), "begin both sides with `a`, which stands nowhere else"),
        ({"equation": "abb,bd->abd", "output_shape": [3, 4]}, (3, 4), "write two letters"),
        (
            {"equation": "...c,cd->...d", "output_shape": 4},
            (2, 3, 5),
            "put a letter in place of `...` for each dimension",
        ),
    ],
)
def test_equations_that_keras_cannot_keep(arguments: dict[str, object], row: Shape, hint: str) -> None:
    assert refusal("EinsumDense", arguments, *tensors(row)).hint == hint


def test_whole_numbers_are_refused_where_keras_cannot_compute_with_them() -> None:
    steps = Tensor((None, 5, 4), "int64")
    assert infer("LSTM", {"units": 3}, (steps,)) is not None
    for layer, arguments in (("LSTM", {"units": 3, "dropout": 0.2}), ("Attention", {})):
        inputs = (steps,) if layer == "LSTM" else (steps, steps)
        assert refusal(layer, dict(arguments), *inputs).hint == "put an `Embedding` before it, or `Rescaling: 1`"
    dense = refusal("SpectralNormalization", {"layer": nested("Dense", units=3)}, steps)
    assert dense.hint == "use the `Dense` without it"


def test_what_is_not_known_of_an_inner_layer_is_not_known_of_the_outer() -> None:
    conv = nested("Conv1D", filters=3, kernel_size=2)
    assert infer("TimeDistributed", {"layer": conv}, tensors((None, 6, None))) == Inferred(
        Tensor((None, None, 5, 3)), None, None
    )
