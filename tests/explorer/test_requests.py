"""Messages from a browser: what is not one of ours is refused, whatever it is."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mannscope.errors import MannscopeError
from mannscope.explorer.requests import (
    ExchangeEdit,
    ForceEdit,
    RunRequest,
    Source,
    ZeroReadingEdit,
    read_request,
)
from mannscope.explorer.session import Session

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
NEAR = st.integers(-2, 12) | JSON
RUN = st.sampled_from(["reverser"] * 8 + ["", "../reverser", "reversal-stack"]) | JSON
EDIT = st.fixed_dictionaries(
    {"kind": st.sampled_from(["force", "zero reading", "freeze memory", "exchange", "cut"]) | JSON},
    optional={
        name: NEAR | st.fixed_dictionaries({"episode": NEAR, "step": NEAR, "slot": NEAR})
        for name in ("step", "actor", "action", "part", "slot", "from", "more")
    },
)
MESSAGE = st.fixed_dictionaries(
    {"request": st.sampled_from(["open", "episode", "run", "project", "close"]) | JSON, "run": RUN},
    optional={
        "episode": NEAR,
        "text": st.sampled_from(["0 1", "0", "#", "é ²"]) | JSON,
        "edits": st.lists(EDIT, max_size=3) | JSON,
        "site": st.sampled_from(["policy", "hidden", "nothing", "input"]) | JSON,
        "method": st.sampled_from(["pca", "lda", "umap3"]) | JSON,
        "path": JSON,
    },
)


@given(JSON | MESSAGE)
@settings(max_examples=300, deadline=None, database=None)
def test_whatever_comes_is_answered_or_refused(session: Session, message: Any) -> None:
    try:
        answer = session.answer(message)
    except MannscopeError as problem:
        answer, refused = b"", problem.got
    else:
        refused = ""
    assert answer or refused


def test_edits_are_read() -> None:
    source = {"episode": 1, "step": 2, "slot": 3}
    request = read_request(
        {
            "request": "run",
            "run": "a",
            "text": "1 2",
            "edits": [
                {"kind": "force", "step": 0, "actor": 1, "action": 2},
                {"kind": "zero reading", "step": None},
                {"kind": "exchange", "step": 4, "part": 0, "slot": 5, "from": source},
            ],
        }
    )
    edits = (ForceEdit(0, 1, 2), ZeroReadingEdit(None), ExchangeEdit(4, 0, 5, Source(1, 2, 3)))
    assert request == RunRequest("a", "1 2", None, edits)


FORCE = {"kind": "force", "step": 0, "actor": 0, "action": 0}
RUN_TEXT = {"request": "run", "run": "a", "text": "1"}


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (None, "a message must be an object"),
        ([], "a message must be an object"),
        ({}, "request of a message must be text"),
        (
            {"request": "close", "run": "a"},
            "must be one of cancel, episode, extract, open",
        ),
        ({"request": "open"}, "must have run"),
        ({"request": "open", "run": 3}, "run must be text"),
        (
            {"request": "open", "run": "a", "path": "/etc"},
            "with request 'open' must be one of run",
        ),
        ({"request": "episode", "run": "a", "episode": True}, "episode must be a whole number"),
        ({"request": "episode", "run": "a", "episode": 1.0}, "episode must be a whole number"),
        ({"request": "episode", "run": "a", "episode": -1}, "episode must be a whole number"),
        ({"request": "episode", "run": "a", "episode": 10**5000}, "a number with too many digits"),
        ({"request": "run", "run": "a"}, "must be of a text or an episode. Got neither"),
        (RUN_TEXT | {"episode": 0}, "must be of a text or an episode. Got both"),
        (RUN_TEXT | {"text": "1" * 2001}, "text must have at most 2000 characters"),
        (RUN_TEXT | {"edits": {}}, "edits must be a list"),
        (RUN_TEXT | {"edits": [FORCE] * 257}, "edits must be at most 256"),
        (RUN_TEXT | {"edits": [FORCE | {"kind": "cut"}]}, "kind of an edit must be one of"),
        (RUN_TEXT | {"edits": [FORCE | {"step": None}]}, "step must be a whole number"),
        (RUN_TEXT | {"edits": [FORCE | {"slot": 1}]}, "key of an edit with kind 'force'"),
        (
            RUN_TEXT | {"edits": [{"kind": "exchange", "step": 0, "part": 0, "slot": 0, "from": [1]}]},
            "from must be an object",
        ),
    ],
)
def test_a_malformed_message_is_refused_with_what_must_hold(message: Any, error: str) -> None:
    with pytest.raises(MannscopeError, match=error):
        read_request(message)


def test_a_long_value_is_cut_in_an_error() -> None:
    with pytest.raises(MannscopeError) as refused:
        read_request({"request": "a" * 1500})
    assert len(refused.value.got) < 100
