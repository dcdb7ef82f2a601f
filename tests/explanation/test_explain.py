"""Explanations say what is true of networks whose strategy is known, and what could not be found out."""

import json
from dataclasses import replace
from html import unescape

import pytest

from mannscope.cli import main
from mannscope.errors import MannscopeError
from mannscope.explanation import Explanation, explain
from mannscope.explanation.page import page
from mannscope.planted import plant
from mannscope.training import Configuration, Network, save_network
from mannscope.training.subject import require_subject

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def honest() -> Explanation:
    """Explain a network that pushes symbols and pops blanks."""
    return explain(plant("reverser"), run="runs/honest")


@pytest.fixture(scope="module")
def without_memory() -> Explanation:
    """Explain a network whose memory nothing acts on."""
    plain = {"task": {"name": "reversal", "alphabet": 3}, "memory": "none", "training": {"largest": 4}}
    return explain(Network.fresh(Configuration.from_dict(plain)))


def test_the_planted_policy_is_said_in_a_sentence(honest) -> None:
    (sentence,) = honest.policy
    assert sentence.startswith("stack 0 pushes at symbol (")
    assert sentence.endswith('pops at blank "_"')


def test_the_screen_says_what_holds_with_its_weakest_evidence_and_its_controls(honest) -> None:
    text = str(honest)
    assert "push symbols, pop blanks: holds from size" in text
    assert text.count("Weakest evidence: ") == min(4, sum(verdict.holds for verdict in honest.verdicts))
    assert "The same holds on no control (shuffled)." in text
    assert "1.000" in text.split("accuracy")[1].split("what it does")[0]
    assert max(map(len, text.splitlines())) <= 100
    assert len(text.splitlines()) <= 50


def test_a_program_is_told_by_its_size_and_how_it_agrees(honest) -> None:
    assert honest.extraction is not None
    assert honest.extraction.agrees
    assert f"{len(honest.extraction.program.contents)} contents" in str(honest)
    assert "It agrees with the network" in str(honest)


def test_the_example_is_an_episode_with_its_actions_and_answers(honest) -> None:
    lines = str(honest).split("an example\n")[1].splitlines()[:3]
    read, did, said = (line.split()[skipped:] for line, skipped in zip(lines, (1, 2, 1), strict=True))
    symbols = read[: read.index("#")]
    assert did[: len(symbols)] == ["PUSH"] * len(symbols)
    assert said == symbols[::-1]


def test_advice_is_typed_in_the_shell_where_the_network_is_a_run_and_in_python_elsewhere(
    honest, without_memory
) -> None:
    assert [one.how for one in honest.advice][-1] == "mannscope explore runs/honest"
    assert [one.how for one in without_memory.advice][-1] == "ms.explore(network)"
    assert "ms.evaluate(network, [4])" in [one.how for one in without_memory.advice]


def test_without_actors_it_says_why_there_is_no_policy_and_no_verdict(without_memory) -> None:
    assert (without_memory.mined, without_memory.verification) == (None, None)
    text = str(without_memory)
    assert text.count("Not known: nothing acts on a memory by actions that could be named.") == 2
    assert "None: " in text.split("program")[1]


def test_plain_values_are_those_of_the_verification(honest) -> None:
    told = json.loads(json.dumps(honest.to_dict()))
    verdicts = told["verification"]["hypotheses"]
    assert {one["name"] for one in verdicts if one["holds"]} == set(honest.verification.holding)
    assert set(told["weakest"]) == {one["name"] for one in verdicts}
    for one in verdicts:
        weakest = told["weakest"][one["name"]]
        assert weakest["kind"] in {piece["kind"] for piece in one["evidence"] if piece["decides"]}
    assert told["policy"] == list(honest.policy)


def test_the_page_has_all_of_it_and_a_picture_and_loads_nothing(honest, tmp_path) -> None:
    text = unescape(honest.save(tmp_path / "page.html").read_text())
    for part in (*honest.policy, "Weakest evidence: ", "data:image/svg+xml;base64,", "mannscope explore"):
        assert part in text
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")


def test_a_hostile_name_is_text_on_the_page_and_in_a_notebook(honest) -> None:
    hostile = replace(honest, name=SCRIPT, title=SCRIPT, run=SCRIPT)
    assert SCRIPT not in page(hostile)
    assert SCRIPT not in hostile._repr_html_()
    assert "&lt;script&gt;" in page(hostile)


def test_an_explanation_without_a_policy_has_a_page(without_memory) -> None:
    assert page(without_memory).count("<section>") == 5


def test_the_verb_prints_the_screen_or_json_and_writes_the_page(
    honest, tmp_path, capsys, monkeypatch
) -> None:
    asked = []

    def again(network: Network, **options: object) -> Explanation:
        asked.append((network.name, options["whole"], options["seed"], options["run"]))
        return honest

    monkeypatch.setattr("mannscope.explanation.explain", again)
    run, out = tmp_path / "run", tmp_path / "new" / "page.html"
    save_network(plant("reverser"), run)
    assert main(["explain", str(run), "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out == f"{honest}\n"
    assert f"wrote {out}" in said.err
    assert out.read_text() == page(honest)
    assert main(["explain", str(run), "--json", "--whole", "--seed", "3"]) == 0
    assert json.loads(capsys.readouterr().out)["policy"] == list(honest.policy)
    assert asked == [(str(run), False, 0, str(run)), (str(run), True, 3, str(run))]


def test_what_is_no_network_on_a_task_is_refused() -> None:
    with pytest.raises(MannscopeError, match="what is explained must be a network on a task") as refused:
        require_subject(3, "explained")
    assert "network.on(task, largest=20)" in str(refused.value)
