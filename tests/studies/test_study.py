"""A study ends, may be killed anywhere, and does nothing twice."""

import json
from pathlib import Path

import pytest

from mannscope.errors import MannscopeError
from mannscope.studies import cells, networks, run_study
from mannscope.studies.journal import Journal
from mannscope.studies.results import read_result, strict
from studies.tiny import CELLS, PROTOCOL, Study, run, without_times_and_places


def no_training(*_: object, **__: object) -> None:
    pytest.fail("a finished network was trained again")


class Killed(BaseException):
    """What a kill looks like from inside."""


def test_the_summary_on_disk_is_the_one_returned(study: Study) -> None:
    assert json.loads((study.out / "summary.json").read_text()) == study.summary


def test_the_summary_names_every_cell_with_its_task_and_memory(study: Study) -> None:
    named = [(of["cell"], of["task"], of["memory"]) for of in study.summary["cells"]]
    assert named == [("one", "reversal", "stack"), ("two", "reversal", "stack")]


def test_accuracy_is_measured_at_one_two_and_five_times_the_trained_size(study: Study) -> None:
    assert [list(of["exact"]) for of in study.summary["cells"]] == [["3", "6", "15"]] * 2


def test_a_recorded_trace_replays_up_to_rounding(study: Study) -> None:
    assert all(seed["replay"] < 1e-5 for of in study.summary["cells"] for seed in of["seeds"])


def test_a_second_study_trains_and_measures_nothing_again(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(networks, "train", no_training)
    said: list[str] = []
    again = run(study.out, said.append)
    assert without_times_and_places(again) == without_times_and_places(study.summary)
    assert [line for line in said if "nothing to do" not in line] == said[-1:]


@pytest.mark.parametrize("moment", ["one, seed 0: step 5", "one, seed 0: drawing"])
def test_a_killed_study_goes_on_to_the_same_results(study: Study, tmp_path: Path, moment: str) -> None:
    def kill(line: str) -> None:
        if line.startswith(moment):
            raise Killed

    first = {"one": CELLS["one"]}
    with pytest.raises(Killed):
        run(tmp_path, kill, first)
    (resumed,) = run(tmp_path, lambda line: None, first)["cells"]
    assert without_times_and_places(resumed) == without_times_and_places(study.summary["cells"][0])


def test_a_folder_with_a_run_of_another_configuration_is_refused(study: Study) -> None:
    other, folder = cells.Cell("one", CELLS["two"], is_bundled=False), study.out / "one" / "seed-0"
    with pytest.raises(MannscopeError, match="must have the configuration"):
        networks.make_network(other, 1, folder, Journal(lambda line: None, "one"))


def test_a_result_that_is_cut_off_is_not_believed(study: Study, tmp_path: Path) -> None:
    folder, fingerprint = study.out / "one" / "seed-0", study.summary["cells"][0]["seeds"][0]["fingerprint"]
    whole = (folder / "result.json").read_text()
    (tmp_path / "result.json").write_text(whole[: len(whole) // 2])
    assert read_result(folder, fingerprint, PROTOCOL) is not None
    assert read_result(tmp_path, fingerprint, PROTOCOL) is None


def test_a_result_of_another_network_or_measured_otherwise_is_not_believed(study: Study) -> None:
    folder, fingerprint = study.out / "one" / "seed-0", study.summary["cells"][0]["seeds"][0]["fingerprint"]
    assert read_result(folder, "another", PROTOCOL) is None
    assert read_result(folder, fingerprint, PROTOCOL._replace(episodes=9)) is None


def test_a_quick_study_without_the_bundled_networks_says_which_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "bundled", lambda: ["reversal-ntm"])
    with pytest.raises(MannscopeError, match="no expressions-stack, expressions-ntm"):
        run_study(tmp_path, quick=True)


def test_a_study_needs_at_least_one_seed(tmp_path: Path) -> None:
    with pytest.raises(MannscopeError, match="seeds must be at least 1"):
        run_study(tmp_path, seeds=0)


def test_seeds_count_from_the_configurations_own() -> None:
    assert cells.Cell("two", CELLS["two"], is_bundled=False).seeds(3) == (1, 2, 3)


def test_a_bundled_network_has_one_seed() -> None:
    assert cells.Cell("two", CELLS["two"], is_bundled=True).seeds(3) == (1,)


def test_numbers_that_json_lacks_become_null() -> None:
    assert strict({"a": (float("nan"), 0.5, float("inf"))}) == {"a": [None, 0.5, None]}
