"""A linear probe: multinomial logistic regression on standardised features."""

import numpy as np
from jaxtyping import Float, Int


def standardise(
    fitted: Float[np.ndarray, "fitted feature"],
    held_out: Float[np.ndarray, "held_out feature"],
    *,
    max_features: int = 128,
    seed: int = 0,
) -> tuple[Float[np.ndarray, "fitted component"], Float[np.ndarray, "held_out component"]]:
    """Give every feature mean 0 and deviation 1 over the fitted points, and map the held-out points alike.

    `estimators.Standardiser` says what is done to constant features, and to more than `max_features`.
    Points of no features are given a single one, which is 0.
    """
    if not fitted.shape[1]:
        return np.zeros((len(fitted), 1)), np.zeros((len(held_out), 1))
    from mannscope.analyses.estimators import Standardiser

    standardiser = Standardiser(max_features, seed).fit(fitted)
    return standardiser.transform(fitted), standardiser.transform(held_out)


def read_linearly(
    fitted: Float[np.ndarray, "fitted component"],
    labels: Int[np.ndarray, " fitted"],
    held_out: Float[np.ndarray, "held_out component"],
    *,
    balanced: bool = False,
) -> Int[np.ndarray, " held_out"]:
    """Fit a linear probe on standardised points and read the label of every held-out point.

    `balanced` makes every class count equally. The rest is documented at `estimators.LinearProbe`.
    """
    from mannscope.analyses.estimators import LinearProbe

    return LinearProbe(balanced=balanced, standardise=False).fit(fitted, labels).predict(held_out)
