"""A study finishes, may be killed anywhere, and does nothing twice."""

import json
from pathlib import Path
from typing import Any

import pytest

from mannscope.errors import MannscopeError
from mannscope.files import strict
from mannscope.pools import ProgressLog
from mannscope.study import NetworkResult, conditions, measure, run_study
from mannscope.study.end_to_end import order
from mannscope.study.measurement import Measurement
from mannscope.study.network_result import read_result
from mannscope.training import Configuration, Network
from mannscope.training.recipes import read_recipe
from study.tiny import CONDITIONS, PROTOCOL, Study, run, without_times_and_places


def no_training(*_: object, **__: object) -> None:
    pytest.fail("a finished network was trained again")


class Killed(BaseException):
    """What a kill looks like from inside."""


def test_the_summary_on_disk_is_the_one_returned(study: Study) -> None:
    assert json.loads((study.out / "summary.json").read_text()) == study.summary


def test_the_summary_names_every_condition_with_its_task_and_memory(study: Study) -> None:
    named = [(of["condition"], of["task"], of["memory"]) for of in study.summary["conditions"]]
    assert named == [("one", "reversal", "stack"), ("two", "reversal", "stack")]


def test_accuracy_is_measured_at_one_two_and_five_times_the_trained_size(study: Study) -> None:
    assert [list(of["exact"]) for of in study.summary["conditions"]] == [["3", "6", "15"]] * 2


def test_a_recorded_trace_replays_up_to_rounding(study: Study) -> None:
    assert all(seed["replay"] < 1e-5 for of in study.summary["conditions"] for seed in of["seeds"])


def test_a_second_study_trains_and_measures_nothing_again(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "train", no_training)
    lines: list[str] = []
    again = run(study.out, lines.append)
    assert without_times_and_places(again) == without_times_and_places(study.summary)
    assert [line for line in lines if "nothing to do" not in line] == lines[-1:]


@pytest.mark.parametrize("moment", ["one, seed 0: step 5", "one, seed 0: drawing"])
def test_a_killed_study_continues_to_the_same_results(study: Study, tmp_path: Path, moment: str) -> None:
    def kill(line: str) -> None:
        if line.startswith(moment):
            raise Killed

    first = {"one": CONDITIONS["one"]}
    with pytest.raises(Killed):
        run(tmp_path, kill, first)
    (resumed,) = run(tmp_path, lambda line: None, first)["conditions"]
    assert without_times_and_places(resumed) == without_times_and_places(study.summary["conditions"][0])


def test_a_folder_with_a_run_of_another_configuration_is_refused(study: Study) -> None:
    other, folder = conditions.Condition("one", CONDITIONS["two"], (1,)), study.out / "one" / "seed-0"
    with pytest.raises(MannscopeError, match="must have the configuration"):
        measure.train_network(other, 1, folder, ProgressLog(lambda line: None, "one"))


