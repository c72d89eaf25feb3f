"""Names of Keras that a spec does not reach, with the reason, and other spellings of those that it does."""

from __future__ import annotations

from collections.abc import Mapping

from specrun.compiler.catalogue.facts import facts

_CODE = "it needs a Python function, and a spec is data"
_FRAMEWORK = "it wraps a model of another framework, which is code"
_CLASSES = "it is told the number of classes, which only the data may know: `F1Score` measures the overlap of each"
_OBJECTS = "it is told the layers of each optimizer as Python objects"
_FEATURE = "it prepares a column: say so under `features`"
_LABELS = "it mixes the labels of rows too, and a layer sees the inputs alone"
_PLAIN = "it is only a base for other classes"

unavailable: Mapping[str, Mapping[str, str]] = {
    "layers": {
        "Lambda": _CODE,
        "Layer": _PLAIN,
        "Wrapper": _PLAIN,
        "TFSMLayer": "it loads a saved model, which is code",
        "TorchModuleWrapper": _FRAMEWORK,
        "JaxLayer": _FRAMEWORK,
        "FlaxLayer": _FRAMEWORK,
        "Input": "the inputs follow from `features`",
        "InputLayer": "the inputs follow from `features`",
        "CategoryEncoding": _FEATURE,
        "Discretization": _FEATURE,
        "HashedCrossing": _FEATURE,
        "Hashing": _FEATURE,
        "IntegerLookup": _FEATURE,
        "Normalization": _FEATURE,
        "StringLookup": _FEATURE,
        "TextVectorization": _FEATURE,
        "CutMix": _LABELS,
        "MixUp": _LABELS,
        "RandomCrop": "it crops in training alone, and images of another size then come to the layers behind it: use"
        " `CenterCrop` or `Resizing`",
        "Equalization": "Keras cannot place it behind another layer",
        "Pipeline": "it keeps its layers in training where a model is called: list them one after the other",
        "InputSpec": "the compiler checks what goes into each layer by itself",
        "MaxNumBoundingBoxes": "it prepares bounding boxes, and a target is no box",
    },
    "activations": {
        "glu": "it halves the width, which the layers of Keras do not reckon with",
        "threshold": "it has options, and an activation is a plain name",
    },
    "initializers": {"STFT": "`STFTSpectrogram` sets it by itself", "Initializer": _PLAIN},
    "regularizers": {"Regularizer": _PLAIN},
    "constraints": {"Constraint": _PLAIN},
    "optimizers": {
        "LossScaleOptimizer": "it is for training in 16 bits: `loss_scale_factor` of the optimizer scales a loss",
        "MultiOptimizer": _OBJECTS,
        "OptimizerMap": _OBJECTS,
        "Optimizer": _PLAIN,
    },
    "schedules": {"LearningRateSchedule": _PLAIN},
    "losses": {
        **dict.fromkeys(("CTC", "ctc"), "it compares sequences of different lengths"),
        **dict.fromkeys(("Circle", "circle"), "it trains embeddings, and what comes out here is classes or numbers"),
        "Loss": _PLAIN,
    },
    "metrics": {
        "Accuracy": "it wants classes as output, not probabilities: say `accuracy`",
        "IoU": _CLASSES,
        "MeanIoU": _CLASSES,
        "OneHotIoU": _CLASSES,
        "OneHotMeanIoU": _CLASSES,
        "Mean": "it takes values, not labels and output",
        "Sum": "it takes values, not labels and output",
        "MeanMetricWrapper": _CODE,
        "Metric": _PLAIN,
    },
    "callbacks": {
        "BackupAndRestore": "a run is done in one go, and begins anew when it is started again",
        "CSVLogger": "a run writes its history to `history.csv` by itself",
        "Callback": _PLAIN,
        "CallbackList": "`callbacks` is the list",
        "History": "a run always keeps its history",
        "LambdaCallback": _CODE,
        "LearningRateScheduler": "it needs a Python function: give the optimizer's `learning_rate` a schedule",
        "OrbaxCheckpoint": "it needs the package `orbax-checkpoint`: `ModelCheckpoint` keeps a model without it",
        "ProgbarLogger": "a run shows its progress by itself",
        "RemoteMonitor": "it sends data over the network",
        "TensorBoard": "write `track: tensorboard` beside the `callbacks`, which needs no package",
    },
}

