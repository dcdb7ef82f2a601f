"""Policies and evidence in sentences."""

from collections.abc import Sequence

from mannscope.anatomy import Action, Actor
from mannscope.hypotheses import Evidence, Hypothesis, Verdict
from mannscope.hypotheses.evidence import Outcome

SYMBOLS = 4
"""Symbols of a category that are named, above which only the first ones and the last are."""


def policy(hypothesis: Hypothesis, actors: Sequence[Actor]) -> list[str]:
    """Say what each actor does, one sentence for each; what is left free is not said.

    A sentence is such as `stack 0 pushes at symbol (0 1 2 … 9), pops at blank "_"`.
    """
    sentences = []
    for actor in actors:
        by_action: dict[str, list[str]] = {}
        for category, action in hypothesis.policy.get(actor.name, {}).items():
            by_action.setdefault(action, []).append(_category(hypothesis, category))
        if by_action:
            known = {action.name: action for action in actor.actions}
            done = sorted((known.get(name, Action(name)) for name in by_action), key=lambda one: -one.weight)
            parts = (f"{action.phrase} at {_joined(by_action[action.name])}" for action in done)
            sentences.append(f"{actor.name} {', '.join(parts)}")
    return sentences


def _category(hypothesis: Hypothesis, name: str) -> str:
    of = hypothesis.categories.get(name, ())
    symbols = symbols_of(of)
    if name.startswith(symbols):
        return name
    return f'{name} "{symbols}"' if len(of) == 1 else f"{name} ({symbols})"


def symbols_of(symbols: Sequence[str]) -> str:
    """List the symbols of a category, or the first of them and the last.

    >>> symbols_of("0123456789")
    '0 1 2 … 9'
    """
    if len(symbols) <= SYMBOLS:
        return " ".join(symbols)
    return f"{' '.join(symbols[: SYMBOLS - 1])} … {symbols[-1]}"


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def weakest(verdict: Verdict) -> Evidence | None:
    """Give the piece of evidence whose interval is nearest to failing; None where none has an interval.

    How near is told by what share of the way from the threshold to 1 the interval's lower end is.
    """
    known = [one for one in verdict.deciding if one.interval is not None and one.threshold is not None]
    return min(known, key=_headroom, default=None)


def _headroom(piece: Evidence) -> float:
    low, threshold = (piece.interval or (0.0, 0.0))[0], piece.threshold or 0.0
    return (low - threshold) / max(1.0 - threshold, 1e-9)


def measured(piece: Evidence) -> str:
    """Say what a piece of evidence asks, what was measured, and where it was worst.

    It is such as "cue conflict 0.597 [0.551, 0.642], at least 0.95: Put a symbol of another category at one
    step: does the action follow it? Worst: 0.45 at symbol to blank."
    """
    asked = piece.question.split(" (")[0]
    if piece.score is None:
        return f"{piece.kind}: {asked} {piece.details.get('note', 'nothing could be measured')}"
    bounds = f" [{piece.interval[0]:.3f}, {piece.interval[1]:.3f}]" if piece.interval else ""
    least = f", at least {piece.threshold:g}" if piece.threshold is not None else ""
    worst = piece.worst
    part = (
        f" Worst: {worst.score:.2f} at {worst.name}." if worst and worst.score < piece.score - 0.005 else ""
    )
    return f"{piece.kind} {piece.score:.3f}{bounds}{least}: {asked}{part}"


def against(verdict: Verdict) -> Evidence | None:
    """Give the first piece of evidence that speaks against a hypothesis, or leaves it open."""
    for outcome in (Outcome.FAILED, Outcome.UNDECIDED):
        for piece in verdict.deciding:
            if piece.outcome is outcome:
                return piece
    return None
