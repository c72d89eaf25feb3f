"""Predict `stays` with the network `scaled`.

What scikit-learn makes of numbers and missing values, and one penalty on all the kernels. Run it in its own
folder; it saves nothing, and draws its first weights as scikit-learn does. Written by specrun 0.0.0 (spec
28516b27f6ef).
"""

from argparse import ArgumentParser
from warnings import simplefilter

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, precision_score, recall_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, RobustScaler

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/people.csv")
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--batch-size", type=int, default=8)
args = parser.parse_args()

# Data
BUCKETED = ["age"]
CLIPPED = ["hours"]
CLIPPED_2 = ["income_year"]
CATEGORIES = ["job"]
CATEGORIES_2 = ["city"]
BOOLEANS = ["member"]
data = pd.read_csv(
    args.data,
    usecols=BUCKETED + CLIPPED + CATEGORIES + CATEGORIES_2 + BOOLEANS + ["income/year", "stays"],
    keep_default_na=False,
    na_values={c: ["", "?"] for c in BUCKETED + CLIPPED},
    dtype={c: str for c in CATEGORIES + CATEGORIES_2 + BOOLEANS + ["stays"]},
)
data = data.rename(columns={"income/year": "income_year"})
train, test = train_test_split(data, test_size=0.25, random_state=3)

# Features, encoded with the statistics of the training rows alone
encoder = make_column_transformer(
    (
        make_pipeline(
            SimpleImputer(strategy="mean"),
            FunctionTransformer(np.digitize, kw_args={"bins": [25, 35, 50]}),
            OneHotEncoder(handle_unknown="ignore", sparse_output=False),
        ),
        BUCKETED,
    ),
    (
        make_pipeline(
            FunctionTransformer(np.clip, kw_args={"a_min": None, "a_max": 45}),
            RobustScaler(),
            SimpleImputer(strategy="median"),
        ),
        CLIPPED,
    ),
    (make_pipeline(FunctionTransformer(np.clip, kw_args={"a_min": 0, "a_max": 60000}), MinMaxScaler()), CLIPPED_2),
    (OneHotEncoder(handle_unknown="ignore", sparse_output=False), CATEGORIES),
    (OneHotEncoder(handle_unknown="ignore", sparse_output=False), CATEGORIES_2),
    (FunctionTransformer(np.isin, kw_args={"test_elements": ["YES", "", "?"]}), BOOLEANS),
)

# Layers and training
model = make_pipeline(
    encoder,
    MLPClassifier(
        hidden_layer_sizes=[8],
        activation="tanh",
        solver="sgd",
        alpha=2 * 0.001 * args.batch_size,
        batch_size=args.batch_size,
        learning_rate_init=0.05,
        momentum=0.5,
        nesterovs_momentum=True,
        max_iter=args.epochs,
        random_state=2,
        tol=0,
        n_iter_no_change=args.epochs,
    ),
)
# The epochs are those that were asked for, converged or not
simplefilter("ignore", ConvergenceWarning)
model.fit(train, train["stays"])
print(
    {
        "accuracy": accuracy_score(test["stays"], model.predict(test)),
        "auc": roc_auc_score(test["stays"], model.predict_proba(test)[:, 1]),
        "precision": precision_score(test["stays"], model.predict(test), pos_label="yes"),
        "recall": recall_score(test["stays"], model.predict(test), pos_label="yes"),
    }
)
