"""The report's beginning: the question, the method, and what was found in one table."""

from collections.abc import Mapping, Sequence
from typing import Any

from mannscope.studies.markup import (
    Markup,
    bullets,
    cell,
    element,
    join,
    number,
    of_class,
    row_header,
    table,
)
from mannscope.studies.results import Result
from mannscope.studies.summary import headline
from mannscope.studies.words import METHOD, PAPER, QUESTION, cell_title, percent, times

Summary = Mapping[str, Any]


def question() -> Markup:
    """State the question, and where it comes from."""
    return join([of_class("p", "lead", QUESTION), element("p", PAPER)])


def method() -> Markup:
    """Tell what was done."""
    return element("ol", *(element("li", step) for step in METHOD))


def found(summary: Summary, results: Sequence[Sequence[Result]]) -> Markup:
    """Tell what was found: a card a cell, then every number in one table."""
    cells = summary["cells"]
    cards = [_card(of, runs) for of, runs in zip(cells, results, strict=True)]
    rows = [row for of, runs in zip(cells, results, strict=True) for row in _rows(of, runs)]
    headings = (
        "Network",
        "Size",
        "Exact, soft actions",
        "Exact, discretised",
        "Base rate",
        "Hypothesis: seeds it holds on",
    )
    caption = "Share of held-out episodes with every answer right, and the hypotheses that hold"
    broken = [_broken(of) for of, runs in zip(cells, results, strict=True) if _is_broken(runs)]
    legend = (
        "Size is given in multiples of the largest size trained on. In brackets: the 95% interval over "
        "episodes, or, with several seeds, the worst and the best of them. The base rate is what the "
        "commonest answer alone would get."
    )
    return join(
        [
            of_class("div", "cards", *cards),
            *broken,
            table(caption, headings, rows),
            of_class("p", "note", legend),
        ]
    )


def _card(of: Summary, runs: Sequence[Result]) -> Markup:
    size, spread = list(of["exact"].items())[-1]
    reach = times(int(size), runs[0]["configuration"]["training"]["largest"])
    holding = [f"{name} ({count} {_seeds(runs)})" for name, count in of["holding"].items() if count[0] != "0"]
    strategy = bullets(holding) if holding else of_class("p", "none", "No stated hypothesis holds.")
    label = "Hypothesis that holds" if len(holding) == 1 else "Hypotheses that hold"
    return element(
        "article",
        element("h3", element("a", cell_title(of), attributes={"href": f"#{of['cell']}"})),
        of_class("p", "figure", percent(spread["mean"])),
        of_class("p", "note", f"right at {reach} the largest size trained on"),
        *([of_class("p", "label", label)] if holding else []),
        strategy,
    )


def _seeds(runs: Sequence[Result]) -> str:
    return "seed" if len(runs) == 1 else "seeds"


def _is_broken(runs: Sequence[Result]) -> bool:
    return any(run["verify"]["broken"] for run in runs)


def _broken(of: Summary) -> Markup:
    told = (
        f"{cell_title(of)}: a hypothesis holds on an untrained network or for shuffled categories, where "
        "it cannot be true. The test is broken there, and no verdict of this network should be trusted."
    )
    return element("p", told, attributes={"class": "warning", "role": "alert"})


def _rows(of: Summary, runs: Sequence[Result]) -> list[list[Markup]]:
    largest, rows = runs[0]["configuration"]["training"]["largest"], []
    sizes = headline(runs[0])
    for place, one in enumerate(sizes):
        size = str(one["size"])
        row = [
            cell(f"{times(one['size'], largest)} ({size})", numeric=True),
            cell(_share(of["exact"][size], runs, one.get("interval")), numeric=True),
            cell(_share(of["exact_discrete"][size], runs, None), numeric=True),
            cell(number(one["base_rate"]), numeric=True),
        ]
        if place == 0:
            name = element("a", cell_title(of), attributes={"href": f"#{of['cell']}"})
            row = [row_header(name, rows=len(sizes)), *row, cell(_holding(of), rows=len(sizes))]
        rows.append(row)
    return rows


def _share(spread: Mapping[str, float], runs: Sequence[Result], interval: Sequence[float] | None) -> str:
    told = number(spread["mean"])
    if len(runs) > 1:
        return f"{told} [{number(spread['worst'])}, {number(spread['best'])}]"
    return f"{told} [{number(interval[0])}, {number(interval[1])}]" if interval else told


def _holding(of: Summary) -> Markup:
    return bullets(f"{name}: {count}" for name, count in of["holding"].items())
