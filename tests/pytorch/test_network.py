"""A description that cannot give a trace is refused before anything runs."""

from typing import Any

import pytest

from mannscope.errors import MannscopeError
from mannscope.pytorch.network import Place, TorchNetwork, check

HIDDEN = Place("state[-1]", ("episode", "hidden"))


def described(**more: Any) -> TorchNetwork:
    """Describe a module that is never run."""
    places = {"hidden": HIDDEN} | more.pop("places", {})
    return TorchNetwork(None, places, **more)


def test_the_hidden_state_is_enough() -> None:
    check(described())


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ({}, "must have 'hidden'.* Got none"),
        ({"memory": Place("state", ("episode", "slot"))}, "must have 'hidden'.* Got memory"),
        ({"hidden": Place("state", ("episode", "layer", "hidden"))}, "must have 'hidden'.* Got .*layer"),
        ({"hidden": Place("state", ("hidden",))}, "axes of hidden must be different names"),
        ({"hidden": HIDDEN, "memory": Place("state", ("episode", "step"))}, "hidden must have the axis step"),
        ({"hidden": HIDDEN, "memory": Place("state", ("episode", "slot", "slot"))}, "axes of memory"),
        ({"hidden": HIDDEN, "memory": Place("state[", ("episode", "slot"))}, "brackets"),
    ],
)
def test_places_that_are_not_those_of_a_trace_are_refused(places: dict[str, Place], told: str) -> None:
    with pytest.raises(MannscopeError, match=told):
        check(TorchNetwork(None, places))


@pytest.mark.parametrize("option", [{"action": "actions"}, {"policy_ops": ("actions",)}])
def test_an_action_must_be_recorded(option: dict[str, Any]) -> None:
    with pytest.raises(MannscopeError, match=r"names of places.* Got 'actions'"):
        check(described(**option))


def test_a_distribution_over_actions_must_name_its_axis() -> None:
    places = {"actions": Place("state", ("action", "episode"))}
    with pytest.raises(MannscopeError, match="last axis of 'actions'"):
        check(described(places=places, action="actions", actions=("PUSH", "POP")))
