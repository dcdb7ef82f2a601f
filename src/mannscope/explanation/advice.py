"""What to look at next, by what is known."""

from typing import TYPE_CHECKING, NamedTuple

from mannscope.hypotheses.evidence import Outcome
from mannscope.training.explained import KNOWN

if TYPE_CHECKING:
    from mannscope.explanation.explanation import Explanation


class Advice(NamedTuple):
    """One thing to look at, and how."""

    why: str
    how: str
    """What to type: a command, or a line of Python."""


TYPED = {
    "first error": ("mannscope evaluate {run} --first-error", "ms.evaluate(network, [{size}])"),
    "whole": ("mannscope verify {run}", "ms.verify(network)"),
    "show": ('mannscope show {run} --input "{input}"', 'network.record(network.task.episode("{input}"))'),
    "program": ("mannscope extract {run} -o program.json", "ms.extract(network)"),
    "sites": (
        "mannscope project {run} --out sites.svg",
        "mannscope.figures.sites(network.record(network.sample(0, 64, {trained})))",
    ),
    "explore": ("mannscope explore {run}", "ms.explore(network)"),
}
"""What is advised -> how it is typed in a shell, and in Python."""


def advise(known: "Explanation") -> tuple[Advice, ...]:
    """Say what to look at next, by what is known of a network."""
    found: list[tuple[str, str, str]] = []
    failing = next((size for size, share in known.exact.items() if share < KNOWN), None)
    if failing is not None:
        beyond = "" if failing <= known.trained_size else ", beyond what it was trained on"
        why = f"It is not always right at size {failing}{beyond}. Where does it first go wrong?"
        found.append((why, "first error", ""))
    verdicts = () if known.verification is None else known.verification.hypotheses
    if not known.whole and any(verdict.outcome is not Outcome.FAILED for verdict in verdicts):
        found.append(("This was a quick look; the whole one has more sizes and controls.", "whole", ""))
    examples = [str(example["input"]) for verdict in verdicts for example in verdict.counterexamples]
    if examples and not any(verdict.holds for verdict in verdicts):
        found.append(("Nothing holds: look at a counterexample.", "show", examples[0]))
    if known.extraction is not None and known.extraction.agrees:
        found.append(("Keep the program, which runs without the network.", "program", ""))
    if known.verification is None:
        found.append(("What does each part of it hold?", "sites", ""))
    found.append(("Step through episodes, and try inputs of your own.", "explore", ""))
    place = 0 if known.run is not None else 1
    return tuple(
        Advice(
            why, TYPED[key][place].format(run=known.run, size=failing, input=text, trained=known.trained_size)
        )
        for why, key, text in found
    )
