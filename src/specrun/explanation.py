"""`specrun explain`: a spec with everything said, as tables; or the page of a diagnostic's code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from specrun.compiler.compilation import Compilation
from specrun.compiler.difference import words
from specrun.compiler.estimate import NUMBER_BYTES, Estimate
from specrun.compiler.fitting import in_words
from specrun.compiler.language.dump import plain
from specrun.compiler.plan import Head, Node, Plan
from specrun.compiler.series import Series
from specrun.compiler.suggest import listed
from specrun.compiler.tensor import Shape

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text


def explain_spec(compilation: Compilation, console: Console) -> None:
    """Print the features, layers, shapes, parameters and training of a spec."""
    plan, filled = compilation.plan, plain(compilation.spec)
    filled["data"]["memory"] = f"{plan.data.memory.name}, as {plan.data.memory.reason}"
    filled["training"]["engine"] = f"{plan.training.engine.name}, as {plan.training.engine.reason}"
    targets = ", ".join(_head(head, plan.series) for head in plan.heads)
    console.print(f"{plan.name}: {targets}", highlight=False, markup=False)
    for title, rows in (("data", _flat(filled["data"])), ("training", _flat(filled["training"]))):
        console.print(_pairs(title, rows))
        if title == "data":
            if plan.series is not None:
                console.print(_pairs("series", _windows(plan.series, compilation.windows)))
            console.print(_features(compilation))
            console.print(_layers(plan))
            if "targets" in filled:
                console.print(_targets(filled["targets"]))
    console.print(_memory(compilation.memory))
    known = [node.parameters for node in plan.network.nodes]
    known += (count for group in plan.features for count in group.parameters)
    if None not in known:
        total = sum(count for count in known if count is not None)
        console.print(f"{total:,} parameters, {in_words(total * NUMBER_BYTES)}", highlight=False)


def _memory(memory: Estimate) -> Table:
    """What a training needs at least, part by part."""
    of = {
        "gradients": "of the largest layer, or of all where they are taken together",
        "the optimizer": "what it keeps for each weight",
        "copies of the weights": "kept by a callback, or by the engine `fit`",
        "activations of a batch": f"of {memory.batch:,} row{'s' * (memory.batch > 1)}, kept to train the layers",
        "rows": f"{memory.held:,} row{'s' * (memory.held > 1)}, encoded",
    }
    table = _table("memory, at least", "part", "bytes>", "of what")
    for part, size in memory.parts.items():
        if size:
            table.add_row(part, in_words(size), _plain(of.get(part, "")))
    table.add_row("together", in_words(memory.together), "TensorFlow itself not counted")
    return table


def _head(head: Head, series: Series | None) -> str:
    """What is predicted, and by which words its losses and metrics go where that is not its column."""
    columns = listed(head.columns, 3)
    what = f"{columns} {'is' if len(head.columns) == 1 else 'are'} {head.task.value}"
    if series is not None and series.horizon > 1:
        what = f"the next {series.horizon:,} values of {columns}"
    return what if head.name in head.columns else f"{head.name}: {what}"


def _windows(series: Series, windows: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """What a sample of a series is, and how many there are in each part, if that is known."""
    yield "window", f"{series.window:,} row{'s' * (series.window > 1)}, of each feature"
    yield "horizon", f"{series.horizon:,} row{'s' * (series.horizon > 1)} that follow{'s' * (series.horizon == 1)}"
    if windows:
        yield "windows", ", ".join(f"{part}: {count:,}" for part, count in windows.items())


def _features(compilation: Compilation) -> Table:
    filled = plain(compilation.spec)["features"]
    table = _table("features", "column", "kind", "options", "shape>", "parameters>")
    for group in compilation.plan.features:
        for column, tensor, count in zip(group.sources, group.tensors, group.parameters, strict=True):
            options = {key: value for key, value in filled[column].items() if key != "type"}
            inferred = " (inferred)" if column in compilation.inferred else ""
            table.add_row(
                _plain(column), f"{group.kind}{inferred}", _plain(words(options)), _shape(tensor.shape), _count(count)
            )
    return table


def _targets(targets: dict[str, dict[str, Any]]) -> Table:
    table = _table("targets", "output", "column", "kind", "options", "weight>")
    for name, options in targets.items():
        column, kind, weight = (options[key] for key in ("column", "type", "weight"))
        more = {key: value for key, value in options.items() if key not in ("column", "type", "weight")}
        table.add_row(_plain(name), _plain(words(column)), kind, _plain(words(more)), f"{weight:g}")
    return table


def _layers(plan: Plan) -> Table:
    network = plan.network
    takes = () if network.is_chain else ("takes",)
    table = _table("layers", "layer", *takes, "options", "shape>", "parameters>", "multiply-adds>")
    for source in network.sources:
        table.add_row(_plain(source.name), *("" for _ in takes), "", _shape(source.tensor.shape), "", "")
    for node in network.nodes:
        function = str(node.call.function).rpartition(".")[2]
        given = () if network.is_chain else (_plain(", ".join(node.inputs)),)
        shape = "?" if node.tensor is None else _shape(node.tensor.shape)
        costs = (_count(node.parameters), _count(node.multiply_adds))
        table.add_row(_layer(function, node, network.is_chain), *given, _plain(_arguments(node.in_full)), shape, *costs)
    return table


def _layer(function: str, node: Node, is_chain: bool) -> Text:
    """A layer as the table names it: where layers are taken by their names, with that."""
    return _plain(function if is_chain or function == node.name else f"{node.name}: {function}")


def _arguments(call: Any) -> str:
    from specrun.compiler.script.printer import Printer

    return Printer()(call).partition("(")[2].removesuffix(")")


def _pairs(title: str, rows: Iterator[tuple[str, str]]) -> Table:
    table = _table(title, "option", "value")
    for option, value in rows:
        table.add_row(option, _plain(value))
    return table


def _plain(text: str) -> Text:
    """A text that rich shows as it stands, brackets and all, and that cannot steer the terminal."""
    from rich.text import Text

    from specrun.compiler.render.printable import printable

    return Text(printable(text))


def _flat(section: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in section.items():
        if isinstance(value, dict) and prefix == "" and key == "split":
            yield from _flat(value, f"{key}.")
        else:
            yield f"{prefix}{key}", words(value)


def _table(title: str, *columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column.removesuffix(">"), justify="right" if column.endswith(">") else "left")
    return table


def _shape(shape: Shape) -> str:
    return "(" + ", ".join("batch" if i == 0 else _count(d) for i, d in enumerate(shape)) + ")"


def _count(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def explain_code(code: str) -> str | None:
    """The page of a diagnostic's code, or None where there is no such code."""
    from specrun.compiler.pages import page

    return page(code)
