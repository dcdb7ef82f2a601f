"""The findings of the page of results: sentences whose numbers are computed from the study's data."""

from collections.abc import Sequence
from statistics import fmean
from typing import Final

from mannscope.studies.data import Row
from mannscope.studies.page_tables import TIMES, cells, count, generalises, held, shapes_of, share
from mannscope.studies.words import cell_title

BUDGETS: Final = {("reversal", "stack"): 30, ("reversal", "ntm"): 120, ("expressions", "stack"): 240}
"""Seconds on one core within which a network was to be trained."""


def findings(rows: Sequence[Row]) -> str:
    """State what was found, cell after cell, and what the controls say."""
    lines = [_cell(of) for of in cells(rows, plain=True)]
    return "\n".join(f"- {line}" for line in [*lines, *_verdicts(rows)])


def _cell(of: Sequence[Row]) -> str:
    good = [row for row in of if generalises(row)]
    told = [f"**{cell_title(of[0])}**: {count(of)} seeds generalise"]
    if len(good) == len(of):
        told[0] += f", the worst of them {share(min(row['worst 10x'] for row in of))} at 10x."
    elif good:
        failing = (row for row in of if not generalises(row))
        listed = ", ".join(f"seed {row['seed']} ({share(row['worst 10x'])} at 10x)" for row in failing)
        told[0] += f"; not {listed}."
    else:
        means = ", ".join(f"{share(fmean(row[f'worst {n}'] for row in of))} at {n}" for n in TIMES)
        told[0] += f"; exact accuracy in the worst shape is {means}, on average over the seeds."
        if len(shapes_of(of)) > 1:
            told.append(_by_shape(of))
    if good and of[0]["memory"] != "none":
        told.append(f"Taking the most probable action loses at most {_loss(good):.3f} of accuracy in those.")
        told.append(f"Strategies: {held(of)}.")
    if budget := BUDGETS.get((of[0]["task"], of[0]["memory"])):
        within = sum(row["training seconds"] <= budget for row in of)
        told.append(f"{within} of {len(of)} were trained within {budget} s.")
    return " ".join(told)


def _by_shape(of: Sequence[Row]) -> str:
    listed = (
        f"{share(fmean(row[f'exact 10x {shape}'] for row in of))} on {shape}" for shape in shapes_of(of)
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
    subjects = [row for row in rows if row["memory"] != "none"]
    good = [row for row in subjects if generalises(row)]
    rest = [row for row in subjects if not generalises(row)]
    twins, shuffled = (
        sum(row[f"holds on {name}"] for row in subjects) for name in ("untrained twin", "shuffled categories")
    )
    return [
        f"Of the {len(good)} networks with a memory that generalise, under all conditions, a stated or mined "
        f"strategy holds on {sum(row['strategy holds'] for row in good)}; of the {len(rest)} others, on "
        f"{sum(row['strategy holds'] for row in rest)}.",
        f"On untrained twins {twins} verdicts hold, for shuffled categories {shuffled}.",
    ]
