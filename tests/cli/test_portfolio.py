"""`mannscope train` where controller and training are left open."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from mannscope.cli import main
from mannscope.training import load, portfolio
from mannscope.training.templates import Template

QUICK = {"steps": 2, "chunk": 2, "checkpoint_every": 2, "evaluate_every": 2, "batch": 2}
OPEN = ["train", "--task", "reversal", "--task.alphabet", "3", "--memory", "stack", "--training.largest", "2"]


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """One candidate of two steps; what is a process of its own elsewhere runs in this one."""

    def run_all(runs: list[Path], options: Sequence[str]) -> dict[Path, int]:
        return {run: main(["train", "--resume", "--out", str(run), *options]) for run in runs}

    monkeypatch.setattr(portfolio, "TEMPLATES", (Template("only", {"name": "rnn", "hidden": 4}, QUICK),))
    monkeypatch.setattr("mannscope.cli.portfolio.run_all", run_all)


def test_what_was_tried_is_printed_and_the_run_goes_on_from_its_folder_alone(command) -> None:
    outcome = command(*OPEN, "--out", "here")
    assert outcome.code == 0, outcome.err
    assert outcome.out.startswith("* only, seed 0: 2 steps, loss ")
    assert "Nothing generalises" in outcome.out
    assert command("train", "--resume", "--out", "here").code == 0


def test_several_seeds_are_portfolios_of_their_own(command) -> None:
    outcome = command(*OPEN, "--seeds", 2, "--out", "many")
    assert outcome.code == 0, outcome.err
    assert "2 of 2 seeds trained" in outcome.out
    assert [load(Path(f"many/seed-{seed}")).configuration.seed for seed in (0, 1)] == [0, 1]
    assert "complete already" in command(*OPEN, "--seeds", 2, "--out", "many", "--resume").err
