"""One episode as a table for the terminal, readable without colour."""

import numpy as np
import xarray as xr
from rich.table import Table
from rich.text import Text

from mannscope.arrays import PADDING
from mannscope.figures.columns import HeadPlaces, MemoryColumns, Norms, memory_columns
from mannscope.figures.episode import StepLabels, step_labels
from mannscope.figures.style import CATEGORY_COLOURS, visible
from mannscope.traces.labels import outputs as output_names
from mannscope.traces.reading import one_episode

Column = tuple[str, list[Text]]


def show_table(trace: xr.Dataset, episode: int = 0) -> Table:
    """List one episode step by step: what is read, what each actor does, what the output is.

    Every actor has a column with its action; the action is empty at steps at which it has none. An actor that
    moves a head is shown with the slot where the head's weight is then largest, and that weight. An actor
    that acts on a stack or a queue is followed by the norm of the top or the front. The output is the most
    probable one with its probability; where there is a target, it is followed by ``right`` or by the target.
    What the memory has but the trace does not hold is named below the table.

    Raises:
        MannscopeError: if the trace has no such episode.
    """
    one, symbols = one_episode(trace, episode), step_labels(trace, episode)
    found = memory_columns(one)
    table = Table(box=None, pad_edge=False, header_style="bold", caption_justify="left")
    columns: list[Column] = [
        ("step", [Text(str(step)) for step in range(len(symbols.tokens))]),
        *_read(symbols),
        *_memory(found),
        ("output", _outputs(one)),
    ]
    for heading, _ in columns:
        table.add_column(Text(heading), justify="right" if heading == "step" else "left")
    for row in zip(*(cells for _, cells in columns), strict=True):
        table.add_row(*row)
    if found.missing:
        table.caption = Text("\n".join(found.missing))
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


def _memory(found: MemoryColumns) -> list[Column]:
    """Make the columns of all actors, then those of heads and norms that belong to none of them."""
    columns: list[Column] = []
    moved = set()
    for name, actor in found.actors.items():
        did = [action or "" for action in found.actions[name]]
        if actor.head in found.heads:
            moved.add(actor.head)
            width = max(len(label) for label in actor.labels)
            places = _places(found.heads[actor.head])
            did = [f"{action:{width}} {place}" for action, place in zip(did, places, strict=True)]
        columns.append((name, [Text(action) for action in did]))
        columns += _norms([norms for norms in found.norms if norms.actor == name])
    for head, places in found.heads.items():
        if head not in moved:
            columns.append((head, [Text(place) for place in _places(places)]))
    return [*columns, *_norms([norms for norms in found.norms if not norms.actor])]


def _places(found: HeadPlaces) -> list[str]:
    pairs = zip(found.slots.tolist(), found.weights.tolist(), strict=True)
    return [f"{slot} ({weight:.2f})" if slot >= 0 else "" for slot, weight in pairs]


def _norms(several: list[Norms]) -> list[Column]:
    """Name the part where one actor, or none, stands for several."""
    is_named = len(several) > 1 or any(norms.part and not norms.actor for norms in several)
    return [
        (
            f"norm of {norms.of} of {norms.part}" if is_named else f"norm of {norms.of}",
            [Text(f"{norm:.2f}") for norm in norms.values],
        )
        for norms in several
    ]


def _outputs(one: xr.Dataset) -> list[Text]:
    logits = one["logits"].transpose("step", "output_symbol").values.astype(np.float64)
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares = weights / weights.sum(axis=-1, keepdims=True)
    outputs = output_names(one) or tuple(str(number) for number in range(shares.shape[-1]))
    targets = one["target"].values if "target" in one else np.full(len(shares), PADDING)
    return [
        _output(outputs, int(row.argmax()), float(row.max()), int(target))
        for row, target in zip(shares, targets, strict=True)
    ]


def _output(outputs: tuple[str, ...], best: int, share: float, target: int) -> Text:
    text = Text(f"{visible(outputs[best])} ({share:.2f})")
    if target == PADDING:
        text.stylize("dim")
        return text
    if target == best:
        return text.append(" right", style="green")
    return text.append(f" target {visible(outputs[target])}", style="bold red")
