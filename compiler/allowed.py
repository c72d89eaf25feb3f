"""What an expression of a plan may call: nothing else can be reached from a spec."""

from __future__ import annotations

from specrun.compiler.catalogue import FAMILIES

_ATTRIBUTES = """
    argsort astype clip fillna frame iloc index isin map max mean median min quantile rename replace sort_values split
    to_numpy unique values var
"""

ATTRIBUTES = frozenset(_ATTRIBUTES.split())
"""Attributes and methods of lists, data frames, columns and splitters."""

OPERATORS = frozenset(["+", "-", "**", "==", "|", "~", "or"])

_PYTHON = "csv.QUOTE_NONE dict enumerate float glob.glob len list next sorted str str.strip"

_DATA = """
    numpy.array numpy.nan
    pandas.concat pandas.read_csv pandas.read_json pandas.read_parquet pandas.to_datetime pandas.to_numeric
    sklearn.datasets.load_breast_cancer sklearn.datasets.load_diabetes sklearn.datasets.load_digits
    sklearn.datasets.load_iris sklearn.datasets.load_wine
    sklearn.model_selection.GroupShuffleSplit sklearn.model_selection.train_test_split
    sklearn.utils.class_weight.compute_class_weight
    tensorflow.constant
"""

_KERAS = """
    keras.Input keras.Model
    keras.layers.Concatenate keras.layers.Discretization keras.layers.Embedding keras.layers.Flatten
    keras.layers.Hashing keras.layers.Normalization keras.layers.StringLookup
    keras.ops.cast keras.ops.clip keras.ops.greater keras.ops.isnan keras.ops.where
    keras.utils.to_categorical
"""

FUNCTIONS = frozenset(
    [
        *f"{_PYTHON} {_DATA} {_KERAS}".split(),
        *(function for family in FAMILIES.values() for function in family.functions()),
    ]
)
"""Functions, classes and constants by their dotted names: what a plan is written with, and the whole catalogue."""
