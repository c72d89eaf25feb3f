"""Predict `Replaced` with the network `bicycle-repairs`.

Which parts of a bicycle have to be replaced, any number of them at once. Run it in its own folder; it saves
nothing, and draws its first weights as scikit-learn does. Written by specrun 0.0.0 (spec 4a40f149d6ee).
"""

from argparse import ArgumentParser
from warnings import simplefilter

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import hamming_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../../../specs/data/bicycle_repairs.csv")
parser.add_argument("--epochs", type=int, default=30)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()

# Data
CATEGORIES = ["Kind"]
NUMBERS = ["Years", "Km since service"]
BOOLEANS = ["Ridden in rain"]
CLASSES = ["brake pads", "cable", "chain", "light", "tyre"]
data = pd.read_csv(args.data, na_filter=False, dtype={c: str for c in CATEGORIES + BOOLEANS + ["Replaced"]})
train, test = train_test_split(data, test_size=0.25, random_state=42)


def labels(rows):
    return rows["Replaced"].str.get_dummies("|").reindex(columns=CLASSES, fill_value=0).to_numpy("float32")


# Features, encoded with the statistics of the training rows alone
encoder = make_column_transformer(
    (OneHotEncoder(handle_unknown="ignore", sparse_output=False), CATEGORIES),
    (StandardScaler(), NUMBERS),
    (FunctionTransformer(np.isin, kw_args={"test_elements": ["yes"]}), BOOLEANS),
)

# Layers and training
model = make_pipeline(
    encoder,
    MLPClassifier(
        hidden_layer_sizes=[32, 32],
        activation="relu",
        solver="adam",
        alpha=0,
        batch_size=args.batch_size,
        learning_rate_init=0.003,
        epsilon=1e-07,
        max_iter=args.epochs,
        random_state=1,
        tol=0,
        n_iter_no_change=args.epochs,
    ),
)
# The epochs are those that were asked for, converged or not
simplefilter("ignore", ConvergenceWarning)
model.fit(train, labels(train))
print(
    {
        "binary_accuracy": 1 - hamming_loss(labels(test), model.predict(test)),
        "auc": roc_auc_score(labels(test), model.predict_proba(test), average="micro"),
    }
)
