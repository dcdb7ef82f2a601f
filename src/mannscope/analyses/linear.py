"""A linear probe: multinomial logistic regression on standardised features."""

import numpy as np
from jaxtyping import Float, Int

_CONSTANT = 1e-9
_REGULARISATION = 1.0


def standardise(
    fitted: Float[np.ndarray, "fitted feature"],
    held_out: Float[np.ndarray, "held_out feature"],
    *,
    max_features: int = 128,
    seed: int = 0,
) -> tuple[Float[np.ndarray, "fitted component"], Float[np.ndarray, "held_out component"]]:
    """Give every feature mean 0 and deviation 1 over the fitted points, and map the held-out points alike.

    A feature whose deviation is under 1e-9 of the largest is constant and left out. Where more than
    `max_features` features remain, they are reduced to that many principal components of the fitted points.
    """
    deviation = fitted.std(axis=0)
    varies = deviation > _CONSTANT * max(1.0, np.abs(fitted).max(initial=0.0), deviation.max(initial=0.0))
    centre, scale = fitted[:, varies].mean(axis=0), deviation[varies]
    fitted, held_out = (fitted[:, varies] - centre) / scale, (held_out[:, varies] - centre) / scale
    if fitted.shape[1] <= max_features or len(fitted) <= max_features:
        return fitted, held_out
    from sklearn.decomposition import PCA

    reduction = PCA(max_features, svd_solver="randomized", random_state=seed).fit(fitted)
    return reduction.transform(fitted), reduction.transform(held_out)


def read_linearly(
    fitted: Float[np.ndarray, "fitted component"],
    labels: Int[np.ndarray, " fitted"],
    held_out: Float[np.ndarray, "held_out component"],
    *,
    balanced: bool = False,
) -> Int[np.ndarray, " held_out"]:
    """Fit a linear probe on the fitted points and read the label of every held-out point.

    The penalty is fixed (scikit-learn's C = 1), so that a probe and its controls have the same capacity.
    `balanced` makes every class count equally. Where the labels or the points are all alike, the most
    frequent label is read.
    """
    classes, counts = np.unique(labels, return_counts=True)
    if len(classes) == 1 or not fitted.shape[1]:
        return np.full(len(held_out), classes[counts.argmax()])
    from sklearn.linear_model import LogisticRegression

    weight = "balanced" if balanced else None
    probe = LogisticRegression(C=_REGULARISATION, class_weight=weight, max_iter=2000, tol=1e-3)
    return probe.fit(fitted, labels).predict(held_out)
