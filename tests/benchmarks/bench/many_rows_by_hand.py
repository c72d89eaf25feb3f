"""Statistics by DuckDB, encoding by pyarrow and NumPy, one epoch in one graph that XLA compiles: as fast as by hand."""

import json
import sys
import time
from itertools import pairwise
from resource import RUSAGE_SELF, getrusage
from typing import Any

import duckdb
import numpy as np
import tensorflow as tf
from pyarrow.parquet import ParquetFile

PATH, BATCH, BLOCK = sys.argv[1], 256, 65_536
began = time.perf_counter()
file = ParquetFile(PATH, read_dictionary=[f"c{i}" for i in range(4)], pre_buffer=False)
TEXTS = [name for name in file.schema_arrow.names if name.startswith("c")]
NUMBERS = [name for name in file.schema_arrow.names if name.startswith("n")]
rows = file.metadata.num_rows
count = rows * 9 // 10

# Statistics of the training rows
database = duckdb.connect()
database.execute("SET memory_limit = '1GB'")
training = f"FROM read_parquet('{PATH}', file_row_number = true) WHERE file_row_number < {count}"
asked = ", ".join(f"avg({name}), var_pop({name})" for name in NUMBERS)
found = database.execute(f"SELECT {asked} {training}").fetchone()
mean, scale = np.array(found[::2], "float32"), np.sqrt(np.array(found[1::2], "float32"))
words = [
    sorted(word for (word,) in database.execute(f"SELECT DISTINCT {name} {training}").fetchall()) for name in TEXTS
]

# Encoding
numbers, texts = np.empty((rows, len(NUMBERS)), "float32"), np.empty((rows, len(TEXTS)), "int32")
labels = np.empty(rows, "int32")
first = 0
for batch in file.iter_batches(131_072, columns=[*NUMBERS, *TEXTS, "target"]):
    here = slice(first, first + len(batch))
    for i, name in enumerate(NUMBERS):
        numbers[here, i] = batch.column(name).to_numpy()
    numbers[here] = (numbers[here] - mean) / scale
    for i, name in enumerate(TEXTS):
        column = batch.column(name)
        places = {word: place for place, word in enumerate(words[i], start=1)}
        of_dictionary = np.array([places.get(word, 0) for word in column.dictionary.to_pylist()], "int32")
        texts[here, i] = of_dictionary[column.indices.to_numpy()]
    labels[here] = batch.column("target").to_numpy()
    first += len(batch)


# One epoch of Adam
def matrix(inputs: int, outputs: int) -> Any:
    return tf.Variable(tf.random.uniform([inputs, outputs], -1.0, 1.0) * (6 / (inputs + outputs)) ** 0.5)


embeddings = [tf.Variable(tf.random.uniform([len(known) + 1, 1], -0.05, 0.05)) for known in words]
sizes = [len(NUMBERS) + len(TEXTS), 64, 32, 6]
layers = [(matrix(a, b), tf.Variable(tf.zeros(b))) for a, b in pairwise(sizes)]
variables = [*embeddings, *(variable for layer in layers for variable in layer)]
momentums = [tf.Variable(tf.zeros_like(v)) for v in variables]
velocities = [tf.Variable(tf.zeros_like(v)) for v in variables]
step = tf.Variable(0.0)


def network(x: Any, words: Any) -> Any:
    x = tf.concat([x, *(tf.gather(vectors, words[:, i]) for i, vectors in enumerate(embeddings))], 1)
    for kernel, bias in layers[:-1]:
        x = tf.nn.relu(x @ kernel + bias)
    return x @ layers[-1][0] + layers[-1][1]


@tf.function(jit_compile=True)  # type: ignore[untyped-decorator]
def train_block(numbers: Any, texts: Any, labels: Any, order: Any) -> Any:
    def batch(i: Any, total: Any) -> Any:
        rows = tf.slice(order, [i * BATCH], [BATCH])
        with tf.GradientTape() as tape:
            logits = network(tf.gather(numbers, rows), tf.gather(texts, rows))
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.gather(labels, rows), logits)
            loss = tf.reduce_mean(losses)
        step.assign_add(1)
        size = 0.001 * tf.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        for v, g, m, s in zip(variables, tape.gradient(loss, variables), momentums, velocities, strict=True):
            g = tf.convert_to_tensor(g)
            m.assign_add((g - m) * 0.1)
            s.assign_add((g * g - s) * 0.001)
            v.assign_sub(size * m / (tf.sqrt(s) + 1e-7))
        return i + 1, total + loss

    return tf.while_loop(lambda i, _: i < BLOCK // BATCH, batch, (0, 0.0))[1]


chance = np.random.default_rng(0)
total = 0.0
for block in chance.permutation(count // BLOCK):
    here = slice(block * BLOCK, (block + 1) * BLOCK)
    order = tf.constant(chance.permutation(BLOCK).astype("int32"))
    total += float(train_block(*map(tf.constant, (numbers[here], texts[here], labels[here])), order))
peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"check_s": 0, "work_s": time.perf_counter() - began, "peak_mb": peak}))
