"""Scripts of scikit-learn: a pipeline that ends with a multi-layer perceptron, as a baseline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from specrun.compiler.diagnostics import Diagnostic
from specrun.compiler.expressions import name, substituted
from specrun.compiler.plan import Plan, Task
from specrun.compiler.script.printer import functions
from specrun.compiler.script.rendering import about, checked, rendered
from specrun.compiler.script.stack import unfit_head
from specrun.compiler.script.target import ScriptTarget, Setting, refusal
from specrun.compiler.script.targets.sklearn.measures import METRICS, labels_of, measures_of
from specrun.compiler.script.targets.sklearn.names import scikit
from specrun.compiler.script.targets.sklearn.network import perceptron_of, unfit_network, unfit_training
from specrun.compiler.script.targets.sklearn.transformers import transformers_of, unfit_features

_NAME = "sklearn"
_ALWAYS = ("argparse.ArgumentParser", "sklearn.exceptions.ConvergenceWarning", "warnings.simplefilter")


def _refusals(plan: Plan, setting: Setting) -> Iterable[Diagnostic]:  # noqa: ARG001 - none is about the setting
    reasons = (*unfit_features(plan), *unfit_network(plan), *unfit_head(plan, METRICS), *unfit_training(plan))
    return tuple(refusal(_NAME, reason.what, reason.span) for reason in dict.fromkeys(reasons))


def _write(plan: Plan, setting: Setting) -> str:
    (head,) = plan.heads
    of_classes = head.task is Task.LABELS
    encoder, perceptron, measures = transformers_of(plan), perceptron_of(plan), measures_of(head)
    model = scikit("make_pipeline(encoder, perceptron)", perceptron=perceptron)
    called = (*plan.data.steps, *((head.labels,) if of_classes else ()), encoder, model, measures)
    return checked(
        rendered(
            "sklearn/script.py.jinja",
            # One class among several goes into scikit-learn as it stands in the data.
            plan if of_classes else replace(plan, heads=(replace(head, variable=None),)),
            setting,
            about=about(plan, "nothing, and draws its first weights as scikit-learn does"),
            functions={*_ALWAYS, *functions(called)},
            encoder=encoder,
            of_features=tuple(span for group in plan.features for span in group.spans),
            of_model=(*(node.span for node in plan.network.nodes), plan.training.span),
            model=model,
            labels=head.labels if of_classes else None,
            training_labels=substituted(labels_of(head), name("rows"), name("train")),
            measures=measures,
            parts=tuple((part, substituted(measures, name("rows"), name(part))) for part in plan.data.parts[1:]),
        )
    )


TARGET = ScriptTarget(
    _NAME,
    "A script of scikit-learn: a pipeline with an `MLPClassifier` or `MLPRegressor`, as a baseline.",
    ".py",
    _refusals,
    _write,
)
