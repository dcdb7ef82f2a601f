"""Run folders: whose they are, what is removed from them, and what a run goes on from."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import mannscope.training.folder
from mannscope.errors import MannscopeError
from mannscope.locks import exclusive
from mannscope.training import Configuration, train
from mannscope.training.folder import differences, own_folder


def left(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != "metrics.jsonl"}


def longer(tiny: Configuration, steps: int, **options: Any) -> Configuration:
    return replace(tiny, training=replace(tiny.training, steps=steps, **options))


def test_a_run_that_goes_on_is_not_touched_by_one_that_is_refused(
    tiny: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = exclusive
    monkeypatch.setattr(mannscope.training.folder, "exclusive", lambda folder: patient(folder, patience=0.0))
    with own_folder(tmp_path):
        (tmp_path / "config.json").write_text("{}")
        with pytest.raises(MannscopeError, match="must be written by one process at a time"):
            train(tiny, tmp_path)
        assert (tmp_path / "config.json").read_text() == "{}"


def test_what_was_there_before_stays_where_the_first_step_fails(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")

    def fail() -> None:
        with own_folder(tmp_path):
            (tmp_path / "config.json").write_text("{}")
            raise MannscopeError("no", "no", "no")

    with pytest.raises(MannscopeError, match="no"):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_what_a_killed_run_left_half_written_is_removed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    for half in (".model.safetensors.0.partial", "kept/.00000004.safetensors.0.partial"):
        (tmp_path / half).write_text("half")
    with own_folder(tmp_path):
        pass
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["kept"]


def test_files_of_another_run_are_not_overwritten(tiny: Configuration, tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_text("mine")
    with pytest.raises(MannscopeError, match=r"which holds metrics\.jsonl of another"):
        train(tiny, tmp_path)
    assert (tmp_path / "metrics.jsonl").read_text() == "mine"


def test_a_finished_run_goes_on_for_more_steps_to_what_it_would_have_been(
    tiny: Configuration, finished: Path, tmp_path: Path
) -> None:
    train(longer(tiny, 10), tmp_path)
    train(tiny, tmp_path, resume=True)
    assert left(tmp_path) == left(finished)


def test_a_run_that_ended_for_another_reason_than_its_steps_has_ended(
    tiny: Configuration, finished: Path, tmp_path: Path
) -> None:
    folder, told = shutil.copytree(finished, tmp_path / "run"), []
    *lines, last = (folder / "metrics.jsonl").read_text().splitlines()
    exact = json.dumps(json.loads(last) | {"exact": {"2 random": 1.0}})
    (folder / "metrics.jsonl").write_text("\n".join([*lines, exact]) + "\n")
    train(longer(tiny, 30), folder, resume=True, report=told.append)
    assert told == []


def test_more_steps_are_refused_where_the_run_took_other_chunks(
    tiny: Configuration, tmp_path: Path, finished: Path
) -> None:
    folder = shutil.copytree(finished, tmp_path / "run")
    odd = {"chunk": 6, "evaluate_every": 12, "checkpoint_every": 12}
    plain = longer(tiny, 20, **odd).to_dict()
    (folder / "config.json").write_text(json.dumps(plain))
    with pytest.raises(MannscopeError, match=r"a multiple of training\.chunk, 6\. Got .* with 20"):
        train(longer(tiny, 30, **odd), folder, resume=True)


def test_a_run_that_differs_is_refused_with_what_differs(tiny: Configuration, finished: Path) -> None:
    other = replace(tiny, training=replace(tiny.training, learning_rate=0.1, steps=50))
    with pytest.raises(MannscopeError, match=r"training.steps 50 instead of 20, training.learning_rate 0.1"):
        train(other, finished, resume=True)


def test_only_some_differences_are_told() -> None:
    assert differences({"a": {"b": 1}, "c": 2}, {"a": {"b": 3}, "c": 2}) == "a.b 3 instead of 1"
    many = differences(dict.fromkeys("abcde", 0), dict.fromkeys("abcde", 1))
    assert many.endswith("c 1 instead of 0 and 2 more")


def test_a_folder_that_is_removed_while_it_is_trained_is_not_made_again(
    tiny: Configuration, tmp_path: Path, remover: Callable[[Path], Any]
) -> None:
    with pytest.raises(MannscopeError, match="which was removed or replaced"):
        train(longer(tiny, 10), tmp_path / "run", keep_every=5, report=remover(tmp_path / "run"))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def remover() -> Callable[[Path], Any]:
    return lambda folder: lambda progress: shutil.rmtree(folder)
