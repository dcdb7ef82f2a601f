"""Evidence that cannot be taken, since the network refuses what it needs."""

from mannscope.hypotheses.evidence import Evidence, Outcome


def not_taken(kind: str, question: str, why: str) -> Evidence:
    """Give a piece of evidence that cannot be taken of this network, with the reason."""
    note = {"note": f"not taken: {why}", "refused": why}
    return Evidence(kind, question, Outcome.UNDECIDED, details=note)


def refused(piece: Evidence) -> str:
    """Say why a piece of evidence could not be taken; empty where it was."""
    return str(piece.details.get("refused", ""))
