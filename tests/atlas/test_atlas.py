"""The atlas: the grid, a row for each network, and what the map says of them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mannscope.atlas import DATA, PAGE, check, choose_pairs, fill, run_atlas, summarise, surprises
from mannscope.atlas.grid import grid
from mannscope.atlas.measure import RESULT, measure
from mannscope.atlas.page import page
from mannscope.atlas.summary import generalises, table
from mannscope.cli import main
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.hypotheses import Evidence, Hypothesis, Outcome, Verdict, Verification
from mannscope.parquet import read_rows, write_rows
from mannscope.planted import plant
from mannscope.training import Network, Portfolio
from mannscope.training.candidates import Candidate
from mannscope.training.configuration import make

MARKED = "\n".join(
    f"<!-- begin: {part} -->\n<!-- end -->" for part in ("counts", "map", "surprises", "strategies")
)


def row(task: str = "reversal", memory: str = "stack", seed: int = 1, **other: Any) -> dict[str, Any]:
    """Make a row of a network that generalises, and on which a strategy holds."""
    (pair,) = choose_pairs([task], [memory])
    exact = {f"{kind} {times}x": 1.0 for kind in ("exact", "discretised") for times in (1, 2, 5, 10)}
    return {
        "pair": pair.name,
        "task": task,
        "memory": memory,
        "expected": pair.expected,
        "seed": seed,
        "way": "gated",
        **exact,
        "strategy": "push symbols, pop blanks",
        "holds": True,
        "failed": [],
        "why": "",
        "seconds": 36.0,
        **other,
    }


FAILED = {"exact 2x": 0.5, "holds": False, "failed": ["task"], "why": "Nothing generalises."}


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Let a planted network be what is trained, and list what was asked for."""
    asked: list[tuple[str, int]] = []

    def stand_in(task: dict, memory: dict, folder: Path, *, seed: int, resume: bool, log: Any) -> Portfolio:
        asked.append((f"{task['name']}, {memory['name']}", seed))
        folder.mkdir(parents=True)
        one = Candidate("gated", seed, 2000, 0.0, {"12 random": 1.0})
        return Portfolio(plant("reverser"), 1.0, (one, replace(one, steps=0)), 0, ("It stopped.",))

    monkeypatch.setattr("mannscope.atlas.measure.train_portfolio", stand_in)
    return asked


def test_the_grid_has_twenty_tasks_and_eight_memories_with_a_mark_for_each_pair() -> None:
    pairs = choose_pairs()
    assert len(pairs) == 160
    assert {pair.expected for pair in pairs} == {"known", "hard", "none"}
    assert len({pair.folder for pair in pairs}) == 160
    for name, (task, marks) in grid()["tasks"].items():
        assert make("task", task).symbols, name
        assert len(marks) == 8
    for memory in grid()["memories"].values():
        assert make("memory", memory) is not None


@pytest.mark.parametrize(("tasks", "memories"), [(["reverse"], []), ([], ["stak"])])
def test_what_is_not_in_the_grid_is_refused_with_what_is_near(tasks, memories) -> None:
    with pytest.raises(UnknownNameError, match=r"Did you mean '(reversal|stack)'"):
        choose_pairs(tasks, memories)


def test_a_network_is_trained_measured_and_judged_once(
    trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pair,) = choose_pairs(["reversal"], ["stack"])

    def judged(network: Network, claims: list[Hypothesis], *, quick: bool) -> Verification:
        names = [claim.name for claim in claims]
        assert (names[0], names[-1], quick) == ("push symbols, pop blanks", "mined", True)
        outcomes = (Outcome.FAILED, *[Outcome.PASSED] * (len(claims) - 1))
        verdicts = [
            Verdict(claim, (Evidence("agreement", "Is it?", outcome),), (), (6, 12))
            for claim, outcome in zip(claims, outcomes, strict=True)
        ]
        return Verification(network.name, tuple(verdicts), (), (), (), 32, 0)

    monkeypatch.setattr("mannscope.atlas.measure.verify", judged)
    found = measure(pair, 3, tmp_path, lambda line: None)
    assert (found["exact 2x"], found["discretised 10x"], found["holds"]) == (1, 1, True)
    assert found["strategy"] == "push until #, pop after"  # the first that holds
    assert (found["scope"], found["failed"]) == ([6, 12], [])
    assert (found["candidates"], found["steps"], found["why"]) == (1, 2000, "It stopped.")
    assert json.loads((tmp_path / pair.folder / "seed-3" / RESULT).read_text()) == found
    assert measure(pair, 3, tmp_path, lambda line: None) == found
    assert trained == [("reversal, stack", 3)]


