"""The verbs that look at a run: evaluate, record, mine, verify, study, bench."""

import json
from pathlib import Path
from unittest.mock import ANY, Mock, call, create_autospec

import pytest
import xarray as xr

import mannscope.bench
import mannscope.hypotheses
import mannscope.self_test
import mannscope.study
import mannscope.sweeps
import mannscope.training
from mannscope.parquet import write_rows
from mannscope.self_test import Cell, SelfTest
from mannscope.study import fill
from study.rows import row

COLUMNS = {"size", "shape", "episodes", "exact", "token", "exact_discrete", "base_rate", "interval"}


def test_evaluation_gives_a_row_for_each_size(command, run) -> None:
    told = command("evaluate", run, "--sizes", 2, "--episodes", 8, "--json").json()
    (row,) = told.pop("results")
    assert told == {"run": str(run), "task": "reversal", "memory": "stack"}
    assert row.keys() == COLUMNS
    assert (row["size"], row["shape"], row["episodes"]) == (2, "random", 8)
    assert row["interval"][0] <= row["exact"] <= row["interval"][1]


def test_evaluation_goes_to_five_times_the_largest_size_of_every_shape(command, run, monkeypatch) -> None:
    stub = create_autospec(mannscope.training.evaluate, return_value=[])
    monkeypatch.setattr("mannscope.training.evaluate", stub)
    arguments = ["--shapes", "random", "left", "--slots", 1, "--capped", "--seed", 5]
    assert command("evaluate", run, *arguments, "--json").json()["results"] == []
    options = {"episodes": 256, "seed": 5, "slots": 1, "capped": True}
    sizes = {2: 0, 4: 2, 10: 4}  # each with the one before
    assert stub.call_args_list == [
        call(ANY, [size], [shape], **options, above=above)
        for shape in ("random", "left")
        for size, above in sizes.items()
    ]


def test_evaluation_is_a_table_without_json(command, run) -> None:
    heading, row = command("evaluate", run, "--sizes", 2, "--episodes", 8).out.splitlines()
    assert heading.split()[:4] == ["size", "shape", "episodes", "exact"]
    assert row.split()[:3] == ["2", "random", "8"]


def test_evaluation_is_drawn(command, run) -> None:
    assert command("evaluate", run, "--sizes", 2, "--episodes", 8, "--plot", "drawn.svg").code == 0
    assert "exact accuracy" in Path("drawn.svg").read_text()


def test_a_recorded_trace_is_what_was_asked_for_and_replays(command, run) -> None:
    told = command("record", run, "--episodes", 8, "--size", 2, "-o", "new/trace.nc", "--json").json()
    assert (told["episodes"], told["steps"], told["trace"]) == (8, 5, "new/trace.nc")
    assert told["replay_difference"] < 1e-6
    with xr.open_dataset("new/trace.nc", engine="h5netcdf") as trace:
        assert trace["input"].shape == (8, 5)
        assert told["variables"] == {str(name): list(trace[name].shape) for name in trace.variables}
        assert {"hidden", "interface", "action"} <= told["variables"].keys()


def test_one_input_is_recorded(command, run) -> None:
    assert "1 episodes of 5 steps" in command("record", run, "--input", "0 1").out
    with xr.open_dataset("trace.nc", engine="h5netcdf") as trace:
        assert trace["input"].values.tolist() == [[0, 1, 3, 4, 4]]


def test_mining_gives_partition_policy_and_agreement(command, run) -> None:
    told = command("mine", run, "--episodes", 8, "--json").json()
    assert {symbol for block in told["partition"].values() for symbol in block} == set("012#_")
    assert told["policy"].keys() == told["partition"].keys() >= told["after"].keys()
    assert 0 <= told["agreement"] <= 1


