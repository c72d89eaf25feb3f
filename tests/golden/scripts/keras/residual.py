"""Predict `target` with the network `residual`.

Handwritten digits by blocks that add to what they were given. Run it in its own folder; it saves
`residual.keras`, which takes raw rows. Written by specrun 0.0.0 (spec 8c32329fc9a0).
"""

from argparse import ArgumentParser

import keras
import tensorflow as tf
from keras import layers, ops
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--batch-size", type=int, default=64)
args = parser.parse_args()
keras.utils.set_random_seed(3)

# Data
NUMBERS = [
    "pixel_0_0",
    "pixel_0_1",
    "pixel_0_2",
    "pixel_0_3",
    "pixel_0_4",
    "pixel_0_5",
    "pixel_0_6",
    "pixel_0_7",
    "pixel_1_0",
    "pixel_1_1",
    "pixel_1_2",
    "pixel_1_3",
    "pixel_1_4",
    "pixel_1_5",
    "pixel_1_6",
    "pixel_1_7",
    "pixel_2_0",
    "pixel_2_1",
    "pixel_2_2",
    "pixel_2_3",
    "pixel_2_4",
    "pixel_2_5",
    "pixel_2_6",
    "pixel_2_7",
    "pixel_3_0",
    "pixel_3_1",
    "pixel_3_2",
    "pixel_3_3",
    "pixel_3_4",
    "pixel_3_5",
    "pixel_3_6",
    "pixel_3_7",
    "pixel_4_0",
    "pixel_4_1",
    "pixel_4_2",
    "pixel_4_3",
    "pixel_4_4",
    "pixel_4_5",
    "pixel_4_6",
    "pixel_4_7",
    "pixel_5_0",
    "pixel_5_1",
    "pixel_5_2",
    "pixel_5_3",
    "pixel_5_4",
    "pixel_5_5",
    "pixel_5_6",
    "pixel_5_7",
    "pixel_6_0",
    "pixel_6_1",
    "pixel_6_2",
    "pixel_6_3",
    "pixel_6_4",
    "pixel_6_5",
    "pixel_6_6",
    "pixel_6_7",
    "pixel_7_0",
    "pixel_7_1",
    "pixel_7_2",
    "pixel_7_3",
    "pixel_7_4",
    "pixel_7_5",
    "pixel_7_6",
    "pixel_7_7",
]
CLASSES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
data = load_digits(as_frame=True).frame
train, test = train_test_split(data, test_size=0.2, random_state=3, stratify=data["target"])
train, validation = train_test_split(train, test_size=0.125, random_state=3, stratify=train["target"])

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
for name in NUMBERS:
    inputs[name] = keras.Input((1,), name=name)
    value = ops.clip(inputs[name], 0.0, 16.0)
    encoded[name] = value
parts = {"features": layers.Concatenate()(list(encoded.values()))}
encoder = keras.Model(inputs, parts)


def tensors(rows):
    features = encoder({name: tf.constant(rows[[name]].to_numpy()) for name in inputs})
    return features, rows["target"].map(CLASSES.index).to_numpy()


# Layers
given = {name: keras.Input(part.shape[1:], dtype=part.dtype, name=name) for name, part in parts.items()}
x = layers.Rescaling(0.0625)(given["features"])
stem = layers.Dense(48, name="stem")(x)
x = layers.LayerNormalization()(stem)
x = layers.Dense(48, activation="gelu")(x)
x = layers.Dropout(0.1)(x)
x = layers.Dense(48, name="residual_1_inner")(x)
add = layers.Add()([stem, x])
x = layers.LayerNormalization()(add)
x = layers.Dense(48, activation="gelu")(x)
x = layers.Dropout(0.1)(x)
x = layers.Dense(48, name="residual_2_inner")(x)
add_1 = layers.Add()([add, x])
x = layers.LayerNormalization()(add_1)
x = layers.Dense(48, activation="gelu")(x)
x = layers.Dropout(0.1)(x)
x = layers.Dense(48, name="residual_3_inner")(x)
add_2 = layers.Add()([add_1, x])
x = layers.LayerNormalization()(add_2)
x = layers.Dense(48, activation="gelu")(x)
x = layers.Dropout(0.1)(x)
x = layers.Dense(48, name="residual_4_inner")(x)
x = layers.Add()([add_2, x])
x = layers.LayerNormalization()(x)
x = layers.Dense(len(CLASSES), activation="softmax")(x)
model = keras.Model(given, x)

# Training
model.compile(
    optimizer=keras.optimizers.AdamW(0.002, weight_decay=0.0001),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=3).batch(args.batch_size)
model.fit(
    batches.repeat(),
    epochs=args.epochs,
    steps_per_epoch=len(batches),
    validation_data=tensors(validation),
    shuffle=False,
    verbose=2,
)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(parts)).save("residual.keras")
