"""A run as a page shows it: its names, all of its episodes, projections, verdicts and accuracy."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from mannscope.analyses import POLICY, Projection, ProjectionResult, site_names
from mannscope.errors import MannscopeError
from mannscope.explorer import layout
from mannscope.explorer.pack import Pack, whole
from mannscope.explorer.run import Run, joined

VERSION = 1
FIRST_SITES = (POLICY, "hidden", "reading")
"""Sites that are projected when a run is opened; others when they are asked for."""
MOST_POINTS = 6000
MOST_EMBEDDED = 2000
"""Points that t-SNE, UMAP and PaCMAP place, which take their time."""
SMALL = ("action", "category")
MARKS = ("answer", "supervised")


def run_pack(run: Run) -> Pack:
    """Give everything that a page needs to list and compare the episodes of a run."""
    trace = run.groups[0].trace
    attributes = trace.attrs
    drawn, notes = _draw(run)
    episodes = [entry for group in run.groups for entry in group.entries()]
    view = {
        "kind": "run",
        "version": VERSION,
        "run": run.name,
        "label": run.name,
        "task": attributes.get("task", ""),
        "memory": attributes.get("memory", ""),
        "fingerprint": attributes.get("fingerprint", ""),
        **layout.names(trace),
        "reads": attributes.get("reads", ""),
        "variables": layout.variables(trace),
        "configuration": json.loads(attributes.get("configuration", "null")),
        "live": run.network is not None,
        "example": episodes[0]["text"] if run.network is not None else "",
        "episodes": episodes,
        "kept": None,
        "sites": [_described(result) for result in drawn],
        "site_names": list(site_names(trace)),
        "verification": run.verification,
        "accuracy": run.accuracy,
        "notes": notes,
    }
    arrays = _all_episodes(run) | _points(drawn)
    return Pack(view, arrays)


def projection_pack(run: Run, site: str, method: str) -> Pack:
    """Project one site of all episodes.

    Raises:
        MannscopeError: if the run has no such site, or there are too few episodes to hold half of them out.
    """
    result = project(run, site, method)
    arrays = {name: array for name, array in _points([result]).items() if not name.startswith("points_")}
    view = {"kind": "projection", "run": run.name, "site": _described(result)}
    return Pack(view, arrays | {"points": result.points.astype(np.float32)})


def project(run: Run, site: str, method: str) -> ProjectionResult:
    """Draw a site of all episodes in two dimensions."""
    traces = [group.trace for group in run.groups]
    parts = layout.policy_ops(traces[0]) if site == POLICY else [site]
    if site in site_names(traces[0]):
        read = ["input", *(name for name in ("category",) if name in traces[0])]
        together = joined(traces, list(dict.fromkeys([*read, *parts])))
    else:
        together = traces[0]  # which is refused, with the names of the sites that there are
    named = {name: json.dumps(words) for name, words in layout.names(traces[0]).items()}
    most = MOST_POINTS if method in ("pca", "lda") else MOST_EMBEDDED
    return Projection(method, site, most, everything=method != "lda")(together.assign_attrs(named))


def _draw(run: Run) -> tuple[list[ProjectionResult], list[str]]:
    if run.episodes < 2:
        return [], ["sites are not drawn of a single episode: a map is fitted on half of the episodes"]
    drawn, notes = [], []
    for site in FIRST_SITES:
        if site in site_names(run.groups[0].trace):
            try:
                drawn.append(project(run, site, "pca"))
            except MannscopeError as problem:
                notes.append(f"{site} is not drawn: {problem}")
    return drawn, notes


def _described(result: ProjectionResult) -> Mapping[str, Any]:
    plain = result.to_dict()
    kept = ("site", "method", "explained", "trustworthiness", "neighbours_kept", "neighbours_kept_control")
    return {name: plain[name] for name in kept} | {
        "points": len(result.points),
        "available": result.available,
        "note": result.note,
    }


def _points(drawn: Iterable[ProjectionResult]) -> dict[str, np.ndarray]:
    """Give the points of several sites, which are at the same episodes and steps."""
    arrays: dict[str, np.ndarray] = {}
    for result in drawn:
        arrays["point_episode"] = result.episode.astype(np.int32)
        arrays["point_step"] = whole(result.step)
        arrays[f"points_{result.site}"] = result.points.astype(np.float32)
    return arrays


def _all_episodes(run: Run) -> dict[str, np.ndarray]:
    """Give symbols, outputs and actions of all episodes, and what the task knows of them."""
    traces = [group.trace for group in run.groups]
    variables = [f"{layout.VARIABLE}{name}" for name in layout.variables(traces[0])]
    names = ("input", "output", "target", *SMALL, *MARKS, *variables)
    together = joined(traces, [name for name in names if name in traces[0]])
    padding = together["input"].transpose("episode", "step").values < 0
    arrays = {}
    for name in map(str, together.variables):
        values = together[name].transpose("episode", "step", ...).values.copy()
        values[padding] = False if name in MARKS else -1
        if name in MARKS:
            arrays[name] = values.astype(np.uint8)
        elif name in variables:
            arrays[name] = values.astype(np.int32)
        else:
            arrays[name] = whole(values, small=name in SMALL)
    return arrays
