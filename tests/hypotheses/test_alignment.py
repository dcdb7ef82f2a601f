"""Distributed alignment search finds the subspace of a planted code, and no other."""

from dataclasses import replace

import pytest

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.hypotheses import Alignment, align
from mannscope.training import Configuration, Network


@pytest.fixture(scope="module")
def found(reverser: Network) -> Alignment:
    return align(reverser, dimensions=(1, 3, 99), episodes=24, seed=1)


def test_a_planted_code_lies_in_as_many_dimensions_as_tell_its_symbols_apart(found: Alignment) -> None:
    one, three = found.rows
    assert (one.dimensions, three.dimensions) == (1, 3)
    assert three.accuracy > 0.9 > one.accuracy
    assert three.accuracy > three.random_subspace + 0.3


def test_all_exchanged_is_the_interchange_and_an_untrained_network_has_none(found: Alignment) -> None:
    assert (found.whole, found.as_it_was) == (1, 0)
    assert max(row.untrained for row in found.rows) < 0.2


def test_it_prints_and_is_plain(found: Alignment) -> None:
    assert found.to_dict()["rows"][1]["dimensions"] == 3
    assert "3 dimensions" in repr(found)
    assert found.table()["dimensions"].tolist() == [1, 3]


def test_without_an_algorithm_or_contents_it_is_refused(reverser: Network) -> None:
    with pytest.raises(UnknownNameError, match="algorithm"):
        align(reverser, "stak")
    tabled = replace(reverser.configuration, task={"name": "unmarked_reversal"})
    with pytest.raises(MannscopeError, match="must have a textbook algorithm"):
        align(Network.fresh(tabled))
    alone = Configuration(task={"name": "reversal", "alphabet": 2}, memory={"name": "none"})
    with pytest.raises(MannscopeError, match="must be written to"):
        align(Network.fresh(alone))
