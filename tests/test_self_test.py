"""Verdicts on networks whose strategy is known: the true ones hold, the false ones do not."""

import json

import pytest

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.hypotheses import Experiment, Hypothesis, derived, judge
from mannscope.hypotheses.observational import separation
from mannscope.planted import PLANTED, TRUTHS, plant
from mannscope.self_test import SHUFFLED, Cell, SelfTest, matrix_table, run_self_test


@pytest.fixture(scope="module")
def found() -> SelfTest:
    """Three kinds that act alike: one honest, one that scrambles, one that never looks."""
    kinds = ("reverser", "scrambling reverser", "unused-stack")
    return run_self_test(2, 32, kinds, log=lambda message: None)


def failed(found: SelfTest, kind: str, hypothesis: str) -> set[str]:
    return {piece for c in found.matrix if (c.kind, c.hypothesis) == (kind, hypothesis) for piece in c.failed}


def test_every_verdict_on_these_is_right(found: SelfTest) -> None:
    for cell in found.matrix:
        assert cell.held == (cell.networks if cell.true else 0), cell


def test_shuffled_claims_are_counted_as_false(found: SelfTest) -> None:
    assert {cell.true for cell in found.matrix if cell.hypothesis == SHUFFLED} == {False}


def test_named_evidence_tells_the_scrambler_and_the_decorator_from_the_honest(found: SelfTest) -> None:
    policy, contents = (claim.name for claim in derived(plant("reverser")))
    assert failed(found, "reverser", contents) == set()
    assert failed(found, "scrambling reverser", policy) == set()
    assert failed(found, "scrambling reverser", contents) == {"contents", "interchange"}
    assert failed(found, "unused-stack", policy) == {"necessity", "reliance"}


def picture(kind: str) -> tuple[bool, float | None]:
    """Judge by the picture alone: are the categories of the textbook policy apart, and how clearly?"""
    network = plant(kind, 1, 0.02)
    claim, experiment = derived(network)[0], Experiment(network, 64, 1)
    found = separation(experiment, claim, claim.table(experiment.symbols, experiment.actors))
    return found.passed, found.score


def test_the_picture_alone_does_not_tell_them_apart() -> None:
    kinds = ("reverser", "scrambling reverser", "unused-stack")
    assert {picture(kind) for kind in kinds} == {(True, 1.0)}


def test_truths_are_stated_for_every_kind_and_name_hypotheses_that_there_are() -> None:
    assert TRUTHS.keys() == PLANTED.keys()
    for kind, true in TRUTHS.items():
        assert set(true) <= {claim.name for claim in derived(plant(kind))} | {"mined"}


def test_the_rates_are_those_of_the_matrix() -> None:
    cells = (
        Cell("a", "x", True, 10, 9, {}),
        Cell("a", "y", False, 10, 1, {}),
        Cell("b", "x", False, 10, 0, {}),
    )
    found = SelfTest(20, 32, 0, cells)
    assert found.rate(true=True)[0] == 0.9
    assert found.rate(true=False)[::2] == (0.05, 20)
    assert found.rate(true=False)[1][1] > 0.05
    plain = found.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert "| a | y | no | 1 of 10 |" in matrix_table(plain)


def test_a_hypothesis_that_claims_nothing_does_not_hold() -> None:
    network = plant("reverser")
    idle = Hypothesis("idle", {"symbol": ("0", "1")}, {"stack 0": {}})
    assert not judge(Experiment(network, 16), idle).holds


def test_an_unknown_kind_and_no_bases_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'reverser'"):
        run_self_test(1, 32, ("reversr",))
    with pytest.raises(MannscopeError, match="bases of the self-test must be at least 1"):
        run_self_test(0)
