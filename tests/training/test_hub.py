"""Networks on the Hub: what is sent and what is fetched, with a Hub that is a folder."""

import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

import mannscope as ms
from mannscope.errors import MannscopeError
from mannscope.planted import plant


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for the package: its repositories are folders."""
    module = ModuleType("huggingface_hub")

    def create_repo(repo_id: str, *, private: bool, exist_ok: bool) -> None:
        (tmp_path / repo_id).mkdir(parents=True, exist_ok=exist_ok)

    def upload_folder(*, repo_id: str, folder_path: str) -> str:
        if repo_id.startswith("theirs/"):
            raise OSError("403 Forbidden")
        shutil.copytree(folder_path, tmp_path / repo_id, dirs_exist_ok=True)
        return f"https://hub/{repo_id}"

    def snapshot_download(repo_id: str, *, revision: str | None, allow_patterns: list[str]) -> str:
        there, here = tmp_path / repo_id, tmp_path / "cache" / repo_id
        if not there.is_dir():
            raise OSError("404 Not Found")
        here.mkdir(parents=True)
        for name in allow_patterns:
            shutil.copy(there / name, here / name)
        return str(here)

    for function in (create_repo, upload_folder, snapshot_download):
        setattr(module, function.__name__, function)
    monkeypatch.setitem(sys.modules, "huggingface_hub", module)
    return tmp_path


def test_a_network_comes_back_as_it_was_sent(hub: Path) -> None:
    network = plant("reverser")
    assert ms.save_to_hub(network, "me/reverser") == "https://hub/me/reverser"
    card = (hub / "me" / "reverser" / "README.md").read_text()
    assert 'ms.load_from_hub("me/reverser")' in card
    assert "Reversal with a stack, trained up to size 6" in card
    found = ms.load_from_hub("me/reverser")
    assert (found.name, found.fingerprint) == ("me/reverser", network.fingerprint)
    assert sorted(path.name for path in (hub / "cache" / "me" / "reverser").iterdir()) == [
        "config.json",
        "model.safetensors",
    ]


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: ms.load_from_hub("me/nothing"), ("can be read", "me/nothing (404 Not Found)", "log in")),
        (lambda: ms.load_from_hub("folder"), ("named owner/name", "'folder'", "ms.load reads a folder")),
        (lambda: ms.save_to_hub(plant("reverser"), "theirs/x"), ("can be written", "403", "check its owner")),
    ],
)
def test_what_cannot_be_had_is_told_in_three_parts(hub: Path, call, parts) -> None:
    with pytest.raises(MannscopeError) as refused:
        call()
    assert all(part in str(refused.value) for part in parts)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MannscopeError, match=r"pip install 'mannscope\[hub\]'"):
        ms.load_from_hub("me/reverser")


def test_a_network_is_saved_into_a_folder_and_loaded_from_it(tmp_path: Path) -> None:
    network = plant("reverser")
    assert ms.load(network.save(tmp_path / "new")).fingerprint == network.fingerprint
