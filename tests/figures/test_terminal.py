from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr
from rich.console import Console

from mannscope.anatomy import Anatomy
from mannscope.errors import MannscopeError
from mannscope.figures import show_table
from mannscope.traces import label


def lines(trace: xr.Dataset, episode: int = 0, width: int = 100) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(show_table(trace, episode))
    return captured.get().splitlines()


def test_a_step_of_a_stack_is_a_row_of_words(two_stacks: xr.Dataset) -> None:
    heading, first, second, *_ = lines(two_stacks)
    assert heading.split() == [
        "step",
        "read",
        "category",
        "stack",
        "0",
        "norm",
        "of",
        "top",
        "stack",
        "1",
        "norm",
        "of",
        "top",
        "output",
    ]
    assert first.split()[:5] == ["0", "c", "symbol", "PUSH", "1.52"]
    assert second.split()[3:7] == ["PUSH", "1.19", "NO_OP", "0.67"]


def test_a_step_of_a_head_has_its_move_and_its_place(ntm: xr.Dataset) -> None:
    rows = lines(ntm, 1)
    assert "read head 1" in rows[0]
    assert rows[1].split()[3:6] == ["RIGHT", "1", "(0.93)"]


def test_a_queue_has_its_action_the_norm_of_its_front_and_its_heads(queue: xr.Dataset) -> None:
    heading, first, *_, last = lines(queue)
    assert " ".join(heading.split()) == "step read category queue norm of front front back output"
    norm = f"{np.linalg.norm(queue['contents'].values[0, 0, 0]):.2f}"
    assert first.split()[3:9] == ["ENQUEUE", norm, "0", "(1.00)", "0", "(1.00)"]
    assert last.split()[3:5] == ["DEQUEUE", "0.00"]
    assert "(1.00)" not in last


def test_a_register_has_its_action_and_its_norm(register: xr.Dataset) -> None:
    heading, first, second, *_ = lines(register)
    assert " ".join(heading.split()) == "step read category register norm of register output"
    assert first.split()[3:5] == [f"{np.linalg.norm(register['register'].values[0, 0]):.2f}", "c"]
    assert second.split()[3:4] == ["WRITE"]


def test_what_is_not_recorded_is_named_below_the_table(ntm: xr.Dataset, queue: xr.Dataset) -> None:
    below = " ".join(lines(ntm.drop_vars("write_weights"))[14:])
    assert "must have the variable write_weights" in " ".join(below.split())
    heading, *rows = lines(queue.drop_vars("contents"))
    assert "norm" not in heading
    assert "ENQUEUE" in rows[0]
    assert "must have the variable contents" in " ".join(" ".join(rows[13:]).split())


def test_an_episode_that_was_selected_is_shown(stack: xr.Dataset) -> None:
    assert lines(stack.isel(episode=1)) == lines(stack, 1)


def test_there_is_a_row_per_symbol(stack: xr.Dataset) -> None:
    assert [len(lines(stack, episode)) for episode in (0, 1)] == [14, 12]


def test_the_output_is_judged_where_there_is_a_target(stack: xr.Dataset) -> None:
    rows = lines(stack)
    assert rows[1].rstrip().endswith("c (0.43)")
    assert rows[-1].rstrip().endswith("c (0.98) right")


def test_a_wrong_output_is_followed_by_the_target(stack: xr.Dataset) -> None:
    target = stack["target"].where(stack["target"] < 0, 1)
    assert lines(stack.assign(target=target))[-1].rstrip().endswith("c (0.98) target b")


def test_tokens_that_look_like_markup_are_shown(make_stack: Callable[..., xr.Dataset]) -> None:
    rows = lines(make_stack(symbols=["[red]", "[/]", "$x$", " ", "\n"]))
    tokens = {row.split()[1] for row in rows[1:]}
    assert {"[red]", "[/]", "$x$", "\N{OPEN BOX}", r"\n"} == tokens


def test_a_model_without_a_memory_is_shown(stack: xr.Dataset) -> None:
    bare = stack.drop_dims(["stack", "actor"]).drop_vars(["category", "target", "output_symbol"])
    empty = (("episode", "step", "actor"), np.zeros((*stack["input"].shape, 0), int))
    heading, first, *_ = lines(label(bare.assign(action=empty), anatomy=Anatomy()))
    assert heading.split() == ["step", "read", "output"]
    assert first.split()[:2] == ["0", "c"]


def test_nothing_is_cut_off_at_80_columns(two_stacks: xr.Dataset, ntm: xr.Dataset) -> None:
    for trace in (two_stacks, ntm):
        assert not any("…" in line for line in lines(trace, width=80))


def test_an_episode_that_is_not_there_is_an_error(stack: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match="Got 9"):
        show_table(stack, 9)
