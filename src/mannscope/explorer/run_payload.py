"""The payload of a run: its labels, all of its episodes, projections, verdicts and accuracy."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from mannscope.analyses import POLICY, Projection, ProjectionResult, site_names
from mannscope.errors import MannscopeError
from mannscope.explorer import layout
from mannscope.explorer.payload import Payload, whole
from mannscope.explorer.run import Run, join
from mannscope.traces import label
from mannscope.traces.reading import plane

VERSION = 2
FIRST_SITES = (POLICY, "hidden", "reading")
"""Sites that are projected when a run is opened; others on request."""
MOST_POINTS = 6000
MOST_EMBEDDED = 2000
"""Points that t-SNE, UMAP and PaCMAP place, which are slow."""
SMALL = ("action", "category")
MARKS = ("answer", "supervised")


def run_payload(run: Run, *, projected: bool = True) -> Payload:
    """Give what a page needs to list and compare the episodes of a run.

    Its first sites are `projected`, which takes as long as all else, or not.
    """
    trace = run.groups[0].trace
    attributes = trace.attrs
    sites, notes = _project_first(run) if projected else ([], [])
    episodes = [entry for group in run.groups for entry in group.entries()]
    meta = {
        "kind": "run",
        "version": VERSION,
        "run": run.name,
        "label": run.name,
        "task": attributes.get("task", ""),
        "memory": attributes.get("memory", ""),
        "fingerprint": attributes.get("fingerprint", ""),
        **layout.names(trace),
        "actors": layout.describe_actors(trace),
        "variables": layout.variables(trace),
        "configuration": json.loads(attributes.get("configuration", "null")),
        "live": run.network is not None,
        "example": episodes[0]["text"] if run.network is not None else "",
        "episodes": episodes,
        "kept": None,
        "sites": [_describe(result) for result in sites],
        "projected": projected,
        "site_names": list(site_names(trace)),
        "verification": run.verification,
        "accuracy": run.accuracy,
        "program": run.program,
        "notes": notes,
    }
    arrays = _all_episodes(run) | _points(sites)
    return Payload(meta, arrays)


def projection_payload(run: Run, site: str, method: str) -> Payload:
    """Project one site of all episodes.

    Raises:
        MannscopeError: if the run has no such site, or there are too few episodes to hold half of them out.
    """
    result = project(run, site, method)
    arrays = {name: array for name, array in _points([result]).items() if not name.startswith("points_")}
    meta = {"kind": "projection", "run": run.name, "site": _describe(result)}
    return Payload(meta, arrays | {"points": result.points.astype(np.float32)})


def project(run: Run, site: str, method: str) -> ProjectionResult:
    """Project a site of all episodes to two dimensions."""
    traces = [group.trace for group in run.groups]
    parts = layout.policy_ops(traces[0]) if site == POLICY else [site]
    if site in site_names(traces[0]):
        read = ["input", *(name for name in ("category",) if name in traces[0])]
        together = join(traces, list(dict.fromkeys([*read, *parts])))
    else:
        together = traces[0]  # an error that lists the sites
    names = layout.names(traces[0])
    together = label(together, symbols=names["symbols"], categories=names["categories"])
    most = MOST_POINTS if method in ("pca", "lda") else MOST_EMBEDDED
    return Projection(method, site, most, draw_all=method != "lda")(together)


def _project_first(run: Run) -> tuple[list[ProjectionResult], list[str]]:
    if run.episodes < 2:
        return [], [
            "Sites of a single episode are not projected: a projection is fitted on half of the episodes."
        ]
    projected, notes = [], []
    for site in FIRST_SITES:
        if site in site_names(run.groups[0].trace):
            try:
                projected.append(project(run, site, "pca"))
            except MannscopeError as problem:
                notes.append(f"The site {site} is not projected: {problem}")
    return projected, notes


def _describe(result: ProjectionResult) -> Mapping[str, Any]:
    plain = result.to_dict()
    kept = ("site", "method", "explained", "trustworthiness", "neighbours_kept", "neighbours_kept_control")
    return {name: plain[name] for name in kept} | {
        "points": len(result.points),
        "available": result.available,
        "note": result.note,
    }


def _points(projected: Iterable[ProjectionResult]) -> dict[str, np.ndarray]:
    """Give the points of several sites, which are at the same episodes and steps."""
    arrays: dict[str, np.ndarray] = {}
    for result in projected:
        arrays["point_episode"] = result.episode.astype(np.int32)
        arrays["point_step"] = whole(result.step)
        arrays[f"points_{result.site}"] = result.points.astype(np.float32)
    return arrays


def _all_episodes(run: Run) -> dict[str, np.ndarray]:
    """Give symbols, outputs and actions of all episodes, and what the task knows of them."""
    traces = [group.trace for group in run.groups]
    variables = [f"{layout.VARIABLE}{name}" for name in layout.variables(traces[0])]
    names = ("input", "output", "target", *SMALL, *MARKS, *variables)
    present = [name for name in names if name in traces[0]]
    together = join(traces, present)
    padding = plane(together, "input") < 0
    arrays = {}
    for name in present:
        values = together[name].transpose("episode", "step", ...).values.copy()
        values[padding] = False if name in MARKS else -1
        if name in MARKS:
            arrays[name] = values.astype(np.uint8)
        elif name in variables:
            arrays[name] = values.astype(np.int32)
        else:
            arrays[name] = whole(values, small=name in SMALL)
    return arrays
