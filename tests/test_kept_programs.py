"""Compiled programs that were left half written are removed, without a word."""

import warnings
import zlib
from pathlib import Path

import pytest

from mannscope.kept_programs import FOLDER, mend_kept_programs

WHOLE = zlib.compress(b"a program" * 100)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    for name, content in {"a-1": WHOLE, "a-2": WHOLE[:-3], "a-3": b"", "b-1": WHOLE[:-3]}.items():
        (tmp_path / f"jit__{name}-cache").write_bytes(content)
    return tmp_path


@pytest.mark.parametrize("done", ["reading", "writing"])
def test_half_a_program_is_removed_when_it_is_met(
    folder: Path, done: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(warnings, "showwarning", lambda message, *rest: shown.append(str(message)))
    mend_kept_programs()
    mend_kept_programs()
    for told in (f"Error {done} persistent compilation cache entry for 'jit__a': Error -5", "something else"):
        warnings.showwarning(UserWarning(told), UserWarning, "a.py", 1)
    assert sorted(path.name for path in folder.iterdir()) == ["jit__a-1-cache", "jit__b-1-cache"]
    assert shown == ["something else"]
