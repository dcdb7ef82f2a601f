"""The page in a notebook: a frame that needs no kernel, or a widget that asks one."""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from mannscope.errors import MannscopeError
from mannscope.explorer.answering import BROKEN, LOG, Answering, listed, parts
from mannscope.explorer.page import TITLE, bundle

if TYPE_CHECKING:
    from anywidget import AnyWidget

HEIGHT = 760
"""Pixels of a frame."""


def frame(page: str, height: int = HEIGHT) -> str:
    """Put a page that holds everything it shows into a frame of its own, from which nothing comes out."""
    return (
        f'<iframe title="{TITLE}" sandbox="allow-scripts allow-downloads" srcdoc="{escape(page)}" '
        f'style="width: 100%; height: {height}px; border: 0" loading="lazy"></iframe>'
    )


def make_widget(session: Answering) -> "AnyWidget":
    """Make a live widget of a session.

    Its `step` and `episode` are where the cursor is, and can be set.

    Raises:
        MannscopeError: if anywidget is missing, or the page has not been built.
    """
    widget = _widget_class()(runs=listed(session), live=session.live)

    def answer(widget: "AnyWidget", message: Any, buffers: Sequence[Any]) -> None:
        told, packs = reply(session, message)
        widget.send(told, packs)

    widget.on_msg(answer)
    return widget


def reply(session: Answering, message: Any) -> tuple[dict[str, Any], list[bytes]]:
    """Answer a message of the page: with a pack, or with why there is none."""
    known = isinstance(message, Mapping)
    number = message.get("id") if known else None
    ask = {name: value for name, value in message.items() if name != "id"} if known else {}
    try:
        return {"id": number, "ok": True}, [session.answer(ask)]
    except MannscopeError as error:
        return {"id": number, "ok": False, "error": parts(error)}, []
    except Exception:
        LOG.exception("an ask could not be answered")
        return {"id": number, "ok": False, "error": dict(BROKEN)}, []


@cache
def _widget_class() -> type["AnyWidget"]:
    """Define the widget, once the packages it needs are asked for."""
    try:
        from anywidget import AnyWidget
        from traitlets import Bool, Int, List, Unicode
    except ImportError as problem:
        must, remedy = "a widget must have the package anywidget", "Run: pip install 'mannscope[notebook]'"
        raise MannscopeError(must, f"no {problem.name}", remedy) from problem

    class Widget(AnyWidget):
        """The page, with a kernel that answers."""

        _esm = bundle()
        runs = List().tag(sync=True)
        home = Unicode("notebook").tag(sync=True)
        live = Bool(True).tag(sync=True)
        step = Int(0).tag(sync=True)
        episode = Int(0).tag(sync=True)

    return Widget
