"""Texts that are made to break out of whatever they stand in; endlessly many, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

WHOLE = (
    # Out of a string, out of a docstring, out of a call
    *('"""\nimport os\n"""', "'; import os; '", '"); import os; print("', "']); import os; (['", "\\'''+exit()+'''"),
    *("x\\", "x\\'", 'x\\"', "'\\", "\\", "\\\\", "\\\n", "\\N{BULLET}", "'\"", "{{ plan }}", "{% raw %}", "{# x #}"),
    # Into a declaration of the encoding, into what tools read from comments
    *("# -*- coding: utf_7 -*-", "iris coding: utf_7", "# vim: set fileencoding=rot13 :", "+AAo-print(1)+AAo-"),
    *("# fmt: off", "x # fmt: off # y", "# fmt: skip", "# type: ignore", "# type: int", "# noqa", "# isort: skip_file"),
    *("# ruff: noqa", "# pylint: skip-file", "# pragma: no cover", "# yapf: disable", "# mypy: ignore-errors"),
    # Into what argparse fills in
    *("%(prog)s", "%(default)s", "%%(prog)s", "%\x00(prog)s", "100 %", "% (prog)s", "%s %d %r", "%"),
    # Into notebooks: their JSON, their Markdown, the commands of their cells
    *('"}]}', "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](http://x.invalid/y)", "$$\\href{x}$$"),
    *(
        "[x](javascript:alert(1))",
        "<!--",
        "-->",
        "```",
        "&lt;script&gt;",
        "| x | y |",
        "# x",
        "---",
        "1. x",
        "http://x.y",
    ),
    *(
        "%%bash\nls",
        "!ls",
        "%run x",
        "?x",
        "x?",
        "x??",
        ";x",
        ",x",
        "/x",
        "%%html",
        "$PATH",
        "{PATH}",
        "https://x.y/?z",
    ),
    # What is shown otherwise than it is
    *("\u202e)tixe(sys\u2066", "\ufeff", "\ud83d\ude00", "\x1b]0;x\x07", "\x1b[2J", "a\u0300\u0301", "ﬁt", "\u2028"),
    *("\x00", "a\x00b", "\ud800", "\udcff", "\x85", "\x0c", "\x1a", "\r", "a\rb", "\U0010ffff", "\U000e0041", "\u3000"),
    # Names of Python, of Keras and of scripts
    *(
        "__import__('os')",
        "__builtins__",
        "None",
        "self",
        "args",
        "dense",
        "name",
        "features",
        "import",
        "print",
        "lambda",
    ),
    *("nan", "inf", "1e999", "NULL", "~", "yes", "0x10", "007", "1_000", "..", "../../etc/passwd", "/", "C:\\x", "~/x"),
    # Long ones
    *("a" * 500, "\\" * 500, "'\"" * 250, "{" * 200, "é" * 500, "x\n" * 100, "%(" * 200, "(" * 300, "\U0001f600" * 300),
)
"""Attacks that are known, each to be tried in every place."""

PIECES = (
    *("'", '"', "\\", "'''", '"""', '\\"', "\\'", "\\\\", "\\N{BULLET}", "\\x41", "\\u0041", "#", "# fmt: off"),
    *("# noqa", "# -*- coding: utf_7 -*-", "coding: utf-7", "# vim: set fileencoding=rot13 :", "+AAo-import os"),
    *(
        "# type: ignore",
        "{{ 7 * 7 }}",
        "{% raw %}",
        "{% endraw %}",
        "{# x #}",
        "{",
        "}",
        "{x!r}",
        "%s",
        "%(",
        "%(prog)s",
    ),
    *("${HOME}", "$(id)", "`id`", "f'{x}'", "\n", "\r", "\r\n", "\t", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"),
    *("\x1b[31m", "\x7f", "\x08", "\x1a", "\x00", "\u202e", "\u2066", "\u2069", "\u200b", "\u200d", "\ufeff", "\ufffe"),
    *("\ufffd", "\U000e0041", "\ud800", "\udfff", "import os", "__import__('os')", "exec(", ")", "]", ", x=", ";", ":"),
    *("=", "lambda: 0", "None", "True", "1e999", "nan", "ﬁt", "\uff49mport", "é", "e\u0301", "😀", "ß", "İ", "中", "א"),
    *("\xa0", "a", "0", "-", ".", "..", "~", "*", "?", "/", "<", ">", "&", "|", "![", "](", "<b>", "$", "!", "%%", "_"),
    *("\n\n", "    ", "\n    ", "\nimport os\n", "@", "->", ":=", "\\\n", "\\\r\n", "*/", "//", "--", "'''\n", '"""\n'),
)
"""What the others are made of."""

_PLANES = (
    *((0x20, 0x7E), (0x00, 0x1F), (0x7F, 0xFF), (0x100, 0x24F), (0x300, 0x36F), (0x590, 0x6FF), (0x2000, 0x206F)),
    *((0x2500, 0x27BF), (0x3000, 0x30FF), (0x4E00, 0x9FFF), (0xD800, 0xDFFF), (0xE000, 0xF8FF), (0xFB00, 0xFDFF)),
    *((0xFE00, 0xFFFF), (0x10000, 0x1F9FF), (0xE0000, 0xE01EF)),
)
"""Ranges of characters, each as likely as the others."""

PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
"""What the name of a layer is made of."""
NAMES = (
    *[
        "__builtins__",
        "__import__",
        "__name__",
        "__file__",
        "__doc__",
        "__all__",
        "__class__",
        "__call__",
        "_",
        "__",
        "-",
        ".",
        "...",
        "0",
        "1e9",
        "0x10",
        "-1",
        "1.5",
        "a.b",
        "a-b",
        "a_b",
        "A_B",
        "a__b",
        "None",
        "True",
        "none",
        "true",
        "import",
        "lambda",
        "match",
        "class",
        "def",
        "print",
        "exec",
        "eval",
        "open",
        "len",
        "exit",
        "quit",
        "dict",
        "range",
        "str",
        "float",
        "int",
        "sum",
        "zip",
        "enumerate",
        "super",
        "type",
        "id",
        "next",
        "sorted",
        "list",
        "max",
        "min",
        "any",
        "all",
        "map",
        "filter",
        "iter",
        "set",
        "tuple",
        "abs",
        "round",
        "keras",
        "layers",
        "ops",
        "tf",
        "np",
        "pd",
        "csv",
        "glob",
        "path",
        "os",
        "math",
        "argparse",
        "ArgumentParser",
        "plt",
        "joblib",
        "collections",
        "sklearn",
        "Path",
        "train_test_split",
        "sliding_window_view",
        "compute_class_weight",
        "load_wine",
        "glorot_uniform",
        "orthogonal",
        "lstm",
        "gru",
        "mask",
        "args",
        "parser",
        "data",
        "train",
        "validation",
        "test",
        "rows",
        "inputs",
        "encoded",
        "encoder",
        "embeddings",
        "lookups",
        "features",
        "labels",
        "tensors",
        "parts",
        "given",
        "vectors",
        "joined_features",
        "model",
        "network",
        "self",
        "variables",
        "momentums",
        "velocities",
        "gradients",
        "tape",
        "step",
        "steps",
        "batch",
        "batches",
        "epoch",
        "epochs",
        "loss",
        "losses",
        "total",
        "size",
        "optimizer",
        "learning_rate",
        "metrics",
        "measures",
        "measure",
        "history",
        "callbacks",
        "best",
        "waited",
        "logs",
        "scores",
        "probabilities",
        "predict",
        "predictions",
        "estimator",
        "columns",
        "column",
        "kernel",
        "bias",
        "state",
        "states",
        "memory",
        "words",
        "texts",
        "numbers",
        "codes",
        "counts",
        "tokens",
        "vocabulary",
        "table",
        "known",
        "scaled",
        "angles",
        "moment",
        "days",
        "year",
        "month",
        "hour",
        "value",
        "values",
        "name",
        "cell",
        "c",
        "x",
        "y",
        "g",
        "m",
        "v",
        "q",
        "r",
        "s",
        "w",
        "i",
        "n",
        "t",
        "kept",
        "held_out",
        "part",
        "basename",
        "dirname",
        "join",
        "escape",
        "encode",
        "training",
        "mean",
        "variance",
        "PATH",
        "EPOCHS",
        "BATCH_SIZE",
        "NUMBERS",
        "CATEGORIES",
        "CLASSES",
        "T1_CLASSES",
        "WINDOW",
        "HORIZON",
        "KEYS",
        "Network",
    ],
    *("X" * 80, "_" * 80, "-" * 80),
)
"""Names that a layer may have, and that mean something to Python or to a script already."""


class Texts:
    """Draws texts."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._makers = (self._known, self._mixed, self._mixed, self._unicode, self._mutated, self._quoted)

    def __iter__(self) -> Iterator[str]:
        while True:
            yield self._random.choice(self._makers)()

    def name(self) -> str:
        """A name that a layer may have."""
        if self._random.random() < 0.5:
            return self._random.choice(NAMES)
        return "".join(self._random.choices(PLAIN, k=self._random.randint(1, 80)))

    def _known(self) -> str:
        return self._random.choice(WHOLE)

    def _mixed(self) -> str:
        return "".join(self._random.choices(PIECES, k=self._random.randint(1, 7)))

    def _unicode(self) -> str:
        return "".join(self._character() for _ in range(self._random.choice((1, 2, 3, 5, 8, 13, 40))))

    def _character(self) -> str:
        return chr(self._random.randint(*self._random.choice(_PLANES)))

    def _mutated(self) -> str:
        """A known one with some characters left out, doubled, put in or changed."""
        text = self._known()
        for _ in range(self._random.randint(1, 4)):
            at, to = sorted((self._random.randint(0, len(text)), self._random.randint(0, len(text))))
            what = self._random.randrange(4)
            put = ("", text[at:to] * 2, self._random.choice(PIECES) + text[at:to], self._character())[what]
            text = text[:at] + put + text[to:]
        return text

    def _quoted(self) -> str:
        """Code behind something that might end a string, and before something that might begin one."""
        quote = "".join(self._random.choices(("'", '"', "\\", "'''", '"""', "\n", ")", "]", "}", "`"), k=3))
        code = self._random.choice(("import os", "exit()", "x = 1", "+ exec('1') +", "*[1]", "or 1", "#", "if 1 else"))
        return f"{quote}{code}{quote[::-1] if self._random.random() < 0.5 else quote}"
