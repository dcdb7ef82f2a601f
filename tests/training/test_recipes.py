"""The recipes are read, name what they are for, and cover every task with every memory."""

import pytest

from mannscope.errors import UnknownNameError
from mannscope.training import Configuration
from mannscope.training.recipes import read_recipe, recipes


def test_every_task_of_the_paper_has_a_recipe_with_every_memory() -> None:
    cells = {f"{task}-{memory}" for task in ("reversal", "expressions") for memory in ("stack", "ntm")}
    assert cells <= set(recipes())


@pytest.mark.parametrize("name", recipes())
def test_a_recipe_is_of_the_task_and_memory_it_is_named_for(name: str) -> None:
    recipe = read_recipe(name)
    assert name.split("-")[:2] == [recipe.task["name"], recipe.memory["name"]]


@pytest.mark.parametrize("name", recipes())
def test_a_recipe_survives_being_written_and_read(name: str) -> None:
    plain = read_recipe(name).to_dict()
    assert Configuration.from_dict(plain).to_dict() == plain


def test_a_misspelled_recipe_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'reversal-stack'"):
        read_recipe("reversal-stak")
