"""Training from the command line: configurations, folders, resuming, seeds."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from mannscope.training import Configuration

FILES = ["config.json", "metrics.jsonl", "model.safetensors", "training.safetensors"]


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def printed(outcome) -> Configuration:
    assert outcome.code == 0, outcome.err
    return Configuration.from_dict(yaml.safe_load(outcome.out))


def test_a_run_leaves_configuration_metrics_weights_and_state(run) -> None:
    assert files(run) == FILES


def test_the_summary_is_one_json_document(command, tiny) -> None:
    told = command(*tiny, "--out", "here", "--json").json()
    assert (told["run"], told["seed"], told["steps"]) == ("here", 0, 4)
    assert told["loss"] == pytest.approx(1.1, abs=0.5)


def test_progress_goes_to_standard_error_and_the_summary_to_standard_output(command, tiny) -> None:
    outcome = command(*tiny, "--out", "here")
    assert outcome.err.splitlines()[-1].startswith("step 4/4  loss ")
    assert outcome.out.startswith("here: 4 steps in ")


def test_a_run_without_a_folder_is_named_after_task_memory_and_seed(command, tiny) -> None:
    assert command(*tiny, "--seed", 3).code == 0
    assert files(Path("runs/reversal-stack-3")) == FILES


def test_a_complete_run_is_resumed_from_its_folder_alone(command, run) -> None:
    before = (run / "model.safetensors").read_bytes()
    outcome = command("train", "--out", run, "--resume", "--json")
    assert (outcome.code, outcome.json()["steps"]) == (0, 4)
    assert (run / "model.safetensors").read_bytes() == before


def test_a_printed_configuration_reads_back_to_itself(command) -> None:
    arguments = [
        "--task",
        "expressions",
        "--task.modulus",
        5,
        "--memory",
        "ntm",
        "--training.stop_sizes",
        3,
        4,
    ]
    arguments += ["--training.shapes", "left", "depth:3", "--training.clip", 2, "--interface", "symbol"]
    first = command("train", *arguments, "--print_config")
    Path("file.yaml").write_text(first.out)
    again = command("train", "--config", "file.yaml", "--print_config")
    assert printed(again).to_dict() == printed(first).to_dict()
    assert printed(again).training.stop_sizes == (3, 4)
    assert printed(again).training.shapes == ("left", "depth:3")


def test_the_command_line_overrides_the_file(command) -> None:
    text = "{task: {name: reversal, alphabet: 5}, memory: stack, training: {clip: 2, warmup: 9}, seed: 4}"
    Path("file.yaml").write_text(text)
    arguments = ["--config", "file.yaml", "--training.clip", "3e-4", "--seed=7"]
    made = printed(command("train", *arguments, "--print_config"))
    assert made.task == {"name": "reversal", "alphabet": 5, "delimiter": True}
    assert (made.training.clip, made.training.warmup, made.seed) == (3e-4, 9, 7)


def test_another_memory_drops_the_options_of_the_one_in_the_file(command) -> None:
    Path("file.yaml").write_text("{task: reversal, memory: {name: stack, stacks: 2}}")
    made = printed(command("train", "--config", "file.yaml", "--memory", "none", "--print_config"))
    assert made.memory == {"name": "none"}


def test_a_recipe_is_a_configuration(command) -> None:
    made = printed(command("train", "--recipe", "reversal-stack", "--training.steps", 5, "--print_config"))
    assert (made.task["name"], made.memory["name"], made.training.steps) == ("reversal", "stack", 5)


def test_tensorboard_events_are_written_beside_the_run(command, tiny) -> None:
    assert command(*tiny, "--out", "here", "--tensorboard").code == 0
    assert [path.name.split(".")[0] for path in Path("here/tensorboard").iterdir()] == ["events"]


def test_seeds_are_trained_in_folders_of_their_own_and_complete_ones_are_skipped(command, tiny, run) -> None:
    shutil.copytree(run, "many/seed-0")
    told = command(*tiny, "--out", "many", "--seeds", 2, "--json").json()
    assert [each["seed"] for each in told["runs"]] == [0, 1]
    assert (told["skipped"], told["failed"]) == (["many/seed-0"], [])
    assert files(Path("many/seed-1")) == FILES


def test_a_seed_that_was_cut_short_needs_a_word_to_go_on(command, tiny, run) -> None:
    shutil.copytree(run, "many/seed-0")
    Path("many/seed-0/training.safetensors").unlink()
    outcome = command(*tiny, "--out", "many", "--seeds", 1)
    assert outcome.code == 2
    assert outcome.err.endswith("Continue it with --resume, or choose another --out.\n")


def test_seeds_do_not_touch_a_folder_of_another_configuration(command, tiny) -> None:
    folder = Path("many/seed-1")
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"task": "reversal", "memory": "none"}')
    outcome = command(*tiny, "--out", "many", "--seeds", 2)
    assert outcome.code == 2
    assert outcome.err.startswith("many/seed-1 must be empty, or hold this run. Got another configuration: ")
    assert not Path("many/seed-0").exists()


def test_an_interrupted_run_says_how_to_go_on(tiny, tmp_path) -> None:
    endless = ["--training.steps", "1000000", "--training.stop_sizes", "[]", "--training.decay_below", "0"]
    arguments = [sys.executable, "-m", "mannscope", *tiny, *endless, "--out", "cut"]
    process = subprocess.Popen(
        arguments, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 300
    while not (tmp_path / "cut/training.safetensors").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert told.splitlines()[-1] == "Interrupted. Continue with: mannscope train --out cut --resume"
    assert files(tmp_path / "cut") == FILES


def test_a_partial_run_is_continued_to_the_same_weights(command, tiny, run) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mannscope.cli.train.reporting", interrupting)
        outcome = command(*tiny, "--out", "cut")
    assert outcome.code == 130
    assert [json.loads(line)["step"] for line in Path("cut/metrics.jsonl").read_text().splitlines()] == [2]
    assert command("train", "--out", "cut", "--resume").code == 0
    assert Path("cut/model.safetensors").read_bytes() == (run / "model.safetensors").read_bytes()


def interrupting(steps: int):
    """Stand in for progress: press Ctrl-C after the first chunk."""
    from contextlib import nullcontext

    def report(progress) -> None:
        raise KeyboardInterrupt

    return nullcontext(report)
