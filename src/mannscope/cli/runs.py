"""Run folders: whose configuration they hold, and how far a run has come."""

from pathlib import Path
from typing import Any


def stored_configuration(folder: Path) -> Path | None:
    """Find the configuration of the run in a folder, or of the first of its seeds."""
    from mannscope.training.store import CONFIGURATION

    seeds = sorted(folder.glob(f"seed-*/{CONFIGURATION}"), key=lambda path: (len(path.parent.name), path))
    known = [path for path in (folder / CONFIGURATION, *seeds) if path.is_file()]
    return known[0] if known else None


def format_summary(summary: dict[str, Any]) -> str:
    """Put a summary in one line."""
    exact = summary["exact"] or {}
    accuracies = "".join(f", exact accuracy {share:.3f} at size {size}" for size, share in exact.items())
    loss = "" if summary["loss"] is None else f", loss {summary['loss']:.4f}"
    return f"{summary['run']}: {summary['steps']} steps in {summary['seconds']:.0f} s{loss}{accuracies}"
