"""Traces: what a run leaves behind, and nothing about how it came to be.

- `schema`: what every trace holds; `labels`: its coordinates; `reading`: how all others read it
- `store`: traces as files
"""

from mannscope.traces.labels import anatomy, label
from mannscope.traces.reading import batch, exact, one_episode
from mannscope.traces.schema import SCHEMA_VERSION, check
from mannscope.traces.store import SUFFIX, load, save

__all__ = [
    "SCHEMA_VERSION",
    "SUFFIX",
    "anatomy",
    "batch",
    "check",
    "exact",
    "label",
    "load",
    "one_episode",
    "save",
]
