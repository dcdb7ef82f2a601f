"""Which tests run in one process, one after the other, and which are begun first."""

from typing import Any

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("study", "explorer/browser", "hypotheses", "training")
"""Folders of which the files share what takes long to make."""

FIRST = (
    "test_self_test.py",
    "hypotheses",
    "study",
    "contract/test_whole_house.py",
    "programs/test_extraction.py",
    "explorer/browser",
    "training",
    "test_bundled.py",
    "test_pages.py",
)
"""What takes longest: begun first, no process works on it while the others have nothing left to do."""


def unit(nodeid: str) -> str:
    """Give the file of a test, or the folder, if its files are to stay together."""
    file = nodeid.split("::", 1)[0].removeprefix("tests/")
    return next((folder for folder in TOGETHER if file.startswith(f"{folder}/")), file)


def place(nodeid: str) -> int:
    """Rank a test by how early it is to begin."""
    return FIRST.index(unit(nodeid)) if unit(nodeid) in FIRST else len(FIRST)


class Together(LoadScopeScheduling):
    """Give a process one unit after the other, in the order of the tests."""

    def __init__(self, config: Any, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)
