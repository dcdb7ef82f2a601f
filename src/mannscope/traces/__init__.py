"""Traces: what a run leaves behind, and nothing about how it came to be."""

from mannscope.traces.schema import SCHEMA_VERSION, check, labels
from mannscope.traces.store import SUFFIX, load, save

__all__ = ["SCHEMA_VERSION", "SUFFIX", "check", "labels", "load", "save"]
