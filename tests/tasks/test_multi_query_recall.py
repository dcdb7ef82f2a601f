"""Multi-query associative recall, worked out by hand."""

import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import MultiQueryRecall
from worked import asked, drawn, shown, traced

TASK = MultiQueryRecall(vocabulary=8)
TEXT = "k3 v1 k0 v2 # k0 . k3 ."


def test_the_value_of_a_key_is_asked_for() -> None:
    assert asked(TASK, TEXT) == ". . . . . v2 . v1 ."
    variables = TASK.episode(TEXT).variables
    assert variables["pairs"].tolist() == [0, 1, 1, 2, 2, 2, 2, 2, 2]
    assert shown(variables["value"], TASK.outputs) == ". . . . . v2 . v1 ."


def test_a_key_that_comes_again_has_its_latest_value() -> None:
    assert asked(TASK, "k3 v1 k3 v2 # k3") == ". . . . . v2 . . ."
    assert TASK.episode("k3 v1 k3 v2 # k3").variables["value"].tolist()[2] == 1


def test_a_key_is_a_query_after_the_delimiter() -> None:
    names = ("key", "value", "#", ".", "query")
    assert shown(TASK.episode(TEXT).category, names) == "key value key value # query . query ."


def test_a_table_solves_it() -> None:
    assert traced(TASK, TEXT, "table") == [
        "LOOK_UP | ",
        "WRITE | v1",
        "LOOK_UP | v1",
        "WRITE | v1 v2",
        "KEEP | v1 v2",
        "LOOK_UP | v1 v2 > v2",
        "KEEP | v1 v2",
        "LOOK_UP | v1 v2 > v1",
        "KEEP | v1 v2",
    ]


def test_every_key_is_asked_for_once_and_most_come_early() -> None:
    episodes = drawn(MultiQueryRecall(spread=8), 8, 500)
    keys, queries = episodes.inputs[:, :16:2], episodes.inputs[:, 17:]
    found = np.sort(np.where(queries < 32, queries, 99), axis=1)[:, :8]
    assert (found == np.sort(keys, axis=1)).all()
    assert (np.diff(found, axis=1) > 0).all()
    share = (queries < 32).mean(axis=0)
    assert share[:8].mean() > 2 * share[-8:].mean()


def test_values_are_uniform_and_more_pairs_than_keys_repeat_keys() -> None:
    episodes = drawn(TASK, 6, 500)
    assert (abs(np.bincount(episodes.inputs[:, 1:12:2].ravel())[4:] / 3000 - 1 / 4) < 0.03).all()
    assert all(len(set(row[:12:2].tolist())) == 4 for row in episodes.inputs)


@pytest.mark.parametrize("text", ["", "#", "k0 v1 #", "k0 v1 # k1", "k0 v1 # k0 . .", "v1 k0 # k0"])
def test_what_is_no_list_of_pairs_with_queries_is_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="pairs of a key and a value"):
        TASK.episode(text)


@pytest.mark.parametrize("options", [{"vocabulary": 7}, {"spread": 0}, {"power": 0.0}])
def test_options_out_of_range_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(MannscopeError, match="vocabulary must be even"):
        MultiQueryRecall(**options)