def test_a_recorded_trace_is_mined_without_its_network(command, run) -> None:
    command("record", run, "--episodes", 8, "--size", 2, "-o", "trace.nc")
    mined, recorded = (command("mine", of, "--episodes", 8, "--json").json() for of in (run, "trace.nc"))
    assert mined.pop("run") != recorded.pop("run")
    assert mined == recorded


PIECE = {
    "kind": "agreement",
    "outcome": "failed",
    "decides": True,
    "score": 0.5,
    "interval": [0.4, 0.6],
    "control": None,
    "threshold": 0.99,
    "worst": {"name": "step 0", "score": 0.1},
}
VERDICT = {
    "name": "a",
    "holds": False,
    "says": "does not hold (agreement failed)",
    "evidence": [PIECE],
    "counterexamples": [{"step": 3}],
}
FOUND = {
    "hypotheses": [VERDICT],
    "untrained": {"holds": False, "hypotheses": [VERDICT]},
    "elsewhere": {"holds": False, "hypotheses": []},
    "shuffled": {"holds": True, "hypotheses": [VERDICT]},
    "others": {"other": {"holds": False, "hypotheses": [VERDICT]}},
}


@pytest.fixture
def verify(monkeypatch) -> Mock:
    """Stand in for verification, which has tests of its own, with its signature."""
    stub = create_autospec(mannscope.hypotheses.verify)
    stub.return_value.to_dict.return_value = FOUND
    monkeypatch.setattr("mannscope.hypotheses.verify", stub)
    return stub


def test_verification_exits_with_0_where_nothing_holds(command, run, verify) -> None:
    outcome = command("verify", run, "--episodes", 4, "--seed", 5, "--json")
    assert (outcome.code, outcome.json()) == (0, FOUND)
    assert verify.call_args == call(ANY, None, controls=[], episodes=4, seed=5, quick=False, log=ANY)


def test_a_hypothesis_of_ones_own_is_verified(command, run, verify) -> None:
    plain = {"name": "mine", "categories": {"all": ["0", "1", "2"]}, "policy": {"all": "PUSH"}}
    Path("mine.yaml").write_text(json.dumps(plain))
    assert command("verify", run, "--hypothesis", "mine.yaml").code == 0
    (claim,) = verify.call_args.args[1]
    assert claim.policy == {"stack 0": {"all": "PUSH"}}


def test_verdicts_are_told_with_their_evidence_and_controls(command, run, verify) -> None:
    lines = command("verify", run).out.splitlines()
    assert [lines[0], lines[2].split(), lines[3]] == [
        "a: does not hold (agreement failed)",
        ["agreement", "failed", "0.500", "0.400", "to", "0.600", "0.990", "0.100", "at", "step", "0"],
        "counterexample: step 3",
    ]
    assert lines[-2:] == [
        "with shuffled categories: HOLDS: no verdict can be trusted",
        "on other: none holds",
    ]


def test_rivals_are_ranked(command, run) -> None:
    outcome = command("verify", run, "--against", "mined", "--episodes", 8)
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    place = next(place for place, line in enumerate(lines) if line.startswith("rank"))
    assert [line.split()[0] for line in lines[place + 1 : place + 4]] == ["1", "2", "3"]
    assert " / mined: " in outcome.out


def test_a_ranking_is_json_as_well(command, run) -> None:
    told = command("verify", run, "--against", "mined", "--episodes", 8, "--json").json()
    assert [entry["name"] for entry in told["ranking"]["order"]].count("mined") == 1
    assert len(told["ranking"]["pairs"]) == 10  # of five hypotheses


def test_the_self_test_prints_its_matrix_and_its_rates(command, monkeypatch) -> None:
    cells = (Cell("a", "x", True, 2, 2, {}), Cell("a", "y", False, 2, 0, {"agreement": 2}))
    stub = create_autospec(mannscope.self_test.run_self_test, return_value=SelfTest(2, 8, 3, cells))
    monkeypatch.setattr("mannscope.self_test.run_self_test", stub)
    asked = ("verify", "--self-test", "--bases", 2, "--episodes", 8, "--seed", 3, "--workers", 2)
    assert "False hypotheses that hold: 0.000 of 1 kinds" in command(*asked).out
    assert stub.call_args == call(2, 8, seed=3, workers=2, log=ANY)
    told = command(*asked, "--json").json()
    assert (told["networks"], told["true_positive"], told["false_positive"]) == (2, 1, 0)
    assert told["matrix"][1]["failed"] == {"agreement": 2}


