"""`mannscope explain`: one screen, one page, one JSON document."""

from pathlib import Path


def test_a_page_that_cannot_be_written_is_refused_before_anything_is_run(command, run) -> None:
    Path("file").write_text("")
    outcome = command("explain", run, "--out", "file/page.html")
    assert (outcome.code, outcome.out) == (2, "")
    assert "measuring" not in outcome.err
