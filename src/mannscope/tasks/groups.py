"""Finite groups by name, as tables of products."""

import re
from functools import cache
from itertools import permutations, product
from math import factorial
from typing import NamedTuple

import numpy as np
from jaxtyping import Int32

from mannscope.errors import MannscopeError

LARGEST = 360
"""Elements of the largest group that is tabled."""

_FACTOR = re.compile(r"([zsa])(\d{1,3})")


class Group(NamedTuple):
    """A finite group; element 0 is the identity."""

    elements: tuple[str, ...]
    """Numbers for z, permutations in one-line notation for s and a, joined by a comma in a product."""
    table: Int32[np.ndarray, "left right"]
    """The product of two elements. Of permutations the right one acts first."""


@cache
def find_group(name: str) -> Group:
    """Look a group up: `z` and a number is cyclic, `s` symmetric, `a` alternating, `a4xz5` a product.

    Raises:
        MannscopeError: if there is no such group, or it is too large.
    """
    factors = [_FACTOR.fullmatch(part) for part in name.split("x")]
    orders = [_order(found[1], int(found[2])) if found else 0 for found in factors]
    if not all(2 <= order <= LARGEST for order in orders) or np.prod(orders) > LARGEST:
        must = f"group must be z, s or a with a number, or some with x between, of up to {LARGEST} elements"
        raise MannscopeError(must, repr(name), "Pass 's3', 'a5', 's5', 'z60' or 'a4xz5'.")
    groups = [_factor(found[1], int(found[2])) for found in factors if found]
    group = groups[0]
    for other in groups[1:]:
        group = _times(group, other)
    return group


def _order(kind: str, number: int) -> int:
    if kind == "z":
        return number
    return 0 if not 2 <= number <= 6 else factorial(number) // (1 if kind == "s" else 2)


def _factor(kind: str, number: int) -> Group:
    if kind == "z":
        place = np.arange(number)
        table = (place[:, None] + place) % number
        return Group(tuple(map(str, place.tolist())), table.astype(np.int32))
    all_of = [one for one in permutations(range(number)) if kind == "s" or _is_even(one)]
    index = {one: place for place, one in enumerate(all_of)}
    table = [[index[tuple(left[at] for at in right)] for right in all_of] for left in all_of]
    return Group(tuple("".join(map(str, one)) for one in all_of), np.array(table, np.int32))


def _is_even(permutation: tuple[int, ...]) -> bool:
    pairs = [(one, two) for place, one in enumerate(permutation) for two in permutation[place + 1 :]]
    return sum(one > two for one, two in pairs) % 2 == 0


def _times(left: Group, right: Group) -> Group:
    many = len(right.elements)
    table = many * np.repeat(np.repeat(left.table, many, 0), many, 1)
    table = table + np.tile(right.table, (len(left.elements),) * 2)
    names = tuple(f"{one},{other}" for one, other in product(left.elements, right.elements))
    return Group(names, table.astype(np.int32))
