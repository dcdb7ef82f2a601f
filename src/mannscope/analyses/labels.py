"""The symbols of a trace, with their categories and with those before them."""

import numpy as np
import xarray as xr
from jaxtyping import Int

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.traces.labels import category_names, require_symbols
from mannscope.traces.reading import plane


def symbol_categories(trace: xr.Dataset) -> dict[int, str]:
    """Name the task's own category of every symbol that occurs in the trace.

    Raises:
        MannscopeError: if the trace has no categories, or a symbol occurs in more than one.
    """
    pairs = category_pairs(trace)
    if not pairs:
        raise MannscopeError(
            "the trace must give the category of its symbols",
            "none",
            "Pass labels, a mapping from symbol index to the name of its block",
        )
    symbols, categories = require_symbols(trace), category_names(trace)
    of_symbol: dict[int, str] = {}
    for symbol, category in pairs:
        if symbol in of_symbol:
            raise MannscopeError(
                "every symbol must have one category",
                f"{symbols[symbol]!r} in {of_symbol[symbol]!r} and in {categories[category]!r}",
                "Pass labels, a mapping from symbol index to the name of its block",
            )
        of_symbol[symbol] = categories[category]
    return of_symbol


def category_indices(trace: xr.Dataset) -> Int[np.ndarray, "episode step"]:
    """Read the category of every position; -1 at padding, and everywhere where the task is not known."""
    if "category" not in trace:
        return np.full(plane(trace, "input").shape, PADDING)
    return plane(trace, "category").astype(int)


def category_pairs(trace: xr.Dataset) -> tuple[tuple[int, int], ...]:
    """List the pairs of symbol and category, as indices, that occur together in the trace."""
    inputs = plane(trace, "input")
    category = category_indices(trace)
    read = (inputs != PADDING) & (category != PADDING)
    pairs = np.unique(np.stack([inputs[read], category[read]], axis=1), axis=0)
    return tuple((int(symbol), int(category)) for symbol, category in pairs)


def symbols_before(inputs: Int[np.ndarray, "episode step"]) -> Int[np.ndarray, "episode step"]:
    """Give the symbol before each position, as an index; -1 at the first one."""
    return np.pad(inputs[:, :-1], ((0, 0), (1, 0)), constant_values=PADDING)
