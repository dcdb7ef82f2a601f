"""The machine that something was measured on."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("mannscope", "jax", "jaxlib", "equinox", "optax", "numpy", "torch", "dnc")


def describe_machine() -> dict[str, Any]:
    """Return processor, cores, system, and the versions of the installed packages that matter."""
    described: dict[str, Any] = {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }
    for package in PACKAGES:
        try:
            described[package] = version(package)
        except PackageNotFoundError:
            continue
    return described


def free_memory() -> int | None:
    """Count the bytes of memory that this process can still take; None where the system does not say."""
    known = Path("/proc/meminfo")
    if not known.is_file():
        return None
    lines = [line.split() for line in known.read_text().splitlines()]
    free = next((int(line[1]) * 1024 for line in lines if line[0] == "MemAvailable:"), None)
    group = [Path(f"/sys/fs/cgroup/memory.{name}") for name in ("max", "current")]
    try:
        most, taken = (int(path.read_text()) for path in group)
    except (OSError, ValueError):  # no group, or one without a limit
        return free
    return most - taken if free is None else min(free, most - taken)


def _processor() -> str:
    """Return the processor's name and its widest vector instructions, where the system says so."""
    known = Path("/proc/cpuinfo")
    facts: dict[str, str] = {}
    if known.is_file():
        lines = [line.split(":", 1) for line in known.read_text().splitlines() if ":" in line]
        facts = {name.strip(): fact.strip() for name, fact in lines}
    name = facts.get("model name") or platform.processor() or platform.machine()
    vectors = next((kind for kind in ("avx512f", "avx2") if kind in facts.get("flags", "").split()), "")
    return f"{name}, {vectors}" if vectors else name
