"""Predict `kind` with the network `no-header`.

Several files without a header, decimal commas, and the classes that the data have. Run it in its own folder;
it saves nothing, and draws its first weights as scikit-learn does. Written by specrun 0.0.0 (spec
f6daaadbb00a).
"""

import csv
from argparse import ArgumentParser
from glob import glob
from warnings import simplefilter

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

parser = ArgumentParser(description=__doc__)
parser.add_argument("--data", default="../../data/readings_*.tsv")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()

# Data
NUMBERS = ["width", "height"]
BOOLEANS = ["state"]
data = pd.concat(
    [
        pd.read_csv(
            path,
            sep="\t",
            decimal=",",
            header=None,
            names=["width", "height", "state", "kind"],
            quoting=csv.QUOTE_NONE,
            na_filter=False,
            converters={c: str.strip for c in BOOLEANS + ["kind"]},
        )
        for path in sorted(glob(args.data))
    ],
    ignore_index=True,
)
train, test = train_test_split(data, test_size=0.25, random_state=0)

# Features, encoded with the statistics of the training rows alone
encoder = make_column_transformer(
    (StandardScaler(), NUMBERS), (FunctionTransformer(np.isin, kw_args={"test_elements": ["on"]}), BOOLEANS)
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
model.fit(train, train["kind"])
print({"accuracy": accuracy_score(test["kind"], model.predict(test))})
