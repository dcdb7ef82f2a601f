"""Options that cannot be meant are refused where they are given."""

import jax
import pytest

from mannscope.errors import MannscopeError, nearest
from mannscope.memories import NTM, Stack
from mannscope.models import CONTROLLERS
from mannscope.tasks import Reversal
from mannscope.training import Configuration, Training
from mannscope.training.rows import row_length


@pytest.mark.parametrize("option", ["width", "stacks", "top"])
def test_a_stack_without_room_is_refused(option: str) -> None:
    with pytest.raises(MannscopeError, match=f"{option} of a stack must be at least 1. Got 0"):
        Stack(**{option: 0})


@pytest.mark.parametrize("option", ["width", "read_heads", "write_heads", "shift_range"])
def test_a_tape_without_a_head_or_room_is_refused(option: str) -> None:
    with pytest.raises(MannscopeError, match=f"{option} of an NTM must be at least 1. Got -1"):
        NTM(**{option: -1})


@pytest.mark.parametrize("name", CONTROLLERS)
def test_a_controller_without_units_is_refused(name: str) -> None:
    with pytest.raises(MannscopeError, match="hidden of the controller must be at least 1"):
        CONTROLLERS[name](3, 2, hidden=0, key=jax.random.key(0))  # pyright: ignore[reportCallIssue]


@pytest.mark.parametrize("option", ["row", "warmup", "hidden_noise", "policy_noise", "slots"])
def test_a_negative_option_of_training_is_refused(option: str) -> None:
    with pytest.raises(MannscopeError, match=f"training.{option} must not be negative"):
        Training(**{option: -1.0 if "noise" in option else -1})


def test_a_row_must_hold_the_largest_episode() -> None:
    with pytest.raises(MannscopeError, match="must hold the largest episode, 21 positions"):
        row_length(Reversal(), Training(largest=10, row=20))


@pytest.mark.parametrize("part", [{"training": 3}, {"training": "fast"}, {"memory": 5}])
def test_a_part_of_a_configuration_must_be_a_mapping(part: dict) -> None:
    with pytest.raises(MannscopeError, match="must be a mapping"):
        Configuration.from_dict({"task": "reversal", "memory": "stack", **part})


def test_the_nearest_name_is_found_whatever_its_case() -> None:
    assert nearest("pushh", ["PUSH", "POP"]) == "PUSH"
