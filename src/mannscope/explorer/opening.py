"""A session that is made while the page is shown: packages load, and the first run opens, meanwhile."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from importlib.resources import files
from pathlib import Path
from typing import Any

from mannscope.explorer.payload import LOG, PayloadSource, distinct, progress
from mannscope.explorer.request_queue import WORKER

STORED = ("config.json", "model.safetensors")
"""Files of a run."""
TRACE = ".nc"
"""How the names of files of traces end."""


class Opening:
    """Answers as a session does, once that is made; until then it says what is being done.

    Args:
        names: Run folders, bundled networks and files of traces, all of which are there.
        make: Makes the session on them.
    """

    def __init__(self, names: Sequence[str], make: Callable[[], PayloadSource]) -> None:
        self._names = distinct(names)
        self.live = any(Path(name).suffix != TRACE for name in names)
        self._session: Future[PayloadSource] = Future()
        self._make, self._began = make, 0.0
        self._beginning = threading.Lock()

    @property
    def runs(self) -> list[dict[str, str]]:
        """The runs, each with its id and its label."""
        return [{"id": name, "label": name} for name in self._names]

    def begin(self) -> None:
        """Begin to make the session, unless that has begun."""
        with self._beginning:
            if self._began == 0.0:
                self._began = time.monotonic()
                threading.Thread(target=self._prepare, name=WORKER, daemon=True).start()

    def answer(self, message: Mapping[str, Any]) -> bytes:
        """Answer as the session does, and wait for it; only what asks how far it is does not wait.

        Raises:
            MannscopeError: as the session does, and if it cannot be made.
        """
        self.begin()
        if message.get("request") == "progress" and not self._session.done():
            seconds = round(time.monotonic() - self._began, 1)
            work = {"says": "loading JAX", "seconds": seconds, "limit": None}
            return progress(str(message.get("run")), work)
        return self._session.result().answer(message)

    def _prepare(self) -> None:
        """Make the session, and open the run that the page shows first."""
        try:
            session = self._make()
        except BaseException as problem:  # whatever it is, a page waits for it
            self._session.set_exception(problem)
            return
        self._session.set_result(session)
        try:
            session.answer({"request": "outline", "run": self._names[0]})
        except Exception:  # the page asks for it again, and is told
            LOG.debug("the first run could not be opened", exc_info=True)


def is_stored(name: str) -> bool:
    """Whether a name is that of a run, a bundled network, or a trace, by its files alone."""
    if Path(name).suffix == TRACE:
        return Path(name).is_file()
    folders = (Path(name), Path(str(files("mannscope"))) / "checkpoints" / name)
    folder = next((folder for folder in folders if (folder / STORED[0]).is_file()), None)
    return folder is not None and (folder / STORED[1]).is_file()


def all_bundled() -> list[str]:
    """Name the networks that come with the package."""
    folder = Path(str(files("mannscope"))) / "checkpoints"
    return sorted(entry.name for entry in folder.iterdir() if (entry / STORED[0]).is_file())
