"""TensorBoard events of a training run; needs the extra `tensorboard`."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mannscope.errors import MannscopeError

if TYPE_CHECKING:
    from mannscope.training import Progress

FOLDER = "tensorboard"
"""Where the events are, within the run folder."""


def require_tensorboard() -> None:
    """Make sure that events can be written.

    Raises:
        MannscopeError: if tensorboardX is not installed.
    """
    if find_spec("tensorboardX") is None:
        remedy = "Install it with: pip install 'mannscope[tensorboard]'"
        raise MannscopeError("--tensorboard must find the package tensorboardX", "none", remedy)


def events(run: Path) -> "Callable[[Progress], None]":
    """Give what is to be called after every chunk; nothing is written before the first one.

    Raises:
        MannscopeError: if tensorboardX is not installed.
    """
    require_tensorboard()
    from tensorboardX import SummaryWriter

    writer: Any = None

    def write(progress: "Progress") -> None:
        nonlocal writer
        if writer is None:
            writer = SummaryWriter(str(run / FOLDER), purge_step=progress.step)
        writer.add_scalar("loss", progress.loss, progress.step)
        writer.add_scalar("steps_per_second", progress.steps_per_second, progress.step)
        for size, share in (progress.exact or {}).items():
            writer.add_scalar(f"exact/{size}", share, progress.step)
        writer.flush()

    return write
