"""An episode: its symbols, and at every position what is asked for and what is known of it."""

from collections.abc import Mapping
from typing import NamedTuple

from jaxtyping import Array, Bool, Int


class Episode(NamedTuple):
    """One episode, or with a leading axis a batch of them.

    Positions beyond the episode's length hold -1 (`mannscope.arrays.PADDING`) and False.
    """

    inputs: Int[Array, "*episode step"]
    """Symbol read at each position, an index into `task.symbols`."""
    targets: Int[Array, "*episode step"]
    """Target, an index into `task.outputs`; -1 where there is none.

    A target can be a symbol a step, one class for the sequence (at its last position), or a set of valid
    symbols (each set is then an output of its own, see `set_label`)."""
    supervised: Bool[Array, "*episode step"]
    """Positions that count in the loss."""
    answer: Bool[Array, "*episode step"]
    """Positions that must all be right for the episode to be exact."""
    category: Int[Array, "*episode step"]
    """Category of the position, an index into `task.categories`."""
    variables: Mapping[str, Int[Array, "*episode step"]]
    """Structural variables of the textbook solution after reading the symbol; -1 where undefined."""
    length: Int[Array, "*episode"]
    """Number of positions that are not padding."""
