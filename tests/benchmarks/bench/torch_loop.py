"""PyTorch's plain loop over a network of the benchmark: prints the times at which its epochs end."""

from __future__ import annotations

import json
import sys
import time
from itertools import pairwise
from typing import Any

import torch
from torch import nn

from tests.benchmarks.bench.networks import CLASSES, NETWORKS, Network


class Words(nn.Module):  # type: ignore[misc]
    """An embedding, and the last state of an LSTM."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding, self.lstm, self.out = (
            nn.Embedding(1000, 16),
            nn.LSTM(16, 32, batch_first=True),
            nn.Linear(32, 6),
        )

    def forward(self, x: Any) -> Any:
        """The scores of the classes, `(batch, 6)`."""
        return self.out(self.lstm(self.embedding(x))[1][0][0])


def module(network: Network) -> Any:
    """The layers that Keras has in the network."""
    if network.kind == "words":
        return Words()
    if network.kind == "images":
        convolutions = [nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
        return nn.Sequential(*convolutions, nn.Linear(32 * 12 * 12, CLASSES))
    widths = (*network.shape, *network.dense)
    hidden = [part for a, b in pairwise(widths) for part in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*hidden, nn.Linear(widths[-1], CLASSES))


def main(number: int, epochs: int) -> list[float]:
    """Train, and give the times at which the epochs end."""
    network = NETWORKS[number]
    features, labels = map(torch.from_numpy, network.data())
    features = features.permute(0, 3, 1, 2).contiguous() if network.kind == "images" else features
    model, loss_of = module(network), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters())
    ends = []
    for _ in range(epochs):
        for rows in torch.randperm(network.rows).split(network.batch_size):
            optimizer.zero_grad()
            loss_of(model(features[rows]), labels[rows]).backward()
            optimizer.step()
        ends.append(time.perf_counter())
    return ends


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]) + int(sys.argv[3]))))
