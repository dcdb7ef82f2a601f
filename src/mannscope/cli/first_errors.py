"""What `mannscope evaluate --first-error` adds: where the episodes that fail first go wrong, and why."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mannscope.cli.output import table
from mannscope.cli.progress import waiting

if TYPE_CHECKING:
    from mannscope.training import Network


def find_first_errors(network: "Network", sizes: Sequence[int], options: Any) -> list[dict[str, Any]]:
    """Find the first errors at every size and shape, on the episodes that the accuracy is measured on."""
    from mannscope.study import find_failures, usual_trace

    usual = usual_trace(network, options.episodes, options.seed)
    found = []
    for shape in options.shapes or [network.task.shapes[0]]:
        for size in sizes:
            with waiting(f"first errors at size {size}, {shape}"):
                found.append(
                    find_failures(
                        network,
                        size,
                        shape,
                        usual,
                        episodes=options.episodes,
                        seed=options.seed,
                        slots=options.slots,
                        capped=options.capped,
                        above=max((one for one in sizes if one < size), default=0),
                    )
                )
    return found


def first_error_table(errors: Sequence[Mapping[str, Any]]) -> Any:
    """Show the middle step of the first errors, the depth that fails most often, and the causes."""
    headings = (
        "size",
        "shape",
        "episodes",
        "wrong",
        "median step",
        "worst depth",
        "policy",
        "precision",
        "content",
        *(f"exact, noise {level}" for level in errors[0]["exact_noisy"]),
    )
    return table(headings, [_row(row) for row in errors])


def _row(row: Mapping[str, Any]) -> tuple[str, ...]:
    steps = sorted(step for step in row["output_step"] if step >= 0)
    worst = max(row["by_depth"].items(), key=lambda item: _at_least(**item[1]), default=None)
    deepest = "" if worst is None or not steps else "{} ({wrong} of {reached})".format(worst[0], **worst[1])
    middle = str(steps[len(steps) // 2]) if steps else ""
    causes = (str(row["causes"][cause]) for cause in ("policy", "precision", "content"))
    noisy = (f"{share:.3f}" for share in row["exact_noisy"].values())
    start = (str(row["size"]), row["shape"], str(row["episodes"]), str(row["wrong"]))
    return (*start, middle, deepest, *causes, *noisy)


def _at_least(wrong: int, reached: int) -> float:
    """Return the lower end of the interval of the share that fails, so that few outputs weigh little."""
    from mannscope.analyses import wilson_interval

    return wilson_interval(wrong, reached)[0]
