"""Expressions: values against Python's own arithmetic, over every shape."""

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import Episode, Expressions

TASK, SIGNED = Expressions(modulus=7), Expressions(operators="+-", modulus=7)
LARGEST, EPISODES = 7, 40
SHAPES = ["random", "left", "right", "balanced", "depth:3"]
SIZES = jnp.arange(EPISODES) % 5 + 3

every_shape = pytest.mark.parametrize("shape", SHAPES)


@cache
def batch(shape: str, operators: str = "+-*") -> Episode:
    task = Expressions(operators=operators, modulus=7)

    def sample(key: jax.Array, size: jax.Array) -> Episode:
        return task.sample(key, size, largest=LARGEST, shape=shape)

    keys = jax.random.split(jax.random.key(1), EPISODES)
    return jax.tree.map(np.asarray, jax.jit(jax.vmap(sample))(keys, SIZES))


def texts(shape: str) -> list[str]:
    return [TASK.text(inputs) for inputs in batch(shape).inputs]


def bracket_values(text: str, modulus: int) -> list[int]:
    """Value of each bracket in the order of closing, and of the whole: by Python's own arithmetic."""
    starts, values = [], []
    for place, symbol in enumerate(text):
        if symbol == "(":
            starts.append(place)
        if symbol == ")":
            values.append(eval(text[starts.pop() : place + 1]) % modulus)
    return [*values, eval(text.removesuffix("=")) % modulus]


@every_shape
def test_every_bracket_and_the_end_ask_for_the_value_that_python_computes(shape: str) -> None:
    for text, targets in zip(texts(shape), batch(shape).targets, strict=True):
        assert targets[targets >= 0].tolist() == bracket_values(text, 7)


@every_shape
def test_every_expression_has_exactly_its_number_of_operators(shape: str) -> None:
    counts = [sum(symbol in "+-*" for symbol in text) for text in texts(shape)]
    assert counts == SIZES.tolist()


@every_shape
def test_the_generator_and_the_reader_of_text_agree_on_every_variable(shape: str) -> None:
    for row, text in enumerate(texts(shape)):
        read = TASK.episode(text)
        for name, column in read.variables.items():
            assert column.tolist() == batch(shape).variables[name][row, : len(text)].tolist(), name


def test_digits_and_operators_are_all_drawn_about_as_often() -> None:
    joined = "".join(texts("random"))
    digits = np.array([joined.count(str(digit)) for digit in range(7)])
    operators = np.array([joined.count(operator) for operator in "+-*"])
    assert digits.sum() == EPISODES + operators.sum()
    assert digits.min() > digits.mean() / 2
    assert operators.min() > operators.mean() / 2


@pytest.mark.parametrize(("shape", "form"), [("left", "(((d+d)+d)+d)="), ("right", "(d+(d+(d+d)))=")])
def test_branching_shapes_lean_to_their_side(shape: str, form: str) -> None:
    text = texts(shape)[0]
    blurred = "".join("d" if symbol.isdigit() else "+" if symbol in "+-*" else symbol for symbol in text)
    assert blurred == form


def test_balanced_trees_are_as_low_as_can_be() -> None:
    depths = batch("balanced").variables["depth"].max(axis=1)
    assert depths.tolist() == np.ceil(np.log2(SIZES + 1)).astype(int).tolist()


def test_the_depth_asked_for_is_reached_exactly() -> None:
    assert set(batch("depth:3").variables["depth"].max(axis=1).tolist()) == {3}


@pytest.mark.parametrize(("size", "depth"), [(8, 3), (2, 3)])
def test_a_depth_that_no_tree_of_the_size_has_is_refused(size: int, depth: int) -> None:
    with pytest.raises(MannscopeError, match=rf"of {size} operators must be from . to .\. Got depth:3"):
        TASK.sample(jax.random.key(0), size, largest=8, shape=f"depth:{depth}")


def test_a_traced_size_that_no_tree_of_the_depth_has_stops_the_run() -> None:
    with pytest.raises(RuntimeError, match="size must be from 2 to"):
        eqx.filter_jit(TASK.sample)(jax.random.key(0), jnp.asarray(1), largest=2, shape="depth:2")


@pytest.mark.parametrize("shape", ["depth:0", "depth:", "depth:-1", "depth:x"])
def test_a_depth_that_is_no_number_is_refused(shape: str) -> None:
    with pytest.raises(MannscopeError, match="D of depth:D must be a number from 1"):
        TASK.sample(jax.random.key(0), 1, largest=1, shape=shape)


def test_the_sign_gives_the_value_by_adding_digits_one_by_one() -> None:
    episodes = batch("random", operators="+-")
    digits = np.where(episodes.category == SIGNED.categories.index("digit"), episodes.inputs, 0)
    total = np.sum(digits * (1 - 2 * episodes.variables["sign"]), axis=1) % 7
    assert total.tolist() == episodes.targets[episodes.answer].tolist()


def test_the_sign_is_left_out_where_there_is_multiplication() -> None:
    assert "sign" in SIGNED.variables
    assert "sign" not in TASK.variables


def test_variables_of_a_worked_example() -> None:
    #   input      (   (   3   +   4   )   -   (   2   -   5   )   )   =      value 7 - (-3) = 10
    #   depth      1   2   2   2   2   1   1   2   2   2   2   1   0   0
    #   value      .   .   3   .   4   7   .   .   2   .   5   7   0   0      -3 is 7 modulo 10
    #   operator   .   .   .   +   +   .   -   .   .   -   -   -   .   .
    #   sign       +   +   +   +   +   +   -   -   -   +   +   -   +   +
    variables = Expressions("+-").episode("((3+4)-(2-5))").variables
    assert variables["depth"].tolist() == [1, 2, 2, 2, 2, 1, 1, 2, 2, 2, 2, 1, 0, 0]
    assert variables["partial_value"].tolist() == [-1, -1, 3, -1, 4, 7, -1, -1, 2, -1, 5, 7, 0, 0]
    assert variables["pending_operator"].tolist() == [-1, -1, -1, 0, 0, -1, 1, -1, -1, 1, 1, 1, -1, -1]
    assert variables["sign"].tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0]
    waiting_for = {4: 1 + 3, 7: 1 + 7 + 10, 10: 1 + 2 + 10, 11: 1 + 7 + 10}
    nothing = {3: -1, 6: -1, 9: -1, 13: -1}
    assert variables["waiting"].tolist() == [(waiting_for | nothing).get(place, 0) for place in range(14)]


def test_brackets_are_supervised_only_if_asked_for() -> None:
    text = "((3+4)*2)"
    assert Expressions().episode(text).supervised.sum() == 3
    plain = Expressions(supervise_brackets=False).episode(text)
    assert plain.supervised.tolist() == plain.answer.tolist() == [False] * 9 + [True]


@pytest.mark.parametrize("operators", ["", "++", "+/", "+-*-"])
def test_operators_other_than_the_three_are_refused(operators: str) -> None:
    with pytest.raises(MannscopeError, match="operators must be some of"):
        Expressions(operators=operators)


@pytest.mark.parametrize("modulus", [1, 11])
def test_a_modulus_whose_values_are_not_one_digit_is_refused(modulus: int) -> None:
    with pytest.raises(MannscopeError, match="modulus must be from 2 to 10"):
        Expressions(modulus=modulus)


@pytest.mark.parametrize("shape", ["random", "left", "right", "balanced"])
def test_a_shape_may_be_given_by_its_place(shape: str) -> None:
    task, key = Expressions(), jax.random.key(4)
    place = jnp.asarray(task.shapes.index(shape))
    by_place = jax.jit(lambda key, place: task.sample(key, 5, largest=6, shape=place).inputs)(key, place)
    np.testing.assert_array_equal(by_place, task.sample(key, 5, largest=6, shape=shape).inputs)
