"""The beginning of the report: the question, the method, and what was found in one table."""

from collections.abc import Mapping, Sequence
from typing import Any

from mannscope.pages import Markup, bullets, cell, element, join, of_class, row_header, table
from mannscope.study.network_result import NetworkResult
from mannscope.study.number_formats import format_multiple, format_number, format_percent
from mannscope.study.report.prose import METHOD, PAPER, QUESTION

Summary = Mapping[str, Any]


def question() -> Markup:
    """State the question, and where it comes from."""
    return join([of_class("p", "lead", QUESTION), element("p", PAPER)])


def method() -> Markup:
    """List what was done."""
    return element("ol", *(element("li", step) for step in METHOD))


def found(summary: Summary, results: Sequence[Sequence[NetworkResult]]) -> Markup:
    """Show what was found: a card for each condition, then every number in one table."""
    pairs = list(zip(summary["conditions"], results, strict=True))
    cards = [_card(condition, runs) for condition, runs in pairs]
    rows = [row for condition, runs in pairs for row in _rows(condition, runs)]
    headings = (
        "Network",
        "Size",
        "Exact, soft actions",
        "Exact, discretised",
        "Base rate",
        "Hypothesis: seeds it holds on",
    )
    caption = "Share of held-out episodes with every answer right, and the hypotheses that hold"
    broken = [_broken(runs[0]) for runs in results if _is_broken(runs)]
    legend = (
        "Size is given in multiples of the largest size trained on. In brackets: the 95% interval over "
        "episodes, or, with several seeds, the worst and the best of them. The base rate is what the "
        "most frequent answer alone would get."
    )
    return join(
        [
            of_class("div", "cards", *cards),
            *broken,
            table(caption, headings, rows),
            of_class("p", "note", legend),
        ]
    )


def _card(condition: Summary, runs: Sequence[NetworkResult]) -> Markup:
    size, spread = list(condition["exact"].items())[-1]
    reach = format_multiple(int(size), runs[0].configuration.training.largest)
    seeds = "seed" if len(runs) == 1 else "seeds"
    holding = [f"{name} ({count} {seeds})" for name, count in condition["holding"].items() if count[0] != "0"]
    strategy = bullets(holding) if holding else of_class("p", "none", "No stated hypothesis holds.")
    label = "Hypothesis that holds" if len(holding) == 1 else "Hypotheses that hold"
    return element(
        "article",
        element("h3", _link(runs[0])),
        of_class("p", "figure", format_percent(spread["mean"])),
        of_class("p", "note", f"right at {reach} the largest size trained on"),
        *([of_class("p", "label", label)] if holding else []),
        strategy,
    )


def _link(run: NetworkResult) -> Markup:
    """Write a link to the section of a network's condition."""
    return element("a", run.title, attributes={"href": f"#{run.condition}"})


def _is_broken(runs: Sequence[NetworkResult]) -> bool:
    return any(run.verification["controls_failed"] for run in runs)


def _broken(run: NetworkResult) -> Markup:
    warning = (
        f"{run.title}: a hypothesis holds on an untrained network, with answers from elsewhere or for "
        "shuffled categories, where it cannot be true. The test is broken there, and no verdict of this "
        "network should be trusted."
    )
    return element("p", warning, attributes={"class": "warning", "role": "alert"})


def _rows(condition: Summary, runs: Sequence[NetworkResult]) -> list[list[Markup]]:
    largest, rows = runs[0].configuration.training.largest, []
    sizes = runs[0].headline
    for place, one in enumerate(sizes):
        size = str(one.size)
        row = [
            cell(f"{format_multiple(one.size, largest)} ({size})", numeric=True),
            cell(_share(condition["exact"][size], runs, one.interval), numeric=True),
            cell(_share(condition["exact_discrete"][size], runs, None), numeric=True),
            cell(format_number(one.base_rate), numeric=True),
        ]
        if place == 0:
            holding = bullets(f"{name}: {count}" for name, count in condition["holding"].items())
            row = [row_header(_link(runs[0]), rows=len(sizes)), *row, cell(holding, rows=len(sizes))]
        rows.append(row)
    return rows


def _share(
    spread: Mapping[str, float], runs: Sequence[NetworkResult], interval: tuple[float, float] | None
) -> str:
    """Format the mean over the seeds, with their worst and best, or the interval of the only one."""
    mean = format_number(spread["mean"])
    if len(runs) > 1:
        return f"{mean} [{format_number(spread['worst'])}, {format_number(spread['best'])}]"
    return f"{mean} [{format_number(interval[0])}, {format_number(interval[1])}]" if interval else mean
