"""Build the page of the explorer into the wheel and the sdist, so that installing them needs no Node."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    """Makes the bundle where it is missing or older than its sources, and leaves it alone otherwise."""

    def dependencies(self) -> list[str]:
        """Ask for Node from the package index where it is needed and the system has none."""
        bundle = self._tool_chain()
        if bundle is None or bundle.is_current() or bundle.system_npm():
            return []
        return [bundle.NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundle.

        Raises:
            RuntimeError: if it cannot be made; an editable install goes on without it.
        """
        bundle = self._tool_chain()
        if bundle is None:  # without page/, what is there is taken
            if not (Path(self.root) / "src/mannscope/explorer/static/explorer.js").is_file():
                self._fail(version, "the bundle or its sources in page/ must be there. Got neither.")
            return
        try:
            bundle.build()
        except bundle.BundleError as error:
            self._fail(version, str(error))

    def _fail(self, version: str, reason: str) -> None:
        if version != "editable":
            raise RuntimeError(reason)
        self.app.display_warning(f"{reason} The explorer will not work before this has run: make page")

    def _tool_chain(self) -> ModuleType | None:
        path = Path(self.root) / "page" / "bundle.py"
        spec = importlib.util.spec_from_file_location("bundle", path)
        if not path.is_file() or spec is None or spec.loader is None:
            return None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
