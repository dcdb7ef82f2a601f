"""`mannscope project`: every site by category, with scores."""

from pathlib import Path

import pytest

OPTIONS = ["--episodes", 8]


def test_every_site_has_a_score_and_its_controls(command, run) -> None:
    told = command("project", run, *OPTIONS, "--json").json()
    sites = [site["site"] for site in told["sites"]]
    assert sites == ["hidden", "interface", "policy", "push_value", "memory", "reading", "logits"]
    assert (told["episodes"], told["held_out_episodes"]) == (8, 4)
    for site in told["sites"]:
        assert site["probe"]["control_best"] == max(site["probe"]["controls"])


def test_the_figure_has_a_panel_for_each_named_site(command, run) -> None:
    outcome = command("project", run, *OPTIONS, "--site", "hidden", "reading", "--out", "new/sites.svg")
    assert outcome.code == 0
    drawn = Path("new/sites.svg").read_text()
    assert ">hidden state: " in drawn
    assert ">reading: " in drawn
    assert ">memory: " not in drawn


def test_scores_are_a_table_without_json(command, expressions) -> None:
    lines = command("project", expressions, *OPTIONS, "--site", "policy", "memory").out.splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["policy", "memory"]
    assert "on 4 of 8 episodes" in lines[-1]


def test_a_recorded_trace_is_projected_as_its_network_is(command, run) -> None:
    command("record", run, "--episodes", 8, "--size", 2, "-o", "trace.nc")
    recorded = command("project", "trace.nc", "--json").json()
    fresh = command("project", run, "--episodes", 8, "--size", 2, "--json").json()
    assert recorded["sites"] == fresh["sites"]


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["nowhere"], ["must be a run directory or a bundled network", "'nowhere'", "Train one"]),
        (
            ["reversal-stack", "--episodes", 1],
            ["--episodes must be a whole number from 2", "'1'", "Pass one"],
        ),
        (["reversal-stack", "--out", "a.gif"], ["suffix of a figure must be", "'a.gif'", "Name the file"]),
        (["a.nc", "--size", 3], ["must be projected as it was recorded", "--size", "Leave it out"]),
        (["a.nc", "--episodes", 3], ["must be projected as it was recorded", "--episodes", "Leave it out"]),
    ],
)
def test_what_cannot_be_projected_is_told_in_three_parts(command, arguments, parts) -> None:
    outcome = command("project", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert all(part in outcome.err for part in parts), outcome.err
    assert not list(Path().iterdir())


def test_an_unknown_site_is_told_with_the_nearest(command, run) -> None:
    outcome = command("project", run, *OPTIONS, "--site", "hiden")
    assert outcome.code == 2
    assert "Got 'hiden'. Did you mean 'hidden'?" in outcome.err


def test_a_trace_of_one_episode_is_refused(command, run) -> None:
    command("record", run, "--input", "0 1", "-o", "one.nc")
    outcome = command("project", "one.nc")
    assert outcome.code == 2
    assert "at least 2 episodes are needed" in outcome.err
