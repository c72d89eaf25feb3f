"""Predict `spend` with the network `time-split`.

The latest customers are held out, the latest of the others watched. Run it in its own folder; it saves
nothing, and draws its first weights as scikit-learn does. Written by specrun 0.0.0 (spec 69238a1aec89).
"""

from argparse import ArgumentParser
from warnings import simplefilter

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/people.csv")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()

# Data
NUMBERS = ["hours"]
CATEGORIES = ["city"]
data = pd.read_csv(
    args.data,
    usecols=NUMBERS + CATEGORIES + ["spend", "joined"],
    keep_default_na=False,
    na_values={c: ["", "?"] for c in NUMBERS},
    dtype={c: str for c in CATEGORIES},
)
data = data.iloc[pd.to_datetime(data["joined"], format="ISO8601", utc=True).argsort(kind="stable")]
train, test = train_test_split(data, test_size=0.2, shuffle=False)
train, validation = train_test_split(train, test_size=0.125, shuffle=False)

# Features, encoded with the statistics of the training rows alone
encoder = make_column_transformer(
    (SimpleImputer(strategy="constant", fill_value=0), NUMBERS),
    (OneHotEncoder(handle_unknown="ignore", sparse_output=False), CATEGORIES),
)

# Layers and training
model = make_pipeline(
    encoder,
    MLPRegressor(
        hidden_layer_sizes=[4],
        activation="relu",
        solver="adam",
        alpha=0,
        batch_size=args.batch_size,
        learning_rate_init=0.001,
        epsilon=1e-07,
        max_iter=args.epochs,
        random_state=0,
        tol=0,
        n_iter_no_change=args.epochs,
    ),
)
# The epochs are those that were asked for, converged or not
simplefilter("ignore", ConvergenceWarning)
model.fit(train, train["spend"])


def scores(rows):
    return {"score": model.score(rows, rows["spend"])}


print("validation", scores(validation))
print("test", scores(test))
