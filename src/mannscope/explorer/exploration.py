"""`mannscope.explore`: runs, networks, verdicts and traces, in a notebook or as a file."""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from mannscope.errors import MannscopeError
from mannscope.explorer.notebook import frame, make_widget
from mannscope.explorer.payload import PayloadSource
from mannscope.explorer.report import LIMIT, make_report, write_report
from mannscope.explorer.session import Session
from mannscope.explorer.subjects import Explorable

if TYPE_CHECKING:
    from anywidget import AnyWidget

FRAME_LIMIT = 2_000_000
"""Bytes of a page in a notebook, which is saved with it."""


@dataclass(frozen=True)
class Exploration:
    """Runs to look at. A notebook shows them as a page that stays readable without a kernel."""

    source: PayloadSource

    def _repr_html_(self) -> str:
        try:
            return frame(make_report(self.source, "notebook", FRAME_LIMIT).page)
        except MannscopeError as error:
            return f"<pre>{escape(str(error))}</pre>"

    def widget(self) -> "AnyWidget":
        """Give a live widget, which runs new inputs; needs `pip install 'mannscope[notebook]'`.

        Raises:
            MannscopeError: if anywidget is missing, or the page has not been built.
        """
        return make_widget(self.source)

    def save(self, path: str | Path, limit: int = LIMIT, *, verified: bool = True) -> Path:
        """Write everything to one HTML file that opens without a server; gives its path.

        Args:
            path: The file.
            limit: Bytes that it may have; if all episodes take more, a sample is kept, and the page says so.
            verified: Verify hypotheses and measure accuracy, where there is a network.

        Raises:
            MannscopeError: if not even one episode of each run fits, or the page has not been built.
        """
        write_report(self.source, path, limit, verified=verified)
        return Path(path)


def explore(*subjects: Explorable, episodes: int = 64, seed: int = 3, verified: int = 320) -> Exploration:
    """Explore run folders, bundled networks by name, files of traces (`.nc`), networks, traces or verdicts.

    Args:
        subjects: One or several of them.
        episodes: Held-out episodes of each network.
        seed: Draws the episodes.
        verified: Episodes of each size on which hypotheses are verified.

    Raises:
        MannscopeError: if there is no subject, or a folder or file is not there.
    """
    return Exploration(Session(subjects, episodes=episodes, seed=seed, verified=verified))