def test_a_result_that_is_cut_off_is_not_believed(study: Study, tmp_path: Path) -> None:
    folder, fingerprint = (
        study.out / "one" / "seed-0",
        study.summary["conditions"][0]["seeds"][0]["fingerprint"],
    )
    whole = (folder / "result.json").read_text()
    (tmp_path / "result.json").write_text(whole[: len(whole) // 2])
    assert read_result(folder, fingerprint, PROTOCOL) is not None
    assert read_result(tmp_path, fingerprint, PROTOCOL) is None


def test_a_result_of_another_network_or_measured_otherwise_is_not_believed(study: Study) -> None:
    folder, fingerprint = (
        study.out / "one" / "seed-0",
        study.summary["conditions"][0]["seeds"][0]["fingerprint"],
    )
    assert read_result(folder, "another", PROTOCOL) is None
    assert read_result(folder, fingerprint, PROTOCOL._replace(episodes=9)) is None


def test_a_quick_study_without_the_bundled_networks_says_which_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conditions, "bundled", lambda: ["reversal-ntm"])
    with pytest.raises(MannscopeError, match="no expressions-stack, expressions-ntm"):
        run_study(tmp_path, quick=True)


def test_a_study_needs_at_least_one_seed(tmp_path: Path) -> None:
    with pytest.raises(MannscopeError, match="seeds must be at least 1"):
        run_study(tmp_path, seeds=0)


def test_seeds_count_from_the_configurations_own() -> None:
    assert [of.seeds for of in conditions.choose_conditions(3, given=CONDITIONS)] == [(0, 1, 2), (1, 2, 3)]


def test_a_bundled_network_has_one_seed() -> None:
    chosen = conditions.choose_conditions(3, quick=True)
    assert {of.name: len(of.seeds) for of in chosen if of.is_bundled} == {
        "reversal-ntm": 1,
        "expressions-stack": 1,
        "expressions-ntm": 1,
    }


def test_a_whole_study_has_the_papers_conditions_the_baselines_and_each_variant() -> None:
    found = conditions.choose_conditions(10, 5)
    assert [of.name for of in found[:6]] == [*conditions.CONDITIONS, *conditions.BASELINES]
    assert [(of.variant, len(of.seeds)) for of in found[6:]] == 2 * [
        (name, 5) for name in conditions.VARIANTS
    ]


@pytest.mark.parametrize("variant", conditions.VARIANTS)
def test_a_variant_changes_one_option_of_a_recipe(variant: str) -> None:
    recipe = read_recipe("expressions-stack")
    before, after = (made.to_dict() for made in (recipe, conditions.vary(recipe, variant)))
    changed = [
        (part, name)
        for part in ("task", "training")
        for name in before[part]
        if before[part][name] != after[part][name]
    ] + [(name,) for name in ("interface", "memory", "controller") if before[name] != after[name]]
    assert len(changed) == 1


@pytest.mark.parametrize("task", ["reversal", "expressions"])
def test_a_baseline_has_as_many_weights_as_the_network_with_the_stack(task: str) -> None:
    baseline, stack = (
        Measurement(Network.fresh(read_recipe(f"{task}-{name}")), PROTOCOL, ProgressLog(print, name)).weights
        for name in ("none", "stack")
    )
    assert baseline == pytest.approx(stack, rel=0.03)


def test_the_first_seed_of_every_condition_comes_first_and_variants_last() -> None:
    one, two = (conditions.Condition(name, CONDITIONS["one"], (0, 1)) for name in ("one", "two"))
    changed = conditions.Condition("three", CONDITIONS["one"], (0,), "modulus-5")
    named = [(of.name, seed) for of, seed in order([changed, one, two])]
    assert named == [("one", 0), ("two", 0), ("one", 1), ("two", 1), ("three", 0)]


def test_a_network_that_fails_stops_no_other(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = measure.train

    def fail(configuration: Configuration, *rest: Any, **options: Any) -> Network:
        if configuration.seed == 0:
            raise MannscopeError("the loss must stay finite", "nan", "Lower it")
        return real(configuration, *rest, **options)

    monkeypatch.setattr(measure, "train", fail)
    lines: list[str] = []
    with pytest.raises(MannscopeError, match="the loss must stay finite"):
        run(tmp_path, lines.append)
    assert any(line.startswith("one, seed 0: the loss must stay finite") for line in lines)
    assert (tmp_path / "two" / "seed-1" / "result.json").is_file()


def test_numbers_that_json_lacks_become_null() -> None:
    assert strict({"a": (float("nan"), 0.5, float("inf"))}) == {"a": [None, 0.5, None]}


def test_a_result_survives_its_file(study: Study) -> None:
    for (result,) in study.results:
        assert NetworkResult.from_dict(json.loads(json.dumps(result.to_dict()))) == result


def test_a_result_of_an_older_schema_is_measured_again(study: Study, tmp_path: Path) -> None:
    plain = json.loads((study.out / "one" / "seed-0" / "result.json").read_text())
    plain["protocol"]["schema_version"] = 1
    (tmp_path / "result.json").write_text(json.dumps(plain))
    assert read_result(tmp_path, plain["fingerprint"], PROTOCOL) is None
