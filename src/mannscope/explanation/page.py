"""An explanation as a page: one HTML file that needs no other file."""

from html import escape
from typing import TYPE_CHECKING

from mannscope.errors import MannscopeError
from mannscope.explanation.screen import accuracy, controls, followed, program, remarks
from mannscope.hypotheses import Verdict
from mannscope.pages import (
    Markup,
    bullets,
    cell,
    document,
    element,
    join,
    mark,
    of_class,
    picture,
    row_header,
    table,
)

if TYPE_CHECKING:
    from mannscope.explanation.explanation import Explanation

HEIGHT = "48rem"
"""Of the page in a notebook."""


def page(found: "Explanation") -> str:
    """Write an explanation as a page."""
    header = element(
        "header",
        element("h1", found.name),
        of_class("p", "lead", f"{found.title}, trained up to size {found.trained_size}."),
    )
    parts = {
        "What it does": _policy(found),
        "An example": _picture(found),
        "How well": _accuracy(found),
        "What holds": _verdicts(found),
        "A program that does the same": element("p", " ".join(program(found))),
        "What to look at next": bullets(
            join([f"{one.why} ", element("code", one.how)]) for one in found.advice
        ),
    }
    sections = (
        element("section", element("h2", title), content) for title, content in parts.items() if content
    )
    return document(f"{found.name}, explained", header, element("main", *sections))


def fragment(found: "Explanation") -> str:
    """Write the page into a frame, for a notebook."""
    return (
        f'<iframe title="{escape(found.name)}, explained" sandbox srcdoc="{escape(page(found))}" '
        f'style="width: 100%; height: {HEIGHT}; border: 0"></iframe>'
    )


def _policy(found: "Explanation") -> Markup:
    if found.mined is None:
        return element("p", f"Not known: {found.unknown['policy']}.")
    if not found.policy:
        return element("p", "No action on the memory makes a difference to the answers, as far as was tried.")
    return join([bullets(f"{sentence}." for sentence in found.policy), element("p", followed(found))])


def _picture(found: "Explanation") -> Markup:
    from mannscope.figures import svg_text

    try:
        figure = found.figure()
    except MannscopeError:
        return Markup()
    said = "Above what the memory holds after each step, below what decides what is done to it."
    alternative = f"The memory of {found.name} at every step of one episode"
    return picture(svg_text(figure).encode(), figure.get_figwidth(), alternative, "Step by step", said)


def _accuracy(found: "Explanation") -> Markup:
    shapes = dict.fromkeys(one.shape for one in found.accuracy)
    sizes = dict.fromkeys(one.size for one in found.accuracy)
    by_place = {(one.shape, one.size): one for one in found.accuracy}
    rows = [
        [
            row_header(shape),
            *(
                cell(f"{min(one.exact, one.exact_discrete):.3f}", numeric=True)
                for size in sizes
                if (one := by_place.get((shape, size))) is not None
            ),
        ]
        for shape in shapes
    ]
    caption = f"{accuracy(found)[1]}. The lower one of soft actions and of the most probable ones alone."
    return table(caption, ["Shape", *(f"Size {size}" for size in sizes)], rows)


def _verdicts(found: "Explanation") -> Markup:
    if found.verification is None:
        return element("p", f"Not known: {found.unknown['verdict']}.")
    listed = (of_class("div", "verdict", _verdict(verdict)) for verdict in found.verdicts)
    return join([*listed, element("p", controls(found))])


def _verdict(verdict: Verdict) -> Markup:
    title = element("h4", mark(str(verdict.outcome), verdict.hypothesis.name))
    return join([title, element("p", f"It {verdict.says()}."), *map(_remark, remarks(verdict))])


def _remark(text: str) -> Markup:
    return of_class("p", "note", text)
