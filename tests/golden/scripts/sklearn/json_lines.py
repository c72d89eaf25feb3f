"""Predict `bought` with the network `json-lines`.

Values that the file itself gives a type, and classes that are numbers. Run it in its own folder; it saves
nothing, and draws its first weights as scikit-learn does. Written by specrun 0.0.0 (spec 487e569e4a41).
"""

from argparse import ArgumentParser
from warnings import simplefilter

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/visits.jsonl")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()

# Data
NUMBERS = ["minutes"]
CATEGORIES = ["floor", "room"]
BOOLEANS = ["guide"]
data = pd.read_json(args.data, lines=True, dtype=False, encoding="utf-8-sig")
numbers = NUMBERS + BOOLEANS + ["bought"]
data[numbers] = data[numbers].astype(float)
data[["floor"]] = data[["floor"]].astype("string").replace("\\.0$", "", regex=True)
data[CATEGORIES] = data[CATEGORIES].astype("string").fillna("")
train, test = train_test_split(data, test_size=0.25, random_state=0)

# Features, encoded with the statistics of the training rows alone
encoder = make_column_transformer(
    (StandardScaler(), NUMBERS),
    (OneHotEncoder(handle_unknown="ignore", sparse_output=False), CATEGORIES),
    ("passthrough", BOOLEANS),
)

# Layers and training
model = make_pipeline(
    encoder,
    MLPClassifier(
        hidden_layer_sizes=[],
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
model.fit(train, train["bought"])
print({"accuracy": accuracy_score(test["bought"], model.predict(test))})
