"""Specs as estimators of scikit-learn."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures
from sklearn.utils.estimator_checks import check_estimator

import specrun

SPEC = """specrun: 1
data: {dataset: wine}
features: {"*": number}
target: target
layers: [{Dense: {units: 16, activation: relu}}]
training: {epochs: 30, batch_size: 8, optimizer: {Adam: {learning_rate: 1e-2}}}
"""
CHECKED = (specrun.SpecClassifier, specrun.SpecRegressor)


@pytest.mark.slow
@pytest.mark.parametrize("kind", CHECKED)
def test_it_is_an_estimator_by_all_checks_of_scikit_learn(kind: Any) -> None:
    found = check_estimator(kind(SPEC), on_skip=None, on_fail=None)
    assert {one["check_name"] for one in found if one["status"] not in ("passed", "skipped")} == set()
    assert {one["check_name"] for one in found if one["status"] == "skipped"} <= {"check_array_api_input"}


def test_cross_validation_of_two_classes() -> None:
    features, labels = load_breast_cancer(return_X_y=True)
    estimator = specrun.SpecClassifier(SPEC, ["training.epochs=8", "training.batch_size=32"])
    assert cross_val_score(estimator, features, labels, cv=3).mean() > 0.93


def test_classes_of_any_kind_and_the_columns_of_a_frame(tmp_path: Path) -> None:
    frame, numbers = load_wine(return_X_y=True, as_frame=True)
    names = np.array(["barolo", "grignolino", "barbera"])[numbers]
    (tmp_path / "spec.yaml").write_text(SPEC.replace('"*": number', "alcohol: number, proline: number, hue: number"))
    fitted = specrun.SpecClassifier(tmp_path / "spec.yaml").fit(frame, names)
    assert fitted.classes_.tolist() == ["barbera", "barolo", "grignolino"]
    assert fitted.score(frame, names) > 0.85
    chances = fitted.predict_proba(frame)
    assert chances.shape == (178, 3)
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
    again = pickle.loads(pickle.dumps(fitted))
    assert (again.predict_proba(frame) == chances).all()
    assert again.run_.history == fitted.run_.history
    with pytest.raises(NotFittedError):
        clone(fitted).predict(frame)


def test_numbers_in_a_pipeline_and_a_search() -> None:
    features, labels = load_diabetes(return_X_y=True)
    layers = "[{Dense: {units: 16, activation: relu}}, {Rescaling: 100}]"
    spec = SPEC.replace("[{Dense: {units: 16, activation: relu}}]", layers)
    pipeline = make_pipeline(PolynomialFeatures(2, include_bias=False), specrun.SpecRegressor(spec))
    settings = [["training.epochs=1"], ["training.epochs=12"]]
    search = GridSearchCV(pipeline, {"specregressor__settings": settings}, cv=2).fit(features, labels)
    assert search.best_params_ == {"specregressor__settings": ["training.epochs=12"]}
    assert search.predict(features).shape == labels.shape


def test_the_share_of_validation_rows_is_watched() -> None:
    frame, numbers = load_wine(return_X_y=True, as_frame=True)
    spec = SPEC.replace("{dataset: wine}", "{dataset: wine, split: {validation: 0.2}}")
    fitted = specrun.SpecClassifier(spec, ["training.epochs=2"]).fit(pd.DataFrame(frame), numbers)
    assert fitted.run_.rows == {"train": 143, "validation": 35}
    assert "val_loss" in fitted.run_.history


def test_what_is_wrong_is_a_spec_error() -> None:
    with pytest.raises(specrun.SpecError, match="S102"):
        specrun.SpecClassifier(SPEC.replace("epochs", "epoch")).fit(*load_wine(return_X_y=True))
    with pytest.raises(AttributeError, match="no attribute 'SpecCluster'"):
        _ = specrun.SpecCluster
