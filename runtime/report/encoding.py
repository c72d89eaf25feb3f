"""The columns of the features as scikit-learn's models take them, encoded in the plainest way there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from specrun.compiler.plan import Plan

WAYS: Mapping[str, str] = {
    "number": "numbers with the median for missing ones, scaled",
    "datetime": "dates as seconds, scaled",
    "category": "categories as one-hot vectors of the 30 most frequent",
    "boolean": "booleans as one-hot vectors",
    "text": "texts as TF-IDF of their 300 most frequent words",
}
"""How each kind of column is encoded; others are left out."""
_CATEGORIES, _WORDS = 30, 300


def encoder_of(plan: Plan) -> Any:
    """A transformer of the plan's data frames to arrays, `(rows, values)`; None where it would take no column."""
    from sklearn.compose import ColumnTransformer

    columns = list(_columns(plan))
    return ColumnTransformer(columns, sparse_threshold=0) if columns else None


def said_of(plan: Plan) -> str:
    """How the columns are encoded, and which kinds are left out."""
    kinds = dict.fromkeys(group.kind for group in plan.features if group.input is not None)
    said = "; ".join(WAYS[kind] for kind in kinds if kind in WAYS)
    left_out = ", ".join(kind for kind in kinds if kind not in WAYS)
    return said + (f"{'; ' if said else ''}left out: every {left_out}" if left_out else "")


def _columns(plan: Plan) -> Iterator[tuple[str, Any, Any]]:
    taken = [group for group in plan.features if group.input is not None]
    for kind, make in _ENCODERS.items():
        names = [name for group in taken if group.kind == kind for name in group.columns]
        if kind == "text":
            yield from ((f"text {i}", make(), name) for i, name in enumerate(names))
        elif names:
            yield kind, make(), names


def _numbers() -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler())


def _dates() -> Any:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    return make_pipeline(FunctionTransformer(_seconds), _numbers())


def _seconds(frame: Any) -> Any:
    import numpy as np

    return np.column_stack([frame[name].astype("int64").where(frame[name].notna()) for name in frame])


def _categories() -> Any:
    from sklearn.preprocessing import OneHotEncoder

    return OneHotEncoder(max_categories=_CATEGORIES, handle_unknown="infrequent_if_exist", sparse_output=False)


def _texts() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(max_features=_WORDS)


_ENCODERS: Mapping[str, Callable[[], Any]] = {
    "number": _numbers,
    "datetime": _dates,
    "category": _categories,
    "boolean": _categories,
    "text": _texts,
}
