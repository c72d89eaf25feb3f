"""The features of a plan as transformers of scikit-learn, by their kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import cast

from specrun.compiler.expressions import Expression, Group, Items, Literal, literals, name
from specrun.compiler.features import Boolean, Category, Number
from specrun.compiler.plan import FeatureGroup, Plan
from specrun.compiler.script.encodings import true_texts
from specrun.compiler.script.stack import Reason
from specrun.compiler.script.targets.sklearn.names import scikit

_AS_IT_IS = Literal("passthrough")
_ONE_HOT = 'OneHotEncoder(handle_unknown="ignore", sparse_output=False)'
_SCALERS = {"zscore": "StandardScaler()", "minmax": "MinMaxScaler()", "robust": "RobustScaler()"}


def unfit_features(plan: Plan) -> Iterator[Reason]:
    """Why features cannot be transformed by scikit-learn to what a plan makes of them."""
    for group in plan.features:
        if type(group.feature) not in _RULES:
            yield Reason(f"has no rule for features of the kind `{group.kind}`", group.spans[0])
            continue
        what = _unfit(group)
        if what is not None:
            yield Reason(what, group.spans[0])


def transformers_of(plan: Plan) -> Expression:
    """The transformer of all features, each group by its own."""
    pairs = (Group((_RULES[type(group.feature)](group), name(group.variable))) for group in plan.features)
    return scikit("make_column_transformer(*pairs)", pairs=Items(tuple(pairs)))


def _unfit(group: FeatureGroup) -> str | None:
    match group.feature:
        case Category(encoding="embedding" | "hashing" as encoding):
            return f"has no rule for `encoding: {encoding}`"
        case Category(missing="unknown"):
            return "has no rule for `missing: unknown`"
        case Number(missing=int() | float(), buckets=None, normalize=normalize) if normalize != "none":
            return f"has no rule for `missing` as a number beside `normalize: {normalize}`"
    return None


def _numbers(group: FeatureGroup) -> Expression:
    number = cast("Number", group.feature)
    fixed = number.missing not in ("error", "mean", "median")
    steps: list[Expression] = []
    if fixed:
        steps.append(_imputed("constant", Literal(number.missing)))
    if number.clip is not None:
        lower, upper = map(Literal, number.clip)
        clip = 'FunctionTransformer(np.clip, kw_args={"a_min": lower, "a_max": upper})'
        steps.append(scikit(clip, lower=lower, upper=upper))
    if number.buckets is None and number.normalize != "none":
        steps.append(scikit(_SCALERS[number.normalize]))
    if not fixed and number.missing != "error":
        # The scalers pass over missing values: what stands for one is learnt from the known ones, scaled or not.
        steps.append(_imputed(str(number.missing)))
    if number.buckets is not None:
        bins = 'FunctionTransformer(np.digitize, kw_args={"bins": bounds})'
        steps += [scikit(bins, bounds=literals(number.buckets)), scikit(_ONE_HOT)]
    return _one_after_the_other(steps)


def _booleans(group: FeatureGroup) -> Expression:
    boolean = cast("Boolean", group.feature)
    if group.dtype == "string":
        return scikit('FunctionTransformer(np.isin, kw_args={"test_elements": true})', true=true_texts(group))
    if boolean.missing == "error":
        return _AS_IT_IS
    return _imputed("constant", Literal(1.0 if boolean.missing == "true" else 0.0))


def _categories(group: FeatureGroup) -> Expression:  # noqa: ARG001 - every kind is asked in the same way
    # A text that no training row has gives zeros: its own column would never be trained.
    return scikit(_ONE_HOT)


def _imputed(strategy: str, value: Expression | None = None) -> Expression:
    if value is None:
        return scikit("SimpleImputer(strategy=strategy)", strategy=Literal(strategy))
    return scikit("SimpleImputer(strategy=strategy, fill_value=value)", strategy=Literal(strategy), value=value)


def _one_after_the_other(steps: list[Expression]) -> Expression:
    if not steps:
        return _AS_IT_IS
    return steps[0] if len(steps) == 1 else scikit("make_pipeline(*steps)", steps=Items(tuple(steps)))


_RULES: Mapping[type, Callable[[FeatureGroup], Expression]] = {
    Number: _numbers,
    Boolean: _booleans,
    Category: _categories,
}
