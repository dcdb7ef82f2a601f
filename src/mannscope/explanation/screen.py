"""An explanation as text: one screen."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from textwrap import wrap
from typing import TYPE_CHECKING

from mannscope.arrays import PADDING
from mannscope.explanation import words
from mannscope.hypotheses import Verdict
from mannscope.traces import one_episode
from mannscope.traces.labels import outputs, symbols

if TYPE_CHECKING:
    import xarray as xr

    from mannscope.explanation.explanation import Explanation

WIDTH = 100
LISTED = 4
"""Verdicts that are listed."""


def screen(found: "Explanation") -> str:
    """Write an explanation as text of some thirty lines."""
    sections = {
        "accuracy": accuracy(found),
        "what it does": what_it_does(found),
        "what holds": list(_verdicts(found)),
        "program": program(found),
        "an example": example(found.example),
        "look next": list(_advice(found)),
    }
    lines = [f"{found.name}: {found.title}, trained up to size {found.trained_size}"]
    for heading, content in sections.items():
        lines += ["", heading, *(f"  {line}" for line in content)]
    return "\n".join(lines)


def accuracy(found: "Explanation") -> list[str]:
    """Say how often all answers of an episode are right, by size."""
    shapes = len({one.shape for one in found.accuracy})
    episodes = sum(one.episodes for one in found.accuracy) // max(1, len(found.exact))
    by_size = "   ".join(f"size {size}: {share:.3f}" for size, share in found.exact.items())
    rate = max((one.base_rate for one in found.accuracy), default=0.0)
    worst = f", the worst of {shapes} shapes" if shapes > 1 else ""
    said = f"All answers right, of {episodes} episodes each{worst}; the most frequent answer: {rate:.3f}"
    return [by_size, said]


def what_it_does(found: "Explanation") -> list[str]:
    """Say the mined policy, and how often it is followed."""
    if found.mined is None:
        return _wrapped(f"Not known: {found.unknown['policy']}.")
    if not found.policy:
        return _wrapped("No action on the memory makes a difference to the answers, as far as was tried.")
    sentences = [line for sentence in found.policy for line in _wrapped(f"{sentence}.")]
    return [*sentences, *_wrapped(followed(found))]


def followed(found: "Explanation") -> str:
    """Say how often the mined policy is followed, on episodes that it was not mined from."""
    verdict = next((one for one in found.verdicts if one.hypothesis.name == "mined"), None)
    pieces = () if verdict is None else verdict.evidence
    share = next((one.score for one in pieces if one.kind == "agreement" and one.score is not None), None)
    if share is None:
        return "How often that is so on other episodes is not known."
    return f"So it does at {share:.1%} of these steps, on episodes that this was not mined from."


def _verdicts(found: "Explanation") -> Iterator[str]:
    if found.verification is None:
        yield from _wrapped(f"Not known: {found.unknown['verdict']}.")
        return
    for verdict in found.verdicts[:LISTED]:
        yield from _wrapped(f"{verdict.hypothesis.name}: {verdict.says()}", "    ")
        yield from (line for said in remarks(verdict) for line in _wrapped(said, "    ", "    "))
    more = len(found.verdicts) - LISTED
    if more > 0:
        yield f"and {more} more that {'does' if more == 1 else 'do'} not hold"
    yield from _wrapped(controls(found))


def remarks(verdict: Verdict) -> list[str]:
    """Say the weakest evidence of what holds, and what speaks against what does not."""
    if verdict.holds:
        piece = words.weakest(verdict)
        return [] if piece is None else [f"Weakest evidence: {words.measured(piece)}"]
    piece = words.against(verdict)
    return [] if piece is None or verdict.observed_only else [words.measured(piece)]


def controls(found: "Explanation") -> str:
    """Say what the controls say."""
    verification = found.verification
    if verification is None:
        return ""
    if verification.controls_failed:
        return "A control holds as well, so that no verdict can be trusted."
    judged = [name for name, verdicts in verification.controls.items() if verdicts]
    if not judged:
        return "Controls were not needed, since nothing holds."
    return f"The same holds on no control ({', '.join(judged)})."


def program(found: "Explanation") -> list[str]:
    """Say how large the program is, and how it agrees."""
    one = found.extraction
    if one is None:
        return _wrapped(f"None: {found.unknown.get('program', 'not asked for')}.")
    rules = sum(len(rules.table) for rules in one.program.steps.values())
    agrees = "It agrees" if one.agrees else "It does not agree"
    size = max(row.size for row in one.rows)
    return _wrapped(
        f"{_count(len(one.program.states), 'state')}, {_count(len(one.program.contents), 'content')}, "
        f"{_count(rules, 'rule')}. {agrees} with the network: in {one.agreement:.3f} of the episodes at "
        f"least, up to size {size}."
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def example(trace: "xr.Dataset") -> list[str]:
    """Lay an episode out, a column a step: what is read, what is done, what the output is."""
    from mannscope.figures.columns import memory_columns

    one = one_episode(trace)
    read, said = symbols(one), outputs(one)
    inputs = one["input"].values.tolist()
    targets = one["target"].values.tolist() if "target" in one else [PADDING] * len(inputs)
    rows: dict[str, Sequence[str]] = {
        "read": [read[index] if read else str(index) for index in inputs],
    }
    for name, did in memory_columns(one).actions.items():
        rows[name] = [action or "" for action in did]
    found = one["output"].values.tolist()
    rows["output"] = [
        "" if target == PADDING else said[index] if said else str(index)
        for index, target in zip(found, targets, strict=True)
    ]
    return _columns(rows)


def _columns(rows: dict[str, Sequence[str]]) -> list[str]:
    first = max(map(len, rows))
    widths = [max(map(len, column)) for column in zip(*rows.values(), strict=True)]
    fits = sum(end <= WIDTH - first - 4 for end in accumulate(width + 1 for width in widths))
    lines = [
        f"{name:{first}}  "
        + " ".join(f"{cell:{width}}" for cell, width in zip(cells[:fits], widths, strict=False))
        + (" …" if fits < len(widths) else "")
        for name, cells in rows.items()
    ]
    return [line.rstrip() for line in lines]


def _advice(found: "Explanation") -> Iterator[str]:
    for one in found.advice:
        yield from _wrapped(one.why)
        yield f"    {one.how}"


def _wrapped(text: str, after: str = "", before: str = "") -> list[str]:
    return wrap(text, WIDTH - 2, initial_indent=before, subsequent_indent=after)
