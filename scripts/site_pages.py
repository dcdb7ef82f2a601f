"""Pages of the documentation site that are made when it is built (hooks of MkDocs, see mkdocs.yml).

- CONTRIBUTING and the changelog, which lie outside the folder of the documentation
- the reference: every public name of `mannscope`, on a page for each part of the package
"""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import mannscope

ROOT = Path(__file__).parents[1]
OUTSIDE = {"contributing.md": "CONTRIBUTING.md", "changelog.md": "CHANGELOG.md"}
"""Page of the site -> file of the project."""
PARTS = {
    "explanation": "Explain",
    "hypotheses": "Hypotheses and verdicts",
    "training": "Networks and training",
    "tasks": "Tasks",
    "memories": "Memories",
    "anatomy": "Anatomy",
    "models": "Models",
    "interventions": "Interventions",
    "analyses": "Analyses",
    "programs": "Programs",
    "histories": "Histories",
    "pytorch": "PyTorch networks",
    "traces": "Traces",
    "explorer": "Explorer",
    "errors": "Errors",
}
"""Part of the package -> title of its page of the reference, in the order of the site."""
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the pages of the reference."""
    pages = [{title: f"reference/{part}.md"} for part, title in PARTS.items()]
    config.nav = [entry for entry in config.nav or [] if "Reference" not in entry] + [{"Reference": pages}]
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add what is not in the folder of the documentation."""
    for page, source in OUTSIDE.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text(encoding="utf-8")))
    for part, names in reference().items():
        content = f"# {PARTS[part]}\n\n" + "\n\n".join(f"::: {name}" for name in names) + "\n"
        files.append(File.generated(config, f"reference/{part}.md", content=content))
    return files


def reference() -> dict[str, list[str]]:
    """Give the public names by the part of the package that they are of, each with the module it is in."""
    found: dict[str, list[str]] = {part: [] for part in PARTS}
    for name in dir(mannscope):
        if name.startswith("__"):
            continue
        member: Any = getattr(mannscope, name)
        module = member.__module__
        found[module.split(".")[1]].append(f"{module}.{member.__name__}")
    return found


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links lead to pages of the site; what lies outside it is named, and not linked."""
    return LINK.sub(lambda link: _link(link, page.file.src_uri), markdown)


def _link(link: re.Match[str], page: str) -> str:
    image, text, target = link.groups()
    if "://" in target or target.startswith(("#", "mailto:")):
        return link[0]
    path, _, anchor = target.partition("#")
    here = ROOT if page in OUTSIDE else ROOT / "docs" / posixpath.dirname(page)
    file = Path(posixpath.normpath(here / path))
    for name, source in OUTSIDE.items():
        if file == ROOT / source:
            return f"{image}[{text}]({name}{'#' + anchor if anchor else ''})"
    if file.is_relative_to(ROOT / "docs") and not file.is_dir():
        inside = posixpath.relpath(file, ROOT / "docs" / posixpath.dirname("" if page in OUTSIDE else page))
        return f"{image}[{text}]({inside}{'#' + anchor if anchor else ''})"
    return f"{text} (`{file.relative_to(ROOT)}`)" if file.exists() else link[0]
