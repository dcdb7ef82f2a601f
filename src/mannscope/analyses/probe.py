"""Can a structural variable be read off a site by a linear map, and better than a random one?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int

from mannscope.analyses.description_length import Labelled, Transmission, transmit
from mannscope.analyses.labels import symbols_before
from mannscope.analyses.linear import read_linearly, standardise
from mannscope.analyses.results import Result, plain
from mannscope.analyses.sites import Vectors, vectors
from mannscope.analyses.statistics import bootstrap_interval_by_episode
from mannscope.analyses.threads import one_thread
from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError, require_positive
from mannscope.traces import batch

_PREFIX = "variable_"

_Points = tuple[Float[np.ndarray, "fitted component"], Float[np.ndarray, "held_out component"]]


@dataclass(frozen=True, repr=False)
class ProbeResult(Result):
    """How well a variable is read off a site, on episodes that were not fitted on."""

    site: str
    variable: str
    accuracy: float
    """Share of the held-out points whose value is read."""
    interval: tuple[float, float]
    """95% interval of the accuracy, by bootstrap over held-out episodes."""
    base_rate: float
    """Accuracy of always reading the value that is most frequent in the fitted half."""
    symbol_rate: float
    """Accuracy of reading the value that is most frequent at the symbol, and nothing of the site."""
    control_accuracy: float
    """Mean accuracy of the same probe for the control tasks."""
    selectivity: float
    """Accuracy minus control accuracy."""
    control: str
    """What the label of the control task depends on."""
    control_types: int
    """Number of different types that the control task labels."""
    description_length: float
    """Bits that a label takes, on average, to one who sees the site: small where little must be learned."""
    control_description_length: float
    """The same for the first control task."""
    uniform_length: float
    """Bits that a label takes to one who sees nothing: log2 of the number of values."""
    values: int
    """Number of values of the variable."""
    points: int
    """Number of points used, fitted and held out."""
    available: int
    """Number of points where the variable is defined."""
    episodes: int

    def to_dict(self) -> dict[str, Any]:
        """Give the result as plain values."""
        return plain(self)


@dataclass(frozen=True)
class Probe:
    """Reads a discrete variable off a site by logistic regression, beside a control task.

    The control task gives every *type* of position a value at random, once and for all, from the variable's
    own distribution over the fitted half. The type is the symbol read together with the depth where the
    trace has the variable `depth`, and with the symbol before it otherwise. A site knows both, so that a
    probe with room to memorise learns the control too; what it reads beyond that (the selectivity) is in the
    site and not in the probe. The symbol alone would make too few types: a map from ten symbols to values is
    linear in almost every site.

    Accuracy does not say how much the probe had to learn. The description length does, in bits a label, by
    sending the labels of all episodes in blocks, each by a probe fitted on those before it: first the half
    that is fitted on, then the held-out half.

    Source: Hewitt & Liang (2019), section 2. https://arxiv.org/abs/1909.03368 Of the
    description length: Voita & Titov (2020). https://arxiv.org/abs/2003.12298

    Args:
        site: A floating-point variable of the trace, or "policy".
        variable: A structural variable, `variable_<name>` in the trace, or "input", the symbol read.
        controls: Number of control tasks, averaged; at least 1.
        max_points: Number of points beyond which they are sampled.
        resamples: Number of bootstrap samples.
        seed: Seed of the sample, the split, the control tasks, the bootstrap and the blocks.
        counts_bits: Whether to measure description lengths, which takes most of the time; they are NaN
            otherwise.
    """

    site: str = "hidden"
    variable: str = "input"
    controls: int = 5
    max_points: int = 4000
    resamples: int = 1000
    seed: int = 0
    counts_bits: bool = True

    @one_thread()
    def __call__(
        self, trace: xr.Dataset, *, mask: Bool[np.ndarray, "episode step"] | xr.DataArray | None = None
    ) -> ProbeResult:
        """Probe the site where the variable is defined; `mask` keeps only some of these positions.

        Raises:
            UnknownNameError: if the trace has no such site or variable.
            MannscopeError: if the variable is defined in fewer than 2 episodes, or there is no control task.
        """
        require_positive("Probe", controls=self.controls)
        trace = batch(trace)
        values = _values(trace, self.variable)
        found = vectors(trace, self.site, mask=mask)
        found = found.where(values[found.episode, found.step] != PADDING)
        sample = found.sample(self.max_points, self.seed)
        halves = fitted, held_out = sample.halves(self.seed)
        control, types = _types(trace)
        points = standardise(fitted.points, held_out.points, seed=self.seed)
        labels, truth = (values[half.episode, half.step] for half in halves)
        known = np.unique(values[sample.episode, sample.step])
        sent = self._send(points, (labels, truth), halves, known)
        right = sent.read == truth
        accuracy = float(right.mean())
        controlled, control_bits = self._control(types, points, labels, halves)
        majority = np.bincount(labels).argmax()
        return ProbeResult(
            site=self.site,
            variable=self.variable,
            accuracy=accuracy,
            interval=bootstrap_interval_by_episode(
                right.astype(float), held_out.episode, resamples=self.resamples, seed=self.seed
            ),
            base_rate=float(np.mean(truth == majority)),
            symbol_rate=float(np.mean(_by_symbol(fitted.symbol, labels, held_out.symbol) == truth)),
            control_accuracy=controlled,
            selectivity=accuracy - controlled,
            control=control,
            control_types=len(np.unique(types[sample.episode, sample.step])),
            description_length=sent.bits,
            control_description_length=control_bits,
            uniform_length=float(np.log2(len(known))),
            values=len(known),
            points=len(sample.points),
            available=len(found.points),
            episodes=len(np.unique(sample.episode)),
        )

    def _control(
        self,
        types: Int[np.ndarray, "episode step"],
        points: _Points,
        labels: Int[np.ndarray, " fitted"],
        halves: tuple[Vectors, Vectors],
    ) -> tuple[float, float]:
        """Average the held-out accuracy over control tasks, and count the bits of a label of the first."""
        generator = np.random.default_rng(self.seed)
        scores, bits = [], 0.0
        for task in range(self.controls):
            random_values = generator.choice(labels, size=types.max() + 1)
            fit, truth = (random_values[types[half.episode, half.step]] for half in halves)
            if task == 0:
                sent = self._send(points, (fit, truth), halves, np.unique(labels))
                read, bits = sent.read, sent.bits
            else:
                read = read_linearly(points[0], fit, points[1])
            scores.append(np.mean(read == truth))
        return float(np.mean(scores)), bits

    def _send(
        self,
        points: _Points,
        labels: tuple[Int[np.ndarray, " fitted"], Int[np.ndarray, " held_out"]],
        halves: tuple[Vectors, Vectors],
        known: Int[np.ndarray, " value"],
    ) -> Transmission:
        """Read the held-out labels, and count bits where that is wanted."""
        if self.counts_bits:
            return transmit(*_labelled(points, labels, halves), known, seed=self.seed)
        return Transmission(float("nan"), read_linearly(points[0], labels[0], points[1]))


def _labelled(
    points: _Points,
    labels: tuple[Int[np.ndarray, " fitted"], Int[np.ndarray, " held_out"]],
    halves: tuple[Vectors, Vectors],
) -> tuple[Labelled, Labelled]:
    """Put what is fitted on, and what is held out, together."""
    fitted, held_out = (
        Labelled(place, label, half.episode)
        for place, label, half in zip(points, labels, halves, strict=True)
    )
    return fitted, held_out


def _values(trace: xr.Dataset, variable: str) -> Int[np.ndarray, "episode step"]:
    known = {
        str(name).removeprefix(_PREFIX): str(name)
        for name in trace.data_vars
        if str(name).startswith(_PREFIX)
    }
    known |= {"input": "input"}
    if variable not in known:
        raise UnknownNameError("variable", variable, known)
    values = trace[known[variable]].transpose("episode", "step").values.astype(int)
    if values.min(initial=0) < PADDING:
        raise MannscopeError(
            f"the variable {variable!r} must be at least 0, and -1 where it is undefined",
            str(values.min()),
            "Shift its values",
        )
    return values


def _by_symbol(
    symbol: Int[np.ndarray, " fitted"],
    labels: Int[np.ndarray, " fitted"],
    held_out: Int[np.ndarray, " held_out"],
) -> Int[np.ndarray, " held_out"]:
    """Read every symbol's most frequent label; the most frequent of all where it was not fitted on."""
    read = np.full(len(held_out), np.bincount(labels).argmax())
    for value in np.unique(symbol):
        read[held_out == value] = np.bincount(labels[symbol == value]).argmax()
    return read


def _types(trace: xr.Dataset) -> tuple[str, Int[np.ndarray, "episode step"]]:
    """Name the type of each position by an index, for the control task."""
    symbol = trace["input"].transpose("episode", "step").values.astype(int)
    if _PREFIX + "depth" in trace:
        name, context = (
            "symbol and depth",
            trace[_PREFIX + "depth"].transpose("episode", "step").values.astype(int),
        )
    else:
        name, context = "symbol and symbol before", symbols_before(symbol)
    _, types = np.unique((symbol + 1) * (context.max() + 2) + context + 1, return_inverse=True)
    return name, types.reshape(symbol.shape)
