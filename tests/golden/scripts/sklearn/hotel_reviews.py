"""Predict `Score` with the network `hotel-reviews`.

The score of a hotel review, from the reviewer, the hotel and the stay. Run it in its own folder; it saves
nothing, and draws its first weights as scikit-learn does. Written by specrun 0.0.0 (spec 8e0d5a85b47c).
"""

from argparse import ArgumentParser
from warnings import simplefilter

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/hotel_reviews.csv")
parser.add_argument("--epochs", type=int, default=4)
parser.add_argument("--batch-size", type=int, default=1)
args = parser.parse_args()

# Data
NUMBERS = ["Nr. reviews", "Nr. hotel reviews", "Helpful votes", "Hotel stars", "Nr. rooms", "Member years"]
BOOLEANS = ["Pool", "Gym", "Tennis court", "Spa", "Casino", "Free internet"]
CATEGORIES = [
    "User country",
    "Period of stay",
    "Traveler type",
    "Hotel name",
    "User continent",
    "Review month",
    "Review weekday",
]
data = pd.read_csv(args.data, sep=";", decimal=",", na_filter=False, dtype={c: str for c in BOOLEANS + CATEGORIES})
train, test = train_test_split(data, test_size=0.33, random_state=42)

# Features, encoded with the statistics of the training rows alone
encoder = make_column_transformer(
    (StandardScaler(), NUMBERS),
    (FunctionTransformer(np.isin, kw_args={"test_elements": ["YES"]}), BOOLEANS),
    (OneHotEncoder(handle_unknown="ignore", sparse_output=False), CATEGORIES),
)

# Layers and training
model = make_pipeline(
    encoder,
    MLPClassifier(
        hidden_layer_sizes=[8],
        activation="relu",
        solver="adam",
        alpha=0,
        batch_size=args.batch_size,
        learning_rate_init=0.001,
        epsilon=1e-07,
        max_iter=args.epochs,
        random_state=42,
        tol=0,
        n_iter_no_change=args.epochs,
    ),
)
# The epochs are those that were asked for, converged or not
simplefilter("ignore", ConvergenceWarning)
model.fit(train, train["Score"])
print({"accuracy": accuracy_score(test["Score"], model.predict(test))})
