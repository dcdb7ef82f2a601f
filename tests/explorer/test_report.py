"""A report is one file that holds all it shows, allows nothing else, and keeps its size by a fair sample."""

import html
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from explorer import pages
from explorer.fake import SYMBOL, FakeSession, run_pack
from mannscope.errors import MannscopeError
from mannscope.explorer.answering import listed
from mannscope.explorer.pack import Pack
from mannscope.explorer.page import enclosed, standalone
from mannscope.explorer.report import make_report, write_report
from mannscope.explorer.sampling import by_importance, keep


@pytest.fixture
def fitting() -> int:
    """A limit that about half of the episodes fit."""
    whole = make_report(FakeSession(), "report", 10**7, verified=True).size
    empty = len(standalone("report", [], []).encode())
    return empty + (whole - empty) // 2


def test_a_report_holds_every_pack_of_every_run(fake: FakeSession, tmp_path: Path) -> None:
    report = write_report(fake, tmp_path / "new" / "report.html")
    page = (tmp_path / "new" / "report.html").read_text(encoding="utf-8")
    assert page == report.page
    assert pages.state(page) == {"home": "report", "live": False, "runs": listed(fake)}
    assert pages.packs(page).keys() == {
        *("run/stack", "run/a/b"),
        *(f"episode/{run}/{k}" for run in ("stack", "a/b") for k in range(12)),
    }
    assert [tuple(run) for run in report.runs] == [("stack", 12, 12), ("a/b", 12, 12)]
    assert pages.packs(page)["run/stack"].view["kept"] is None
    assert pages.packs(page)["run/stack"].view["verification"] is not None


def test_verdicts_are_left_out_where_they_are_not_wanted(fake: FakeSession) -> None:
    report = make_report(fake, "report", 10**7, verified=False)
    assert pages.packs(report.page)["run/stack"].view["verification"] is None


