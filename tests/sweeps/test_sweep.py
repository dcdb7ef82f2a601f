"""A sweep keeps every trial, scores it on held-out episodes, and continues where it stopped."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.sweeps import Space, read_space, run_sweep, search
from mannscope.training.store import read_configuration
from study.tiny import configuration

RATES = {"training.learning_rate": {"low": 1e-3, "high": 1e-1, "log": True}}
SPACE = Space("tiny", configuration(0), RATES, ({"training.learning_rate": 0.02},), (4,), (), 8)


class Killed(BaseException):
    """What a kill looks like from inside."""


def run(out: Path, trials: int = 3, log: Any = lambda message: None, space: Space = SPACE) -> dict[str, Any]:
    return run_sweep(space, out, trials, log=log)


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("sweep")
    return out, run(out)


def test_the_trials_to_start_with_come_first(swept: tuple[Path, dict[str, Any]]) -> None:
    assert swept[1]["trials"][0]["options"] == {"training.learning_rate": 0.02}


def test_every_trial_has_an_accuracy_a_folder_and_a_seed_of_its_own(
    swept: tuple[Path, dict[str, Any]],
) -> None:
    out, found = swept
    assert [trial["trial"] for trial in found["trials"]] == [0, 1, 2]
    for trial in found["trials"]:
        folder = out / f"trial-{trial['trial']}"
        assert json.loads((folder / "score.json").read_text())["value"] == trial["value"]
        made = read_configuration(folder / "config.json")
        assert made.seed == 1001 + trial["trial"]
        assert made.training.learning_rate == trial["options"]["training.learning_rate"]


def test_the_best_configuration_is_kept_and_has_the_recipes_seed(swept: tuple[Path, dict[str, Any]]) -> None:
    out, found = swept
    best = max(found["trials"], key=lambda trial: trial["value"])
    assert found["best"] == best
    kept = yaml.safe_load((out / "best.yaml").read_text())
    assert kept["training"]["learning_rate"] == best["options"]["training.learning_rate"]
    assert kept["seed"] == 0


def test_a_finished_sweep_does_nothing_again_and_continues_when_given_more_trials(
    swept: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, found = swept
    with monkeypatch.context() as patch:
        patch.setattr(search, "attempt", lambda *_: pytest.fail("a finished trial was run again"))
        assert run(out) == found
    assert run(out, 4)["trials"][:3] == found["trials"]


def test_a_killed_sweep_continues_with_the_trial_that_was_running(
    swept: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    def kill(line: str) -> None:
        if line.startswith("trial-0: training: "):
            raise Killed

    with pytest.raises(Killed):
        run(tmp_path, 1, kill)
    assert run(tmp_path, 1)["trials"] == swept[1]["trials"][:1]


def test_a_trial_that_fails_is_kept_as_failed_and_stops_no_other(tmp_path: Path) -> None:
    widths = {"memory.width": {"choices": [0, 4]}}
    space = Space(
        "failing", configuration(0), widths, ({"memory.width": 0}, {"memory.width": 4}), (4,), (), 8
    )
    found = run(tmp_path, 2, space=space)
    assert [trial["state"] for trial in found["trials"]] == ["fail", "complete"]


def test_a_sweep_without_a_single_result_says_so(tmp_path: Path) -> None:
    space = Space("failing", configuration(0), {"memory.width": {"choices": [0]}}, (), (4,), (), 8)
    with pytest.raises(MannscopeError, match="at least one trial must finish"):
        run(tmp_path, 1, space=space)


def write(folder: Path, **changes: Any) -> Path:
    plain = {"recipe": "reversal-stack", "space": RATES, "sizes": [21]} | changes
    path = folder / "space.yaml"
    path.write_text(yaml.safe_dump({name: value for name, value in plain.items() if value is not None}))
    return path


def test_a_space_is_read_from_yaml(tmp_path: Path) -> None:
    space = read_space(
        write(tmp_path, options={"training.steps": 7}, start=[{"training.learning_rate": 0.01}])
    )
    assert (space.name, space.configuration.training.steps, space.sizes) == ("space", 7, (21,))
    assert space.configure({"training.learning_rate": 0.5}, 2) == replace(
        space.configuration,
        seed=1003,
        training=replace(space.configuration.training, learning_rate=0.5),
    )


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"recipe": None}, "must state recipe"),
        ({"recipe": "nothing"}, "recipe must be one of"),
        ({"spaces": {}}, "Did you mean 'space'"),
        ({"space": {}}, "must be a mapping of options"),
        ({"space": {"training.learning_rate": {"low": 1}}}, "must have low and high, or choices"),
        (
            {"space": {"training.learning_rat": RATES["training.learning_rate"]}},
            "Did you mean 'learning_rate'",
        ),
        ({"space": {"trainin.steps": {"choices": [1]}}}, "Did you mean 'training'"),
        ({"options": {"training.steps": 0}}, "training.steps must be at least 1"),
        ({"start": [{"seed": 1}]}, "option that varies"),
        ({"shapes": ["lefty"]}, "Did you mean 'left'"),
        ({"sizes": [0]}, "sizes must be whole numbers from 1"),
    ],
)
def test_a_space_that_cannot_be_searched_is_refused(tmp_path: Path, changes: dict, match: str) -> None:
    changes = {"recipe": "expressions-stack"} | changes
    with pytest.raises((MannscopeError, UnknownNameError), match=match):
        read_space(write(tmp_path, **changes))


@pytest.mark.parametrize("text", ["{", "- 1"])
def test_a_file_that_is_no_space_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "space.yaml").write_text(text)
    with pytest.raises(MannscopeError, match="must be"):
        read_space(tmp_path / "space.yaml")
