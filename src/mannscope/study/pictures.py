"""The pictures of one network, each with a caption that says what it shows and how to read it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Bool
from matplotlib.axes import Axes

from mannscope import figures
from mannscope.analyses import POLICY, Projection, ProjectionResult, Provenance
from mannscope.study.network_result import Picture
from mannscope.study.titles import (
    ACTIONS_OF_A_STACK,
    HEADS,
    HEADS_ON_SLOTS,
    ROWS_OF_A_STACK,
    ROWS_OF_SLOTS,
    has_stack,
)
from mannscope.traces import labels
from mannscope.training import Evaluation

POINTS = 900
"""Points of a projection, half of them drawn: enough to see clusters in, and few enough for one file."""


class Drawn(NamedTuple):
    """A picture and its caption."""

    name: str
    title: str
    caption: str
    alternative: str
    """What the picture shows, for readers who cannot see it."""
    axes: Axes

    def saved_as(self, file: str) -> Picture:
        """Describe the picture, saved under this name."""
        figure = self.axes.get_figure(root=True)
        inches = figures.COLUMN if figure is None else float(figure.get_size_inches()[0])
        return Picture(file, self.title, self.caption, self.alternative, round(inches, 2))


def readable_episode(trace: xr.Dataset) -> int:
    """Choose the episode that is shown: the first with every answer right, or else the first."""
    return int(exact_episodes(trace).argmax())


def exact_episodes(trace: xr.Dataset) -> Bool[np.ndarray, " episode"]:
    """Mark the episodes with every answer right."""
    right = (trace["output"] == trace["target"]).values | ~trace["answer"].values
    return np.asarray(right.all(axis=1))


def draw_all(trace: xr.Dataset, rows: Sequence[Evaluation], largest: int) -> Iterator[Drawn]:
    """Draw everything of one network: what it can do, what it does in one episode, and on average."""
    episode = readable_episode(trace)
    yield _accuracy(rows, largest)
    if labels(trace, "actors"):
        yield _memory(trace, episode)
        yield from _operations(trace, episode)
        yield _arcs(trace, episode)
        yield _categories(trace)
        yield _scatter(trace, POLICY, "what decides the action")
    yield _scatter(trace, "hidden", "the hidden state")


def _accuracy(rows: Sequence[Evaluation], largest: int) -> Drawn:
    headline = [row for row in rows if row.shape == rows[0].shape]
    shares = ", ".join(f"{row.exact:.3f} at size {row.size}" for row in headline)
    return Drawn(
        "accuracy",
        "How far it generalises",
        f"Share of episodes with every answer right, by size: {shares} ({rows[0].shape} episodes). Sizes "
        "in grey were trained on. Solid: soft actions, with the 95% interval; dashed: the most probable "
        "action at every step; dotted: what the commonest answer alone would get.",
        f"Line chart of exact accuracy by size: {shares}.",
        figures.accuracy_by_size([row.to_dict() for row in rows], training_size=largest),
    )


def _memory(trace: xr.Dataset, episode: int) -> Drawn:
    right = int(exact_episodes(trace).sum())
    outcome = f"one of {right} answered right, of {trace.sizes['episode']} recorded"
    if not right:
        outcome = f"answered wrong, as all {trace.sizes['episode']} recorded were"
    height, marks = (
        (ROWS_OF_A_STACK, ACTIONS_OF_A_STACK) if has_stack(trace.dims) else (ROWS_OF_SLOTS, HEADS_ON_SLOTS)
    )
    return Drawn(
        "memory",
        "What the memory holds",
        f"One episode, {outcome}. Steps go from left to right with the symbol read below each, {height}; "
        f"bright is a long vector, dark an empty slot. {marks} Colours below the symbols are their "
        "categories.",
        f"Map of the memory over the {_length(trace, episode)} steps of one episode, one row a slot, "
        "brightness being the norm of what the slot holds.",
        figures.memory(trace, episode),
    )


def _operations(trace: xr.Dataset, episode: int) -> Iterator[Drawn]:
    steps = _length(trace, episode)
    if has_stack(trace.dims):
        yield Drawn(
            "actions",
            "What it does at each step",
            "The same episode. Each bar is a step's distribution over PUSH, POP and NO_OP; the sign above "
            "it is the most probable one. A bar of one shade is a clear decision.",
            f"Stacked bars of the probabilities of PUSH, POP and NO_OP at each of {steps} steps.",
            figures.actions(trace, episode),
        )
        return
    for head in HEADS:
        yield Drawn(
            head.replace(" ", "-"),
            f"Where {head} is",
            "The same episode. Bright is a weight near 1: the head is on that slot alone. A diagonal is a "
            "head that walks, a level line one that stays.",
            f"Map of the weights of {head} over the slots at each of {steps} steps.",
            figures.head_weights(trace, episode, head=head),
        )


def _arcs(trace: xr.Dataset, episode: int) -> Drawn:
    found = Provenance(episode)(trace)
    symbols = figures.step_labels(trace, episode)
    later = np.tril(found.arcs, -1)
    reader, writer = np.unravel_index(np.abs(later).argmax(), later.shape)
    strongest = f"{later[reader, writer]:.2f}, from step {writer} to step {reader}"
    return Drawn(
        "arcs",
        "Which write is in what is read",
        "The same episode. An arc goes from the step that wrote to the step that reads what it wrote, "
        "darker the larger its share in the reading; nested arcs are last in, first out. The shares "
        "follow from the recorded operations exactly, not from a fit; the largest from an earlier step is "
        f"{strongest}.",
        f"Arcs from writing to reading steps; the strongest is {strongest}.",
        figures.write_read_arcs(found.arcs, symbols),
    )


def _categories(trace: xr.Dataset) -> Drawn:
    policy = _commonest(trace)
    return Drawn(
        "categories",
        "What it does at each category",
        f"Mean over the {trace.sizes['episode']} recorded episodes; n counts steps. Most often: {policy}. A "
        "row with a single 1.00 for each actor is a category with a policy of its own.",
        f"Table of mean actions by category of symbol. Most often: {policy}.",
        figures.actions_by_category(trace),
    )


def _scatter(trace: xr.Dataset, site: str, subject: str) -> Drawn:
    found: ProjectionResult = Projection(site=site, max_points=POINTS)(trace)
    plane = (
        f"; the picture keeps {sum(found.explained):.0%} of the variance"
        if found.explained is not None
        else ""
    )
    return Drawn(
        f"projection-{site}",
        f"Projection of {subject}",
        f"One point a step, {len(found.points)} of them, coloured by the category of the symbol read. "
        f"Principal components were fitted on one half of the episodes; the other half is drawn{plane}"
        f"{_kept(found)}. A "
        "category that is monitored lies apart from those with another action. Scores are taken in the "
        "full space, below.",
        f"Scatter of {len(found.points)} points by category, {found.method.value.upper()} of {subject}.",
        figures.projection(found, order=labels(trace, "categories")),
    )


def _kept(found: ProjectionResult) -> str:
    if found.neighbours_kept is None or found.neighbours_kept_control is None:
        return ""
    return (
        f", and {found.neighbours_kept:.0%} of each point's 10 nearest neighbours (random planes: "
        f"{found.neighbours_kept_control:.0%})"
    )


def _commonest(trace: xr.Dataset) -> str:
    """Describe the most frequent action at each category."""
    actions, actors = labels(trace, "actions"), labels(trace, "actors")
    category, taken = trace["category"].values, trace["action"].values
    parts = []
    for index, name in enumerate(labels(trace, "categories")):
        of_category = taken[category == index]
        if len(of_category):
            best = [actions[np.bincount(column).argmax()] for column in of_category.T]
            doing = " and ".join(
                action if len(actors) == 1 else f"{actor} {action}"
                for actor, action in zip(actors, best, strict=True)
            )
            parts.append(f"{doing} at {name}")
    return ", ".join(parts)


def _length(trace: xr.Dataset, episode: int) -> int:
    return len(figures.step_labels(trace, episode).tokens)
