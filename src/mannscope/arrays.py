"""The names of the axes, and the array types that signatures use.

Every array of the package spells its axes with these names, in shape annotations and in traces. A memory adds
axes of its own, such as that of its stacks or heads, and names them in its `dims`.
"""

from typing import Literal, get_args

Axis = Literal[
    "episode",
    "step",
    "slot",
    "width",
    "depth",
    "symbol",
    "output_symbol",
    "hidden",
    "actor",
    "choice",
    "interface",
]

AXES: tuple[str, ...] = get_args(Axis)

PADDING = -1
"""The symbol, target, category or variable of a position where there is none."""

START = "^"
"""Stands for the symbol before the first one, where symbols are named."""
