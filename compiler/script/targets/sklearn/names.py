"""What the scripts take from scikit-learn, by its name there."""

from __future__ import annotations

from specrun.compiler.expressions import Expression, Foreign
from specrun.compiler.quoting import quoted

_MODULES = {
    "compose": "make_column_transformer",
    "impute": "SimpleImputer",
    "metrics": (
        "accuracy_score hamming_loss mean_absolute_error mean_squared_error precision_score r2_score recall_score"
        " roc_auc_score root_mean_squared_error"
    ),
    "neural_network": "MLPClassifier MLPRegressor",
    "pipeline": "make_pipeline",
    "preprocessing": "FunctionTransformer MinMaxScaler OneHotEncoder RobustScaler StandardScaler",
}
_NAMES = {name: Foreign(f"sklearn.{module}.{name}") for module, names in _MODULES.items() for name in names.split()}


def scikit(source: str, **holes: Expression) -> Expression:
    """An expression of a script, in which names of scikit-learn stand for themselves."""
    return quoted(source, **_NAMES, **holes)
