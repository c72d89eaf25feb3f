"""Scripts of estimators and feature columns, which TensorFlow had until 2.15."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from specrun.compiler.diagnostics import Diagnostic
from specrun.compiler.expressions import Expression, Keyword, Literal, Statement, name
from specrun.compiler.plan import Plan
from specrun.compiler.quoting import quoted
from specrun.compiler.script.options import Options
from specrun.compiler.script.printer import functions
from specrun.compiler.script.rendering import about, checked, rendered
from specrun.compiler.script.stack import keywords, unfit_head
from specrun.compiler.script.target import ScriptTarget, Setting, refusal
from specrun.compiler.script.targets.estimator.columns import (
    by_type,
    columns_of,
    is_keyed,
    names_of,
    texts_of,
    unfit_features,
)
from specrun.compiler.script.targets.estimator.heads import (
    METRICS,
    added_metrics,
    estimator_of,
    index_of,
    labels_of,
)
from specrun.compiler.script.targets.estimator.network import network_of, unfit_network
from specrun.compiler.script.targets.estimator.training import early_stopping, optimizer_of, unfit_training

_NAME = "estimator"
_NEEDS = "and needs TensorFlow 2.11 to 2.15 (Python 3.11 at most, NumPy below 2): later ones have no estimators"
_TENSORS = ('tf.constant(rows[[name]].to_numpy("float32"))', "tf.constant(rows[[name]].to_numpy())")
_PLACEHOLDERS = tuple(f"tf.compat.v1.placeholder({dtype}, [None, 1])" for dtype in ("tf.float32", "tf.string"))
"""The raw values of an input that is a number, and of one that is a text: of a data frame, and of what is served."""


def _refusals(plan: Plan, setting: Setting) -> Iterable[Diagnostic]:  # noqa: ARG001 - none is about the setting
    reasons = (*unfit_features(plan), *unfit_network(plan), *unfit_head(plan, METRICS), *unfit_training(plan))
    return tuple(refusal(_NAME, reason.what, reason.span) for reason in dict.fromkeys(reasons))


def _write(plan: Plan, setting: Setting) -> str:
    (head,), training = plan.heads, plan.training
    columns, stopping = columns_of(plan), early_stopping(training)
    made = estimator_of(head, _arguments(plan, stopping))
    labels, index = labels_of(head), None if training.class_weight is None else index_of(head)
    return checked(
        rendered(
            "estimator/script.py.jinja",
            # What is made of other inputs has no names of its own here.
            replace(plan, features=tuple(group for group in plan.features if group.input is not None)),
            setting,
            about=about(plan, f"`{plan.name}`, a SavedModel that takes raw rows, {_NEEDS}"),
            functions={"argparse.ArgumentParser", *functions(_calculations(plan, labels))},
            modules=("tensorflow",),
            columns=columns,
            every=names_of(plan.features) if is_keyed(plan) else None,
            texts=texts_of(plan),
            raw=by_type(plan, *_TENSORS),
            placeholders=by_type(plan, *_PLACEHOLDERS),
            labels=labels,
            index=index,
            weight=_weight(plan),
            estimator=made,
            of_estimator=(*(node.span for node in plan.network.nodes), training.span),
            metrics=added_metrics(head),
            patience=None if stopping is None else Literal(max(stopping.number("patience"), 1)),
            restored=_is_restored(stopping),
        )
    )


def _arguments(plan: Plan, stopping: Options | None) -> tuple[Keyword, ...]:
    """The arguments of every estimator; one that may stop early saves its weights after each epoch."""
    saved = "" if stopping is None else ", save_checkpoints_steps=steps"
    kept = ", keep_checkpoint_max=args.epochs + 1" if _is_restored(stopping) else ""
    weight = {} if plan.training.class_weight is None else {"weight_column": _weight(plan)}
    return (
        *network_of(plan),
        *keywords(
            feature_columns=name("columns"),
            **weight,
            optimizer=optimizer_of(plan.training),
            config=quoted(
                f"tf.estimator.RunConfig(tf_random_seed=seed{saved}{kept})", seed=Literal(plan.training.seed)
            ),
        ),
    )


def _is_restored(stopping: Options | None) -> bool:
    return stopping is not None and stopping.value("restore_best_weights") is True


def _weight(plan: Plan) -> Literal:
    """What the weights of the rows are called among the features."""
    weight, taken = "weight", {column for group in plan.features for column in group.columns}
    while weight in taken:
        weight += "_"
    return Literal(weight)


def _calculations(plan: Plan, labels: Expression) -> Iterator[Expression | Statement]:
    """What a script has to import functions for."""
    yield from (*plan.data.steps, labels)
    if plan.training.class_weight is not None:
        yield plan.training.class_weight


TARGET = ScriptTarget(
    _NAME,
    "A script of feature columns and a `tf.estimator.DNNClassifier` or its like, for TensorFlow until 2.15.",
    ".py",
    _refusals,
    _write,
)
