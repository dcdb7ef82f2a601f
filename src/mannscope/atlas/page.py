"""The map as a page: a square for each pair, which leads to its networks; one file, no script."""

from collections.abc import Sequence
from pathlib import Path

from mannscope.atlas.grid import grid
from mannscope.atlas.measure import MULTIPLES, Row
from mannscope.atlas.summary import Square, counts, summarise, surprises
from mannscope.files import atomic
from mannscope.pages import Markup, bullets, cell, document, element, join, of_class, row_header, table

PAGE = "atlas.html"
EXPECTED = {
    "known": "an algorithm is known",
    "hard": "bounded, or hard to learn",
    "none": "none is possible",
}


def write_page(path: Path, rows: Sequence[Row]) -> None:
    """Write the page, whole or not at all."""
    with atomic(path) as partial:
        partial.write_text(page(rows), encoding="utf-8", newline="\n")


def page(rows: Sequence[Row]) -> str:
    """Write the map, what goes against expectation, and every network."""
    squares = summarise(rows)
    lead = (
        "Which memory learns which task, by which strategy: one training procedure for all, every seed shown."
    )
    header = element(
        "header", element("h1", "Atlas"), of_class("p", "lead", lead), element("p", counts(rows))
    )
    parts = [
        ("The map", _map(squares)),
        ("Against expectation", bullets(line.replace("**", "") for line in surprises(rows))),
        *((f"{square.task} / {square.memory}", _networks(square)) for square in squares),
    ]
    sections = (
        element("section", element("h2", title), content, attributes={"id": _anchor(title)})
        for title, content in parts
    )
    return document("Atlas of memories and tasks", header, element("main", *sections))


def _anchor(title: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in title.lower())


def _map(squares: Sequence[Square]) -> Markup:
    memories = [name for name in grid()["memories"] if any(one.memory == name for one in squares)]
    tasks = [name for name in grid()["tasks"] if any(one.task == name for one in squares)]
    by_place = {(square.task, square.memory): square for square in squares}
    rows = [
        [row_header(task), *(_square(by_place.get((task, memory))) for memory in memories)] for task in tasks
    ]
    caption = (
        "Of the seeds of each pair, how many are exact at twice the size trained on (the darker, the more), "
        "and of how many of these a strategy holds. A frame: against expectation."
    )
    return table(caption, ["Task", *memories], rows)


def _square(square: Square | None) -> Markup:
    if square is None:
        return cell("")
    said = f"{square.generalise} of {len(square.rows)}"
    link = element("a", said, attributes={"href": f"#{_anchor(f'{square.task} / {square.memory}')}"})
    note = element("small", f"{square.hold} hold; {EXPECTED[square.expected]}")
    level = round(4 * square.generalise / len(square.rows))
    frame = " surprise" if square.surprise else ""
    return element("td", link, note, attributes={"class": f"level-{level}{frame}"})


def _networks(square: Square) -> Markup:
    said = f"Expected: {EXPECTED[square.expected]}. {square.generalise} of {len(square.rows)} generalise."
    headings = ["Seed", *(f"Exact {times}x" for times in MULTIPLES), "Way", "Strategy", "Seconds"]
    rows = [
        [
            row_header(str(row["seed"])),
            *(cell(_share(row[f"exact {times}x"]), numeric=True) for times in MULTIPLES),
            cell(row["way"]),
            cell(_strategy(row)),
            cell(f"{row['seconds']:.0f}", numeric=True),
        ]
        for row in square.rows
    ]
    why = [row["why"] for row in square.rows if row["why"]]
    return join([element("p", said), table("Every network", headings, rows), bullets(dict.fromkeys(why))])


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _strategy(row: Row) -> str:
    if row["strategy"] is None:
        return "no actions that could be named"
    if row["holds"]:
        return f"✓ {row['strategy']}"
    return f"✗ {row['strategy']} ({', '.join(row['failed']) or 'undecided'})"
