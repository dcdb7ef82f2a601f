"""Long sequences: they run, or are refused with the memory that they would take."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from campaigns.children import run

NETWORKS = ("reversal-stack", "reversal-ntm")
LENGTHS = (2000, 20_000)
LIMIT = 240.0
"""Seconds of CPU time."""


def run_sequences(place: Path, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Show every network a long sequence of every length."""
    found = []
    for network in NETWORKS:
        for length in LENGTHS:
            text = " ".join(str(place % 8) for place in range(length))
            folder = place / f"{network}-{length}"
            folder.mkdir()
            outcome = run(["show", network, "--input", text, "--json"], folder, limit=LIMIT)
            if outcome.code == 0:
                result = f"ran: {outcome.seconds:.0f} s, {outcome.peak / 1e9:.1f} GB"
            else:
                result = (
                    f"refused: {outcome.err.strip()[:300]}"
                    if outcome.refused
                    else f"failed: {outcome.err[-300:]}"
                )
            found.append(
                {"network": network, "symbols": length, "result": result, "failed": "failed" in result}
            )
            say(f"{network}, {length} symbols: {result}")
    return found
