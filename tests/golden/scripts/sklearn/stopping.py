"""Predict `Minutes` with the network `stopping`.

How long a delivery takes, by a training that stops where its own loss falls no more. Run it in its own
folder; it saves nothing, and draws its first weights as scikit-learn does. Written by specrun 0.0.0 (spec
5b05515af99d).
"""

from argparse import ArgumentParser
from warnings import simplefilter

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import mean_absolute_error, root_mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/deliveries.csv")
parser.add_argument("--epochs", type=int, default=60)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()

# Data
CATEGORIES = ["Vehicle", "Weekday"]
BUCKETED = ["Hour"]
NUMBERS = ["Distance in km", "Promised minutes"]
NUMBERS_2 = ["Weight in kg"]
data = pd.read_csv(
    args.data,
    usecols=CATEGORIES + BUCKETED + NUMBERS + NUMBERS_2 + ["Minutes"],
    na_filter=False,
    dtype={c: str for c in CATEGORIES},
)
train, test = train_test_split(data, test_size=0.25, random_state=42)
train, validation = train_test_split(train, test_size=0.13333333333333333, random_state=42)

# Features, encoded with the statistics of the training rows alone
encoder = make_column_transformer(
    (OneHotEncoder(handle_unknown="ignore", sparse_output=False), CATEGORIES),
    (
        make_pipeline(
            FunctionTransformer(np.digitize, kw_args={"bins": [8, 10, 12, 14, 16, 19]}),
            OneHotEncoder(handle_unknown="ignore", sparse_output=False),
        ),
        BUCKETED,
    ),
    (StandardScaler(), NUMBERS),
    ("passthrough", NUMBERS_2),
)

# Layers and training
model = make_pipeline(
    encoder,
    MLPRegressor(
        hidden_layer_sizes=[32, 16],
        activation="relu",
        solver="adam",
        alpha=0,
        batch_size=args.batch_size,
        learning_rate_init=0.003,
        beta_1=0.8,
        epsilon=1e-07,
        max_iter=args.epochs,
        random_state=1,
        tol=0,
        n_iter_no_change=3,
    ),
)
# The epochs are those that were asked for, converged or not
simplefilter("ignore", ConvergenceWarning)
model.fit(train, train["Minutes"])


def scores(rows):
    return {
        "mean_absolute_error": mean_absolute_error(rows["Minutes"], model.predict(rows)),
        "root_mean_squared_error": root_mean_squared_error(rows["Minutes"], model.predict(rows)),
    }


print("validation", scores(validation))
print("test", scores(test))