def test_nothing_to_verify_is_refused(command) -> None:
    outcome = command("verify")
    assert outcome.code == 2
    assert "Pass one, or --self-test" in outcome.err


def test_the_study_is_given_its_options(command, monkeypatch) -> None:
    summary = {"report": "r.html", "conditions": [], "seconds": float("nan")}
    stub = create_autospec(mannscope.study.run_study, return_value=summary)
    monkeypatch.setattr("mannscope.study.run_study", stub)
    pool = (
        "--workers",
        3,
        "--pool",
        "slurm",
        "--pool-option",
        "timeout_min=9",
        "--pool-option",
        "cluster=local",
    )
    outcome = command("study", "--quick", "--seeds", 2, "--out", "here", "--json", *pool)
    given = {"pool": "slurm", "workers": 3, "pool_options": {"timeout_min": "9", "cluster": "local"}}
    assert stub.call_args == call(Path("here"), quick=True, seeds=2, variant_seeds=0, log=ANY, **given)
    assert outcome.json() == {"report": "r.html", "conditions": [], "seconds": None}


@pytest.mark.parametrize("text", ["timeout_min", "=9", "timeout_min="])
def test_an_option_of_a_pool_without_name_or_value_is_refused(command, text: str) -> None:
    outcome = command("study", "--pool-option", text)
    assert outcome.code == 2
    assert "--pool-option must be KEY=VALUE" in outcome.err


def test_the_sweep_prints_its_best_trials(command, monkeypatch) -> None:
    Path("space.yaml").write_text("{recipe: reversal-stack, space: {seed: {choices: [1, 2]}}, sizes: [21]}")
    trials = [
        {"trial": number, "state": "complete", "value": value, "options": {"seed": number}}
        for number, value in enumerate((0.25, None, 0.75))
    ]
    found = {"name": "space", "best": trials[2], "trials": trials, "configuration": "sweep/best.yaml"}
    stub = create_autospec(mannscope.sweeps.run_sweep, return_value=found)
    monkeypatch.setattr("mannscope.sweeps.run_sweep", stub)
    lines = command("sweep", "space.yaml", "--trials", 3, "--workers", 1).out.splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["trial", "exact", "seed"],
        ["2", "0.750", "2"],
        ["0", "0.250", "0"],
    ]
    assert stub.call_args.args[1:] == (Path("sweep"), 3)
    assert command("sweep", "space.yaml", "--json").json() == found


def test_a_page_is_checked_by_its_data(command) -> None:
    rows = [row(seed) for seed in (1, 2)]
    write_rows(Path("data.parquet"), rows)
    Path("page.md").write_text(fill("<!-- begin: accuracy -->\n<!-- end -->\n", rows))
    arguments = ("study", "--check", "--data", "data.parquet", "--page", "page.md")
    assert command(*arguments).code == 0
    page = Path("page.md").read_text()
    Path("page.md").write_text(page.replace("2 of 2", "3 of 2"))
    outcome = command(*arguments, "--json")
    assert outcome.code == 1
    assert outcome.json()["wrong"] == ["accuracy"]


def test_the_study_prints_its_table_and_where_the_report_is(command, monkeypatch) -> None:
    stub = create_autospec(mannscope.study.run_study, return_value={"report": "r.html", "conditions": []})
    monkeypatch.setattr("mannscope.study.run_study", stub)
    heading, report = command("study").out.splitlines()
    assert heading.split()[0] == "condition"
    assert report == "report: r.html"


