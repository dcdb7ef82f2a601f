"""`mannscope history`, and `train --keep-every`."""

from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def kept(environment: None, tiny: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete run of four steps that kept its weights."""
    from mannscope.cli import main

    folder = tmp_path_factory.mktemp("runs") / "kept"
    assert main([*tiny, "--keep-every", "1", "--out", str(folder)]) == 0
    return folder


def test_a_history_is_a_table_and_a_line(command, kept) -> None:
    lines = command("history", kept, "--episodes", 4).out.splitlines()
    assert lines[0].split()[:3] == ["step", "exact", "2"]
    assert [line.split()[0] for line in lines[1:6]] == ["0", "1", "2", "3", "4"]
    assert lines[-1].startswith("policy by step ")


def test_a_history_is_drawn_and_is_json_as_well(command, kept) -> None:
    told = command("history", kept, "--episodes", 4, "--out", "drawn.svg", "--json").json()
    assert [moment["step"] for moment in told["moments"]] == [0, 1, 2, 3, 4]
    assert (told["run"], told["episodes"]) == (str(kept), 4)
    assert "training step" in Path("drawn.svg").read_text()


def test_a_run_that_kept_nothing_says_how_to_keep(command, run) -> None:
    outcome = command("history", run)
    assert (outcome.code, outcome.out) == (2, "")
    assert "mannscope train --keep-every N" in outcome.err


def test_a_format_that_cannot_be_drawn_is_refused_before_anything_is_run(command, kept) -> None:
    outcome = command("history", kept, "--out", "drawn.gif")
    assert (outcome.code, outcome.out) == (2, "")
    assert "step 0" not in outcome.err


def test_steps_that_cannot_be_kept_are_refused(command, tiny) -> None:
    outcome = command(*tiny, "--keep-every", 3, "--out", "new")
    assert outcome.code == 2
    assert "keep_every must be a multiple of training.chunk, 2, or divide it. Got 3" in outcome.err
