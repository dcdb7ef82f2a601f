"""Dynamic n-grams, worked out by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import DynamicNgrams
from worked import asked, drawn, traced

TASK = DynamicNgrams(context=1)


def test_the_bit_that_followed_more_often_is_asked_for() -> None:
    assert asked(TASK, "01101") == "either either 1 1 either"
    assert asked(DynamicNgrams(context=2), "01010") == ". either either 0 1"


def test_what_followed_is_counted() -> None:
    variables = TASK.episode("01101").variables  # 0 then 1; 1 then 1; 1 then 0; 0 then 1
    assert variables["zeros"].tolist() == [0, 0, 0, 0, 1]
    assert variables["ones"].tolist() == [0, 0, 1, 1, 1]


def test_the_best_probability_is_that_of_half_a_count_more() -> None:
    found = TASK.probability(jnp.array([0, 1, 1, 0, 1]))
    assert found.tolist() == [0.5, 0.5, 0.75, 0.75, 0.5]


def test_counters_are_of_a_context_and_a_bit() -> None:
    assert traced(TASK, "011", "counters") == [
        "NO_OP |  > either",
        "INCREMENT | 0:1 > either",
        "INCREMENT | 0:1 1:1 > 1",
    ]


def test_the_best_probability_is_calibrated() -> None:
    bits = drawn(TASK, 40, 300).inputs
    said = np.asarray(jax.jit(jax.vmap(TASK.probability))(jnp.asarray(bits)))[:, :-1]
    followed = bits[:, 1:]
    for low, high in ((0.0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1.0)):
        here = (said > low) & (said <= high)
        assert abs(followed[here].mean() - said[here].mean()) < 0.03


def test_too_few_bits_and_too_wide_a_context_are_refused() -> None:
    with pytest.raises(MannscopeError, match="more than the context has"):
        TASK.episode("1")
    with pytest.raises(MannscopeError, match="context must be from 1 to 8"):
        DynamicNgrams(context=9)