_LORA = "it tunes a model that was trained before, and a spec trains a new one"
_SMALL_BATCHES = "for batches of a few rows, `GroupNormalization` and `LayerNormalization` look at each row by itself"
_ARRAYS = "weights are arrays, which a spec does not hold"
_LOGITS = "what comes out of a network is a probability, so nobody has to say whether it is"

_LEFT_OUT: Mapping[str, Mapping[str, str]] = {
    "layers": {
        "return_state": "a layer of a spec has one output",
        "stateful": "each batch starts anew: its rows are in no order",
        "weights": _ARRAYS,
        "lora_rank": _LORA,
        "lora_alpha": _LORA,
        "gptq_unpacked_column_size": "it is for models that were made smaller after their training",
        "quantization_config": "it is for models that were made smaller after their training",
        "noise_shape": "`SpatialDropout1D`, `SpatialDropout2D` and `SpatialDropout3D` drop whole channels",
        "renorm": _SMALL_BATCHES,
        "renorm_clipping": _SMALL_BATCHES,
        "renorm_momentum": _SMALL_BATCHES,
        "synchronized": "it is for training on several devices at once",
        "flash_attention": "TensorFlow has no such attention",
        "use_cudnn": "Keras takes the fastest that the machine has",
        "reverse_dtype": "a layer of a spec keeps one type",
    },
    "activations": dict.fromkeys(
        ("alpha", "approximate", "axis", "b", "max_value", "negative_slope", "threshold"),
        "an activation is a plain name",
    ),
    "initializers": dict.fromkeys(("input_axes", "output_axes"), "the layers give it by themselves"),
    "optimizers": {"exclude_layers": "it is a regular expression over the names of weights"},
    "losses": {
        "axis": "the classes are the last axis",
        "from_logits": _LOGITS,
        "ignore_class": "each row has a class",
    },
    "metrics": {
        "axis": "the classes are the last axis",
        "class_id": "a measure is of all the classes",
        "from_logits": _LOGITS,
        "from_sorted_ids": "what comes out of a network is a probability",
        "ignore_class": "each row has a class",
        "label_weights": "each class counts alike",
        "num_labels": "it follows from the labels",
        "top_k": "`TopKCategoricalAccuracy` looks at the likeliest classes",
    },
    "callbacks": {
        "filepath": "a run names its files by itself",
        "raise_error": "the training ends in good order, so that its results are kept",
        "save_freq": "a model is saved after an epoch",
        "save_weights_only": "the saved model is whole",
        "verbose": "a run shows its progress by itself",
    },
}


def left_out(family: str) -> Mapping[str, str]:
    """The arguments of Keras that a spec does not take, with the reason."""
    return _LEFT_OUT.get(family, {})


_STRINGS: Mapping[str, Mapping[str, str]] = {
    "initializers": {
        "normal": "RandomNormal",
        "uniform": "RandomUniform",
        "xavier_normal": "GlorotNormal",
        "xavier_uniform": "GlorotUniform",
    },
    "losses": {
        "bce": "binary_crossentropy",
        "kld": "kl_divergence",
        "mae": "mean_absolute_error",
        "mape": "mean_absolute_percentage_error",
        "mse": "mean_squared_error",
        "msle": "mean_squared_logarithmic_error",
    },
    "metrics": {
        "acc": "accuracy",
        "bce": "BinaryCrossentropy",
        "mae": "MeanAbsoluteError",
        "mape": "MeanAbsolutePercentageError",
        "mse": "MeanSquaredError",
        "msle": "MeanSquaredLogarithmicError",
        "rmse": "RootMeanSquaredError",
    },
}
"""Short names that Keras takes as strings."""


def _aliases(family: str) -> Mapping[str, str]:
    known = {other.lower(): name for name, fact in facts(family).items() for other in fact.get("aliases", [])}
    return {**known, **_STRINGS.get(family, {})}


aliases: Mapping[str, Mapping[str, str]] = {family: _aliases(family) for family in unavailable}
"""Other names of what Keras has, in lower case, and the one that a spec uses."""
