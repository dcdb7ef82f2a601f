"""Estimators of the analyses, in scikit-learn's form: they stand in its pipelines, searches and validation.

Its contract is why this module has mixins, calls points `X`, and has constructors that take any value and
leave checking to `fit`. It is imported when an estimator is first needed, since scikit-learn takes a second.
"""

from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.linalg import eigh
from sklearn.base import BaseEstimator, ClassifierMixin, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from mannscope.errors import MannscopeError

_CONSTANT = 1e-9
_REGULARISATION = 1.0


class Standardiser(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Gives every feature mean 0 and deviation 1 over the points that it was fitted on.

    A feature whose deviation is under 1e-9 of the largest is constant and left out; where all are, a single
    column of zeros is given. Where more than `max_features` features remain, they are reduced to that many
    principal components.

    Args:
        max_features: Number of columns given at most, where there are more points than that.
        random_state: Seed of the reduction.
    """

    def __init__(self, max_features=128, random_state=0) -> None:
        self.max_features = max_features
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> "Standardiser":
        """Learn means and deviations of the points `X`, (point, feature); `y` is not looked at.

        Raises:
            ValueError: by scikit-learn, if `X` is no table of finite numbers.
        """
        points: Any = validate_data(self, X, dtype=np.float64)
        deviation = points.std(axis=0)
        varies = deviation > _CONSTANT * max(1.0, np.abs(points).max(initial=0.0), deviation.max(initial=0.0))
        self.varies_ = varies
        self.mean_, self.scale_ = points[:, varies].mean(axis=0), deviation[varies]
        self.reduction_ = None
        if self.max_features < varies.sum() and self.max_features < len(points):
            reduction = PCA(self.max_features, svd_solver="randomized", random_state=self.random_state)
            self.reduction_ = reduction.fit(self._scaled(points))
        kept = self.max_features if self.reduction_ is not None else int(varies.sum())
        self._n_features_out = max(1, kept)
        return self

    def transform(self, X: Any) -> Float[np.ndarray, "point component"]:
        """Map points like those fitted on."""
        check_is_fitted(self)
        given: Any = validate_data(self, X, dtype=np.float64, reset=False)
        points = self._scaled(given)
        if not points.shape[1]:
            return np.zeros((len(points), 1))
        return points if self.reduction_ is None else self.reduction_.transform(points)

    def _scaled(self, points: Float[np.ndarray, "point feature"]) -> Float[np.ndarray, "point varying"]:
        return (points[:, self.varies_] - self.mean_) / self.scale_


class LinearProbe(ClassifierMixin, BaseEstimator):
    """Reads a label off a point by multinomial logistic regression on standardised features.

    The penalty is fixed (scikit-learn's C = 1), so that a probe and its controls have the same capacity.
    Where the labels or the points are all alike, the most frequent label is read.

    Source: Alain & Bengio (2017), linear classifier probes. https://arxiv.org/abs/1610.01644

    Args:
        balanced: Whether every class counts equally, however frequent it is.
        standardise: Whether to standardise first; without, the points are taken as they are, which saves
            time where many probes look at the same points.
        max_features: Number of features that are looked at, at most: that of `Standardiser`.
        random_state: Seed of `Standardiser`.
    """

    def __init__(self, balanced=False, standardise=True, max_features=128, random_state=0) -> None:
        self.balanced = balanced
        self.standardise = standardise
        self.max_features = max_features
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> "LinearProbe":
        """Fit on points `X`, (point, feature), and their labels `y`, (point,).

        Raises:
            ValueError: by scikit-learn, if `X` is no table of finite numbers, or `y` no list of classes.
        """
        checked: Any = validate_data(self, X, y, dtype=np.float64)
        points, labels = checked
        check_classification_targets(labels)
        self.classes_ = np.unique(labels)
        self.standardiser_ = None
        if self.standardise:
            self.standardiser_ = Standardiser(self.max_features, self.random_state).fit(points)
        components = self._components(points)
        if len(self.classes_) == 1 or not components.any():
            self.reader_ = DummyClassifier(strategy="prior").fit(components, labels)
            return self
        weight = "balanced" if self.balanced else None
        reader = LogisticRegression(C=_REGULARISATION, class_weight=weight, max_iter=2000, tol=1e-3)
        self.reader_ = reader.fit(components, labels)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Read the label of every point."""
        components = self._checked(X)
        return np.asarray(self.reader_.predict(components))

    def predict_proba(self, X: Any) -> Float[np.ndarray, "point label"]:
        """Give the probability of each of `classes_`, in [0, 1], at every point."""
        components = self._checked(X)
        return np.asarray(self.reader_.predict_proba(components))

    def _checked(self, X: Any) -> Float[np.ndarray, "point component"]:
        check_is_fitted(self)
        points: Any = validate_data(self, X, dtype=np.float64, reset=False)
        return self._components(points)

    def _components(self, points: Float[np.ndarray, "point feature"]) -> Float[np.ndarray, "point component"]:
        return points if self.standardiser_ is None else self.standardiser_.transform(points)


class Discriminants(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """The directions that separate classes best, relative to the scatter within them.

    There are as many as given, and at most one fewer than classes and no more than features. The signs
    are such that each direction's largest component is positive. Draw other points than were fitted on:
    with many dimensions, the points fitted on separate even where there is nothing but noise.

    Source: Fisher (1936), The use of multiple measurements in taxonomic problems. The scatter within is
    shrunk towards its mean diagonal, so that it has an inverse.

    Args:
        n_components: Number of directions, at most.
        shrinkage: Weight of the mean diagonal that is added to the scatter within; above 0.
    """

    def __init__(self, n_components=2, shrinkage=1e-3) -> None:
        self.n_components = n_components
        self.shrinkage = shrinkage

    def fit(self, X: Any, y: Any) -> "Discriminants":
        """Find the directions of points `X`, (point, feature), and their classes `y`, (point,).

        Raises:
            ValueError: by scikit-learn, if `X` is no table of finite numbers, or `y` no list of classes.
            MannscopeError: if there is a single class.
        """
        checked: Any = validate_data(self, X, y, dtype=np.float64, ensure_min_samples=2)
        points, labels = checked
        check_classification_targets(labels)
        self.classes_, group, counts = np.unique(labels, return_inverse=True, return_counts=True)
        if len(counts) < 2:
            raise MannscopeError(
                "there must be two classes to separate",
                f"only {self.classes_[0]!r}",
                "Pass points of another",
            )
        member = np.eye(len(counts))[group]
        means = (member.T @ points) / counts[:, None]
        within = points - means[group]
        self.mean_ = points.mean(axis=0)
        between = (means - self.mean_) * np.sqrt(counts)[:, None]
        scatter = within.T @ within
        level = np.trace(scatter + between.T @ between) / len(scatter)
        shrunk = scatter + self.shrinkage * (level or 1.0) * np.eye(len(scatter))
        _, directions = eigh(between.T @ between, shrunk)
        found = directions[:, ::-1][:, : min(self.n_components, len(counts) - 1)]
        largest = np.take_along_axis(found, np.abs(found).argmax(axis=0)[None], axis=0)
        self.axes_ = found * np.where(largest < 0, -1.0, 1.0)
        self._n_features_out = self.axes_.shape[1]
        return self

    def transform(self, X: Any) -> Float[np.ndarray, "point axis"]:
        """Give the coordinates of points along the directions."""
        check_is_fitted(self)
        points: Any = validate_data(self, X, dtype=np.float64, reset=False)
        return (points - self.mean_) @ self.axes_

    def __sklearn_tags__(self) -> Tags:
        """Tell scikit-learn that classes are needed."""
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags
