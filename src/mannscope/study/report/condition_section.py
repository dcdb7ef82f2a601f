"""The section of the report on one condition: accuracy, pictures, strategy and verdicts."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mannscope.pages import Markup, cell, details, element, join, of_class, picture, row_header, table
from mannscope.study.network_result import FIGURES, NetworkResult, Picture
from mannscope.study.number_formats import format_multiple, format_number
from mannscope.study.report.verdict_section import verdicts
from mannscope.study.titles import task_description


def condition_section(runs: Sequence[NetworkResult], out: Path) -> Markup:
    """Write everything about a condition: pictures of its first seed, numbers and verdicts of all of them."""
    first, *others = runs
    folder = out / first.condition / f"seed-{first.seed}"
    pictures = {picture.file: _picture(picture, folder) for picture in first.pictures}
    accuracy = pictures.pop("accuracy.svg")
    return join(
        [
            element("p", task_description(first.configuration)),
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


def _example(run: NetworkResult) -> Markup:
    example = run.example
    reading = [
        "In the episode shown below it reads ",
        element("code", example.input),
        " and answers ",
        element("code", " ".join(example.answer)),
    ]
    outcome = [", where ", element("code", " ".join(example.target)), " is right."]
    if example.answer == example.target:
        outcome = [f", which is right, as in {example.right} of {example.recorded} recorded episodes."]
    return of_class("p", "example", *reading, *outcome)


def _note_on_seeds(first: NetworkResult, others: Sequence[NetworkResult]) -> list[Markup]:
    if not others:
        return []
    seeds = ", ".join(str(run.seed) for run in others)
    note = f"Pictures are of seed {first.seed}, the first one; numbers and verdicts of {seeds} are below."
    return [of_class("p", "note", note)]


def _picture(one: Picture, folder: Path) -> Markup:
    svg = (folder / FIGURES / one.file).read_bytes()
    return picture(svg, one.inches, one.alternative, one.title, one.caption)


def _accuracy(run: NetworkResult) -> Markup:
    largest = run.configuration.training.largest
    headings = ("Shape", "Size", "Exact", "95% interval", "Discretised", "Each answer", "Base rate")
    rows = []
    shapes = dict.fromkeys(row.shape for row in run.evaluations)
    for shape in shapes:
        of_shape = [row for row in run.evaluations if row.shape == shape]
        for place, row in enumerate(of_shape):
            low, high = row.interval
            made = [
                cell(f"{format_multiple(row.size, largest)} ({row.size})", numeric=True),
                cell(format_number(row.exact), numeric=True),
                cell(f"{format_number(low)} to {format_number(high)}", numeric=True),
                *(
                    cell(format_number(share), numeric=True)
                    for share in (row.exact_discrete, row.token, row.base_rate)
                ),
            ]
            rows.append([row_header(shape, rows=len(of_shape)), *made] if place == 0 else made)
    episodes = run.evaluations[0].episodes
    caption = f"Accuracy by shape and size, seed {run.seed}, {episodes} held-out episodes each"
    return table(caption, headings, rows)


def _strategy(run: NetworkResult) -> list[Markup]:
    """Write the policy that its actions show, and the verdicts; a network without a memory has neither."""
    if run.mined is None:
        return []
    return [
        element("h3", "Read off its actions"),
        _mined(run.mined),
        element("h3", "Hypotheses and their evidence"),
        verdicts(run.verification),
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
                cell(format_number(share), numeric=True),
            ]
        )
    unstable = ", ".join(mined["unstable"])
    text = (
        "The coarsest grouping of symbols whose most frequent action is the same, found without a "
        f"hypothesis. It describes {format_number(mined['agreement'])} of the {mined['steps']} recorded "
        "steps."
    )
    if unstable:
        text += f" At {unstable} the action depends on more than the symbol."
    caption = "Groups of symbols, and the action at each"
    headings = ("Group", "Symbols", *actors, "Agreement of its worst symbol")
    return join([element("p", text), table(caption, headings, rows)])


def _another(run: NetworkResult) -> Markup:
    holding = [verdict["name"] for verdict in run.verification["hypotheses"] if verdict["holds"]]
    held = "; ".join(holding) or "no stated hypothesis"
    title = f"Seed {run.seed}: {held} {'hold' if len(holding) > 1 else 'holds'}"
    return details(title, _accuracy(run), *_strategy(run), _facts(run))


def _configuration(run: NetworkResult) -> Markup:
    plain = element("pre", json.dumps(run.configuration.to_dict(), indent=2, ensure_ascii=False))
    return details("Configuration, and how to find this network again", _facts(run), plain)


def _facts(run: NetworkResult) -> Markup:
    protocol = run.protocol
    facts = {
        "Network": run.run,
        "Seed": str(run.seed),
        "Fingerprint of configuration and weights": run.fingerprint,
        "Number of weights": f"{run.weights:,}",
        "Largest difference of the replayed trace": _replay(run.replay),
        "Episodes": f"{protocol['evaluated']} of each size, an equal share of every shape; "
        f"{protocol['episodes']} to verify; {protocol['recorded']} recorded",
        "Version": f"mannscope {protocol['version']}",
        "Time": f"{run.seconds:.0f} s",
    }
    pairs = [part for name, fact in facts.items() for part in (element("dt", name), element("dd", fact))]
    return element("dl", *pairs)


def _replay(difference: float | None) -> str:
    if difference is not None and difference < 1e-3:
        return f"{difference:.1e} (rounding alone)"
    size = "not finite" if difference is None else f"{difference:.1e}"
    return f"{size}: the trace is not faithful, and nothing drawn from it should be trusted"
