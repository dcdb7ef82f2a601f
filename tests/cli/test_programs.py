"""The verbs about programs: extract and run-program."""

import json
from pathlib import Path

import pytest

OPTIONS = ["--observed", 16, "--episodes", 4, "--anyway"]


def test_extraction_writes_a_program_and_tells_how_it_compares(command, run) -> None:
    told = command("extract", run, *OPTIONS, "-o", "new/program.json", "--json").json()
    assert [row["size"] for row in told["rows"]] == [2, 4, 10]
    assert told["agreement"] == min(row["agreement"] for row in told["rows"])
    assert told["program"] == json.loads(Path("new/program.json").read_text())
    assert told["states"] == len(told["program"]["states"])


def test_extraction_prints_a_row_for_each_size(command, run) -> None:
    lines = command("extract", run, *OPTIONS).out.splitlines()
    assert [line.split()[:2] for line in lines[1:4]] == [["2", "random"], ["4", "random"], ["10", "random"]]
    assert "agree" in lines[-1]


def test_extraction_draws_the_rules(command, run) -> None:
    assert command("extract", run, *OPTIONS, "--figure", "drawn.svg").code == 0
    assert "symbol" in Path("drawn.svg").read_text()


@pytest.fixture
def program(command) -> Path:
    """A program of the reverser written by hand."""
    from mannscope.programs import write_program
    from programs.machines import reverser

    return write_program(reverser(), "program.json")


def test_a_program_is_run_step_by_step(command, program) -> None:
    told = command("run-program", program, "--input", "0 1", "--json").json()
    assert told["tokens"] == ["0", "1", "#", "_", "_"]
    assert [step["actions"] for step in told["steps"]] == [["PUSH"], ["PUSH"], ["NO_OP"], ["POP"], ["POP"]]
    assert (told["outputs"], told["answer"], told["stopped"]) == ([None] * 3 + ["1", "0"], "1 0", None)


def test_a_run_is_a_table_without_json(command, program) -> None:
    lines = command("run-program", program, "--input", "0 1").out.splitlines()
    assert lines[2].split() == ["1", "PUSH", "1", "q0", "0", "1"]
    assert lines[-1] == "answer: 1 0"


def test_a_program_that_stops_says_why(command, program) -> None:
    plain = json.loads(program.read_text())
    del plain["steps"]["#"]
    program.write_text(json.dumps(plain))
    outcome = command("run-program", program, "--input", "0")
    assert outcome.code == 0
    assert "the program stopped: there is no rule for symbol '#'" in outcome.out


def test_a_foreign_file_is_refused(command) -> None:
    Path("program.json").write_text('{"schema_version": 2}')
    outcome = command("run-program", "program.json", "--input", "0")
    assert (outcome.code, outcome.out) == (2, "")
    assert "program.json must have 'machine'" in outcome.err


def test_a_run_that_is_not_there_is_refused(command) -> None:
    outcome = command("extract", "nowhere")
    assert (outcome.code, outcome.out) == (2, "")
    assert "Got 'nowhere'." in outcome.err


def test_a_figure_of_an_unknown_format_is_refused_before_anything_is_extracted(command, run) -> None:
    outcome = command("extract", run, *OPTIONS, "--figure", "drawn.gif", "-o", "program.json")
    assert outcome.code == 2
    assert "suffix of a figure must be" in outcome.err
    assert not list(Path().iterdir())


def test_a_network_that_does_not_do_its_task_is_refused_unless_anyway(command, run) -> None:
    outcome = command("extract", run, "--observed", 16, "-o", "program.json")
    assert (outcome.code, outcome.out) == (2, "")
    assert "must do its task" in outcome.err
    assert "--anyway" in outcome.err
    assert not list(Path().iterdir())


def test_a_program_that_could_not_be_written_is_refused_first(command, run) -> None:
    Path("folder").mkdir()
    outcome = command("extract", run, *OPTIONS, "-o", "folder")
    assert outcome.code == 2
    assert "must have the name of a file" in outcome.err
    assert "observing" not in outcome.err