STEP = {"name": "step", "threads": 1, "batch": 2, "cpu_ms": 1.25, "floor_ms": None}


@pytest.fixture
def bench(monkeypatch) -> Mock:
    """Stand in for the benchmark, which has tests of its own, with its signature."""
    stub = create_autospec(mannscope.bench.run_bench, return_value={"workloads": [STEP]})
    monkeypatch.setattr("mannscope.bench.run_bench", stub)
    return stub


def test_first_errors_add_up_to_the_episodes_that_fail(command, run: str) -> None:
    told = command("evaluate", run, "--sizes", 3, "--episodes", 8, "--first-error", "--json").json()
    (row,) = told["first_errors"]
    assert sum(row["causes"].values()) == row["wrong"] == sum(step >= 0 for step in row["output_step"])


def test_first_errors_are_a_table_without_json(command, run: str) -> None:
    lines = command("evaluate", run, "--sizes", 3, "--episodes", 8, "--first-error").out.splitlines()
    assert lines[2].split()[-12:-9] == ["policy", "precision", "content"]


def test_noise_on_what_is_read_has_its_accuracies(command, run: str) -> None:
    told = command("evaluate", run, "--sizes", 3, "--episodes", 8, "--first-error", "--json").json()
    noisy = told["first_errors"][0]["exact_noisy"]
    assert list(noisy) == ["0.03", "0.1", "0.3"]
    assert all(0 <= share <= 1 for share in noisy.values())


def test_the_benchmark_is_a_table_without_json(command, bench) -> None:
    lines = command("bench", "--only", "step").out.splitlines()
    assert [line.split() for line in lines] == [[*STEP], ["step", "1", "2", "1.25"]]
    assert bench.call_args == call(only="step", threads=(1, 2), log=ANY)


def test_the_benchmark_is_given_its_numbers_of_threads(command, bench) -> None:
    assert command("bench", "--threads", "4,2,4", "--json").json() == {"workloads": [STEP]}
    assert bench.call_args.kwargs["threads"] == (4, 2)


def test_the_benchmark_is_compared_with_an_earlier_one(command, bench) -> None:
    earlier = {"workloads": [STEP | {"cpu_ms": 2.5}, STEP | {"name": "gone"}]}
    Path("then.json").write_text(json.dumps(earlier))
    told = command("bench", "--compare", "then.json", "--json").json()["compared"]
    assert told["workloads"] == [{"name": "step", "threads": 1, "cpu": 0.5, "ratio": None}]
    lines = command("bench", "--compare", "then.json").out.splitlines()
    assert [lines[-2].split(), lines[-1]] == [
        ["step", "1", "0.50"],
        "measured only then: gone (threads 1, batch 2)",
    ]


def test_one_workload_is_compared_with_itself_alone(command, bench) -> None:
    Path("then.json").write_text(json.dumps({"workloads": [STEP, STEP | {"name": "other"}]}))
    told = command("bench", "--only", "step", "--compare", "then.json", "--json").json()["compared"]
    assert ([row["name"] for row in told["workloads"]], told["only_then"]) == (["step"], [])


@pytest.mark.parametrize(
    ("options", "got"),
    [(["--threads", "1,0"], "'0'"), (["--threads", ""], "''"), (["--compare", "nowhere"], "No such file")],
)
def test_the_benchmark_does_not_start_with_options_that_cannot_be(command, bench, options, got) -> None:
    outcome = command("bench", *options)
    assert (outcome.code, outcome.out, bench.called) == (2, "", False)
    assert f"Got {got}" in outcome.err


@pytest.mark.parametrize("verb", ["evaluate", "show", "record", "mine", "verify"])
def test_every_verb_refuses_a_run_that_is_not_there(command, verb) -> None:
    more = ["--input", "0 1"] if verb == "show" else []
    outcome = command(verb, "nowhere", *more)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Got 'nowhere'." in outcome.err
