"""Reductions to two dimensions: fitted on some points, drawn at others."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from mannscope.errors import MannscopeError

_FEWEST_FOR_NEIGHBOURS = 10
_CONSTANT = 1e-9
_HELD_OUT = "fitted on one half of the episodes, drawn on the other"


class ProjectionMethod(StrEnum):
    """How points are brought to two dimensions."""

    PCA = "pca"
    LDA = "lda"
    TSNE = "tsne"
    UMAP = "umap"
    PACMAP = "pacmap"


class Halves(NamedTuple):
    """What a reduction is given."""

    fitted: Float[np.ndarray, "fitted feature"]
    category: tuple[str, ...]
    """Names of the fitted points' categories."""
    drawn: Float[np.ndarray, "point feature"]
    seed: int


class Reduction(NamedTuple):
    """What a reduction gives."""

    points: Float[np.ndarray, "point 2"]
    held_out: bool
    """Whether the map was fitted on other points than those drawn."""
    note: str
    """What to know when looking at the picture."""


def reduce(method: ProjectionMethod, halves: Halves) -> Reduction:
    """Fit a reduction, and give the drawn points in two dimensions.

    Raises:
        MannscopeError: if the method needs a package that is not installed.
    """
    return _REDUCTIONS[method](halves)


def is_constant(points: Float[np.ndarray, "point feature"], scale: float) -> bool:
    """Tell whether points coincide, up to rounding errors of numbers of a size."""
    return bool(np.ptp(points, axis=0).max(initial=0.0) <= _CONSTANT * scale)


def axis_shares(
    drawn: Float[np.ndarray, "point 2"], points: Float[np.ndarray, "point feature"]
) -> tuple[float, float] | None:
    """Give the shares of the points' variance along the two axes drawn; None where nothing varies."""
    total = points.var(axis=0).sum()
    if total <= 0 or not drawn.any():
        return None
    first, second = drawn.var(axis=0) / total
    return float(first), float(second)


def _pca(halves: Halves) -> Reduction:
    return Reduction(_on_principal_axes(halves.fitted, halves.drawn), True, _HELD_OUT)


def _lda(halves: Halves) -> Reduction:
    if len(set(halves.category)) < 2:
        nowhere = np.zeros((len(halves.drawn), 2))
        return Reduction(nowhere, True, "LDA finds no direction: there is a single category")
    from mannscope.analyses.estimators import Discriminants

    discriminants = Discriminants().fit(halves.fitted, np.array(halves.category))
    return Reduction(_two_columns(discriminants.transform(halves.drawn)), True, _HELD_OUT)


def _tsne(halves: Halves) -> Reduction:
    note = "t-SNE embeds the held-out episodes alone; distances between clusters mean little"
    points = halves.drawn
    start = _on_principal_axes(points, points)
    if len(points) < 4:
        return Reduction(start, False, note)
    from sklearn.manifold import TSNE

    start = (1e-4 * start / start[:, 0].std()).astype(np.float32)
    perplexity = min(30.0, (len(points) - 1) / 3)
    fit = TSNE(init=start, perplexity=perplexity, random_state=halves.seed)
    return Reduction(fit.fit_transform(points).astype(float), False, note)


def _umap(halves: Halves) -> Reduction:
    package = _package("umap", "UMAP", "umap")
    if few := _too_few_neighbours("UMAP", halves):
        return few
    noise = np.random.default_rng(halves.seed).normal(size=(len(halves.fitted), 2))
    start = _on_principal_axes(halves.fitted, halves.fitted)
    start = (10 * start / np.abs(start).max() + 1e-4 * noise).astype(np.float32)
    neighbours = min(15, len(halves.fitted) - 1)
    with _one_numba_thread():
        fit = package.UMAP(n_neighbors=neighbours, init=start, random_state=halves.seed, n_jobs=1)
        points = fit.fit(halves.fitted).transform(halves.drawn)
    return Reduction(points.astype(float), True, f"{_HELD_OUT}; distances between clusters mean little")


def _pacmap(halves: Halves) -> Reduction:
    package = _package("pacmap", "PaCMAP", "pacmap")
    if few := _too_few_neighbours("PaCMAP", halves):
        return few
    logging.getLogger("pacmap").setLevel(logging.ERROR)  # it warns of every seed
    fitted, drawn = (
        np.pad(half, ((0, 0), (0, max(0, 2 - half.shape[1])))) for half in (halves.fitted, halves.drawn)
    )
    with _one_numba_thread():
        fit = package.PaCMAP(random_state=halves.seed).fit(fitted, init="pca")
        points = fit.transform(drawn, basis=fitted)
    return Reduction(points.astype(float), True, _HELD_OUT)


_REDUCTIONS: Mapping[ProjectionMethod, Callable[[Halves], Reduction]] = {
    ProjectionMethod.PCA: _pca,
    ProjectionMethod.LDA: _lda,
    ProjectionMethod.TSNE: _tsne,
    ProjectionMethod.UMAP: _umap,
    ProjectionMethod.PACMAP: _pacmap,
}


def _package(module: str, title: str, extra: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError as problem:
        remedy = f"pip install 'mannscope[{extra}]'"
        raise MannscopeError(
            f"{title} must be installed for this projection", "no such package", remedy
        ) from problem


@contextmanager
def _one_numba_thread() -> Iterator[None]:
    """Compute in one thread: for so few points, threads wait for each other many times as long."""
    numba = import_module("numba")
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        yield
    finally:
        numba.set_num_threads(before)


def _too_few_neighbours(title: str, halves: Halves) -> Reduction | None:
    """Draw principal components where the fitted points are too few or too alike to have neighbours."""
    size = np.abs(halves.fitted).max(initial=1.0)
    varies = np.ptp(halves.fitted, axis=0).max(initial=0.0) > _CONSTANT * size
    if varies and len(halves.fitted) >= _FEWEST_FOR_NEIGHBOURS:
        return None
    note = f"{title} needs {_FEWEST_FOR_NEIGHBOURS} points that differ: principal components are drawn"
    return Reduction(_on_principal_axes(halves.fitted, halves.drawn), True, note)


def _on_principal_axes(
    fitted: Float[np.ndarray, "fitted feature"], drawn: Float[np.ndarray, "point feature"]
) -> Float[np.ndarray, "point 2"]:
    """Draw along the at most two directions of the largest variance, signs fixed by largest components."""
    centred = fitted - fitted.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    axes = directions[:, ::-1][:, :2]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], axis=0)
    return _two_columns((drawn - fitted.mean(axis=0)) @ (axes * np.where(largest < 0, -1.0, 1.0)))


def _two_columns(points: Float[np.ndarray, "point axis"]) -> Float[np.ndarray, "point 2"]:
    """Fill missing axes with zeros."""
    return np.pad(points, ((0, 0), (0, 2 - points.shape[1])))
