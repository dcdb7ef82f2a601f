"""Word problems, worked out by hand."""

import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import WordProblem
from worked import asked, drawn, traced

TASK = WordProblem()


def test_the_product_of_all_so_far_is_asked_for() -> None:
    assert asked(TASK, "120 102 021") == "120 210 201"
    assert asked(WordProblem(group="z5"), "3 4 0 1") == "3 2 2 3"


def test_a_register_is_written_when_the_product_changes() -> None:
    assert traced(TASK, "012 120 012 102", "register") == [
        "KEEP |  > 012",
        "WRITE | 120 > 120",
        "KEEP | 120 > 120",
        "WRITE | 210 > 210",
    ]


def test_a_product_written_instead_is_multiplied_on() -> None:
    inputs = tuple(TASK.episode("120 102").inputs.tolist())
    assert TASK.oracle(inputs, "register", {0: "012"})[-1].output == "102"


def test_products_of_uniform_elements_are_uniform() -> None:
    products = drawn(TASK, 5, 3000).targets[:, -1]
    assert all(abs((products == element).mean() - 1 / 6) < 0.03 for element in range(6))


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(MannscopeError, match="group must be"):
        WordProblem(group="monster")


def test_no_element_is_refused() -> None:
    with pytest.raises(MannscopeError, match="at least one"):
        TASK.episode("")
