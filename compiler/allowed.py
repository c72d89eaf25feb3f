"""What an expression of a plan may call: nothing else can be reached from a spec."""

from __future__ import annotations

from specrun.compiler.catalogue import FAMILIES

_ATTRIBUTES = """
    adapt argsort as_unit astype clip day day_of_week day_of_year dropna dt explode fillna fit_transform frame
    get_dummies get_vocabulary hour iloc index isin map max mean median min minute month most_common quantile ravel
    reindex rename replace reset_index second sort_index sort_values split str tail to_numpy tolist unique values var
    year
"""

ATTRIBUTES = frozenset(_ATTRIBUTES.split())
"""Attributes and methods of lists, data frames, columns and splitters."""

OPERATORS = frozenset(["+", "-", "*", "/", "//", "%", "**", "==", "|", "~", "or"])

SCRIPT_OPERATORS = frozenset(["@", "<", "<=", ">", ">=", "!=", "and"])
"""Operators that scripts have and a plan has not."""

SCRIPT_MODULES = ("collections.", "math.", "numpy.", "sklearn.", "tensorflow.")
"""What the functions begin with that a script may name though a plan may not: their names are never a spec's."""

_PYTHON = """
    collections.Counter csv.QUOTE_NONE dict enumerate filter float glob.escape glob.glob int len list map next object
    os.path.basename os.path.dirname os.path.join sorted str str.strip
"""

_DATA = """
    numpy.array numpy.iinfo numpy.lib.stride_tricks.sliding_window_view numpy.log numpy.nan numpy.pi numpy.tri
    pandas.DataFrame pandas.Series pandas.concat pandas.read_csv pandas.read_json pandas.read_parquet
    pandas.to_datetime pandas.to_numeric
    sklearn.datasets.load_breast_cancer sklearn.datasets.load_diabetes sklearn.datasets.load_digits
    sklearn.datasets.load_iris sklearn.datasets.load_wine sklearn.model_selection.GroupKFold
    sklearn.model_selection.GroupShuffleSplit sklearn.model_selection.KFold sklearn.model_selection.StratifiedKFold
    sklearn.model_selection.train_test_split sklearn.preprocessing.MultiLabelBinarizer
    sklearn.utils.class_weight.compute_class_weight
    tensorflow.constant tensorflow.image.resize tensorflow.io.decode_image tensorflow.io.read_file
    tensorflow.sparse.reduce_sum tensorflow.stack
"""

_KERAS = """
    keras.Input keras.Model
    keras.layers.Concatenate keras.layers.Discretization keras.layers.Embedding keras.layers.Flatten
    keras.layers.HashedCrossing keras.layers.Hashing keras.layers.Normalization keras.layers.Rescaling
    keras.layers.StringLookup keras.layers.TextVectorization
    keras.ops.cast keras.ops.clip keras.ops.convert_to_numpy keras.ops.convert_to_tensor keras.ops.cos
    keras.ops.equal keras.ops.expand_dims keras.ops.greater keras.ops.isnan keras.ops.maximum keras.ops.sin
    keras.ops.split keras.ops.squeeze keras.ops.where
    keras.utils.pad_sequences keras.utils.to_categorical
"""

FUNCTIONS = frozenset(
    [
        *f"{_PYTHON} {_DATA} {_KERAS}".split(),
        *(function for family in FAMILIES.values() for function in family.functions()),
    ]
)
"""Functions, classes and constants by their dotted names: what a plan is written with, and the whole catalogue."""

READING = frozenset(
    ["glob.glob", "pandas.read_csv", "pandas.read_json", "pandas.read_parquet", "tensorflow.io.read_file"]
)
"""Those of them that look at files, by their first argument."""
