"""What can be looked at: run folders and bundled networks, files of traces, networks, traces, verdicts."""

from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from mannscope.errors import MannscopeError
from mannscope.explorer import layout
from mannscope.explorer.run import HELD_OUT, Group, Run, group_of_trace, record_group
from mannscope.explorer.verdicts import told
from mannscope.hypotheses import Verification
from mannscope.traces import SUFFIX, check
from mannscope.traces import load as load_trace
from mannscope.training import Network, load
from mannscope.training.store import CONFIGURATION, WEIGHTS, find_run

Subject = str | Path | Network | xr.Dataset | Verification
Stamp = tuple[tuple[int, ...], ...]
"""When the files of a subject were written, and how large they are; nothing for what is in memory."""


@dataclass(frozen=True)
class Protocol:
    """How many episodes are recorded and verified, and what draws them."""

    episodes: int = 64
    verified: int = 256
    seed: int = 3


def name_of(subject: Subject) -> str:
    """Name a subject as it was given."""
    if isinstance(subject, Network):
        return subject.name
    if isinstance(subject, Verification):
        return subject.run
    return str(subject.attrs.get("network", "trace")) if isinstance(subject, xr.Dataset) else str(subject)


def is_live(subject: Subject) -> bool:
    """Tell whether new inputs can be run, rather than a trace looked at."""
    return not (isinstance(subject, xr.Dataset) or _is_trace_file(subject))


def stamp(subject: Subject) -> Stamp:
    """Tell in which state the files of a subject are.

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


def open_run(name: str, subject: Subject, protocol: Protocol) -> Run:
    """Load a subject, and record held-out episodes if it is a network.

    Raises:
        MannscopeError: if it cannot be loaded.
    """
    if isinstance(subject, xr.Dataset) or _is_trace_file(subject):
        trace = subject if isinstance(subject, xr.Dataset) else load_trace(Path(str(subject)))
        check(trace)
        layout.check_attributes(trace)
        return Run(name, (group_of_trace(trace),))
    if isinstance(subject, Verification):
        if subject.network is None:
            raise MannscopeError(
                "a verification must know its network", "one without", "Pass what verify(network) gives"
            )
        run = Run(name, _held_out(subject.network, protocol), subject.network)
        return told(run, subject)
    network = subject if isinstance(subject, Network) else load(subject)
    return Run(name, _held_out(network, protocol), network)


def _held_out(network: Network, protocol: Protocol) -> tuple[Group, ...]:
    """Record episodes of the largest size trained on, and a quarter as many of twice that size."""
    training = network.configuration.training
    shape = training.first_shape or network.task.shapes[0]
    groups = []
    for times, count in ((1, protocol.episodes), (2, -(-protocol.episodes // 4))):
        size = times * training.largest
        episodes = network.sample(protocol.seed, count, size, shape)
        groups.append(record_group(network, episodes, HELD_OUT, size=size, shape=shape))
    return tuple(groups)


def _is_trace_file(subject: Subject) -> bool:
    return isinstance(subject, str | Path) and Path(subject).suffix == SUFFIX
