"""`mannscope explain`: one screen, one page, one JSON document."""

from pathlib import Path


def test_an_untrained_run_is_explained_on_the_screen_and_on_a_page(command, run) -> None:
    outcome = command("explain", run, "--out", "new/page.html")
    assert outcome.code == 0
    for heading in ("accuracy", "what it does", "what holds", "program", "an example", "look next"):
        assert f"\n{heading}\n" in outcome.out
    for said in ("does not hold", "Where does it first go wrong?", "Controls were not needed", "None: "):
        assert said in outcome.out
    assert " holds " not in outcome.out
    assert f"mannscope explore {run}" in outcome.out
    assert "wrote new/page.html" in outcome.err
    assert Path("new/page.html").read_text().startswith("<!DOCTYPE html>")


def test_json_is_one_document_with_the_verdicts(command, run) -> None:
    told = command("explain", run, "--json").json()
    assert {"accuracy", "policy", "verification", "program", "unknown", "next"} <= set(told)
    assert not any(verdict["holds"] for verdict in told["verification"]["hypotheses"])


def test_a_page_that_cannot_be_written_is_refused_before_anything_is_run(command, run) -> None:
    Path("file").write_text("")
    outcome = command("explain", run, "--out", "file/page.html")
    assert (outcome.code, outcome.out) == (2, "")
    assert "measuring" not in outcome.err
