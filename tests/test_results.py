"""The page of results says what the committed data give, and the bundled networks are those of the study."""

from pathlib import Path

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from mannscope.study import check_page
from mannscope.study.data import read_data
from mannscope.study.page import BLOCKS
from mannscope.training import load
from mannscope.training.recipes import recipes

DOCS = Path(__file__).parents[1] / "docs"
DATA, PAGE = DOCS / "results" / "networks.parquet", DOCS / "results.md"
FRESH, FRESH_PAGE = DOCS / "results" / "fresh-seeds.parquet", DOCS / "fresh-seeds.md"
SWEEPS = DOCS / "results" / "sweeps"


@pytest.mark.parametrize(("page", "data"), [(PAGE, DATA), (FRESH_PAGE, FRESH)])
def test_every_part_of_the_page_is_what_the_data_give(page: Path, data: Path) -> None:
    assert check_page(page, data) == []


def test_the_fresh_seeds_are_ten_others_of_every_recipe_that_generalises() -> None:
    found: dict[str, list[int]] = {}
    for row in read_data(FRESH):
        found.setdefault(row["condition"], []).append(row["seed"])
    names = ("reversal-stack", "reversal-ntm", "expressions-stack")
    assert found == {name: list(range(11, 21)) for name in names}


@pytest.mark.parametrize("memory", ["stack", "ntm"])
def test_the_page_gives_every_trial_of_the_searches(memory: str) -> None:
    storage = JournalStorage(JournalFileBackend(str(SWEEPS / f"expressions-{memory}.journal")))
    (summary,) = optuna.get_all_study_summaries(storage)
    trials = optuna.load_study(study_name=summary.study_name, storage=storage).trials
    values = [trial.value for trial in trials if trial.value is not None]
    listed = ", ".join(f"{value:.3f}" for value in sorted(values, reverse=True))
    assert f"{memory}: {listed}" in PAGE.read_text()


def test_the_page_has_every_part_that_there_are_data_for() -> None:
    text, varied = PAGE.read_text(), any(row["variant"] for row in read_data(DATA))
    missing = [name for name in BLOCKS if f"<!-- begin: {name} -->" not in text]
    assert missing == ([] if varied else ["variants"])


def test_the_data_have_ten_seeds_of_every_recipe_of_the_study() -> None:
    found: dict[str, list[int]] = {}
    for row in read_data(DATA):
        if not row["variant"]:
            found.setdefault(row["condition"], []).append(row["seed"])
    assert found == {name: list(range(1, 11)) for name in found}
    others = {"reversal-stack-shortcut", "reversal-stack-attention"}
    assert set(found) == set(recipes()) - others


@pytest.mark.parametrize("name", ["reversal-stack", "reversal-ntm", "expressions-stack", "expressions-ntm"])
def test_a_bundled_network_is_the_first_seed_of_its_condition(name: str) -> None:
    (first,) = (row for row in read_data(DATA) if row["condition"] == name and row["seed"] == 1)
    assert load(name).fingerprint == first["fingerprint"]
