"""Analyses: a trace in, a result out; never a model."""

from collections.abc import Callable, Mapping
from typing import Any

from mannscope.analyses.first_errors import Cause, DepthErrors, FirstErrors, first_errors
from mannscope.analyses.labels import (
    category_indices,
    category_pairs,
    symbol_categories,
    symbols_before,
)
from mannscope.analyses.linear import read_linearly, standardise
from mannscope.analyses.mining import MinedStrategy, Mining, mine
from mannscope.analyses.neighbourhoods import (
    neighbours_kept,
    neighbours_kept_by_random_planes,
    trustworthiness,
)
from mannscope.analyses.partitions import random_partitions
from mannscope.analyses.permutation import PermutationTest, permutation_test
from mannscope.analyses.probe import Probe, ProbeResult
from mannscope.analyses.projection import Projection, ProjectionResult
from mannscope.analyses.read_sources import ReadSources, ReadSourcesResult
from mannscope.analyses.reductions import ProjectionMethod
from mannscope.analyses.results import plain
from mannscope.analyses.scores import (
    Distances,
    VarianceShares,
    balanced_accuracy,
    between_squares,
    variance_shares,
)
from mannscope.analyses.separation import Score, Separation, SeparationResult, separate_sites
from mannscope.analyses.site_projections import (
    SiteProjection,
    SiteProjections,
    SiteProjectionsResult,
    default_sites,
)
from mannscope.analyses.sites import POLICY, Vectors, site_names, vectors
from mannscope.analyses.slot_sources import NOWHERE, SlotSources, SlotSourcesResult
from mannscope.analyses.statistics import (
    PairedDifference,
    bootstrap_difference_by_episode,
    bootstrap_interval_by_episode,
    episodes_for_power,
    holm,
    wilson_interval,
)
from mannscope.analyses.threads import one_thread

ANALYSES: Mapping[str, Callable[..., Any]] = {
    "mining": Mining,
    "probe": Probe,
    "projection": Projection,
    "read_sources": ReadSources,
    "separation": Separation,
    "site_projections": SiteProjections,
    "slot_sources": SlotSources,
}
"""Every analysis by name: a record of options whose call takes a trace and gives a result with `to_dict`."""

__all__ = [
    "ANALYSES",
    "NOWHERE",
    "POLICY",
    "Cause",
    "DepthErrors",
    "Distances",
    "FirstErrors",
    "MinedStrategy",
    "Mining",
    "PairedDifference",
    "PermutationTest",
    "Probe",
    "ProbeResult",
    "Projection",
    "ProjectionMethod",
    "ProjectionResult",
    "ReadSources",
    "ReadSourcesResult",
    "Score",
    "Separation",
    "SeparationResult",
    "SiteProjection",
    "SiteProjections",
    "SiteProjectionsResult",
    "SlotSources",
    "SlotSourcesResult",
    "VarianceShares",
    "Vectors",
    "balanced_accuracy",
    "between_squares",
    "bootstrap_difference_by_episode",
    "bootstrap_interval_by_episode",
    "category_indices",
    "category_pairs",
    "default_sites",
    "episodes_for_power",
    "first_errors",
    "holm",
    "mine",
    "neighbours_kept",
    "neighbours_kept_by_random_planes",
    "one_thread",
    "permutation_test",
    "plain",
    "random_partitions",
    "read_linearly",
    "separate_sites",
    "site_names",
    "standardise",
    "symbol_categories",
    "symbols_before",
    "trustworthiness",
    "variance_shares",
    "vectors",
    "wilson_interval",
]
