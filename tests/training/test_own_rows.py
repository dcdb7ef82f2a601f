"""Rows given in Python and functions that draw them: trained on, kept in the run, and loaded without code."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import Table, drawing, own_rows, rows
from mannscope.tasks.drawing import task
from mannscope.training import Configuration, Network, Training, load, train
from mannscope.training.feed import Feed
from mannscope.training.store import save_network

PAIRS = [(f"{a} {b} ?", f". . {max(a, b)}") for a in "0123" for b in "0123"]


def configuration(of: dict, **training: int) -> Configuration:
    options = {"batch": 3, "steps": 4, "chunk": 2, "evaluate_every": 2, "checkpoint_every": 2} | training
    given = Training(**options)  # pyright: ignore[reportArgumentType]
    return Configuration(of, {"name": "none"}, {"name": "rnn", "hidden": 2}, training=given)


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go on like another process, in which nothing was given."""
    monkeypatch.setattr(own_rows, "_KEPT", {})
    monkeypatch.setattr(drawing, "_GIVEN", {})


def table(of: dict) -> Table:
    return Table(**{name: value for name, value in of.items() if name != "name"})


def texts(of: Table) -> set[str]:
    return {of.text(row) for split in (of.data.training, of.data.held_out) for row in split.inputs}


def test_pairs_lists_mappings_and_frames_are_the_same_rows() -> None:
    pandas = pytest.importorskip("pandas")
    lists = [(given.split(), [None if one == "." else one for one in to.split()]) for given, to in PAIRS]
    records = [{"input": given, "target": to, "page": 7} for given, to in PAIRS]
    frame = pandas.DataFrame(records)
    arrays = pandas.DataFrame(
        {"input": [np.array(one) for one, _ in lists], "target": [to for _, to in lists]}
    )
    wanted = {given for given, _ in PAIRS}
    for given in (PAIRS, lists, records, frame, arrays, iter(records)):
        assert texts(table(rows(given))) == wanted
    assert rows(PAIRS) == rows(records) == rows(frame)


def test_what_a_frame_has_not_is_no_category() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([{"input": given, "target": to, "category": np.nan} for given, to in PAIRS])
    assert table(rows(frame)).categories == table(rows(PAIRS)).categories


def test_test_rows_are_those_given() -> None:
    made = table(rows(PAIRS[:8], test=PAIRS[6:10]))
    assert len(made.data.training.lengths) == 8
    assert len(made.data.held_out.lengths) == 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("a b", "rows must be a list of pairs, a data frame, or a data set. Got str"),
        (7, "Got int"),
        ({"train": PAIRS}, "must be one list, frame or data set. Got several by name, train"),
        ([("a",)], "each row must be input, target and perhaps category"),
    ],
)
def test_what_is_no_list_of_rows_is_refused(given: object, message: str) -> None:
    with pytest.raises(MannscopeError, match=message):
        rows(given)


def test_a_malformed_row_is_refused_by_its_number() -> None:
    with pytest.raises(MannscopeError, match=r"at least one target\. Got row 2"):
        table(rows([("a", "b"), ("a", ".")]))


def test_a_run_keeps_its_rows_and_is_loaded_in_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = configuration(rows(PAIRS))
    save_network(Network.fresh(of), tmp_path)
    forget(monkeypatch)
    with pytest.raises(MannscopeError, match="rows given in Python must be known in this process"):
        of.make_task()
    found = load(tmp_path).task
    assert isinstance(found, Table)
    assert texts(found) == {given for given, _ in PAIRS}


def test_rows_that_were_changed_in_the_run_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_network(Network.fresh(configuration(rows(PAIRS))), tmp_path)
    forget(monkeypatch)
    (path,) = tmp_path.glob("rows-*.jsonl")
    path.write_text(path.read_text().replace("3", "2"))
    with pytest.raises(MannscopeError, match="must be those it was trained on"):
        load(tmp_path)


