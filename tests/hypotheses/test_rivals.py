"""Rival hypotheses: which has the evidence, and what separates two of them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import machines
from mannscope.errors import MannscopeError
from mannscope.hypotheses import Hypothesis, compare, gather_rivals, verify
from mannscope.planted import plant
from mannscope.training import Network


def rivals(network: Network, *claims: Hypothesis) -> dict:
    return compare(network, verify(network, claims, episodes=16, quick=True)).to_dict()


@pytest.fixture(scope="module")
def wrong(textbook: Hypothesis) -> Hypothesis:
    """A policy that never pops."""
    return replace(textbook, name="never pop", policy={"stack 0": {"symbol": "PUSH", "blank": "NO_OP"}})


def test_the_hypothesis_that_holds_comes_first_and_the_evidence_is_named(
    reverser: Network, textbook: Hypothesis, wrong: Hypothesis
) -> None:
    found = rivals(reverser, wrong, textbook)
    assert [entry["name"] for entry in found["order"]] == [textbook.name, "never pop"]
    (pair,) = found["pairs"]
    assert {"agreement", "sufficiency"} <= set(pair["for_other"])
    assert "in favour of the second" in pair["outcome"]
    assert json.loads(json.dumps(found)) == found


def test_the_steps_at_which_rivals_differ_are_counted(
    reverser: Network, textbook: Hypothesis, wrong: Hypothesis
) -> None:
    (pair,) = rivals(reverser, textbook, wrong)["pairs"]
    assert 0.4 < pair["differ"] < 0.5
    assert (pair["does_one"], pair["does_other"]) == (1, 0)


def test_contents_separate_algorithms_that_act_alike() -> None:
    network = plant("cumulative evaluator", 1)
    claims = [claim for claim in gather_rivals(network, [], ["derived"]) or [] if claim.algorithm]
    found = compare(network, verify(network, claims, episodes=32, quick=True))
    assert found.order[0].hypothesis.algorithm == "cumulative"
    (pair,) = (p for p in found.pairs if "signs" in p.other and "operands stay off" in p.one)
    assert set(pair.for_other) == {"contents", "interchange"}
    assert pair.differ == 0


def test_rivals_that_say_the_same_need_a_claim_of_contents(reverser: Network, textbook: Hypothesis) -> None:
    (pair,) = rivals(reverser, textbook, replace(textbook, name="the same"))["pairs"]
    assert "state an algorithm in each" in pair["outcome"]


def test_rivals_come_from_files_from_mining_and_from_the_package(
    tmp_path: Path, textbook: Hypothesis
) -> None:
    network = machines.reverser()
    (tmp_path / "one.yaml").write_text(json.dumps(textbook.to_dict() | {"name": "mine"}))
    found = gather_rivals(network, [str(tmp_path / "one.yaml")], ["mined", "derived"], 16) or []
    assert [claim.name for claim in found][:3] == ["mine", "mined", textbook.name]


def test_nothing_is_gathered_where_nothing_is_asked_for() -> None:
    assert gather_rivals(machines.reverser(), [], []) is None


def test_a_rival_that_is_no_file_is_refused() -> None:
    with pytest.raises(MannscopeError, match="existing YAML file"):
        gather_rivals(machines.reverser(), [], ["mind"])
