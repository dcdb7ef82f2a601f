"""Bad input: exit code 2, one message in three parts, no traceback, and no file left."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import xarray as xr

from mannscope.anatomy import Anatomy

STACK = ["--task", "reversal", "--memory", "stack"]


def refused(outcome, *parts: str, left: int = 0) -> None:
    """Hold an outcome against the rules, and its message against its parts, in order."""
    assert (outcome.code, outcome.out) == (2, "")
    assert len(outcome.err.splitlines()) == 1
    places = [outcome.err.find(part) for part in parts]
    assert -1 not in places, outcome.err
    assert places == sorted(places)
    assert len(list(Path().iterdir())) == left


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["trian"], ["verb must be one of align, ", "Got 'trian'", "Did you mean 'train'?"]),
        (["train", "--task", "reversl", "--memory", "stack"], ["task must be", "'reversl'", "'reversal'?"]),
        (["train", "--task", "reversal", "--memory", "stak"], ["memory must be", "'stak'", "'stack'?"]),
        (["train", *STACK, "--controller", "lst"], ["controller must be", "'lst'", "'lstm'?"]),
        (["train", *STACK, "--interface", "hiden"], ["interface must be", "'hiden'", "'hidden'?"]),
        (
            ["train", *STACK, "--recipe", "reversal-stak"],
            ["recipe must be", "'reversal-stak'", "'reversal-stack'?"],
        ),
        (["train", *STACK, "--training.stps", "3"], ["must be", "--training.stps", "'--training.steps'?"]),
        (["train", *STACK, "--task.alphabt=3"], ["must be", "--task.alphabt", "'--task.alphabet'?"]),
        (["train", *STACK, "--resum"], ["must be", "--resum", "'--resume'?"]),
        (["evaluate", "run", "--sises", "3"], ["must be", "--sises", "'--sizes'?"]),
        (["evaluate", "run", "stray"], ["must belong to an option", "'stray'", "evaluate --help"]),
        (["evaluate"], ["RUN must be given", "nothing", "evaluate --help"]),
        (["show", "run"], ["--input must be given", "nothing", "show --help"]),
        (["show", "run", "--episode", "1"], ["--episode must be of a trace", "run", "Pass --input"]),
        (["show", "a.nc", "--input", "1"], ["--episode and --figure", "--input", "Leave it out"]),
        (["show", "a.nc", "--slots", "1"], ["--episode and --figure", "--slots", "Leave it out"]),
        (["train", "--out"], ["--out must have a value", "none", "train --help"]),
        (
            ["train", "--memory", "stack"],
            ["a task must be named", "none", "--task associative_recall or"],
        ),
        (
            ["train", "--task", "reversal"],
            ["a memory must be named", "none", "--memory additive or attention or"],
        ),
        (["train", "--task", "table", "--memory", "none"], ["--task.path must be given", "nothing", "help"]),
        (["train", *STACK, "--training.steps", "many"], ["must be a whole number", "'many'", "Correct it"]),
        (
            ["train", *STACK, "--training.clip", "x"],
            ["--training.clip must be a number", "'x'", "Correct it"],
        ),
        (["train", *STACK, "--training.steps", "0"], ["must be at least 1", "0", "Change --training.steps"]),
        (["train", *STACK, "--seed", "1.5"], ["--seed must be a whole number", "'1.5'", "Correct it"]),
        (["train", *STACK, "--seeds", "0"], ["--seeds must be a whole number from 1", "'0'", "Pass one"]),
        (["train", *STACK, "--task.alphabet", "1"], ["alphabet must be at least 2", "1", "Pass alphabet"]),
        (["train", "--config", "no.yaml"], ["must be an existing YAML file", "no.yaml", "--print_config"]),
        (["train", "--config", "a", "--recipe", "b"], ["must not both be given", "both", "Drop one"]),
        (["evaluate", "run", "--sizes", "0"], ["--sizes must be a whole number from 1", "'0'", "Pass one"]),
        (["evaluate", "run", "--episodes", "x"], ["--episodes must be a whole number", "'x'", "Pass one"]),
        (["record", "run", "--input", "0", "--size", "3"], ["must stand without", "--size", "Drop it"]),
        (["mine", "no.nc"], ["a trace must be an existing file", "no.nc", "mannscope record"]),
    ],
    ids=lambda value: " ".join(value) if "must" not in value[0] else "",
)
def test_a_wrong_argument_is_told_in_three_parts(command, arguments, parts) -> None:
    refused(command(*arguments), *parts)


@pytest.mark.parametrize(
    ("option", "parts"),
    [
        (["--training.row", "1"], ["training.row must hold", "Got 1", "Pass --training.row"]),
        (["--training.shapes", "lft"], ["shape must be one of random", "'lft'", "Choose"]),
    ],
)
def test_what_shows_only_in_training_leaves_no_folder_either(command, tiny, option, parts) -> None:
    refused(command(*tiny, *option, "--out", "new"), *parts)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a: [", ["must be YAML", "while parsing", "--print_config"]),
        ("- 3", ["must be a mapping", "list", "--print_config"]),
        ("tsk: reversal", ["option of bad.yaml must be one of", "'tsk'", "'task'?"]),
        ("{task: {alphabet: 3}, memory: stack}", ["task of bad.yaml must be", "{'alphabet': 3}", "See one"]),
        (
            "{task: {name: reversal, alphabt: 3}, memory: stack}",
            ["must", "'task.alphabt'", "'task.alphabet'?"],
        ),
        ("{task: {name: reversal, alphabet: x}, memory: stack}", ["must be a whole", "'x'", "Correct it"]),
        ("{task: reversal, memory: stack, training: 3}", ["training of bad.yaml must be", "3", "See one"]),
        (
            "{task: reversal, memory: stack, training: {steps: 3.5}}",
            ["must be a whole", "'3.5'", "Correct it"],
        ),
        ("{task: reversal, memory: stack, seed: x}", ["--seed must be a whole", "'x'", "Correct it"]),
        ("{task: reversal, memory: stack, schema_version: 9}", ["must be 1", "9", "Use the version"]),
    ],
)
def test_a_wrong_configuration_file_is_told_in_three_parts(command, text, parts) -> None:
    Path("bad.yaml").write_text(text)
    refused(command("train", "--config", "bad.yaml"), *parts, left=1)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("(3?4)", ["each symbol must be one of", "'?' at position 3", "Type"]),
        ("((3+4)", ["brackets must be balanced", "the end", "Bracket"]),
        ("", ["must have a digit", "''", "Type one"]),
    ],
)
def test_a_malformed_expression_is_told_in_three_parts(command, expressions, text, parts) -> None:
    refused(command("show", expressions, "--input", text), *parts)


def test_a_symbol_outside_the_alphabet_is_told_with_its_place(command, run) -> None:
    refused(
        command("show", run, "--input", "0 7"), "must be one of 0 1 2 # _", "'7' at position 2", "Separate"
    )


def test_a_size_beyond_the_slots_is_refused(command, run) -> None:
    outcome = command("evaluate", run, "--sizes", 2, "--episodes", 8, "--slots", 1)
    refused(outcome, "slots must be at least 3", "Got 1.", "Pass slots=3")


def test_an_unknown_shape_is_refused(command, expressions) -> None:
    refused(command("record", expressions, "--shape", "lft"), "shape must be", "'lft'", "'left'?")


def test_a_figure_of_an_unknown_format_is_refused(command, run) -> None:
    outcome = command("show", run, "--input", "0 1", "--figure", "drawn.gif")
    refused(outcome, "suffix of a figure must be", "'drawn.gif'", "Name the file")


def test_a_folder_that_holds_a_run_is_not_written_again(command, tiny, run) -> None:
    before = (run / "metrics.jsonl").read_text()
    refused(command(*tiny, "--out", run), "must have a folder of its own", str(run), "--resume")
    assert (run / "metrics.jsonl").read_text() == before


def test_a_run_is_not_resumed_with_other_options(command, run) -> None:
    outcome = command("train", "--out", run, "--resume", "--seed", 5)
    refused(outcome, "must have the configuration", "seed 5 instead of 0", "Drop the options")


def test_a_trace_without_actors_has_nothing_to_mine(command, run) -> None:
    command("record", run, "--input", "0 1", "-o", "whole.nc")
    trace = xr.load_dataset("whole.nc", engine="h5netcdf").assign_attrs(anatomy=Anatomy().to_json())
    trace.to_netcdf("bare.nc", engine="h5netcdf")
    outcome = command("mine", "bare.nc")
    refused(outcome, "must have a memory with actors", "bare.nc, without", "Train one", left=2)


@pytest.mark.parametrize(
    ("broken", "parts"),
    [
        ("missing", ["must hold the file model.safetensors", "without it", "Train the run again"]),
        ("truncated", ["must be a complete safetensors file", "cannot be read", "Train the run again"]),
        ("of another size", ["must hold the arrays", "controller", "Train the run again"]),
        ("no configuration", ["must be a mapping", "Got 3", "Write training"]),
    ],
)
def test_a_broken_checkpoint_is_told_in_three_parts(command, run, broken, parts) -> None:
    folder = Path(shutil.copytree(run, "copy"))
    weights, configuration = folder / "model.safetensors", folder / "config.json"
    plain = json.loads(configuration.read_text())
    match broken:
        case "missing":
            weights.unlink()
        case "truncated":
            weights.write_bytes(weights.read_bytes()[:300])
        case "of another size":
            configuration.write_text(json.dumps(plain | {"controller": {"name": "rnn", "hidden": 5}}))
        case "no configuration":
            configuration.write_text(json.dumps(plain | {"training": 3}))
    refused(command("show", folder, "--input", "0"), *parts, left=1)


@pytest.mark.parametrize(
    "content", [b"", b"a trace of something else", None], ids=["empty", "foreign", "cut"]
)
def test_a_broken_trace_is_told_in_three_parts(command, run, content) -> None:
    command("record", run, "--input", "0 1", "-o", "whole.nc")
    whole = Path("whole.nc").read_bytes()
    Path("bad.nc").write_bytes(whole[: len(whole) // 2] if content is None else content)
    refused(command("mine", "bad.nc"), "must be a complete netCDF4 file", "bad.nc", "Record one", left=2)


def test_a_file_that_cannot_be_written_is_told_without_a_traceback(command, run) -> None:
    Path("file").write_text("")
    outcome = command("record", run, "--input", "0 1", "-o", "file/trace.nc")
    refused(outcome, "must have the name of a file", "file/trace.nc", "Pass another file", left=1)


def test_a_missing_hypothesis_is_told_in_three_parts(command, run) -> None:
    outcome = command("verify", run, "--hypothesis", "no.yaml")
    refused(outcome, "a hypothesis must be an existing", "no.yaml", "See")


def test_a_missing_tensorboard_is_told_in_three_parts(command, tiny, monkeypatch) -> None:
    monkeypatch.setattr("mannscope.cli.tensorboard.find_spec", lambda name: None)
    outcome = command(*tiny, "--tensorboard")
    refused(outcome, "must find the package tensorboardX", "none", "pip install 'mannscope[tensorboard]'")


def test_debug_shows_the_traceback(command, run) -> None:
    outcome = command("show", run, "--input", "0 7", "--debug")
    assert outcome.code == 2
    assert outcome.err.startswith("Traceback")


def test_the_environment_can_ask_for_the_traceback(command, run, monkeypatch) -> None:
    monkeypatch.setenv("MANNSCOPE_DEBUG", "1")
    assert command("show", run, "--input", "0 7").err.startswith("Traceback")


def test_a_name_that_would_move_the_cursor_is_spelled_out(command) -> None:
    outcome = command("train", "--task", "\x1b[2Jreversal\n\u202e", "--memory", "stack")
    refused(outcome, "task must be one of", "\\x1b[2Jreversal", "Did you mean 'reversal'?")
    assert outcome.err.rstrip("\n").isprintable()


@pytest.mark.parametrize("platform", ["cuda", "nothing"])
def test_a_device_that_is_not_there_is_told_in_one_line(run, platform) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "mannscope", "show", str(run), "--input", "0 1"],
        env=os.environ | {"JAX_PLATFORMS": platform},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith(f"there must be a device for JAX. Got JAX_PLATFORMS={platform}, of which")
    assert len(found.stderr.splitlines()) == 1


def test_memory_that_does_not_suffice_is_told_in_one_line(command, run, monkeypatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError("Unable to allocate 9 TiB")

    monkeypatch.setattr("mannscope.training.network.record", fail)
    outcome = command("record", run, "--input", "0 1", "-o", "a.nc")
    refused(outcome, "must fit into memory", "Unable to allocate 9 TiB", "Pass shorter")


def test_a_long_sequence_is_refused_with_the_memory_that_it_would_take(command, run, monkeypatch) -> None:
    monkeypatch.setattr(sys.modules["mannscope.models.record"], "free_memory", lambda: 1_000_000)
    outcome = command("show", run, "--input", " ".join("01" * 200))
    refused(outcome, "of which 0.0 GB are free", "801 steps of 401 slots, which take 0.0 GB", "Shorten it")


def test_a_run_that_is_not_there_is_not_resumed(command) -> None:
    refused(command("train", "--resume", "--out", "nowhere"), "find a run in --out", "nowhere", "Check --out")


def test_an_input_is_refused_before_the_network_is_loaded(command, run, monkeypatch) -> None:
    monkeypatch.setattr("mannscope.cli.show.load_network", None)
    refused(command("show", run, "--input", "0 7"), "must be one of 0 1 2 # _", "'7' at position 2")


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcde", "bcdef", strict=True)
)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (BOMB, ["at most 100000 values", "more"]),
        ("task: &a [*a]", ["nested at most 64 levels deep", "more"]),
        ("[" * 5000, ["must be YAML", "recursion"]),
        ("task: !!binary aGVsbG8=", ["text, numbers, lists and mappings alone", "bytes"]),
        ("task: !!python/object/apply:os.system ['touch executed']", ["must be YAML", "python/object"]),
        ("{task: reversal, memory: stack, policy_gain: {a: b}}", ["--policy_gain must be"]),
    ],
    ids=["bomb", "cycle", "depth", "bytes", "tag", "kind"],
)
def test_a_hostile_configuration_file_is_told_in_one_line(command, text, parts) -> None:
    Path("bad.yaml").write_text(text)
    refused(command("train", "--config", "bad.yaml"), *parts, left=1)


@pytest.mark.parametrize(
    ("alphabet", "parts"),
    [(3.5, ["task.alphabet must be of the kind of 8", "3.5"]), (10**12, ["must be at most 100000", "10"])],
)
def test_an_option_of_another_kind_or_size_is_told(command, run, alphabet, parts) -> None:
    folder = Path(shutil.copytree(run, "copy"))
    plain = json.loads((folder / "config.json").read_text())
    plain["task"]["alphabet"] = alphabet
    (folder / "config.json").write_text(json.dumps(plain))
    refused(command("show", folder, "--input", "0"), *parts, left=1)
