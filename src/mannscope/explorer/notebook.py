"""The page in a notebook: a frame that needs no kernel, or a widget that a kernel answers."""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from threading import Thread
from typing import TYPE_CHECKING, Any

from mannscope.errors import MannscopeError
from mannscope.explorer.markup import TITLE, bundle
from mannscope.explorer.payload import INTERNAL_ERROR, LOG, PayloadSource, describe_error, list_runs

if TYPE_CHECKING:
    from anywidget import AnyWidget

LONG = ("verify", "extract")
"""Requests that take long."""
HEIGHT = 760
"""Pixels of a frame."""


def frame(page: str, height: int = HEIGHT) -> str:
    """Put a page that holds everything it shows into a sandboxed frame."""
    return (
        f'<iframe title="{TITLE}" sandbox="allow-scripts allow-downloads" srcdoc="{escape(page)}" '
        f'style="width: 100%; height: {height}px; border: 0" allow="fullscreen" loading="lazy"></iframe>'
    )


def make_widget(source: PayloadSource) -> "AnyWidget":
    """Make a live widget.

    Its `step` and `episode` are where the cursor is, and can be set.

    Raises:
        MannscopeError: if anywidget is missing, or the page has not been built.
    """
    widget = _widget_class()(runs=list_runs(source), live=source.live)

    def send(message: Any) -> None:
        description, payloads = reply(source, message)
        widget.send(description, payloads)

    def answer(widget: "AnyWidget", message: Any, buffers: Sequence[Any]) -> None:
        if isinstance(message, Mapping) and message.get("request") in LONG:  # the kernel goes on meanwhile
            Thread(target=send, args=(message,), name="mannscope request", daemon=True).start()
        else:
            send(message)

    widget.on_msg(answer)
    return widget


def reply(source: PayloadSource, message: Any) -> tuple[dict[str, Any], list[bytes]]:
    """Answer a message of the page: with a payload, or with the error."""
    known = isinstance(message, Mapping)
    number = message.get("id") if known else None
    request = {name: value for name, value in message.items() if name != "id"} if known else {}
    try:
        return {"id": number, "ok": True}, [source.answer(request)]
    except MannscopeError as error:
        return {"id": number, "ok": False, "error": describe_error(error)}, []
    except Exception:
        LOG.exception("a request could not be answered")
        return {"id": number, "ok": False, "error": dict(INTERNAL_ERROR)}, []


@cache
def _widget_class() -> type["AnyWidget"]:
    """Define the widget, once it is needed."""
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
        host = Unicode("notebook").tag(sync=True)
        live = Bool(True).tag(sync=True)
        step = Int(0).tag(sync=True)
        episode = Int(0).tag(sync=True)

    return Widget
