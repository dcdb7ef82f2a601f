"""The ideal machines, with what they hold drawn at each step."""

import pytest

from mannscope.machines import (
    MACHINES,
    AbstractMachine,
    QueueMachine,
    RegisterMachine,
    StackMachine,
    TableMachine,
    TapeMachine,
)


def run(machine: AbstractMachine, *steps: tuple[str, str | None]) -> list[tuple[tuple, str]]:
    """Give what a machine of one actor holds and reads after each step."""
    held = []
    for action, content in steps:
        assert machine.act((action,), content)
        held.append((machine.contents(), machine.reading))
    return held


def test_last_pushed_is_first_popped() -> None:
    steps = (("PUSH", "a"), ("PUSH", "b"), ("NO_OP", None), ("POP", None), ("PUSH", "c"))
    assert run(StackMachine("-"), *steps) == [
        (("a",), "a"),  #      push a      | a
        (("a", "b"), "b"),  #  push b      | a b
        (("a", "b"), "b"),  #  do nothing  | a b
        (("a",), "a"),  #      pop         | a
        (("a", "c"), "c"),  #  push c      | a c
    ]


def test_first_in_is_first_out() -> None:
    steps = (("ENQUEUE", "a"), ("ENQUEUE", "b"), ("NO_OP", None), ("DEQUEUE", None), ("ENQUEUE", "c"))
    assert run(QueueMachine("-"), *steps) == [
        (("a",), "a"),  #      put a in     < a
        (("a", "b"), "a"),  #  put b in     < a b
        (("a", "b"), "a"),  #  do nothing   < a b
        (("b",), "b"),  #      take a out   < b
        (("b", "c"), "b"),  #  put c in     < b c
    ]


def test_a_register_keeps_what_was_written_last() -> None:
    steps = (("KEEP", None), ("WRITE", "a"), ("KEEP", "b"), ("WRITE", "c"))
    held = [reading for _, reading in run(RegisterMachine("-"), *steps)]
    assert held == ["-", "a", "a", "c"]


def test_a_table_reads_the_value_under_the_key_that_was_looked_up() -> None:
    steps = (
        *(("LOOK_UP", "k"), ("WRITE", "a"), ("LOOK_UP", "l"), ("WRITE", "b")),
        *(("LOOK_UP", "k"), ("KEEP", None), ("WRITE", "c"), ("LOOK_UP", "m")),
    )
    assert run(TableMachine("-"), *steps) == [
        ((), "-"),  #         look k up    [k]
        (("a",), "a"),  #     write a      [k: a]
        (("a",), "-"),  #     look l up    k: a  [l]
        (("a", "b"), "b"),  # write b      k: a  [l: b]
        (("a", "b"), "a"),  # look k up    [k: a]  l: b
        (("a", "b"), "a"),  # do nothing   [k: a]  l: b
        (("c", "b"), "c"),  # write c      [k: c]  l: b
        (("c", "b"), "-"),  # look m up    k: c  l: b  [m]
    ]


def test_heads_of_a_tape_move_write_and_read() -> None:
    tape: TapeMachine[str] = TapeMachine("-")
    drawn = [
        (("STAY", "STAY"), "a", ("a",), "a"),  #      [a]        read and write at one slot
        (("STAY", "RIGHT"), "b", ("a", "b"), "a"),  # [a] b      write to the right
        (("RIGHT", "STAY"), None, ("a", "b"), "b"),  # a [b]     nothing is written
        (("RIGHT", "LEFT"), "c", ("c", "b"), "-"),  #  c b [-]   read beyond the last slot
    ]
    for moves, content, held, reading in drawn:
        assert tape.act(moves, content)
        assert (tape.contents(), tape.reading) == (held, reading)


def test_slots_left_of_the_first_one_exist() -> None:
    tape: TapeMachine[str] = TapeMachine("-")
    tape.act(("STAY", "STAY"), "a")
    tape.act(("LEFT", "LEFT"), None)
    tape.act(("LEFT", "LEFT"), "b")
    assert (tape.contents(), tape.reading) == (("b", "-", "a"), "b")


def test_a_tape_that_reads_first_reads_what_lay_there_before() -> None:
    tape: TapeMachine[str] = TapeMachine("-", reads_before_writing=True)
    readings = []
    for content in ("a", "b"):
        tape.act(("STAY", "STAY"), content)
        readings.append(tape.reading)
    assert readings == ["-", "a"]


@pytest.mark.parametrize(("name", "action"), [("stack", "POP"), ("queue", "DEQUEUE")])
def test_taking_out_of_an_empty_machine_does_nothing(name: str, action: str) -> None:
    machine = MACHINES[name]("-")
    assert run(machine, (action, None), ("NO_OP", None)) == [((), "-"), ((), "-")]


@pytest.mark.parametrize("name", MACHINES)
def test_a_new_machine_reads_the_empty_content(name: str) -> None:
    assert MACHINES[name]("-").reading == "-"


@pytest.mark.parametrize("name", MACHINES)
def test_an_action_that_a_machine_does_not_have_is_refused_and_changes_nothing(name: str) -> None:
    machine = MACHINES[name]("-")
    before = machine.contents()
    assert not machine.act(["FLY"] * len(machine.actions), "a")
    assert (machine.contents(), machine.reading) == (before, "-")


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_names_as_many_actors_as_have_actions(name: str) -> None:
    machine = MACHINES[name]
    assert len(machine.actors) == len(machine.actions)
    assert machine.writing <= {action for actions in machine.actions for action in actions}
