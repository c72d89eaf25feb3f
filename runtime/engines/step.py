"""A step of a model, and steps in a loop.

Keras calls a graph for each step, and TensorFlow optimises that graph: it folds constants, and it adds and multiplies
in an order that it thinks better. In the body of a loop it would see other things, since constants hang on the loop
there, and the last bits would be others. So a step in a loop is a call that is not inlined, of a function that is
optimised by itself, and that is like Keras's graph: the shapes of the variables are told, an unknown number of rows
comes in, and operations have the same names, for by these TensorFlow sorts what it adds up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_BATCH = "IteratorGetNext"
"""What a batch is called in Keras's graph."""


def compiled(model: Any, step: Callable[[Any], Any], data: Any, batch_size: int | None) -> Any:
    """A step of a model as a graph of its own, of batches with so many rows, or with an unknown number of them."""
    import tensorflow as tf

    one_step = tf.function(step, jit_compile=model.jit_compile or None, autograph=False)
    specs = batches_of(data, batch_size)
    if model.jit_compile:
        return one_step.get_concrete_function(specs)

    def taken(batch: Any) -> Any:
        # A function gives what comes in names of its own; this keeps the name, and is not optimised away.
        logs = one_step(tf.nest.map_structure(lambda values: tf.ensure_shape(values, values.shape, _BATCH), batch))
        graph = tf.compat.v1.get_default_graph()
        _have_inlined(graph)
        _tell_shapes(graph)
        return logs

    return tf.function(taken, autograph=False, experimental_attributes={"_noinline": True}).get_concrete_function(specs)


def batches_of(data: Any, batch_size: int | None) -> Any:
    """What batches of data are like, with so many rows or an unknown number of them."""
    import tensorflow as tf

    return tf.nest.map_structure(lambda values: tf.TensorSpec([batch_size, *values.shape[1:]], values.dtype), data)


def looped(step: Any, batch: Callable[[Any], Any], first: Any, last: Any) -> Any:
    """The logs of the last of the steps `first` up to `last`."""
    import tensorflow as tf

    _, logs = tf.while_loop(lambda i, _: i < last, lambda i, _: (i + 1, step(batch(i))), (first, no_logs(step)))
    return logs


def no_logs(step: Any) -> Any:
    """What stands for the logs of a step before there was one."""
    import tensorflow as tf

    return tf.nest.map_structure(lambda log: tf.zeros(log.shape, log.dtype), step.structured_outputs)


def _have_inlined(graph: Any) -> None:
    """Have the step within a graph inlined before it is optimised, as TensorFlow does where Python calls the graph."""
    import tensorflow as tf

    for operation in graph.get_operations():
        if operation.type in ("PartitionedCall", "StatefulPartitionedCall"):
            operation._set_attr("_lower_as_multi_device_function", tf.compat.v1.AttrValue(b=True))


def _tell_shapes(graph: Any) -> None:
    """Write the types and shapes of variables to where a function takes them, as TensorFlow does where it is called.

    It does so only for calls from Python, not for those from a loop.
    """
    import tensorflow as tf

    for variable, taken in graph.captures:
        if taken.dtype == tf.resource and variable._handle_data.is_set:
            told = variable._handle_data.shape_and_type
            types, shapes = tf.compat.v1.AttrValue(), tf.compat.v1.AttrValue()
            types.list.type.extend(one.dtype for one in told)
            shapes.list.shape.extend(one.shape for one in told)
            taken.op._set_attr("_handle_dtypes", types)
            taken.op._set_attr("_handle_shapes", shapes)
