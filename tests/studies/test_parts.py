"""The parts that need no network: markup, the journal, the spread over seeds, the terminal's table."""

import time
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mannscope.studies import study_table
from mannscope.studies.journal import Journal
from mannscope.studies.markup import Markup, element, join, table
from mannscope.studies.pictures import readable_episode
from mannscope.studies.summary import summarise_cell
from mannscope.studies.words import percent


def verdict(holds: bool) -> dict[str, Any]:
    return {"name": "push and pop", "holds": holds}


def result(seed: int, exact: float, holds: bool, untrained: bool = False) -> dict[str, Any]:
    """Write the least that a summary needs of a result."""
    rows = [
        {"size": size, "shape": shape, "exact": exact if shape == "random" else 0.0, "exact_discrete": 0.5}
        for shape in ("random", "left")
        for size in (10, 20, 50)
    ]
    controls = {
        "untrained": {"hypotheses": [verdict(untrained)]},
        "shuffled": {"hypotheses": [verdict(False)]},
    }
    return {
        "cell": "reversal-stack",
        "condition": "",
        "configuration": {"task": {"name": "reversal"}, "memory": {"name": "stack"}},
        "results": rows,
        "verify": {"hypotheses": [verdict(holds)], **controls},
        **dict.fromkeys(("run", "mined", "replay", "fingerprint", "seconds")),
        "seed": seed,
    }


def test_text_and_attributes_are_escaped_and_markup_is_not() -> None:
    made = element("p", "<b>", Markup("<i></i>"), attributes={"title": '"&'})
    assert made == '<p title="&quot;&amp;">&lt;b&gt;<i></i></p>'


def test_what_is_put_between_parts_is_not_trusted_to_be_text_of_theirs() -> None:
    assert join(["a<", Markup("<br>")], ", ") == "a&lt;, <br>"


def test_a_table_scrolls_in_a_box_named_like_its_caption() -> None:
    made = table("A & B", ["one"], [])
    assert made.startswith('<div class="scroll" role="region" aria-label="A &amp; B" tabindex="0"><table>')


def test_a_part_that_takes_long_says_so_while_it_works() -> None:
    said: list[str] = []
    with Journal(said.append, "cell").timed("training", patience=0.01):
        time.sleep(0.05)
    assert said[0].startswith("cell: training, 0 s so far")
    assert said[-1].startswith("cell: training: 0.")


def test_a_part_that_fails_does_not_say_that_it_is_done() -> None:
    said: list[str] = []
    with pytest.raises(KeyError), Journal(said.append, "cell").timed("training"):
        raise KeyError
    assert said == []


def test_a_share_is_all_or_nothing_only_where_it_is() -> None:
    assert [percent(share) for share in (1.0, 0.9999, 0.5, 0.0001, 0.0)] == [
        "100%",
        "99.9%",
        "50.0%",
        "0.1%",
        "0%",
    ]


def test_accuracy_over_seeds_is_of_the_first_shape() -> None:
    summary = summarise_cell([result(0, 1.0, True), result(1, 0.5, False)])
    spread = {"mean": 0.75, "std": 0.25, "best": 1.0, "worst": 0.5}
    assert summary["exact"] == dict.fromkeys(("10", "20", "50"), spread)


def test_a_hypothesis_is_counted_over_the_seeds() -> None:
    summary = summarise_cell([result(0, 1.0, True), result(1, 0.5, False)])
    assert summary["holding"] == {"push and pop": "1 of 2"}


def test_the_tables_last_columns_count_the_controls() -> None:
    summary = summarise_cell([result(0, 1.0, True, untrained=True), result(1, 0.5, False)])
    columns = [list(column.cells) for column in study_table({"cells": [summary]}).columns]
    assert [str(column[0]) for column in columns[-4:]] == ["push and pop", "1 of 2", "1 of 2", "0 of 2"]


def test_the_episode_shown_is_the_first_that_is_all_right() -> None:
    plane = ("episode", "step")
    target = np.array([[0, 1], [0, 1]])
    output, answer = np.array([[0, 0], [5, 1]]), np.array([[True, True], [False, True]])
    trace = xr.Dataset({"target": (plane, target), "output": (plane, output), "answer": (plane, answer)})
    assert readable_episode(trace) == 1
