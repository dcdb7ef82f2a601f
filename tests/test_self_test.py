"""Verdicts on networks whose strategy is known: the true ones hold, the false ones do not."""

import json

import pytest

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.hypotheses import Experiment, Hypothesis, derived, judge
from mannscope.planted import PLANTED, STATED, TRUTHS, plant
from mannscope.self_test import SHUFFLED, Cell, SelfTest, matrix_table, run_self_test


@pytest.fixture(scope="module")
def found() -> SelfTest:
    """Two kinds that act like an honest reverser: one follows the phase, one answers the first symbol."""
    kinds = ("phase reverser", "first-symbol reverser")
    return run_self_test(1, kinds=kinds, log=lambda message: None)


def cell(found: SelfTest, kind: str, hypothesis: str) -> Cell:
    return next(c for c in found.matrix if (c.kind, c.hypothesis) == (kind, hypothesis))


def test_every_verdict_on_these_is_right(found: SelfTest) -> None:
    for cell in found.matrix:
        assert cell.held == (cell.networks if cell.true else 0), cell


def test_shuffled_claims_are_counted_as_false(found: SelfTest) -> None:
    assert {cell.true for cell in found.matrix if cell.hypothesis == SHUFFLED} == {False}


def test_named_evidence_tells_the_phase_and_another_answer_from_the_honest(found: SelfTest) -> None:
    by_symbol = derived(plant("reverser"))[0].name
    assert cell(found, "phase reverser", by_symbol).needed == {"cue conflict": 1}
    assert set(cell(found, "first-symbol reverser", "mined").failed) == {"exchange"}
    assert "phase reverser" in found.evidence()["cue conflict"]["needed"]
    assert "first-symbol reverser" in found.evidence()["exchange"]["needed"]


def test_truths_are_stated_for_every_kind_and_name_hypotheses_that_there_are() -> None:
    assert TRUTHS.keys() == PLANTED.keys()
    for kind, true in TRUTHS.items():
        stated = {claim["name"] for claim in STATED.get(kind, ())}
        assert set(true) <= {claim.name for claim in derived(plant(kind))} | stated | {"mined"}, kind


def test_the_rates_are_those_of_the_matrix() -> None:
    cells = (
        Cell("a", "x", True, 10, 9, {}),
        Cell("a", "y", False, 10, 1, {}),
        Cell("b", "x", False, 10, 0, {}),
    )
    found = SelfTest(20, 32, 0, cells)
    assert found.rate(true=True)[::2] == (0.9, 1)
    assert found.rate(true=False)[::2] == (0.05, 2)
    assert found.rate(true=False)[1][1] > 0.5  # two kinds are few
    plain = found.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert "| a | y | no | 1 of 10 |  |" in matrix_table(plain)


def test_a_hypothesis_that_claims_nothing_does_not_hold() -> None:
    network = plant("reverser")
    idle = Hypothesis("idle", {"symbol": ("0", "1")}, {"stack 0": {}})
    assert not judge(Experiment(network, 16), idle).holds


def test_an_unknown_kind_and_no_bases_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'reverser'"):
        run_self_test(1, 32, ("reversr",))
    with pytest.raises(MannscopeError, match="bases of the self-test must be at least 1"):
        run_self_test(0)