def reverse(random: np.random.Generator, size: int) -> tuple[list[str], list[str]]:
    """Draw letters, and give them back the other way round."""
    letters = random.choice(list("abc"), size).tolist()
    return letters, letters[::-1]


def drawn(**options: int) -> dict:
    return task(reverse, answers="after", **({"largest": 4, "farthest": 6, "rows": 8} | options))  # pyright: ignore[reportArgumentType]


def test_held_out_rows_of_a_function_reach_farther_than_those_trained_on() -> None:
    finite = table(drawn()).finite
    assert finite.longest_trained == 8
    assert set(finite.lengths.tolist()) >= {8, 10, 12}
    assert finite.lines(8)[-1].startswith(
        f"Rows to train on are drawn by {__name__}:reverse, fresh at every step; "
    )


def test_every_step_has_fresh_rows_none_of_which_is_held_out() -> None:
    made = configuration(drawn())
    of = made.make_task()
    assert isinstance(of, Table)
    feed = Feed(of, made.training, 0)
    found = feed.draw(0, 40)
    assert (found.supervised == (found.targets >= 0)).all()
    episodes = set()
    for row, starts in zip(found.inputs.reshape(120, -1), found.starts.reshape(120, -1), strict=True):
        whole = np.split(row, np.flatnonzero(starts)[1:])[:-1]  # the last may be cut off
        episodes |= {tuple(part.tolist()) for part in whole}
    held_out = {tuple(row[row >= 0].tolist()) for row in of.data.held_out.inputs}
    assert len(episodes) > 60  # 3 + 9 + 27 + 81 are there
    assert not episodes & held_out
    assert not np.array_equal(found.inputs[0], found.inputs[1])


def test_a_step_has_the_same_rows_in_whatever_chunk_it_is() -> None:
    made = configuration(drawn())
    feed = Feed(made.make_task(), made.training, 3)
    whole = feed.take(0, 4)
    parts = [feed.take(step, 2) for step in (0, 2)]
    feed.close()
    for name in whole._fields:
        joined = np.concatenate([getattr(part, name) for part in parts])
        assert np.array_equal(getattr(whole, name), joined)


def test_a_run_of_a_function_trains_loads_without_it_and_resumes_only_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = train(configuration(drawn()), tmp_path)
    forget(monkeypatch)
    monkeypatch.setitem(sys.modules, reverse.__module__, None)  # to import it would fail
    found = load(tmp_path)
    assert np.array_equal(found.model.readout.weight, trained.model.readout.weight)
    assert len(found.sample(0, 4, found.trained_size).inputs) == 4
    (tmp_path / "training.safetensors").unlink()
    with pytest.raises(MannscopeError, match="needs that function to go on training"):
        train(found.configuration, tmp_path, resume=True)
    again = train(configuration(drawn()), tmp_path, resume=True)
    assert np.array_equal(again.model.readout.weight, trained.model.readout.weight)
    stored = json.loads((tmp_path / "config.json").read_text())
    assert stored["task"]["draws"] == f"{__name__}:reverse"


def test_a_function_with_two_answers_is_refused() -> None:
    def odd(random: np.random.Generator, size: int) -> tuple[str, str]:
        return "a " * size, str(random.integers(3))

    with pytest.raises(MannscopeError, match="must give an input the same answer"):
        task(odd, answers="after", rows=4)


def test_a_symbol_that_no_row_had_before_is_refused_with_what_to_do() -> None:
    last = ["a"]

    def late(random: np.random.Generator, size: int) -> tuple[str, str]:
        word = " ".join(random.choice(list("ab"), size + 2).tolist())
        return f"{word} {last[0]}", f"{word} {last[0]}"

    made = configuration(task(late, largest=3, farthest=3, rows=3))
    last[0] = "z"
    with pytest.raises(MannscopeError, match=r"tokens that were among its first rows.*'z'"):
        Feed(made.make_task(), made.training, 0).draw(0, 100)


def test_sizes_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(MannscopeError, match=r"in this order, from 1. Got 1, 4 and 3"):
        drawn(farthest=3)
