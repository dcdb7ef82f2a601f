"""The findings of the page of results: sentences whose numbers are computed from the study's data."""

from collections.abc import Sequence
from statistics import fmean

from mannscope.study.conditions import BUDGETS, NO_MEMORY
from mannscope.study.data import CONTROLS, Row
from mannscope.study.number_formats import format_share
from mannscope.study.page.markdown_tables import (
    TIMES,
    by_condition,
    count,
    generalises,
    held,
    row_title,
    shapes_of,
)


def findings(rows: Sequence[Row]) -> str:
    """State what was found about each condition, and what the controls say."""
    lines = [_condition(group) for group in by_condition(rows, recipes_only=True)]
    return "\n".join(f"- {line}" for line in [*lines, *_verdicts(rows)])


def _condition(group: Sequence[Row]) -> str:
    good = [row for row in group if generalises(row)]
    sentences = [f"**{row_title(group[0])}**: {count(group)} seeds generalise"]
    if len(good) == len(group):
        sentences[0] += f", the worst of them {format_share(min(row['worst 10x'] for row in group))} at 10x."
    elif good:
        failing = (row for row in group if not generalises(row))
        listed = ", ".join(f"seed {row['seed']} ({format_share(row['worst 10x'])} at 10x)" for row in failing)
        sentences[0] += f"; not {listed}."
    else:
        means = ", ".join(f"{format_share(fmean(row[f'worst {n}'] for row in group))} at {n}" for n in TIMES)
        sentences[0] += f"; exact accuracy in the worst shape is {means}, on average over the seeds."
        if len(shapes_of(group)) > 1:
            sentences.append(_by_shape(group))
    if good and group[0]["memory"] != NO_MEMORY:
        sentences.append(
            f"Taking the most probable action loses at most {_loss(good):.3f} of accuracy in those."
        )
        sentences.append(f"Strategies: {held(group)}.")
    if budget := BUDGETS.get((group[0]["task"], group[0]["memory"])):
        within = sum(row["training seconds"] <= budget for row in group)
        sentences.append(f"{within} of {len(group)} were trained within {budget} s.")
    return " ".join(sentences)


def _by_shape(group: Sequence[Row]) -> str:
    listed = (
        f"{format_share(fmean(row[f'exact 10x {shape}'] for row in group))} on {shape}"
        for shape in shapes_of(group)
    )
    return f"At 10x it is {', '.join(listed)} trees."


def _loss(good: Sequence[Row]) -> float:
    losses = (
        row[f"exact {times} {shape}"] - row[f"discretised {times} {shape}"]
        for row in good
        for times in TIMES
        for shape in shapes_of(good)
    )
    return max(0.0, *losses)


def _verdicts(rows: Sequence[Row]) -> list[str]:
    subjects = [row for row in rows if row["memory"] != NO_MEMORY]
    good = [row for row in subjects if generalises(row)]
    rest = [row for row in subjects if not generalises(row)]
    measured = [name for name in CONTROLS if f"holds on {name}" in subjects[0]]
    held = {name: sum(row[f"holds on {name}"] for row in subjects) for name in measured}
    controls = ", ".join(f"{name} {count}" for name, count in held.items())
    return [
        f"Of the {len(good)} networks with a memory that generalise, in all variants, a stated or mined "
        f"strategy holds on {sum(row['strategy holds'] for row in good)}; of the {len(rest)} others, on "
        f"{sum(row['strategy holds'] for row in rest)}.",
        f"Verdicts that hold on controls: {controls}.",
    ]
