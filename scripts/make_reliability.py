"""Take a finished campaign into the documentation: its numbers, and the table of its page.

Usage: make campaign
       python scripts/make_reliability.py reliability.json [another.json ...]
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mannscope.files import atomic
from mannscope.study.page import fill_parts

DOCS = Path(__file__).parents[1] / "docs"


def main(*numbers: Path) -> None:
    """Copy the numbers, and fill the page."""
    found = together([json.loads(path.read_text(encoding="utf-8")) for path in numbers])
    page = DOCS / "reliability.md"
    text = fill_parts(page.read_text(encoding="utf-8"), {"campaign": lambda: table(found)})
    kept = DOCS / "results" / "reliability.json"
    for path, content in ((kept, json.dumps(found, indent=1) + "\n"), (page, text)):
        with atomic(path) as partial:
            partial.write_text(content, encoding="utf-8")
    print(page)


def together(campaigns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Take each part from the last campaign that has it; kills, which take longest, are those of all."""
    found = {part: numbers for campaign in campaigns for part, numbers in campaign.items()}
    goes = [campaign["kills"] for campaign in campaigns if "kills" in campaign]
    return found | ({"kills": {"goes": goes}} if goes else {})


def table(found: Mapping[str, Any]) -> str:
    """Write the numbers of a campaign as tables; parts that it lacks are left out."""
    parts = (_kills, _inputs, _requests, _places, _sequences, _pages)
    return "\n\n".join(part(found) for part in parts if part.__name__.removeprefix("_") in found)


def when(part: Mapping[str, Any]) -> str:
    """Say of which state of the code the numbers of a part are, and how long they took."""
    return f"Seed {part['seed']}, at `{part['commit']}`, in {part['seconds'] / 60:.0f} minutes."


def _kills(found: Mapping[str, Any]) -> str:
    goes = found["kills"]["goes"]
    kills, survived, writing = (
        sum(go[name] for go in goes) for name in ("kills", "survived", "while_writing")
    )
    counted = [sum((Counter(go[by]) for go in goes), Counter()) for by in ("by_command", "by_signal")]
    lines = [
        f"**Kills: {survived} survived of {kills}**, {writing} of them at an operation that writes.",
        "",
        "| go | kills | survived |",
        "|---|---|---|",
        *(f"| {when(go).rstrip('.')} | {go['kills']} | {go['survived']} |" for go in goes),
        "",
        "| killed | kills |",
        "|---|---|",
        *(f"| `{name}` | {number} |" for name, number in counted[0].items()),
        *(f"| by {name} | {number} |" for name, number in counted[1].items()),
    ]
    return "\n".join(lines)


def _inputs(found: Mapping[str, Any]) -> str:
    inputs = found["inputs"]
    whole = f"{inputs['refused']} were refused, and {inputs['accepted']} were still good"
    most = f"{inputs['slowest']:.1f} s of CPU time and {inputs['peak'] / 1e9:.2f} GB of memory"
    right = inputs["inputs"] - len(inputs["failures"])
    lines = [
        f"**Broken inputs: {right} handled as they must be, of {inputs['inputs']}**; {whole}. "
        f"The most that one took was {most}. {when(inputs)}",
        "",
        "| input | tried | refused |",
        "|---|---|---|",
        *(
            f"| {kind} | {number} | {inputs['refused_by_kind'].get(kind, 0)} |"
            for kind, number in inputs["by_kind"].items()
        ),
    ]
    return "\n".join(lines)


def _requests(found: Mapping[str, Any]) -> str:
    requests = found["requests"]
    first, second, last = (size / 1e6 for size in requests["memory"])
    statuses = {status: number for status, number in sorted(requests["statuses"].items()) if status != "0"}
    right = requests["requests"] - len(requests["failures"])
    grown = f"{first:.0f} MB after the first half of the good ones, {second:.0f} MB after the second"
    beside = (
        f"the slowest of {requests['beside_asked']} other requests took {requests['beside_slowest']:.2f} s"
    )
    cancelled = f"cancelling took {requests['cancelled_after']:.2f} s"
    lines = [
        f"**Requests: {right} answered or refused as they must be, of {requests['requests']}.** "
        f"The server took {grown} ({requests['growth']:+.1%}), and {last:.0f} MB in the end. "
        f"While a network was verified, {beside}, and {cancelled}. {when(requests)}",
        "",
        "| status | answers |",
        "|---|---|",
        *(f"| {status} | {number} |" for status, number in statuses.items()),
        f"| none: hung up on | {requests['statuses'].get('0', 0)} |",
    ]
    return "\n".join(lines)


def _places(found: Mapping[str, Any]) -> str:
    by_place = found["places"]["by_place"]
    tried, right = (sum(part[name] for part in by_place.values()) for name in ("commands", "right"))
    lines = [
        f"**Places: {right} commands of {tried} ended as they must.** {when(found['places'])}",
        "",
        "| place | commands | as they must |",
        "|---|---|---|",
        *(f"| {name} | {part['commands']} | {part['right']} |" for name, part in by_place.items()),
    ]
    return "\n".join(lines)


def _sequences(found: Mapping[str, Any]) -> str:
    results = found["sequences"]["results"]
    right = len(results) - len(found["sequences"]["failures"])
    lines = [
        f"**Sequences: {right} of {len(results)} ran, or were refused as they must be.** "
        f"{when(found['sequences'])}",
        "",
        "| network | symbols | result |",
        "|---|---|---|",
        *(f"| {one['network']} | {one['symbols']} | {_short(one['result'])} |" for one in results),
    ]
    return "\n".join(lines)


def _short(result: str) -> str:
    """Cut a refusal down to what came."""
    return re.sub(r"^refused: .* Got (.*? GB)\..*$", r"refused: \1", result)


def _pages(found: Mapping[str, Any]) -> str:
    pages = found["pages"]
    failed = len({failure.partition(":")[0] for failure in pages["failures"]})
    hosts = ", ".join(f"{host}: {number}" for host, number in pages["by_host"].items())
    return (
        f"**Pages with hostile names: {pages['pages'] - failed} of {pages['pages']} showed them as text** "
        f"({hosts}). {when(pages)}"
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
