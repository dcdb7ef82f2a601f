"""What can be explored: run folders, bundled networks, networks, traces and their files, verifications."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from mannscope.errors import MannscopeError
from mannscope.explorer import layout
from mannscope.explorer.run import HELD_OUT, Group, Run, group_of_trace, record_group
from mannscope.explorer.verdicts import add_verification
from mannscope.hypotheses import Verification
from mannscope.traces import SUFFIX, batch, check
from mannscope.traces import load as load_trace
from mannscope.training import load
from mannscope.training.store import CONFIGURATION, WEIGHTS, find_run
from mannscope.training.subject import Subject, draw, sizes_of

Explorable = str | Path | Subject | xr.Dataset | Verification
Say = Callable[[str], None]
FileState = tuple[tuple[int, ...], ...]
"""When the files of a subject were written, and how large they are; empty for what is in memory."""


@dataclass(frozen=True)
class Protocol:
    """How many episodes are recorded and verified, and what draws them."""

    episodes: int = 64
    verified: int = 320
    seed: int = 3


def name_of(subject: Explorable) -> str:
    """Name a subject as it was given."""
    if isinstance(subject, str | Path):
        return str(subject)
    if isinstance(subject, xr.Dataset):
        return str(subject.attrs.get("network", "trace"))
    return subject.run if isinstance(subject, Verification) else subject.name


def is_live(subject: Explorable) -> bool:
    """Whether new inputs can be run."""
    network = subject.network if isinstance(subject, Verification) else subject
    return isinstance(network, str | Path | Subject) and not _is_trace_file(network)


def file_state(subject: Explorable) -> FileState:
    """Give the state of the files of a subject.

    Raises:
        MannscopeError: if they are not there.
    """
    if not isinstance(subject, str | Path):
        return ()
    path = Path(subject)
    if not _is_trace_file(subject):
        folder = find_run(subject)
        files = [folder / CONFIGURATION, folder / WEIGHTS]
    else:
        files = [path]
    try:
        found = [file.stat() for file in files]
    except OSError as problem:
        raise MannscopeError(
            "a run must be a run directory, or a file of a trace",
            f"{problem.filename}, which cannot be found",
            "Train one with: mannscope train --out DIR, or record one with: mannscope record RUN -o trace.nc",
        ) from problem
    return tuple((one.st_mtime_ns, one.st_size, one.st_ino) for one in found)


def open_run(name: str, subject: Explorable, protocol: Protocol, say: Say) -> Run:
    """Load a subject, and record held-out episodes if it is a network.

    Args:
        name: What the run is called.
        subject: What is opened.
        protocol: How many episodes are recorded.
        say: Called with a line on what is being done.

    Raises:
        MannscopeError: if it cannot be loaded.
    """
    if isinstance(subject, xr.Dataset) or _is_trace_file(subject):
        say("reading the trace")
        trace = subject if isinstance(subject, xr.Dataset) else load_trace(Path(str(subject)))
        trace = batch(trace)
        check(trace)
        layout.check(trace)
        return Run(name, (group_of_trace(trace),))
    if isinstance(subject, Verification):
        if subject.network is None:
            raise MannscopeError(
                "a verification must have its network", "one without", "Pass the result of verify(network)"
            )
        return add_verification(_recorded(name, subject.network, protocol, say), subject)
    say("loading the weights")
    network = load(subject) if isinstance(subject, str | Path) else subject
    return _recorded(name, network, protocol, say)


def _recorded(name: str, network: Subject, protocol: Protocol, say: Say) -> Run:
    return Run(name, _held_out(network, protocol, say), network)


def _held_out(network: Subject, protocol: Protocol, say: Say) -> tuple[Group, ...]:
    """Record episodes of the largest size trained on, and a quarter as many of twice that size."""
    shape = network.trained_shape or network.task.shapes[0]
    groups = []
    counts, before = (protocol.episodes, -(-protocol.episodes // 4)), 0
    for size, count in zip(sizes_of(network, (1, 2)), counts, strict=False):
        say(f"recording {count} episodes of size {size}")
        episodes = draw(network, protocol.seed, count, size, shape, above=before)
        before = size
        groups.append(record_group(network, episodes, HELD_OUT, size=size, shape=shape))
    return tuple(groups)


def _is_trace_file(subject: object) -> bool:
    return isinstance(subject, str | Path) and Path(subject).suffix == SUFFIX
