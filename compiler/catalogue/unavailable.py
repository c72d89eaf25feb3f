"""Names of Keras that a spec does not reach, with the reason, and other spellings of those that it does."""

from __future__ import annotations

from collections.abc import Mapping

_CODE = "it needs a Python function, and a spec is data"
_FRAMEWORK = "it wraps a model of another framework, which is code"
_FILES = "it writes files of its own; a run keeps its history and its weights by itself"
_MASKS = "it compares masks of images"
_ONE_ROW = "it looks along one row, and a target of one number or class has nothing to compare there"
_INNER = "it takes other optimizers, which a spec cannot nest"
_FEATURE = "it prepares a column: say so under `features`"
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
    },
    "activations": {
        "glu": "it halves the width, which the layers of Keras do not reckon with",
        "threshold": "it has options, and an activation is a plain name",
    },
    "initializers": {"STFT": "it is for spectrograms alone", "Initializer": _PLAIN},
    "regularizers": {"Regularizer": _PLAIN},
    "constraints": {"Constraint": _PLAIN},
    "optimizers": {
        "LossScaleOptimizer": _INNER,
        "MultiOptimizer": _INNER,
        "OptimizerMap": _INNER,
        "Muon": "it picks the weights that it moves by the names of layers",
        "ScheduleFreeAdamW": "it trains on other weights than those that it is evaluated with",
        "Optimizer": _PLAIN,
    },
    "schedules": {"LearningRateSchedule": _PLAIN},
    "losses": {
        "ctc": "it compares sequences of different lengths",
        "circle": "it compares embeddings, not labels",
        "loss": _PLAIN,
    },
    "metrics": {
        "Accuracy": "it wants classes as output, not probabilities: say `accuracy`",
        "BinaryIoU": _MASKS,
        "IoU": _MASKS,
        "MeanIoU": _MASKS,
        "OneHotIoU": _MASKS,
        "OneHotMeanIoU": _MASKS,
        "PearsonCorrelation": _ONE_ROW,
        "ConcordanceCorrelation": _ONE_ROW,
        "Mean": "it takes values, not labels and output",
        "Sum": "it takes values, not labels and output",
        "MeanMetricWrapper": _CODE,
        "Metric": _PLAIN,
    },
    "callbacks": {
        "BackupAndRestore": "a run can always be resumed: `specrun run --resume`",
        "CSVLogger": _FILES,
        "Callback": _PLAIN,
        "CallbackList": "`callbacks` is the list",
        "History": "a run always keeps its history",
        "LambdaCallback": _CODE,
        "LearningRateScheduler": "it needs a Python function: give the optimizer's `learning_rate` a schedule",
        "OrbaxCheckpoint": _FILES,
        "ProgbarLogger": "a run shows its progress by itself",
        "RemoteMonitor": "it sends data over the network",
        "SwapEMAWeights": "set `ema_overwrite_frequency` of the optimizer",
        "TensorBoard": _FILES,
    },
}

aliases: Mapping[str, Mapping[str, str]] = {
    "activations": {"swish": "silu", "hard_swish": "hard_silu"},
    "initializers": {
        "IdentityInitializer": "Identity",
        "OrthogonalInitializer": "Orthogonal",
        "STFTInitializer": "STFT",
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
