"""The report as a document: one HTML file that needs no other file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mannscope.files import atomic
from mannscope.pages import Markup, bullets, element, of_class
from mannscope.pages import document as page
from mannscope.study.network_result import NetworkResult
from mannscope.study.report.condition_section import condition_section
from mannscope.study.report.overview import found, method, question
from mannscope.study.report.prose import CAVEATS, TITLE


def write_report(
    out: Path, name: str, summary: Mapping[str, Any], results: Sequence[Sequence[NetworkResult]]
) -> None:
    """Write the report into the study's folder, whole or not at all.

    It refers to nothing outside itself and runs no script.

    Args:
        out: Folder of the study, where the pictures are.
        name: Name of the file.
        summary: What `run_study` returns.
        results: Results of each condition's seeds, in the order of the summary's conditions.
    """
    with atomic(out / name) as partial:
        partial.write_text(document(out, summary, results), encoding="utf-8")


def document(out: Path, summary: Mapping[str, Any], results: Sequence[Sequence[NetworkResult]]) -> str:
    """Write the whole report."""
    sections = {
        "question": ("The question", question()),
        "method": ("What was done", method()),
        "found": ("What was found", found(summary, results)),
    }
    for of_condition in results:
        name, title = of_condition[0].condition, of_condition[0].title
        sections[name] = (title, condition_section(of_condition, out))
    sections["caveats"] = ("What to keep in mind", bullets(CAVEATS))
    contents = element(
        "nav",
        bullets(element("a", title, attributes={"href": f"#{key}"}) for key, (title, _) in sections.items()),
        attributes={"aria-label": "Contents"},
    )
    main = element("main", *(_section(key, *section) for key, section in sections.items()))
    header = element("header", element("h1", TITLE), of_class("p", "scope", _scope(summary)), contents)
    return page(TITLE, header, main)


def _section(key: str, title: str, content: Markup) -> Markup:
    return element("section", element("h2", title), content, attributes={"id": key})


def _scope(summary: Mapping[str, Any]) -> str:
    conditions = summary["conditions"]
    networks = sum(len(condition["seeds"]) for condition in conditions)
    seconds = sum(seed["seconds"] for condition in conditions for seed in condition["seeds"])
    kind = (
        "A quick study: one network was trained from scratch, the others are bundled with the package."
        if summary["quick"]
        else "Every network was trained from scratch."
    )
    noun = "network" if networks == 1 else "networks"
    pairs = f"{len(conditions)} pairs of task and memory"
    return f"{networks} {noun}, {pairs}, {_clock(seconds)} of work. {kind}"


def _clock(seconds: float) -> str:
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{minutes} minutes" if minutes < 90 else f"{minutes / 60:.1f} hours"
