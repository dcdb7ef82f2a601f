"""How operators are shared out: every share is one that a tree can have."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mannscope.tasks.expression_trees import Branching, Node, split, uniform_integer

compiled_split = jax.jit(split, static_argnums=2)


def node(operators: int, height: int, exact: bool) -> Node:
    return Node(jnp.asarray(operators), jnp.asarray(height), jnp.asarray(exact))


@st.composite
def feasible_nodes(draw: st.DrawFn) -> tuple[int, int, bool]:
    operators, exact = draw(st.integers(1, 60)), draw(st.booleans())
    lowest = operators.bit_length()
    return operators, draw(st.integers(lowest, operators if exact else operators + 40)), exact


def is_feasible(part: Node) -> bool:
    operators, height, exact = (field.item() for field in part)
    return int(operators).bit_length() <= height and (not exact or height <= operators)


@given(feasible_nodes(), st.integers(0, 2**32 - 1), st.sampled_from(Branching))
@settings(deadline=None, max_examples=40)
def test_both_sides_of_a_bracket_can_be_written(options: tuple, bits: int, branching: Branching) -> None:
    left, right = compiled_split(node(*options), jnp.asarray(bits, jnp.uint32), branching)
    assert left.operators + right.operators == options[0] - 1
    assert is_feasible(left)
    assert is_feasible(right)
    assert int(left.exact) + int(right.exact) == options[2]


def draw(of: Node, branching: Branching, count: int) -> tuple[Node, Node]:
    bits = jax.random.bits(jax.random.key(0), (count,))
    return jax.vmap(lambda bits: compiled_split(of, bits, branching))(bits)


def test_the_random_share_of_the_left_side_is_uniform() -> None:
    left, _ = draw(node(5, 5, False), Branching.RANDOM, 2000)
    assert np.bincount(left.operators) == pytest.approx([400] * 5, abs=80)


def test_either_side_reaches_an_exact_height_equally_often() -> None:
    left, right = draw(node(5, 3, True), Branching.RANDOM, 2000)
    assert left.exact.sum() == pytest.approx(1000, abs=100)
    assert (left.exact ^ right.exact).all()


def test_the_share_of_an_exact_side_is_uniform_among_those_that_reach_the_height() -> None:
    # 7 operators, height 4: the side of height 3 has from 3 to 6 of the other 6
    left, right = draw(node(7, 4, True), Branching.RANDOM, 2000)
    carrying = np.where(left.exact, left.operators, right.operators)
    assert np.bincount(carrying)[3:] == pytest.approx([500] * 4, abs=100)


@pytest.mark.parametrize("count", [1, 3, 7, 9, 10, 127])
def test_the_greatest_bits_give_the_greatest_number(count: int) -> None:
    assert uniform_integer(jnp.asarray(2**32 - 1, jnp.uint32), count) == count - 1
    assert uniform_integer(jnp.asarray(0, jnp.uint32), count) == 0
