"""How the operators of an expression are shared out between the two sides of each bracket."""

from enum import Enum
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Int, UInt32

from mannscope.errors import MannscopeError, UnknownNameError


class Branching(Enum):
    """How many of the operators that could go to the first side of a bracket do go there."""

    RANDOM = "random"
    LEFT = "left"
    RIGHT = "right"
    BALANCED = "balanced"


SHAPES = tuple(branching.value for branching in Branching)
DEPTH = "depth:"


class Shape(NamedTuple):
    """The shape of a tree: its branching, and its exact height in brackets where that is wanted."""

    branching: Branching | Int[Array, ""]
    """Or its place among them, which may be traced."""
    height: int | None = None

    def check(self, size: int) -> None:
        """Refuse a number of operators that no tree of this height has.

        Raises:
            MannscopeError: if the height is not between ceil(log2(size + 1)) and `size`.
        """
        lowest = size.bit_length()
        if self.height is not None and not lowest <= self.height <= size:
            raise MannscopeError(
                f"the depth of an expression of {size} operators must be from {lowest} to {size}",
                f"{DEPTH}{self.height}",
                "Pass another depth or another size.",
            )


def find_shape(name: str | Int[Array, ""] | None) -> Shape:
    """Look a shape up by name: `random` (the default), `left`, `right`, `balanced` or `depth:D`.

    The first four may be given by their place in `SHAPES` too.

    Raises:
        MannscopeError: if there is no such shape, or D is not a number from 1.
    """
    name = SHAPES[0] if name is None else name
    if not isinstance(name, str):
        return Shape(name)
    if name in SHAPES:
        return Shape(Branching(name))
    if not name.startswith(DEPTH):
        raise UnknownNameError("shape", name, [*SHAPES, f"{DEPTH}D"])
    height = name.removeprefix(DEPTH)
    if not (height.isascii() and height.isdigit() and int(height)):
        raise MannscopeError("the D of depth:D must be a number from 1", repr(name), "Pass shape='depth:3'.")
    return Shape(Branching.RANDOM, int(height))


class Node(NamedTuple):
    """A subexpression that is still to be written. A lone digit has no operators and height 0."""

    operators: Int[Array, "*place"]
    """Number of operators in it."""
    height: Int[Array, "*place"]
    """Most brackets that it may nest; at least as many as its operators need."""
    exact: Bool[Array, "*place"]
    """Whether it must nest exactly that many."""


def uniform_integer(bits: UInt32[Array, ""], count: Int[Array, ""] | int) -> Int[Array, ""]:
    """Turn 24 of 32 random bits into a number from 0 to `count` - 1."""
    return (((bits >> 8).astype(jnp.float32) / 2**24) * count).astype(jnp.int32)


def split(node: Node, bits: UInt32[Array, ""], branching: Branching | Int[Array, ""]) -> tuple[Node, Node]:
    """Share the operators of a bracket, less its own one, out between its left and right side.

    One of the sides comes *first*: its share is chosen among all that both sides can hold below the
    bracket's height, uniformly for `RANDOM`, and the other side has the rest. If the height is exact, the
    first side is the one that must reach it, and a coin says whether it is the left or the right one;
    otherwise it is the left one. With the height unbounded, `RANDOM` gives the left side a uniform share
    from nothing to everything.
    """
    rest, below = node.operators - 1, node.height - 1
    capacity = (1 << jnp.clip(below, 0, 30)) - 1
    fewest = jnp.maximum(rest - capacity, jnp.where(node.exact, below, 0))
    most = jnp.minimum(rest, capacity)
    firsts = {
        Branching.RANDOM: fewest + uniform_integer(bits, most - fewest + 1),
        Branching.LEFT: most,
        Branching.RIGHT: fewest,
        Branching.BALANCED: (fewest + most) // 2,
    }
    if isinstance(branching, Branching):
        first = firsts[branching]
    else:
        first = jnp.select([branching == place for place in range(len(Branching))], [*firsts.values()])
    swap = node.exact & ((bits & 1) == 1)
    left = jnp.where(swap, rest - first, first)
    return Node(left, below, node.exact & ~swap), Node(rest - left, below, swap)
