"""The verdicts in the report: each hypothesis with its evidence, beside the controls."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from mannscope.pages import (
    Markup,
    bullets,
    cell,
    details,
    element,
    join,
    mark,
    of_class,
    row_header,
    table,
)
from mannscope.study.network_result import Document
from mannscope.study.number_formats import format_number

CONTROLS = {
    "untrained": "Untrained control",
    "elsewhere": "Answers from elsewhere",
    "shuffled": "Shuffled categories",
}
"""Control -> its heading."""
SAID = {"passed": "holds", "failed": "does not hold", "undecided": "undecided"}
"""Outcome -> what it says of a verdict."""


def verdicts(verification: Document) -> Markup:
    """Write every hypothesis of a network with its evidence."""
    controls = [verification[name]["hypotheses"] for name in CONTROLS]
    return join(_verdict(*subjects) for subjects in zip(verification["hypotheses"], *controls, strict=True))


def _passes(piece: Document) -> str:
    return f"at least {piece['threshold']:g}" if piece["decides"] else "decides nothing"


def _verdict(own: Document, *controls: Document) -> Markup:
    headings = ("Evidence", "Passes", "Network", *CONTROLS.values())
    beside = [_numbered(of["evidence"]) for of in controls]
    rows = [
        [
            row_header(piece["kind"], of_class("small", "question", piece["question"])),
            cell(_passes(piece), numeric=True),
            cell(_score(piece), numeric=True),
            *(cell(_score(of[key]) if key in of else "", numeric=True) for of in beside),
        ]
        for key, piece in _numbered(own["evidence"]).items()
    ]
    rows.append([row_header("all of it"), cell(""), *(_outcome(of) for of in (own, *controls))])
    heading = element("h4", own["name"], " ", mark(own["outcome"], own["says"]))
    return of_class(
        "section",
        "verdict",
        heading,
        element("p", own["hypothesis"]["description"]),
        _policy(own["hypothesis"]),
        details("The evidence", table(f"Evidence for: {own['name']}", headings, rows), shown=own["holds"]),
        _counterexamples(own["counterexamples"]),
        details("More about the evidence", _more(own["evidence"])),
    )


def _numbered(evidence: Sequence[Document]) -> dict[tuple[str, int], Document]:
    """Give every piece under its kind and its number among those of its kind: controls have fewer pieces."""
    seen: Counter[str] = Counter()
    found = {}
    for piece in evidence:
        found[piece["kind"], seen[piece["kind"]]] = piece
        seen[piece["kind"]] += 1
    return found


def _outcome(verdict: Document) -> Markup:
    return cell(mark(verdict["outcome"], SAID[verdict["outcome"]]), numeric=True)


def _score(piece: Document) -> Markup:
    shown = [format_number(piece["score"])]
    if piece["decides"]:
        shown += [" ", mark(piece["outcome"])]
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
