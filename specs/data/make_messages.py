"""Write `messages.csv`, synthetic messages to a shop that does not exist, beside this file.

Every message is invented: a sentence about one of four topics, between things that people say about any. The bytes
depend on `SEED` alone: `random()` is the one source of chance, because it is the only method of `Random` whose numbers
Python promises to keep from version to version.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from random import Random

SEED = 11
MESSAGES = 600

THINGS = ("kettle", "lamp", "rug", "chair", "teapot", "clock", "mirror", "blanket", "shelf", "basket")
GREETINGS = ("Hello", "Hi there", "Dear team", "Good morning", "Hey", "")
ENDINGS = ("thanks", "please answer soon", "kind regards", "I am waiting for your answer", "best", "")
ASIDES = (
    "I ordered a {thing} on Monday",
    "it is about my order {number}",
    "my {thing} is for a birthday",
    "I have been a customer for years",
    "my neighbour has the same {thing}",
    "I wrote to you last week",
)
SENTENCES = {
    "delivery": (
        "when will my parcel arrive",
        "the {thing} has not been delivered yet",
        "can the courier leave the parcel with my neighbour",
        "tracking says that it is still on its way",
        "please send it to another address",
        "nobody rang and now the package is at the depot",
        "how long does shipping take",
    ),
    "invoice": (
        "I was charged twice for the {thing}",
        "I cannot find the invoice",
        "please send me a receipt for my taxes",
        "the discount is missing on the bill",
        "my card was declined but you took the money",
        "can I pay by bank transfer",
        "the price of the {thing} on the bill is wrong",
    ),
    "return": (
        "the {thing} arrived broken",
        "I want to send it back",
        "it is the wrong colour and I would like to exchange it",
        "the {thing} has a scratch",
        "how do I get a label for sending something back",
        "one part is missing so I want a replacement",
        "it does not work, can I return it",
    ),
    "praise": (
        "I love the {thing}",
        "what a lovely shop",
        "everything arrived quickly and looks wonderful",
        "the {thing} is even nicer than in the picture",
        "your colleague was so kind on the phone",
        "great quality, I will come again",
        "my parcel arrived a day early, what a nice surprise",
    ),
}
WEIGHTS = (("delivery", 40), ("invoice", 22), ("return", 26), ("praise", 12))
MARKS = (("", 4), (".", 4), ("!", 2), ("?", 1), ("...", 1))
LETTERS = "abcdefghijklmnopqrstuvwxyz"

CAPITALS, EMPTY, SLIP, TWO_TOPICS = 0.05, 0.01, 0.02, 0.2
"""The shares of messages in capitals, of empty ones, of words with a slip, and of messages with a second topic."""


def one_of(random: Random, choices: Sequence[str]) -> str:
    """One of the choices, each as likely."""
    return choices[int(random.random() * len(choices))]


def pick(random: Random, weighted: Sequence[tuple[str, int]]) -> str:
    """One of the words, as often as its weight says."""
    place = random.random() * sum(weight for _, weight in weighted)
    for word, weight in weighted:
        place -= weight
        if place < 0:
            return word
    return weighted[-1][0]


def with_slip(random: Random, word: str) -> str:
    """The word, rarely with a letter left out or put in place of another."""
    if len(word) < 4 or random.random() >= SLIP:
        return word
    place = int(random.random() * len(word))
    return word[:place] + (one_of(random, LETTERS) if random.random() < 0.5 else "") + word[place + 1 :]


def message(random: Random, topic: str) -> str:
    """A message about a topic."""
    if random.random() < EMPTY:
        return ""
    parts = [one_of(random, SENTENCES[topic])]
    if random.random() < TWO_TOPICS:
        parts.append(one_of(random, SENTENCES[pick(random, WEIGHTS)]))
    if random.random() < 0.6:
        parts.insert(int(random.random() * 2), one_of(random, ASIDES))
    parts = [part for part in (one_of(random, GREETINGS), *parts, one_of(random, ENDINGS)) if part]
    thing, number = one_of(random, THINGS), str(1000 + int(random.random() * 9000))
    text = ", ".join(parts).format(thing=thing, number=number)
    text = " ".join(with_slip(random, word) for word in text.split(" ")) + pick(random, MARKS)
    return text.upper() if random.random() < CAPITALS else text


def table() -> bytes:
    """The whole file: commas between the cells, a header, ASCII."""
    random = Random(SEED)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["message", "topic"])
    for _ in range(MESSAGES):
        topic = pick(random, WEIGHTS)
        writer.writerow([message(random, topic), topic])
    return text.getvalue().encode("ascii")


if __name__ == "__main__":
    Path(__file__).with_name("messages.csv").write_bytes(table())
