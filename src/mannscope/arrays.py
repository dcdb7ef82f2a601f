"""The names of the axes, and the array types that signatures use.

Every array of the package spells its axes with these names, in shape annotations and in traces.
"""

from typing import Literal, get_args

Axis = Literal[
    "episode",
    "step",
    "slot",
    "width",
    "depth",
    "stack",
    "read_head",
    "write_head",
    "symbol",
    "output_symbol",
    "hidden",
    "action",
    "actor",
    "shift",
    "interface",
]

AXES: tuple[str, ...] = get_args(Axis)

PADDING = -1
"""The symbol, target, category or variable of a position where there is none."""

START = "^"
"""Stands for the symbol before the first one, where symbols are named."""
