"""`mannscope show`: one input, or one recorded episode, step by step."""

from pathlib import Path

import numpy as np
import xarray as xr

from mannscope.anatomy import Action, Actor, Anatomy, Head, Store
from mannscope.traces import label, load, save


def test_show_describes_tokens_actions_outputs_and_answer(command, run) -> None:
    shown = command("show", run, "--input", "0 1", "--json").json()
    assert shown["tokens"] == ["0", "1", "#", "_", "_"]
    assert set(shown["actions"]) <= {"PUSH", "POP", "NO_OP"}
    assert len(shown["actions"]) == len(shown["outputs"]) == 5
    assert shown["answer"] == " ".join(shown["outputs"][3:])
    (norms,) = shown["norms"]
    assert (norms["of"], norms["part"], len(norms["values"])) == ("top", None, 5)


def test_show_describes_every_actor_and_where_its_head_is(command, expressions) -> None:
    shown = command("show", expressions, "--input", "(3+4)", "--json").json()
    assert shown["tokens"] == ["(", "3", "+", "4", ")", "="]
    assert all(step.keys() == {"read head 0", "write head 0"} for step in shown["actions"])
    assert shown["answer"] == shown["outputs"][-1]
    assert shown["heads"].keys() == {"read head 0", "write head 0"}
    assert all(len(head["slot"]) == len(head["weight"]) == 6 for head in shown["heads"].values())


def test_show_prints_a_line_for_each_symbol(command, run) -> None:
    lines = command("show", run, "--input", "0 1").out.splitlines()
    assert [line.split()[1] for line in lines[1:-1]] == ["0", "1", "#", "_", "_"]
    assert lines[-1].startswith("answer: ")


def test_show_opens_an_episode_of_a_trace(command, run) -> None:
    command("record", run, "--episodes", 3, "--size", 2, "-o", "trace.nc")
    shown = command("show", "trace.nc", "--episode", 2, "--json").json()
    read = load("trace.nc")["input"].values[2]
    assert shown["tokens"] == [("0", "1", "2", "#", "_")[symbol] for symbol in read]
    again = command("show", run, "--input", " ".join(shown["tokens"][:2]), "--json").json()
    assert shown == again


def test_show_drops_no_action_of_any_memory(command) -> None:
    plane = ("episode", "step")
    variables = {
        "input": (plane, [[1, 0, -1]]),
        "output": (plane, [[0, 1, 0]]),
        "logits": ((*plane, "output_symbol"), np.zeros((1, 3, 2))),
        "hidden": ((*plane, "hidden"), np.zeros((1, 3, 4))),
        "action": ((*plane, "actor"), [[[0], [-1], [-1]]]),
        "register": ((*plane, "width"), np.ones((1, 3, 4))),
    }
    actor = Actor("register", (Action("WRITE"), Action("KEEP")))
    anatomy = Anatomy((actor,), (Store("register", slots=""),), (Head("finger", "read", "at"),))
    save(label(xr.Dataset(variables, attrs={"schema_version": 2}), anatomy=anatomy), "register.nc")
    shown = command("show", "register.nc", "--json").json()
    assert shown["actions"] == ["WRITE", None]
    assert shown["norms"] == [{"of": "register", "part": None, "values": [2.0, 2.0]}]
    assert "must have the variable at" in shown["missing"][0]
    heading, first, *_ = command("show", "register.nc").out.splitlines()
    assert heading.split() == ["step", "read", "register", "norm", "of", "register", "output"]
    assert first.split()[:4] == ["0", "1", "WRITE", "2.00"]


def test_show_needs_no_names_and_no_answer_and_leaves_trailing_padding_out(command) -> None:
    arrays = {"logits": np.zeros((1, 3, 2)), "hidden": np.zeros((1, 3, 4))}
    variables = {
        "input": (("episode", "step"), [[1, 0, -1]]),
        "output": (("episode", "step"), [[0, 1, 0]]),
        "logits": (("episode", "step", "output_symbol"), arrays["logits"]),
        "hidden": (("episode", "step", "hidden"), arrays["hidden"]),
        "action": (("episode", "step", "actor"), np.zeros((1, 3, 0), int)),
    }
    save(xr.Dataset(variables, attrs={"schema_version": 2}), "bare.nc")
    shown = command("show", "bare.nc", "--json").json()
    assert shown == {"tokens": ["1", "0"], "actions": [{}, {}], "outputs": ["0", "1"]}
    assert command("show", "bare.nc").out.splitlines()[0].split() == ["step", "read", "output"]


def test_show_draws_the_memory(command, run) -> None:
    assert command("show", run, "--input", "0 1", "--figure", "drawn.png").code == 0
    assert Path("drawn.png").read_bytes()[:4] == b"\x89PNG"
