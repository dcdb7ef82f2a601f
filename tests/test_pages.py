"""The pages that are made of numbers and of code: what they show is what comes out."""

import ast
import importlib
import json
import re
import sys
from functools import partial
from pathlib import Path

import pytest

import mannscope as ms
from mannscope import figures
from mannscope.atlas import check
from mannscope.self_test import matrix_table

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
sys.path.append(str(ROOT / "scripts"))

import make_reliability  # noqa: E402
from judge_anew import table  # noqa: E402
from run_page import BLOCK, blocks, pages  # noqa: E402

NUMBERS = DOCS / "results" / "self-test.json"


@pytest.fixture(scope="module")
def self_test() -> dict:
    if not NUMBERS.is_file():
        pytest.skip("the whole self-test has not been run with these verdicts yet")
    return json.loads(NUMBERS.read_text())


def test_the_page_of_the_self_test_has_the_numbers_of_its_data(self_test: dict) -> None:
    assert f"\n{matrix_table(self_test)}\n" in (DOCS / "self-test.md").read_text()


def test_verdicts_were_right_on_enough_networks(self_test: dict) -> None:
    assert self_test["networks"] >= 40
    for cell in self_test["matrix"]:
        if cell["true"]:  # the page says which are undecided
            assert cell["held"] + cell["undecided"] >= 0.95 * cell["networks"], cell
    assert self_test["true_positive"] >= 0.95
    assert self_test["false_positive"] <= 0.02
    assert all(kinds["alone"] for kinds in self_test["evidence"].values())


def test_the_page_of_what_was_judged_anew_has_the_numbers_of_its_data() -> None:
    rows = json.loads((DOCS / "results" / "judged-anew.json").read_text())
    assert f"\n{table(rows)}\n" in (DOCS / "judged-anew.md").read_text()


def test_the_page_of_the_atlas_has_the_numbers_of_its_data() -> None:
    assert check(DOCS / "atlas.md", DOCS / "results" / "atlas.parquet") == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_blocks_of_python_use_names_that_there_are(page: Path) -> None:
    """All blocks are run by `scripts/run_page.py --all`, which takes minutes; here they are read."""
    public = set(dir(ms))
    for _, block in BLOCK.findall(page.read_text()):
        tree = ast.parse(block)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                owner = node.value.id
                assert owner != "ms" or node.attr in public, f"ms.{node.attr}"
                assert owner != "figures" or hasattr(figures, node.attr), f"figures.{node.attr}"
            if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "mannscope":
                module = importlib.import_module(str(node.module))
                assert all(hasattr(module, alias.name) for alias in node.names), ast.unparse(node)


@pytest.fixture(scope="module")
def campaign() -> dict:
    return json.loads((DOCS / "results" / "reliability.json").read_text())


def test_the_page_of_the_campaign_has_the_numbers_of_its_data(campaign: dict) -> None:
    assert f"\n{make_reliability.table(campaign)}\n" in (DOCS / "reliability.md").read_text()


def test_every_part_of_the_campaign_was_run_and_says_at_which_state(campaign: dict) -> None:
    assert campaign.keys() == {"kills", "inputs", "requests", "places", "sequences", "pages"}
    goes = campaign["kills"]["goes"]
    parts = [*goes, *(numbers for part, numbers in campaign.items() if part != "kills")]
    assert all(part["commit"] and part["seconds"] and "failures" in part for part in parts)
    assert not any(part["failures"] for part in parts)
    assert len({part["commit"] for part in parts}) == 1
    assert sum(go["survived"] for go in goes) >= 300
    assert {name for go in goes for name in go["by_command"]} >= {"train", "record", "sweep", "study"}
    assert campaign["inputs"]["inputs"] >= 5000 <= campaign["requests"]["requests"]
    assert campaign["requests"]["growth"] < 0.05


def test_every_block_of_the_walk_runs_and_draws_the_pictures_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    page = (DOCS / "find-out.md").read_text()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ms, "verify", partial(ms.verify, quick=True, episodes=160))
    namespace: dict[str, object] = {"__name__": "page"}
    for number, block in enumerate(blocks(page), start=1):
        exec(compile(block, f"block {number}", "exec"), namespace)
    shown = re.findall(r"!\[.*?\]\((.*?)\)", page)
    assert shown
    assert all((tmp_path / picture).is_file() and (DOCS / picture).is_file() for picture in shown)
    told = capsys.readouterr().out
    assert "each bracket by itself: " in told
    assert "each bracket by itself: does not hold" not in told
    assert "controls: nothing holds" in told


def test_your_own_network_gets_its_verdict_as_the_page_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    pytest.importorskip("torch")
    monkeypatch.setattr(ms, "verify", partial(ms.verify, quick=True, episodes=160))
    namespace: dict[str, object] = {"__name__": "page"}
    page = (DOCS / "five-minutes.md").read_text()
    for number, block in enumerate(blocks(page), start=1):
        exec(compile(block, f"block {number}", "exec"), namespace)
    told = capsys.readouterr().out
    assert told.splitlines()[0] in page
    assert "'blank after _': 'LEFT'" in told
    assert "walk out over symbols, back over blanks: does not hold (" in told
    assert "agreement: failed" in told
