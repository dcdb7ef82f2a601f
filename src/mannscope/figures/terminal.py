"""One episode as a table for the terminal, readable without colour."""

import numpy as np
import xarray as xr
from rich.table import Table
from rich.text import Text

from mannscope.arrays import PADDING
from mannscope.figures.episode import (
    StepLabels,
    head_names,
    head_path,
    head_values,
    is_stack,
    one_episode,
    slot_vectors,
    step_labels,
)
from mannscope.figures.glyphs import discretised
from mannscope.figures.style import CATEGORY_COLOURS, visible
from mannscope.traces import labels


def show_table(trace: xr.Dataset, episode: int = 0) -> Table:
    """Tell one episode step by step: what was read, what each actor did, what the output is.

    Of each stack the action and the norm of the top are told, of each head of an NTM the move and the slot
    where its weight is then largest, with that weight.
    The output is the most probable one with its probability; where one is asked for, it
    is followed by ``right`` or by the one asked for.

    Raises:
        MannscopeError: if the trace has no such episode.
    """
    one, symbols = one_episode(trace, episode), step_labels(trace, episode)
    table = Table(box=None, pad_edge=False, header_style="bold")
    columns: list[tuple[str, list[Text]]] = [
        ("step", [Text(str(step)) for step in range(len(symbols.tokens))]),
        *_read(symbols),
        *(_stacks(one) if is_stack(trace) else _heads(one)),
        ("output", _outputs(one)),
    ]
    for heading, _ in columns:
        table.add_column(Text(heading), justify="right" if heading == "step" else "left")
    for row in zip(*(cells for _, cells in columns), strict=True):
        table.add_row(*row)
    return table


def _read(symbols: StepLabels) -> list[tuple[str, list[Text]]]:
    if not symbols.categories:
        return [("read", [Text(visible(token)) for token in symbols.tokens])]
    styles = [_colour(category) for category in symbols.categories]
    names = ["" if i == PADDING else symbols.category_names[i] for i in symbols.categories]
    return [
        ("read", [Text(visible(token), style) for token, style in zip(symbols.tokens, styles, strict=True)]),
        ("category", [Text(name, style) for name, style in zip(names, styles, strict=True)]),
    ]


def _colour(category: int) -> str:
    """Colour as in the figures; the last of them, black, would not show on a dark terminal."""
    return CATEGORY_COLOURS[category % (len(CATEGORY_COLOURS) - 1)] if category != PADDING else ""


def _stacks(one: xr.Dataset) -> list[tuple[str, list[Text]]]:
    columns = []
    for index, stack in enumerate(labels(one, "actors")):
        tops = slot_vectors(one, index).isel(slot=0).transpose("step", "width").values
        norms = [Text(f"{norm:.2f}") for norm in np.linalg.norm(tops, axis=-1)]
        columns += [(stack, [Text(action) for action in discretised(one, index)]), ("norm of top", norms)]
    return columns


def _heads(one: xr.Dataset) -> list[tuple[str, list[Text]]]:
    columns = []
    for index, head in enumerate(head_names(one)):
        weights = head_values(one, "weights", head).transpose("step", "slot").values
        rows = zip(discretised(one, index), head_path(one, head), weights, strict=True)
        columns.append((head, [Text(f"{move:5} {slot} ({row[slot]:.2f})") for move, slot, row in rows]))
    return columns


def _outputs(one: xr.Dataset) -> list[Text]:
    outputs = labels(one, "outputs")
    logits = one["logits"].transpose("step", "output_symbol").values.astype(np.float64)
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares = weights / weights.sum(axis=-1, keepdims=True)
    outputs = outputs or [str(number) for number in range(shares.shape[-1])]
    targets = one["target"].values if "target" in one else np.full(len(shares), PADDING)
    return [
        _output(outputs, int(row.argmax()), float(row.max()), int(target))
        for row, target in zip(shares, targets, strict=True)
    ]


def _output(outputs: list[str], best: int, share: float, target: int) -> Text:
    text = Text(f"{visible(outputs[best])} ({share:.2f})")
    if target == PADDING:
        text.stylize("dim")
        return text
    if target == best:
        return text.append(" right", style="green")
    return text.append(f" wanted {visible(outputs[target])}", style="bold red")
