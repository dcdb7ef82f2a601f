"""How many slots a sequence gets."""

import pytest

from mannscope.errors import MannscopeError
from mannscope.memories import NTM, NoMemory, Stack, choose_slots


@pytest.mark.parametrize(("memory", "slots"), [(Stack(width=2), 5), (NTM(width=2), 11), (NoMemory(), 0)])
def test_a_sequence_gets_as_many_slots_as_can_be_needed(memory, slots: int) -> None:
    assert choose_slots(memory, 10) == slots


def test_more_slots_may_be_asked_for() -> None:
    assert choose_slots(Stack(width=2), 10, 40) == 40


def test_fewer_slots_are_refused_with_the_number_that_is_needed() -> None:
    with pytest.raises(MannscopeError, match=r"at least 5, .* 10 steps .* Got 4\. Pass slots=5") as refusal:
        choose_slots(Stack(width=2), 10, 4)
    assert "capped=True" in refusal.value.remedy


def test_a_cap_on_purpose_is_kept() -> None:
    assert choose_slots(Stack(width=2), 10, 4, capped=True) == 4


@pytest.mark.parametrize(("memory", "least"), [(Stack(width=2), 1), (Stack(width=2, top=3), 3)])
def test_a_cap_below_what_one_step_needs_is_refused(memory, least: int) -> None:
    with pytest.raises(MannscopeError, match=f"slots must be at least {least}"):
        choose_slots(memory, 10, least - 1, capped=True)
