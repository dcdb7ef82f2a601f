"""The ideal machines, with what they hold drawn at each step."""

import pytest

from mannscope.machines import (
    MACHINES,
    AbstractMachine,
    CountersMachine,
    QueueMachine,
    RegisterMachine,
    StackMachine,
    TableMachine,
    TapeMachine,
    TwoQueuesMachine,
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


def test_two_queues_act_in_one_step_and_take_the_same_content() -> None:
    queues: TwoQueuesMachine[str] = TwoQueuesMachine("-")
    drawn = [
        (("ENQUEUE", "ENQUEUE"), "a", ("a", "a"), "a"),  #  < a    < a
        (("ENQUEUE", "NO_OP"), "b", ("a", "b", "a"), "a"),  # < a b  < a
        (("DEQUEUE", "ENQUEUE"), "c", ("b", "a", "c"), "b"),  # < b  < a c
        (("DEQUEUE", "DEQUEUE"), None, ("c",), "c"),  #     <      < c
    ]
    for actions, content, held, reading in drawn:
        assert queues.act(actions, content)
        assert (queues.contents(), queues.reading) == (held, reading)
    assert not queues.act(("PUSH", "NO_OP"), "a")


def test_a_table_gives_the_value_of_the_key_gone_to() -> None:
    pairs = (("k", "a"), ("l", "b"), ("k", "c"))
    steps = [step for key, value in pairs for step in (("LOOK_UP", key), ("WRITE", value))]
    assert run(TableMachine("-"), *steps, ("KEEP", None), ("LOOK_UP", "m")) == [
        ((), "-"),  #        go to k
        (("a",), "a"),  #    k: a
        (("a",), "-"),  #    k: a          go to l
        (("a", "b"), "b"),  # k: a, l: b
        (("a", "b"), "a"),  # k: a, l: b   go to k
        (("c", "b"), "c"),  # k: c, l: b
        (("c", "b"), "c"),  # k: c, l: b   keep
        (("c", "b"), "-"),  # k: c, l: b   go to m, which has none
    ]


def test_counters_count_each_content_and_stop_at_zero() -> None:
    steps = (("INCREMENT", "b"), ("INCREMENT", "a"), ("INCREMENT", "b"), ("DECREMENT", "a"), ("NO_OP", None))
    assert run(CountersMachine("-"), *steps, ("DECREMENT", "a"), ("DECREMENT", "b")) == [
        (("b",), "b"),  #           a 0  b 1
        (("a", "b"), "a"),  #       a 1  b 1
        (("a", "b", "b"), "a"),  #  a 1  b 2
        (("b", "b"), "b"),  #       a 0  b 2
        (("b", "b"), "b"),  #       a 0  b 2
        (("b", "b"), "b"),  #       a 0  b 2
        (("b",), "b"),  #           a 0  b 1
    ]
