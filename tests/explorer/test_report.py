"""A report is one file that holds all it shows, allows nothing else, and keeps its size by a fair sample."""

import html
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from explorer import pages
from explorer.fake import SYMBOL, FakeSession, run_payload
from mannscope.errors import MannscopeError
from mannscope.explorer.markup import embed, standalone
from mannscope.explorer.payload import Payload, list_runs
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
    assert pages.state(page) == {"host": "report", "live": False, "runs": list_runs(fake)}
    assert pages.payloads(page).keys() == {
        *("run/stack", "run/a/b"),
        *(f"episode/{run}/{k}" for run in ("stack", "a/b") for k in range(12)),
    }
    assert [tuple(run) for run in report.runs] == [("stack", 12, 12), ("a/b", 12, 12)]
    assert pages.payloads(page)["run/stack"].meta["kept"] is None
    assert pages.payloads(page)["run/stack"].meta["verification"] is not None


def test_verdicts_are_left_out_where_they_are_not_wanted(fake: FakeSession) -> None:
    report = make_report(fake, "report", 10**7, verified=False)
    assert pages.payloads(report.page)["run/stack"].meta["verification"] is None


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
    assert pages.payloads(page)["episode/stack/3"].meta["text"] == f"{SYMBOL} 3"
    assert embed('x"><script>', b"").count("<") == 2


def test_a_report_stays_within_its_limit_and_says_what_is_left_out(fitting: int) -> None:
    report = make_report(FakeSession(), "report", fitting, verified=True)
    assert report.size <= fitting
    found = pages.payloads(report.page)
    for run, kept, of in report.runs:
        meta = found[f"run/{run}"].meta
        assert 3 <= kept <= 9
        assert meta["kept"]["kept"] == len(meta["episodes"]) == kept
        assert meta["kept"]["of"] == of == 12
        assert meta["kept"]["text"].startswith(f"{kept} of 12 episodes are in this file, ")
        assert {place for place in found if place.startswith(f"episode/{run}/")} == {
            f"episode/{run}/{k}" for k in range(kept)
        }


def test_every_episode_of_a_sample_is_where_the_run_says(fitting: int) -> None:
    found = pages.payloads(make_report(FakeSession(), "report", fitting, verified=True).page)
    run = found["run/stack"]
    for index, listed in enumerate(run.meta["episodes"]):
        payload = found[f"episode/stack/{index}"]
        assert (payload.meta["episode"], payload.meta["text"]) == (index, listed["text"])
        number = int(listed["text"].split()[-1])
        assert run.arrays["input"][index, 0] == number
        points = run.arrays["point_episode"] == index
        assert points.sum() == listed["steps"]


@pytest.mark.parametrize("room", range(30_000, 400_000, 30_000))
def test_no_limit_is_overrun(room: int) -> None:
    session = FakeSession(episodes=30)
    limit = len(standalone("report", [], []).encode()) + room
    assert make_report(session, "report", limit, verified=True).size <= limit


def test_a_run_that_needs_little_leaves_its_room_to_the_others(fitting: int, fake: FakeSession) -> None:
    small, large = (
        Payload.from_bytes(run_payload(fake, "stack")),
        Payload.from_bytes(run_payload(fake, "a/b")),
    )
    answer = fake.answer
    few = keep(small, [0], "").to_bytes()
    fake.answer = lambda request: few if request == {"request": "open", "run": "stack"} else answer(request)
    report = make_report(fake, "report", fitting)
    assert report.runs[0].kept == 1
    assert report.runs[1].kept > 9
    assert len(large.meta["episodes"]) == 12


def test_a_limit_below_one_episode_a_run_is_refused_with_what_is_needed(
    fake: FakeSession, tmp_path: Path
) -> None:
    refusal = r"one episode of every run. Got 9000 bytes. Allow \d+ bytes"
    with pytest.raises(MannscopeError, match=refusal) as refused:
        write_report(fake, tmp_path / "report.html", 9000)
    assert list(tmp_path.iterdir()) == []
    needed = int(refused.value.remedy.split()[1])
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
    payload = Payload.from_bytes(run_payload(FakeSession(), "stack", verified=True))
    cut = keep(payload, [2, 11], "for a test")
    (verdict,) = cut.meta["verification"]["hypotheses"]
    assert verdict["counterexamples"] == [{"step": 1, "episode": 1}, {"step": 0}]
    assert cut.arrays["input"].tolist() == [[2, 2, 2, -1, -1], [11, 11, 11, 11, 11]]
    assert np.bincount(cut.arrays["point_episode"]).tolist() == [3, 5]
    assert cut.arrays["point_episode"].dtype == np.int32
    assert cut.meta["sites"] == [{"site": "policy", "points": 8, "available": 48}]
    assert keep(payload, range(12), "") is payload


def test_a_cut_pack_is_no_longer_than_its_episodes() -> None:
    payload = Payload.from_bytes(run_payload(FakeSession(), "stack"))
    assert keep(payload, [0, 2], "").arrays["input"].shape == (2, 3)
