"""Long sequences: they run, or are refused with the memory that they would take."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from campaigns.children import MEMORY, Outcome, run

NETWORKS = ("reversal-stack", "reversal-ntm", "expressions-stack", "expressions-ntm")
RUNS, LONGER = 2000, 20_000
"""Symbols that must run, and symbols that must run or be refused."""
LIMIT = 240.0
"""Seconds of CPU time."""
WOULD_TAKE = re.compile(r"must fit into memory.* Got .* which take [\d.]+ [GMT]B")


def run_sequences(place: Path, say: Callable[[str], None], keep: Callable[[dict[str, Any]], None]) -> None:
    """Show every network a long sequence of every length."""
    found, failures = [], []
    for network in NETWORKS:
        for length in (RUNS, LONGER):
            folder = place / f"{network}-{length}"
            folder.mkdir()
            outcome = run(["show", network, "--input", text(network, length), "--json"], folder, limit=LIMIT)
            result, right = _judge(outcome, length)
            found.append({"network": network, "symbols": length, "result": result})
            say(f"{network}, {length} symbols: {result}")
            if not right:
                failures.append(f"{network}, {length} symbols: {result}")
            keep({"results": found, "failures": failures})


def text(network: str, length: int) -> str:
    """Write a valid input of so many symbols, or a few more: digits, or sums of them in brackets."""
    if network.startswith("reversal"):
        return " ".join(str(place % 8) for place in range(length))
    sums = -((1 - length) // 4)  # four symbols each, around one digit
    return "(" * sums + "1" + "+2)" * sums


def _judge(outcome: Outcome, length: int) -> tuple[str, bool]:
    """Tell how it ended, and whether it may end so."""
    if outcome.code == 0:
        result = f"ran: {outcome.seconds:.0f} s, {outcome.peak / 1e9:.1f} GB"
        return result, outcome.peak <= MEMORY and not outcome.hung
    if outcome.refused and not outcome.hung:
        would_take = WOULD_TAKE.search(outcome.err) is not None
        return f"refused: {outcome.err.strip()[:300]}", length == LONGER and would_take
    return f"failed with {outcome.code}: {outcome.err[-300:]}", False
