"""Help, the version, and what the command line costs before the verb is known."""

import subprocess
import sys
from pathlib import Path

import pytest

import mannscope
from mannscope.cli.verbs import VERBS, module

HEAVY = ["jax", "equinox", "jsonargparse", "matplotlib", "pandas", "rich", "sklearn", "xarray", "yaml"]


@pytest.mark.parametrize("asked", [["--help"], ["-h"], []])
def test_help_names_every_verb_and_gives_two_examples(command, asked) -> None:
    outcome = command(*asked)
    assert outcome.code == 0
    assert all(f"\n  {verb} " in outcome.out for verb in VERBS)
    assert outcome.out.count("\n  mannscope train --") + outcome.out.count("\n  mannscope show ") == 2


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_tells_its_options(command, verb) -> None:
    outcome = command(verb, "--help")
    assert outcome.code == 0
    assert "--json" in outcome.out
    assert f"example: mannscope {verb}" in outcome.out


def test_every_verb_is_a_module_of_its_own() -> None:
    folder = Path(mannscope.__file__).parent / "cli"
    assert all((folder / f"{module(verb)}.py").is_file() for verb in VERBS)


def test_an_option_is_told_with_its_default(command) -> None:
    assert "episodes of each size and shape (default: 256)" in " ".join(
        command("evaluate", "--help").out.split()
    )


def test_training_tells_the_options_of_the_chosen_classes(command) -> None:
    told = " ".join(command("train", "--task", "expressions", "--memory", "ntm", "--help").out.split())
    assert "--task.modulus" in told
    assert "Number of read heads. (type: int, default: 1)" in told
    assert "--task.alphabet" not in told


def test_training_tells_the_names_to_choose_from(command) -> None:
    told = " ".join(command("train", "--help").out.split())
    assert "one of associative_recall, " in told
    assert "mannscope train --memory NAME --help" in told


def test_the_version_is_that_of_the_package(command) -> None:
    assert command("--version").out == f"mannscope {mannscope.__version__}\n"


def test_help_imports_nothing_heavy() -> None:
    check = f"print([name for name in {HEAVY} if name in sys.modules])"
    program = f"import sys; from mannscope.cli import main; main(['--help']); {check}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mannscope", "--version"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, f"mannscope {mannscope.__version__}\n")


def test_a_reader_that_leaves_early_is_no_error() -> None:
    broken_pipe = "reader, writer = os.pipe(); os.close(reader); os.dup2(writer, 1)"
    program = f"import os, sys; from mannscope.cli import main; {broken_pipe}; sys.exit(main(['--help']))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (141, "")
