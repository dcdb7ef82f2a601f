"""Opening: the page is answered before JAX has loaded, and a session made meanwhile."""

import subprocess
import sys
import threading

import pytest

from explorer.fake import FakeSession
from mannscope.errors import MannscopeError
from mannscope.explorer.opening import Opening, all_bundled, is_stored
from mannscope.explorer.payload import Payload
from mannscope.training import bundled


def stage(opening: Opening) -> str | None:
    """What a run waits for, as the page asks."""
    found = Payload.from_bytes(opening.answer({"request": "progress", "run": "stack"}))
    return found.meta["work"] and found.meta["work"]["says"]


def test_until_the_session_is_made_the_page_is_told_what_it_waits_for(fake: FakeSession) -> None:
    go_on = threading.Event()
    opening = Opening(["stack"], lambda: go_on.wait(10) and fake)
    assert opening.runs == [{"id": "stack", "label": "stack"}]
    assert stage(opening) == "loading JAX"
    go_on.set()
    assert Payload.from_bytes(opening.answer({"request": "open", "run": "stack"})).meta["run"] == "stack"


def test_the_session_is_made_once(fake: FakeSession) -> None:
    made = []
    opening = Opening(["stack"], lambda: made.append(1) or fake)
    for _ in range(3):
        opening.begin()
        opening.answer({"request": "open", "run": "stack"})
    assert made == [1]


def test_a_session_that_cannot_be_made_is_told_to_every_request() -> None:
    def fail() -> FakeSession:
        raise MannscopeError("a must", "a got", "a remedy")

    opening = Opening(["stack"], fail)
    for _ in range(2):
        with pytest.raises(MannscopeError, match="a must"):
            opening.answer({"request": "open", "run": "stack"})


def test_what_is_stored_is_known_by_its_files(tmp_path) -> None:
    assert all_bundled() == bundled()
    assert all(map(is_stored, all_bundled()))
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "config.json").touch()
    (tmp_path / "a.nc").touch()
    assert is_stored(str(tmp_path / "a.nc"))
    for missing in ("run", "b.nc", "nothing"):
        assert not is_stored(str(tmp_path / missing))


def test_the_server_starts_without_jax() -> None:
    names = "mannscope.cli.explore", "mannscope.explorer.serve", "mannscope.explorer.opening"
    script = f"import sys, {', '.join(names)}; sys.exit('jax' in sys.modules or 'xarray' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