def test_a_report_allows_its_own_script_and_style_and_nothing_else(fake: FakeSession) -> None:
    page = make_report(fake, "report", 10**7).page
    policy = html.unescape(re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1])
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules == {
        "default-src": "'none'",
        "script-src": pages.hashes(page, 'script type="module"')[0],
        "style-src": pages.hashes(page, "style")[0],
        "img-src": "data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert page.index("http-equiv") < min(page.index("<style"), page.index("<script"), page.index("<link"))


def test_a_report_names_no_other_address(fake: FakeSession) -> None:
    page = make_report(fake, "report", 10**7).page
    shell = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert re.findall(r'(?:src|href|action|url)\s*[=(]\s*"?([^">\s]*)', shell) == ["data:,"]


def test_a_token_that_is_a_script_stays_text(fake: FakeSession) -> None:
    page = make_report(fake, "report", 10**7).page
    assert SYMBOL not in page
    assert html.escape(SYMBOL) in page  # the title
    assert pages.packs(page)["episode/stack/3"].view["text"] == f"{SYMBOL} 3"
    assert enclosed('x"><script>', b"").count("<") == 2


def test_a_report_stays_within_its_limit_and_says_what_is_left_out(fitting: int) -> None:
    report = make_report(FakeSession(), "report", fitting, verified=True)
    assert report.size <= fitting
    found = pages.packs(report.page)
    for run, kept, of in report.runs:
        view = found[f"run/{run}"].view
        assert 3 <= kept <= 9
        assert view["kept"]["kept"] == len(view["episodes"]) == kept
        assert view["kept"]["of"] == of == 12
        assert view["kept"]["told"].startswith(f"{kept} of 12 episodes are in this file, ")
        assert {place for place in found if place.startswith(f"episode/{run}/")} == {
            f"episode/{run}/{k}" for k in range(kept)
        }


def test_every_episode_of_a_sample_is_where_the_run_says(fitting: int) -> None:
    found = pages.packs(make_report(FakeSession(), "report", fitting, verified=True).page)
    run = found["run/stack"]
    for index, told in enumerate(run.view["episodes"]):
        pack = found[f"episode/stack/{index}"]
        assert (pack.view["episode"], pack.view["text"]) == (index, told["text"])
        number = int(told["text"].split()[-1])
        assert run.arrays["input"][index, 0] == number
        points = run.arrays["point_episode"] == index
        assert points.sum() == told["steps"]


@pytest.mark.parametrize("room", range(30_000, 400_000, 30_000))
def test_no_limit_is_overrun(room: int) -> None:
    session = FakeSession(episodes=30)
    limit = len(standalone("report", [], []).encode()) + room
    assert make_report(session, "report", limit, verified=True).size <= limit


def test_a_run_that_needs_little_leaves_its_room_to_the_others(fitting: int, fake: FakeSession) -> None:
    small, large = Pack.from_bytes(run_pack(fake, "stack")), Pack.from_bytes(run_pack(fake, "a/b"))
    answer = fake.answer
    few = keep(small, [0], "").to_bytes()
    fake.answer = lambda ask: few if ask == {"ask": "open", "run": "stack"} else answer(ask)
    report = make_report(fake, "report", fitting)
    assert report.runs[0].kept == 1
    assert report.runs[1].kept > 9
    assert len(large.view["episodes"]) == 12


def test_a_limit_below_one_episode_a_run_is_refused_with_what_is_needed(
    fake: FakeSession, tmp_path: Path
) -> None:
    refusal = r"one episode of every run. Got 9000 bytes. Allow \d+ bytes"
    with pytest.raises(MannscopeError, match=refusal) as told:
        write_report(fake, tmp_path / "report.html", 9000)
    assert list(tmp_path.iterdir()) == []
    needed = int(told.value.remedy.split()[1])
    report = write_report(fake, tmp_path / "report.html", needed)
    assert needed - 3000 < report.size <= needed
    assert [run.kept for run in report.runs] == [1, 1]


def _episodes() -> list[dict]:
    kinds = [("held out", 5, True)] * 80 + [("held out", 9, False)] * 40 + [("held out", 9, True)] * 8
    kinds += [("counterexample", 5, False)] * 4
    return [{"group": group, "steps": steps, "exact": exact} for group, steps, exact in kinds]


@pytest.mark.parametrize("kept", [20, 36, 68])
def test_a_sample_is_an_equal_share_of_every_kind_after_the_counterexamples(kept: int) -> None:
    episodes, order = _episodes(), by_importance(_episodes())
    assert sorted(order) == list(range(132))
    assert set(order[:4]) == {128, 129, 130, 131}
    found = Counter((episodes[k]["steps"], episodes[k]["exact"]) for k in order[4:kept])
    share = (kept - 4) / 128
    assert all(abs(found[kind] - share * of) <= 1.5 for kind, of in {(5, True): 80, (9, False): 40}.items())
    assert found[9, True] >= 1


def test_a_cut_pack_points_to_the_counterexamples_that_are_left() -> None:
    pack = Pack.from_bytes(run_pack(FakeSession(), "stack", verified=True))
    cut = keep(pack, [2, 11], "for a test")
    (verdict,) = cut.view["verification"]["hypotheses"]
    assert verdict["counterexamples"] == [{"step": 1, "episode": 1}, {"step": 0}]
    assert cut.arrays["input"].tolist() == [[2, 2, 2, -1, -1], [11, 11, 11, 11, 11]]
    assert np.bincount(cut.arrays["point_episode"]).tolist() == [3, 5]
    assert cut.arrays["point_episode"].dtype == np.int32
    assert cut.view["sites"] == [{"site": "policy", "points": 8, "available": 48}]
    assert keep(pack, range(12), "") is pack


def test_a_cut_pack_is_no_longer_than_its_episodes() -> None:
    pack = Pack.from_bytes(run_pack(FakeSession(), "stack"))
    assert keep(pack, [0, 2], "").arrays["input"].shape == (2, 3)
