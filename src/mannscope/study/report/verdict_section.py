"""The verdicts in the report: each hypothesis with its evidence, beside two controls."""

from collections.abc import Mapping, Sequence
from typing import Any

from mannscope.study.network_result import Document
from mannscope.study.number_formats import format_number
from mannscope.study.report.markup import (
    Markup,
    bullets,
    cell,
    details,
    element,
    join,
    of_class,
    row_header,
    table,
)


def verdicts(verification: Document) -> Markup:
    """Write every hypothesis of a network with its evidence."""
    controls = [verification[name]["hypotheses"] for name in ("untrained", "shuffled")]
    return join(
        _verdict(own, untrained, shuffled)
        for own, untrained, shuffled in zip(verification["hypotheses"], *controls, strict=True)
    )


def mark(passed: bool, yes: str = "passed", no: str = "failed") -> Markup:
    """Mark yes or no by a sign and a word as well as by colour."""
    return of_class("span", "yes" if passed else "no", f"{'✓' if passed else '✗'} {yes if passed else no}")


def _verdict(own: Document, untrained: Document, shuffled: Document) -> Markup:
    headings = ("Evidence", "Passes", "Network", "Untrained control", "Shuffled categories")
    rows = [
        [
            row_header(piece["kind"], of_class("small", "question", piece["question"])),
            cell(f"{piece['passes_when']} {piece['threshold']:g}", numeric=True),
            *(cell(_score(subject), numeric=True) for subject in (piece, *others)),
        ]
        for piece, *others in zip(own["evidence"], untrained["evidence"], shuffled["evidence"], strict=True)
    ]
    rows.append([row_header("all of it"), cell(""), *(_outcome(of) for of in (own, untrained, shuffled))])
    heading = element("h4", own["name"], " ", mark(own["holds"], "holds", "does not hold"))
    return of_class(
        "section",
        "verdict",
        heading,
        element("p", own["hypothesis"]["description"]),
        _policy(own["hypothesis"]),
        table(f"Evidence for: {own['name']}", headings, rows),
        _counterexamples(own["counterexamples"]),
        details("More about the evidence", _more(own["evidence"])),
    )


def _outcome(verdict: Document) -> Markup:
    return cell(mark(verdict["holds"], "holds", "does not hold"), numeric=True)


def _score(piece: Document) -> Markup:
    shown = [format_number(piece["score"]), " ", mark(piece["passed"])]
    if "note" in piece["details"]:
        shown.append(of_class("small", "remark", piece["details"]["note"]))
    elif piece["control"] is not None:
        shown.append(of_class("small", "control", f"control {format_number(piece['control'])}"))
    return join(shown)


def _policy(hypothesis: Document) -> Markup:
    """Spell the policy out: which symbols, and the action at each; free where it says nothing."""
    rules = []
    for category, symbols in hypothesis["categories"].items():
        doing = [
            f"{actions[category]}" + (f" ({actor})" if len(hypothesis["policy"]) > 1 else "")
            for actor, actions in hypothesis["policy"].items()
            if category in actions
        ]
        at = element("code", " ".join(symbols))
        rules.append(join([element("b", category), " ", at, f": {', '.join(doing) or 'left free'}"]))
    return bullets(rules)


def _counterexamples(found: Sequence[Document]) -> Markup:
    if not found:
        return of_class("p", "note", "No counterexample: every claimed action was the policy's.")
    items = [
        join(
            [
                f"Step {one['step']}, reading ",
                element("code", one["symbol"]),
                f": {one['actor']} does {one['got']}, the policy says {one['expected']}, in ",
                element("code", one["input"]),
            ]
        )
        for one in found
    ]
    return details(f"Counterexamples ({len(found)} shown)", bullets(items))


def _more(evidence: Sequence[Document]) -> Markup:
    return bullets(
        join([element("b", piece["kind"]), f": {_spelled(piece['details'])}"])
        for piece in evidence
        if piece["details"]
    )


def _spelled(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = (f"{str(name).replace('_', ' ')} {_spelled(part)}" for name, part in value.items())
        return ", ".join(parts)
    if isinstance(value, list | tuple):
        return " ".join(map(_spelled, value))
    return format_number(value)
