"""The report's part about one cell: what it can do, what it does, and what can be said of it."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mannscope.studies.markup import (
    Markup,
    cell,
    details,
    element,
    join,
    number,
    of_class,
    row_header,
    table,
)
from mannscope.studies.report_verdicts import verdicts
from mannscope.studies.results import FIGURES, Result
from mannscope.studies.words import task_text, times

REM_PER_INCH, WIDE = 7.2, 4.5
"""One scale for all pictures, so that their type has one size; inches from which one has a row to itself."""


def cell_section(runs: Sequence[Result], out: Path) -> Markup:
    """Write everything about a cell: pictures of its first seed, numbers and verdicts of all of them."""
    first, *others = runs
    folder = out / first["cell"] / f"seed-{first['seed']}"
    pictures = {picture["file"]: _picture(picture, folder) for picture in first["pictures"]}
    accuracy = pictures.pop("accuracy.svg")
    return join(
        [
            element("p", task_text(first["configuration"])),
            _example(first),
            element("h3", "How well it does"),
            of_class("div", "beside", accuracy, _accuracy(first)),
            element("h3", "What it does"),
            *_note_on_seeds(first, others),
            of_class("div", "pictures", *pictures.values()),
            *_strategy(first),
            *(_another(run) for run in others),
            _configuration(first),
        ]
    )


def _example(run: Result) -> Markup:
    example = run["example"]
    right = example["answer"] == example["wanted"]
    told = [
        "In the episode shown below it reads ",
        element("code", example["input"]),
        " and answers ",
        element("code", " ".join(example["answer"])),
    ]
    outcome = [", where ", element("code", " ".join(example["wanted"])), " is right."]
    if right:
        outcome = [f", which is right, as in {example['right']} of {example['recorded']} recorded episodes."]
    return of_class("p", "example", *told, *outcome)


def _note_on_seeds(first: Result, others: Sequence[Result]) -> list[Markup]:
    if not others:
        return []
    seeds = ", ".join(str(run["seed"]) for run in others)
    told = f"Pictures are of seed {first['seed']}, the first one; numbers and verdicts of {seeds} are below."
    return [of_class("p", "note", told)]


def _picture(picture: Mapping[str, str], folder: Path) -> Markup:
    data = b64encode((folder / FIGURES / picture["file"]).read_bytes()).decode()
    inches = float(picture["inches"])
    source = {
        "style": f"width: {REM_PER_INCH * inches:.1f}rem",
        "src": f"data:image/svg+xml;base64,{data}",
        "alt": picture["alternative"],
    }
    caption = element("figcaption", element("b", f"{picture['title']}. "), picture["caption"])
    card = of_class("div", "card", element("img", attributes=source))
    return of_class("figure", "wide" if inches > WIDE else "narrow", card, caption)


def _accuracy(run: Result) -> Markup:
    largest = run["configuration"]["training"]["largest"]
    headings = ("Shape", "Size", "Exact", "95% interval", "Discretised", "Each answer", "Base rate")
    rows = []
    shapes = list(dict.fromkeys(row["shape"] for row in run["results"]))
    for shape in shapes:
        of_shape = [row for row in run["results"] if row["shape"] == shape]
        for place, row in enumerate(of_shape):
            low, high = row["interval"]
            made = [
                cell(f"{times(row['size'], largest)} ({row['size']})", numeric=True),
                cell(number(row["exact"]), numeric=True),
                cell(f"{number(low)} to {number(high)}", numeric=True),
                *(cell(number(row[name]), numeric=True) for name in ("exact_discrete", "token", "base_rate")),
            ]
            rows.append([row_header(shape, rows=len(of_shape)), *made] if place == 0 else made)
    episodes = run["results"][0]["episodes"]
    caption = f"Accuracy by shape and size, seed {run['seed']}, {episodes} held-out episodes each"
    return table(caption, headings, rows)


def _strategy(run: Result) -> list[Markup]:
    """Write what is read off the actions, and the verdicts; a network without a memory has neither."""
    if run["mined"] is None:
        return []
    return [
        element("h3", "Read off its actions"),
        _mined(run["mined"]),
        element("h3", "Hypotheses and their evidence"),
        verdicts(run["verify"]),
    ]


def _mined(mined: Mapping[str, Any]) -> Markup:
    actors = list(mined["actor_agreement"])
    rows = []
    for block, symbols in mined["partition"].items():
        policy = mined["policy"][block]
        actions = [policy[actor] for actor in actors] if isinstance(policy, Mapping) else [policy]
        share = min(mined["symbol_agreement"][symbol] for symbol in symbols)
        rows.append(
            [
                row_header(block),
                cell(element("code", " ".join(symbols))),
                *map(cell, actions),
                cell(number(share), numeric=True),
            ]
        )
    unstable = ", ".join(mined["unstable"])
    told = (
        "The coarsest grouping of symbols whose most frequent action is the same, found without a "
        f"hypothesis. It describes {number(mined['agreement'])} of the {mined['steps']} recorded steps."
    )
    if unstable:
        told += f" At {unstable} the action depends on more than the symbol."
    caption = "Groups of symbols, and what is done at each"
    headings = ("Group", "Symbols", *actors, "Agreement of its worst symbol")
    return join([element("p", told), table(caption, headings, rows)])


def _another(run: Result) -> Markup:
    holding = [verdict["name"] for verdict in run["verify"]["hypotheses"] if verdict["holds"]]
    held = "; ".join(holding) or "no stated hypothesis"
    title = f"Seed {run['seed']}: {held} {'hold' if len(holding) > 1 else 'holds'}"
    return details(title, _accuracy(run), *_strategy(run), _facts(run))


def _configuration(run: Result) -> Markup:
    plain = element("pre", json.dumps(run["configuration"], indent=2, ensure_ascii=False))
    return details("Configuration, and how to find this network again", _facts(run), plain)


def _facts(run: Result) -> Markup:
    protocol = run["protocol"]
    facts = {
        "Network": run["run"],
        "Seed": str(run["seed"]),
        "Fingerprint of configuration and weights": run["fingerprint"],
        "Number of weights": f"{run['weights']:,}",
        "Largest difference of the replayed trace": f"{run['replay']:.1e} (rounding alone)"
        if run["replay"] < 1e-3
        else f"{run['replay']:.1e}: the trace is not faithful, and nothing drawn from it should be trusted",
        "Episodes": f"{protocol['evaluated']} of each size, an equal share of every shape; "
        f"{protocol['episodes']} to verify; {protocol['recorded']} recorded",
        "Version": f"mannscope {protocol['version']}",
        "Time": f"{run['seconds']:.0f} s",
    }
    pairs = [part for name, told in facts.items() for part in (element("dt", name), element("dd", told))]
    return element("dl", *pairs)
