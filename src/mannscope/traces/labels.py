"""The labels of a trace: coordinates that name its symbols, outputs, categories, actors and actions.

| coordinate | axes | what it names |
|---|---|---|
| `input_symbol` | itself | the alphabet; `input` counts in it |
| `symbol` | episode, step | the symbol read, as text; empty at padding |
| `output_symbol` | itself | the outputs; `output` and `target` count in it |
| `category_name` | itself | the categories; `category` counts in it |
| `actor` | itself | who acts |
| `action_name` | actor, choice | each actor's own actions; `action` counts in it; empty beyond its last |

They live in the trace, so that `trace.sel(actor="stack 0")` works and `isel` keeps them.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mannscope.anatomy import Action, Actor, Anatomy
from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError

if TYPE_CHECKING:
    import xarray as xr

SYMBOLS, OUTPUTS, CATEGORIES = "input_symbol", "output_symbol", "category_name"


def label(
    trace: "xr.Dataset",
    *,
    symbols: Sequence[str] = (),
    outputs: Sequence[str] = (),
    categories: Sequence[str] = (),
    anatomy: Anatomy | None = None,
) -> "xr.Dataset":
    """Give a trace its labels, and the anatomy of its memory.

    Args:
        trace: A trace with `input`, at least.
        symbols: Labels of the input symbols.
        outputs: Labels of the output symbols.
        categories: Names of the categories.
        anatomy: What the memory consists of.

    Raises:
        MannscopeError: if the anatomy has other actors than the trace has actions of.
    """
    named: dict[str, object] = {}
    if symbols:
        known = np.array([*symbols, ""])
        read = trace["input"].values
        named[SYMBOLS] = (SYMBOLS, known[:-1].astype(str))
        named["symbol"] = (trace["input"].dims, known[np.where(read == PADDING, len(symbols), read)])
    if outputs:
        named[OUTPUTS] = (OUTPUTS, np.array(outputs))
    if categories:
        named[CATEGORIES] = (CATEGORIES, np.array(categories))
    if anatomy is not None:
        _require_actors(trace, anatomy)
        named |= _actors(anatomy.actors)
        trace = trace.assign_attrs(anatomy=anatomy.to_json())
    replaced = [name for name in named if name in trace.coords]
    return trace.drop_vars(replaced).assign_coords(named)


def _require_actors(trace: "xr.Dataset", anatomy: Anatomy) -> None:
    acting = trace["action"].sizes.get("actor") if "action" in trace else None
    if acting is not None and acting != len(anatomy.actors):
        raise MannscopeError(
            f"the anatomy must name every actor of the trace's variable action, {acting}",
            str(len(anatomy.actors)),
            "Give it an Actor for each, or select those of the trace that it names",
        )


def _actors(actors: tuple[Actor, ...]) -> dict[str, object]:
    most = max((len(actor.actions) for actor in actors), default=0)
    rows = [[*actor.labels, *[""] * (most - len(actor.labels))] for actor in actors]
    return {
        "actor": ("actor", np.array([actor.name for actor in actors], dtype=str)),
        "action_name": (("actor", "choice"), np.array(rows, dtype=str).reshape(len(actors), most)),
    }


def symbols(trace: "xr.Dataset") -> tuple[str, ...]:
    """Read the labels of the input symbols; empty where there are none."""
    return _read(trace, SYMBOLS)


def outputs(trace: "xr.Dataset") -> tuple[str, ...]:
    """Read the labels of the output symbols; empty where there are none."""
    return _read(trace, OUTPUTS)


def categories(trace: "xr.Dataset") -> tuple[str, ...]:
    """Read the names of the categories; empty where there are none."""
    return _read(trace, CATEGORIES)


def category_names(trace: "xr.Dataset") -> tuple[str, ...]:
    """Name the categories, in the task's order; by their numbers where the trace does not name them."""
    count = int(trace["category"].astype(int).max(initial=PADDING)) + 1 if "category" in trace else 0
    return categories(trace) or tuple(str(index) for index in range(count))


def require_symbols(trace: "xr.Dataset") -> tuple[str, ...]:
    """Read the labels of the input symbols.

    Raises:
        MannscopeError: if there are none.
    """
    if found := symbols(trace):
        return found
    raise MannscopeError(
        f"the trace must name its symbols, in the coordinate {SYMBOLS}",
        f"only {', '.join(sorted(map(str, trace.coords))) or 'none'}",
        "Name them with mannscope.traces.label(trace, symbols=[...])",
    )


def anatomy(trace: "xr.Dataset") -> Anatomy:
    """Read the anatomy of the memory; where the trace has none, the actors alone, as far as they are named.

    Raises:
        MannscopeError: if it cannot be read.
    """
    text = trace.attrs.get("anatomy")
    if text is not None:
        found = Anatomy.from_json(text)
        kept = _read(trace, "actor")  # fewer, where some were selected
        if "actor" not in trace.coords or kept == tuple(actor.name for actor in found.actors):
            return found
        return replace(found, actors=tuple(actor for actor in found.actors if actor.name in kept))
    number = trace.sizes.get("actor", 0)
    names = _read(trace, "actor") or tuple(f"actor {index}" for index in range(number))
    most = int(trace["action"].max()) + 1 if number and trace["action"].size else 0
    rows = (
        trace["action_name"].transpose("actor", "choice").values.tolist()
        if "action_name" in trace
        else [[str(index) for index in range(most)]] * number
    )
    return Anatomy(
        tuple(
            Actor(name, tuple(Action(action) for action in row if action))
            for name, row in zip(names, rows, strict=True)
        )
    )


def _read(trace: "xr.Dataset", name: str) -> tuple[str, ...]:
    if name not in trace.coords or trace[name].dtype.kind not in "UOS":
        return ()
    return tuple(str(one) for one in np.atleast_1d(trace[name].values))
