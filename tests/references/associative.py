"""Associative memories in NumPy, by the papers' matrices: S acts on keys from the left."""

import numpy as np


def delta_readings(
    write_strength: np.ndarray,
    query: np.ndarray,
    write_key: np.ndarray,
    write_value: np.ndarray,
    retention: np.ndarray | None = None,
) -> np.ndarray:
    """Run the delta memory over all steps; the leading axes are step and head."""
    steps, heads, householders, width = write_value.shape
    readings = np.zeros((steps, heads, width))
    for head in range(heads):
        matrix = np.zeros((width, query.shape[-1]))
        for step in range(steps):
            if retention is not None:
                matrix = retention[step, head] * matrix
            for turn in range(householders):
                at = (step, head, turn)
                key, value, strength = write_key[at], write_value[at], write_strength[at]
                transition = np.eye(len(key)) - strength * np.outer(key, key)
                matrix = matrix @ transition + strength * np.outer(value, key)
            readings[step, head] = matrix @ query[step, head]
    return readings


def additive_readings(
    query: np.ndarray,
    write_key: np.ndarray,
    write_value: np.ndarray,
    write_strength: np.ndarray | None = None,
    retention: np.ndarray | None = None,
    *,
    normalise: bool = False,
) -> np.ndarray:
    """Run the additive memory by its sum over all earlier steps; the leading axes are step and head."""
    steps, heads, width = write_value.shape
    readings = np.zeros((steps, heads, width))
    for head in range(heads):
        for step in range(steps):
            total, keys = np.zeros(width), 0.0
            for source in range(step + 1):
                share = write_key[source, head] @ query[step, head]
                if write_strength is not None:
                    share *= write_strength[source, head]
                if retention is not None:
                    share *= np.prod(retention[source + 1 : step + 1, head])
                total, keys = total + share * write_value[source, head], keys + share
            readings[step, head] = total / (keys + 1e-6) if normalise else total
    return readings


def attention_readings(
    query: np.ndarray, new_key: np.ndarray, write_value: np.ndarray, slope: float = 0.0
) -> np.ndarray:
    """Attend to all steps so far, one head and step at a time; the leading axes are step and head."""
    steps, heads, width = write_value.shape
    readings = np.zeros((steps, heads, width))
    for head in range(heads):
        for step in range(steps):
            scores = new_key[: step + 1, head] @ query[step, head] / np.sqrt(query.shape[-1])
            scores = np.exp(scores - slope * np.arange(step, -1, -1))
            readings[step, head] = scores @ write_value[: step + 1, head] / scores.sum()
    return readings
