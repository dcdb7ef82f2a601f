"""The verbs that look at a run: evaluate, show, record, mine, verify, study, bench."""

import json
from pathlib import Path

import pytest
import xarray as xr

COLUMNS = {"size", "shape", "episodes", "exact", "token", "exact_discrete", "base_rate", "interval"}


def test_evaluation_gives_a_row_for_each_size(command, run) -> None:
    told = command("evaluate", run, "--sizes", 1, 2, "--episodes", 8, "--json").json()
    assert (told["run"], told["task"], told["memory"]) == (str(run), "reversal", "stack")
    assert [row["size"] for row in told["results"]] == [1, 2]
    assert all(row.keys() == COLUMNS for row in told["results"])
    assert all(row["interval"][0] <= row["exact"] <= row["interval"][1] for row in told["results"])


def test_evaluation_goes_to_five_times_the_largest_size_of_every_shape(command, run, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(
        "mannscope.training.evaluate", lambda network, *given, **more: asked.append(given) or []
    )
    assert command("evaluate", run, "--shapes", "random", "left", "--json").code == 0
    assert asked == [([size], [shape]) for shape in ("random", "left") for size in (2, 4, 10)]


def test_evaluation_is_a_table_without_json(command, run) -> None:
    heading, row = command("evaluate", run, "--sizes", 1, "--episodes", 8).out.splitlines()
    assert heading.split()[:4] == ["size", "shape", "episodes", "exact"]
    assert row.split()[:3] == ["1", "random", "8"]


def test_evaluation_is_drawn(command, run) -> None:
    assert command("evaluate", run, "--sizes", 1, 2, "--episodes", 8, "--plot", "drawn.svg").code == 0
    assert "exact accuracy" in Path("drawn.svg").read_text()


def test_a_capped_memory_is_allowed_on_purpose(command, run) -> None:
    assert command("evaluate", run, "--sizes", 2, "--episodes", 8, "--slots", 1, "--capped").code == 0


def test_show_tells_tokens_actions_outputs_and_answer(command, run) -> None:
    told = command("show", run, "--input", "0 1 2", "--json").json()
    assert told["tokens"] == ["0", "1", "2", "#", "_", "_", "_"]
    assert set(told["actions"]) <= {"PUSH", "POP", "NO_OP"}
    assert len(told["actions"]) == len(told["outputs"]) == 7
    assert told["answer"] == " ".join(told["outputs"][4:])


def test_show_tells_the_action_of_each_of_several_actors(command, expressions) -> None:
    told = command("show", expressions, "--input", "(3+4)", "--json").json()
    assert told["tokens"] == ["(", "3", "+", "4", ")", "="]
    assert all(step.keys() == {"read head 0", "write head 0"} for step in told["actions"])
    assert told["answer"] == told["outputs"][-1]


def test_show_prints_a_line_for_each_symbol(command, run) -> None:
    lines = command("show", run, "--input", "0 1").out.splitlines()
    assert [line.split()[1] for line in lines[1:-1]] == ["0", "1", "#", "_", "_"]
    assert lines[-1].startswith("answer: ")


def test_show_draws_the_memory(command, run) -> None:
    assert command("show", run, "--input", "0 1", "--figure", "drawn.png").code == 0
    assert Path("drawn.png").read_bytes()[:4] == b"\x89PNG"


def test_a_recorded_trace_is_what_was_asked_for_and_replays(command, run) -> None:
    told = command("record", run, "--episodes", 8, "--size", 2, "-o", "new/trace.nc", "--json").json()
    assert (told["episodes"], told["steps"], told["trace"]) == (8, 5, "new/trace.nc")
    assert told["replay_difference"] < 1e-6
    with xr.open_dataset("new/trace.nc", engine="h5netcdf") as trace:
        assert trace["input"].shape == (8, 5)


def test_one_input_is_recorded(command, run) -> None:
    assert "1 episodes of 5 steps" in command("record", run, "--input", "0 1").out
    with xr.open_dataset("trace.nc", engine="h5netcdf") as trace:
        assert trace["input"].values.tolist() == [[0, 1, 3, 4, 4]]


def test_mining_gives_partition_policy_and_agreement(command, run) -> None:
    told = command("mine", run, "--episodes", 8, "--json").json()
    assert sorted(symbol for block in told["partition"].values() for symbol in block) == sorted("012#_")
    assert told["policy"].keys() == told["partition"].keys()
    assert 0 <= told["agreement"] <= 1


def test_a_recorded_trace_is_mined_without_its_network(command, run) -> None:
    command("record", run, "--episodes", 8, "--size", 2, "-o", "trace.nc")
    mined, recorded = (command("mine", of, "--episodes", 8, "--json").json() for of in (run, "trace.nc"))
    assert mined.pop("run") != recorded.pop("run")
    assert mined == recorded


HYPOTHESIS = {"name": "mine", "categories": {"all": ["0", "1", "2"]}, "policy": {"all": "PUSH"}}


def test_a_hypothesis_of_ones_own_is_verified_and_need_not_hold(command, run) -> None:
    Path("mine.yaml").write_text(json.dumps(HYPOTHESIS))
    outcome = command("verify", run, "--hypothesis", "mine.yaml", "--episodes", 4, "--json")
    told = outcome.json()
    assert outcome.code == 0
    assert [(verdict["name"], verdict["holds"]) for verdict in told["hypotheses"]] == [("mine", False)]
    assert {"kind", "score", "control", "threshold", "passed"} <= told["hypotheses"][0]["evidence"][0].keys()


def test_verdicts_are_told_with_their_evidence_and_controls(command, run, monkeypatch) -> None:
    evidence = {"kind": "agreement", "score": 0.5, "control": None, "threshold": 0.99, "passed": False}
    verdict = {"name": "a", "holds": False, "evidence": [evidence], "counterexamples": [{"step": 3}]}
    found = {"hypotheses": [verdict], "untrained": {"holds": False}, "shuffled": {"holds": True}}
    stub = type("Found", (), {"to_dict": lambda self: found})
    monkeypatch.setattr("mannscope.hypotheses.verify", lambda *given, **more: stub())
    lines = command("verify", run).out.splitlines()
    assert [lines[0], lines[2].split(), lines[3]] == [
        "a: does not hold",
        ["agreement", "0.500", "0.990", "no"],
        "counterexample: step 3",
    ]
    assert lines[-1] == "for shuffled categories: HOLDS, so that the test is broken"


def test_the_study_is_given_its_options(command, monkeypatch) -> None:
    given = {}

    def run_study(out, *, quick, seeds, log):
        given.update(out=out, quick=quick, seeds=seeds)
        log("training")
        return {"report": "r.html", "cells": [], "seconds": float("nan")}

    monkeypatch.setattr("mannscope.studies.run_study", run_study)
    outcome = command("study", "--quick", "--seeds", 2, "--out", "here", "--json")
    assert given == {"out": Path("here"), "quick": True, "seeds": 2}
    assert outcome.err == "training\n"
    assert outcome.json() == {"report": "r.html", "cells": [], "seconds": None}


def test_the_benchmark_is_a_table_without_json(command, monkeypatch) -> None:
    def run_bench(*, only, log):
        return {"workloads": [{"name": only, "cpu_ms": 1.25, "floor_ms": None}]}

    monkeypatch.setattr("mannscope.studies.run_bench", run_bench, raising=False)
    lines = command("bench", "--only", "step").out.splitlines()
    assert [line.split() for line in lines] == [["name", "cpu_ms", "floor_ms"], ["step", "1.2"]]


@pytest.mark.parametrize("verb", ["evaluate", "show", "record", "mine", "verify"])
def test_every_verb_refuses_a_run_that_is_not_there(command, verb) -> None:
    more = ["--input", "0 1"] if verb == "show" else []
    outcome = command(verb, "nowhere", *more)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Got 'nowhere'." in outcome.err
