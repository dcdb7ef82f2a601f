"""Merge nodes by evidence: what follows from two of them under the same circumstances is the same.

Source: Paull & Unger (1959), pairs that are distinguished; Lang, Pearlmutter & Price (1998), merging by
evidence.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

CONFLICTS = 3.0
"""Steps that must contradict each other for two nodes to be distinguished."""
SHARE = 0.2
"""Share of the comparable steps of an aspect that must contradict, so that noise distinguishes nothing."""
MANY = 8.0
"""Contradicting steps under one circumstance that distinguish two nodes whatever else agrees."""
AGREE = 0.4
"""Share of their comparable steps that must agree; of the others, it may not be known yet."""
EVIDENCE = 1.5
"""Steps that must agree, less what agrees by chance, for two nodes to be merged."""
_USUAL = 0.98
"""Where results are the same this often, agreement says nothing."""


class Aspect(NamedTuple):
    """One way to compare nodes: what came of them under the same circumstances."""

    node: Int[np.ndarray, " point"]
    circumstance: Int[np.ndarray, " point"]
    result: Int[np.ndarray, " point"]
    differ: Bool[np.ndarray, "result result"] | None
    """Which results are distinguished; all different ones unless given."""


class Comparison(NamedTuple):
    """What the steps say about every pair of nodes."""

    agree: Float[np.ndarray, "node node"]
    """Steps with the same result, each counting less the more usual it is that results are the same; 0 where
    they are too small a share of the comparable steps."""
    differ: Bool[np.ndarray, "node node"]
    """Which nodes are distinguished."""


def compare(aspects: list[Aspect], nodes: int) -> Comparison:
    """Compare all nodes under all circumstances.

    Where two nodes were seen m and n times under the same circumstances, min(m, n) steps can be compared.
    """
    agree, weight = np.zeros((nodes, nodes)), np.zeros((nodes, nodes))
    differ = np.zeros((nodes, nodes), bool)
    for aspect in aspects:
        comparable, conflict = np.zeros((nodes, nodes)), np.zeros((nodes, nodes))
        order = np.argsort(aspect.circumstance, kind="stable")
        starts = np.flatnonzero(np.diff(aspect.circumstance[order])) + 1
        for part in np.split(order, starts):
            found, steps, same, different = _under(aspect, part)
            usual = _share(steps, same)
            place = np.ix_(found, found)
            agree[place] += steps * same * (1 - usual)
            weight[place] += steps * (1 - usual)
            conflict[place] += steps * (different > 0.5)
            comparable[place] += steps * (usual < _USUAL)
            differ[place] |= (steps >= MANY) & (different > 0.8)
        differ |= (conflict >= CONFLICTS) & (conflict >= SHARE * comparable)
    np.fill_diagonal(differ, False)  # a node whose results are mixed is not distinguished from itself
    return Comparison(np.where(agree >= AGREE * weight, agree, 0.0), differ)


def _under(aspect: Aspect, part: Int[np.ndarray, " point"]) -> tuple[np.ndarray, ...]:
    """Compare the nodes seen under one circumstance.

    Gives the nodes; and for every pair of them the comparable steps, whether results are mostly the same, and
    the odds that they are distinguished.
    """
    nodes, rows = np.unique(aspect.node[part], return_inverse=True)
    results, columns = np.unique(aspect.result[part], return_inverse=True)
    table = np.zeros((len(nodes), len(results)))
    np.add.at(table, (rows, columns), 1)
    seen = table.sum(axis=1)
    table /= seen[:, None]
    same = table @ table.T
    different = 1 - same
    if aspect.differ is not None:
        different = table @ aspect.differ[np.ix_(results, results)].astype(float) @ table.T
    return nodes, np.minimum.outer(seen, seen), same > 0.5, different


def _share(steps: np.ndarray, same: np.ndarray) -> float:
    """Give the share of the comparable steps of different nodes that have the same result."""
    pairs = ~np.eye(len(steps), dtype=bool)
    whole = steps[pairs].sum()
    return float((steps * same)[pairs].sum() / whole) if whole else 1.0


def merge(
    evidence: Float[np.ndarray, "node node"], differ: Bool[np.ndarray, "node node"], apart: int = 0
) -> Int[np.ndarray, " node"]:
    """Number the blocks of nodes, from 0 in the order of their first members.

    The two blocks with the most evidence are merged first, as long as no member of one is distinguished from
    a member of the other. The first `apart` nodes stay by themselves.
    """
    forbidden = differ.copy()
    np.fill_diagonal(forbidden, True)
    forbidden[:apart] = True
    forbidden[:, :apart] = True
    score = np.where(forbidden, -1.0, np.where(evidence >= EVIDENCE, evidence, 0.0))
    block = np.arange(len(score))
    while len(score):
        one, other = sorted(divmod(int(score.argmax()), len(score)))
        if score[one, other] <= 0:
            break
        joined = np.where((score[one] < 0) | (score[other] < 0), -1.0, score[one] + score[other])
        joined[[one, other]] = -1.0
        score[one], score[:, one] = joined, joined
        score[other], score[:, other] = -1.0, -1.0
        block[block == other] = one
    return np.unique(block, return_inverse=True)[1]
