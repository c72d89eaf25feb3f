"""Predict `target` with the network `training`.

All that can be said about training, and options of layers that are objects themselves. Run it in its own
folder; it saves `training.keras`, which takes raw rows. Written by specrun 0.0.0 (spec a8ab69a70629).
"""

from argparse import ArgumentParser

import keras
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

parser = ArgumentParser(description=__doc__)
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--batch-size", type=int, default=24)
args = parser.parse_args()
keras.utils.set_random_seed(5)

# Data
NUMBERS = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]
CLASSES = [0, 1, 2]
data = load_iris(as_frame=True).frame
train, test = train_test_split(data, test_size=0.2, random_state=5)
train, validation = train_test_split(train, test_size=0.25, random_state=5)

# Features, encoded with the statistics of the training rows alone
inputs, encoded = {}, {}
for name in NUMBERS:
    inputs[name] = keras.Input((1,), name=name)
    encoded[name] = layers.Normalization(mean=train[name].mean(), variance=train[name].var(ddof=0) or 1)(inputs[name])
encoder = keras.Model(inputs, layers.Concatenate()(list(encoded.values())))


def tensors(rows):
    features = encoder({name: tf.constant(rows[[name]].to_numpy()) for name in inputs})
    return features, keras.utils.to_categorical(rows["target"].map(CLASSES.index), len(CLASSES))


# Layers
model = keras.Sequential(
    [
        layers.Dense(
            12,
            activation="relu",
            kernel_regularizer=keras.regularizers.L2(0.0001),
            bias_initializer=keras.initializers.Constant(0.1),
            name="trunk",
        ),
        layers.BatchNormalization(momentum=0.9),
        layers.Activation("silu"),
        layers.GaussianNoise(0.05),
        layers.Dense(len(CLASSES), activation="softmax"),
    ]
)

# Training
model.compile(
    optimizer=keras.optimizers.AdamW(
        keras.optimizers.schedules.CosineDecay(initial_learning_rate=0.01, decay_steps=12), weight_decay=0.0001
    ),
    loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
    metrics=["accuracy", keras.metrics.TopKCategoricalAccuracy(2)],
)
batches = tf.data.Dataset.from_tensor_slices(tensors(train)).shuffle(len(train), seed=5).batch(args.batch_size)
model.fit(
    batches.repeat(),
    epochs=args.epochs,
    steps_per_epoch=len(batches),
    validation_data=tensors(validation),
    callbacks=[
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=2, restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(
            monitor="val_accuracy", save_best_only=True, filepath="training.checkpoint.keras", mode="max"
        ),
        keras.callbacks.TerminateOnNaN(),
    ],
    shuffle=False,
    verbose=2,
)
print(model.evaluate(*tensors(test), verbose=0, return_dict=True))

# The saved model takes raw rows
keras.Model(inputs, model(encoder.output)).save("training.keras")