def test_more_pairs_and_seeds_are_added_to_what_is_there(
    trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = {name: value for name, value in row().items() if name.startswith(("exact", "discretised"))}
    monkeypatch.setattr("mannscope.atlas.measure._accuracies", lambda network: exact)
    monkeypatch.setattr("mannscope.atlas.measure._judged", lambda network: {"holds": False, "strategy": None})
    lines: list[str] = []
    run_atlas(tmp_path, choose_pairs(["reversal"], ["stack"]), seeds=1, log=lines.append)
    run_atlas(tmp_path, choose_pairs(["reversal"], ["stack", "attention"]), seeds=2, log=lines.append)
    assert trained == [
        ("reversal, stack", 1),
        ("reversal, attention", 1),
        ("reversal, stack", 2),
        ("reversal, attention", 2),
    ]
    assert len(read_rows(tmp_path / DATA, "")) == 4
    assert "reversal / attention" in (tmp_path / PAGE).read_text()
    assert lines[-1].endswith("; 4 of 4")
    with pytest.raises(MannscopeError, match="seeds must be at least 1"):
        run_atlas(tmp_path, [], seeds=0)


def test_a_square_counts_what_generalises_and_what_holds_of_it() -> None:
    rows = [row(), row(seed=2, holds=False), row(seed=3, **FAILED), row(seed=4, **{"discretised 2x": None})]
    (square,) = summarise(rows)
    assert (square.generalise, square.hold, square.surprise) == (2, 1, "")
    assert square.strategies == {"push symbols, pop blanks": 2}
    assert [generalises(one) for one in rows] == [True, True, False, False]


def test_what_goes_against_expectation_is_listed_with_its_reason() -> None:
    rows = [row(**FAILED), row(memory="none"), row(memory="attention", **FAILED)]
    assert surprises(rows) == [
        "**reversal / none**: not expected, and 1 of 1 do.",
        "**reversal / stack**: expected, and none does. Nothing generalises.",
    ]


def test_the_table_has_tasks_and_memories_in_the_order_of_the_grid() -> None:
    lines = table([row("copy", "stratification queue"), row(memory="stack"), row(memory="none")]).splitlines()
    assert lines[0] == "| task | none | stack | stratification queue |"
    assert lines[2] == "| reversal | **1, 1 of 1** (none) | 1, 1 of 1 |  |"
    assert lines[3] == "| copy |  |  | 1, 1 of 1 |"


def test_a_page_of_documentation_is_checked_against_its_data(tmp_path: Path, capsys) -> None:
    text, data = tmp_path / "atlas.md", tmp_path / "atlas.parquet"
    write_rows(data, [row()])
    text.write_text(fill(MARKED, [row()]))
    assert check(text, data) == []
    assert main(["atlas", "--check", "--page", str(text), "--data", str(data)]) == 0
    text.write_text(text.read_text().replace("1, 1 of 1", "2, 1 of 1"))
    assert main(["atlas", "--check", "--page", str(text), "--data", str(data)]) == 1
    assert "differs from" in capsys.readouterr().out


def test_squares_lead_to_their_networks_and_text_is_text() -> None:
    found = page([row(), row(memory="none", why="<script>alert(1)</script>")])
    assert 'href="#reversal---stack"' in found
    assert 'id="reversal---stack"' in found
    assert 'class="level-4 surprise"' in found
    assert "<script" not in found


def test_an_unknown_task_is_told_before_anything_is_written(tmp_path: Path, capsys) -> None:
    assert main(["atlas", "--tasks", "reverse", "--out", str(tmp_path / "new")]) == 2
    assert "Did you mean 'reversal'" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
