"""Programs run on an exact stack and an exact tape, without anything heavy."""

import subprocess
import sys
from dataclasses import replace

import pytest

from mannscope.errors import UnknownNameError
from mannscope.programs import Rule, Rules
from programs.machines import reverser, walker


def test_a_stack_program_gives_back_the_last_symbol_first() -> None:
    run = reverser().run("011#___")
    assert run.outputs == (None, None, None, None, "1", "1", "0")
    assert run.stopped is None


def test_a_step_tells_action_content_and_stack() -> None:
    second = reverser().run("01#_").steps[1]
    assert (second.actions, second.write, second.reading, second.memory) == (("PUSH",), "1", "1", ("0", "1"))


def test_a_tape_program_walks_and_walks_back() -> None:
    run = walker().run("011#___")
    assert run.outputs[4:] == ("1", "1", "0")
    assert run.steps[-1].memory == ("0", "1", "1")


def test_a_tape_that_is_read_before_writing_gives_what_lay_there_before() -> None:
    assert walker().run("0").steps[0].reading == "0"
    assert walker(reads_before_writing=True).run("0").steps[0].reading == "empty"


def test_popping_an_empty_stack_leaves_it_empty() -> None:
    program = replace(reverser(), outputs={})
    assert program.run("_").steps[0].memory == ()


def test_a_program_stops_where_it_has_no_rule() -> None:
    run = walker().run("0_#")
    assert len(run.steps) == 1
    assert run.stopped == "there is no rule for symbol '_', state 'out', reading '0'"


def test_a_program_stops_where_it_has_no_output() -> None:
    stopped = reverser().run("#_").stopped
    assert stopped is not None
    assert stopped.startswith("there is no output for symbol '_'")


def test_a_program_stops_where_a_head_jumps() -> None:
    jumping = {"0": Rules((), {(): Rule(("JUMP", "STAY"), None, "out")})}
    run = replace(walker(), steps=jumping).run("0")
    assert (run.steps, run.stopped) == ((), "it cannot do JUMP and STAY")


def test_an_unknown_symbol_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="symbol must be one of"):
        reverser().run("2")


def test_programs_run_without_jax() -> None:
    check = (
        "import mannscope.programs, sys; print([name for name in ('jax', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
