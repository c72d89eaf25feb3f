"""Predict `topic` with the network `messages`.

What a message to a shop is about, read from its words in their order. Run it in its own folder; it saves
`messages.savedmodel`, which takes raw rows. Written by specrun 0.0.0 (spec 2f22ff7e4a93).
"""

from argparse import ArgumentParser
from collections import Counter

import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/messages.csv")
parser.add_argument("--epochs", type=int, default=8)
parser.add_argument("--batch-size", type=int, default=16)
args = parser.parse_args()
tf.random.set_seed(0)
random = tf.random.Generator.from_seed(0)

# Data
TEXTS = ["message"]
CLASSES = ["delivery", "invoice", "return", "praise"]
data = pd.read_csv(args.data, na_filter=False, dtype={c: str for c in TEXTS + ["topic"]})
train, test = train_test_split(data, test_size=0.2, random_state=0, stratify=data["topic"])
train, validation = train_test_split(train, test_size=0.125, random_state=0, stratify=train["topic"])


class Network(tf.Module):
    """Encodes raw columns by what it learnt of the training rows; the layers make scores of that."""

    def __init__(self, rows):
        super().__init__()
        # The most frequent words; of those that are equally frequent, the last in order comes first
        self.vocabulary = {
            name: list(
                dict(Counter(sorted(words(rows[name].to_numpy()).flat_values.numpy(), reverse=True)).most_common(498))
            )
            for name in TEXTS
        }
        self.lookup = {
            name: tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(texts, tf.range(2, len(texts) + 2)), 1)
            for name, texts in self.vocabulary.items()
        }
        self.embedding_embeddings = tf.Variable(tf.random.uniform([500, 24], -0.05, 0.05))
        self.bidirectional_forward_kernel = tf.Variable(glorot_uniform(24, 48))
        self.bidirectional_forward_recurrent_kernel = tf.Variable(orthogonal(16, 48))
        self.bidirectional_forward_bias = tf.Variable(tf.zeros([2, 48]))
        self.bidirectional_backward_kernel = tf.Variable(glorot_uniform(24, 48))
        self.bidirectional_backward_recurrent_kernel = tf.Variable(orthogonal(16, 48))
        self.bidirectional_backward_bias = tf.Variable(tf.zeros([2, 48]))
        self.dense_kernel = tf.Variable(glorot_uniform(32, len(CLASSES)))
        self.dense_bias = tf.Variable(tf.zeros(len(CLASSES)))

    def encode(self, columns):
        encoded = {}
        for name in TEXTS:
            encoded[name] = self.lookup[name][words(tf.squeeze(columns[name], -1))].to_tensor(shape=[None, 40])
        return encoded["message"]

    def __call__(self, x, training=False):
        mask = x != 0
        x = tf.gather(self.embedding_embeddings, x)
        forward = gru(
            x,
            self.bidirectional_forward_kernel,
            self.bidirectional_forward_recurrent_kernel,
            self.bidirectional_forward_bias,
            mask=mask,
        )[:, -1]
        backward = gru(
            x,
            self.bidirectional_backward_kernel,
            self.bidirectional_backward_recurrent_kernel,
            self.bidirectional_backward_bias,
            mask=mask,
            reverse=True,
        )[:, 0]
        x = tf.concat([forward, backward], -1)
        x = tf.nn.experimental.general_dropout(x, 0.3, random.uniform) if training else x
        return x @ self.dense_kernel + self.dense_bias

    def measures(self, x, y, training=False):
        scores = self(x, training)
        return {
            "loss": tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores)),
            "accuracy": tf.reduce_mean(tf.cast(tf.argmax(scores, -1) == y, tf.float32)),
        }


def words(texts):
    return tf.strings.split(tf.strings.regex_replace(tf.strings.lower(texts), "[[:punct:]]", ""))


def glorot_uniform(*shape):
    return tf.random.uniform(shape, -1.0, 1.0) * (6 / sum(shape)) ** 0.5


def orthogonal(rows, columns):
    q, r = tf.linalg.qr(tf.random.normal([max(rows, columns), min(rows, columns)]))
    q *= tf.sign(tf.linalg.diag_part(r))
    return tf.transpose(q) if rows < columns else q


def gru(x, kernel, recurrent_kernel, bias, mask, reverse=False):
    """The states after each step of `x`; one that the mask leaves out keeps the state before it."""

    def step(state, given):
        given, known = given
        update, reset, new = tf.split(given, 3, -1)
        of_update, of_reset, of_new = tf.split(state @ recurrent_kernel + bias[1], 3, -1)
        update, reset = tf.sigmoid(update + of_update), tf.sigmoid(reset + of_reset)
        after = update * state + (1 - update) * tf.tanh(new + reset * of_new)
        return tf.where(known, after, state)

    steps = tf.transpose(x @ kernel + bias[0], [1, 0, 2])
    steps = steps, tf.transpose(mask)[:, :, None]
    zeros = tf.zeros([len(x), recurrent_kernel.shape[0]])
    states = tf.scan(step, steps, zeros, reverse=reverse)
    return tf.transpose(states, [1, 0, 2])


def squared(gradient):
    """The square of a gradient; of a row that was looked up several times, the sum of the squares, as Keras has it."""
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient**2
    return tf.convert_to_tensor(tf.IndexedSlices(gradient.values**2, gradient.indices, gradient.dense_shape))


def tensors(rows):
    columns = {name: tf.constant(rows[[name]].to_numpy()) for name in TEXTS}
    return network.encode(columns), rows["topic"].map(CLASSES.index).to_numpy()


@tf.function
def train_epoch(batches):
    total = 0.0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = network.measures(x, y, training=True)["loss"]
        step.assign_add(1)
        size = 0.003 * tf.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        for v, g, m, s in zip(variables, tape.gradient(loss, variables), momentums, velocities):
            m.assign_add((tf.convert_to_tensor(g) - m) * (1 - 0.9))
            s.assign_add((squared(g) - s) * (1 - 0.999))
            v.assign_sub(size * m / (tf.sqrt(s) + 1e-07))
        total += loss * tf.cast(len(y), tf.float32)
    return total / len(train)


# Training
network = Network(train)
variables = network.trainable_variables
momentums, velocities = ([tf.Variable(tf.zeros_like(v)) for v in variables] for _ in range(2))
step = tf.Variable(0.0)
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=0).batch(args.batch_size)
held_out = tensors(validation)
best, waited, kept = float("inf"), 0, [v.numpy() for v in network.variables]
for epoch in range(args.epochs):
    logs = {"loss": float(train_epoch(batches))}
    logs |= {f"val_{name}": float(value) for name, value in network.measures(*held_out).items()}
    print(f"epoch {epoch + 1}:", logs)
    waited += 1
    if logs["val_loss"] < best:
        best, waited, kept = logs["val_loss"], 0, [v.numpy() for v in network.variables]
    elif waited >= 3:
        break
for v, value in zip(network.variables, kept):
    v.assign(value)
print({name: float(value) for name, value in network.measures(*tensors(test)).items()})

# The saved model takes raw rows
inputs = {name: tf.TensorSpec([None, 1], tf.string) for name in TEXTS}
network.predict = tf.function(lambda columns: tf.nn.softmax(network(network.encode(columns))), [inputs])
tf.saved_model.save(network, "messages.savedmodel")
