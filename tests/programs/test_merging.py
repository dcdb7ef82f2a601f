"""Nodes are merged by evidence, and told apart by contradictions that are no noise."""

import numpy as np

from mannscope.programs.merging import Aspect, compare, merge


def aspect(*rows: tuple[int, int, int], differ: np.ndarray | None = None) -> Aspect:
    """Ten steps for each row of node, circumstance and result."""
    columns = np.repeat(np.array(rows), 10, axis=0).T
    return Aspect(*columns, differ)


def test_nodes_with_the_same_results_are_merged_and_others_are_not() -> None:
    found = compare([aspect((0, 0, 5), (1, 0, 5), (2, 0, 6))], 3)
    assert found.differ.tolist() == [[False, False, True], [False, False, True], [True, True, False]]
    assert merge(found.agree, found.differ).tolist() == [0, 0, 1]


def test_nodes_that_share_no_circumstance_are_neither_merged_nor_told_apart() -> None:
    found = compare([aspect((0, 0, 5), (1, 1, 6))], 2)
    assert not found.differ.any()
    assert merge(found.agree, found.differ).tolist() == [0, 1]


def test_a_result_that_all_nodes_share_is_no_evidence() -> None:
    found = compare([aspect((0, 0, 5), (1, 0, 5), (2, 0, 5))], 3)
    assert merge(found.agree, found.differ).tolist() == [0, 1, 2]


def test_one_stray_step_tells_nothing_apart() -> None:
    columns = np.array([(0, 0, 5)] * 30 + [(1, 0, 5)] * 29 + [(1, 0, 6)] + [(2, 0, 6)] * 30).T
    assert compare([Aspect(*columns, None)], 3).differ.tolist()[0] == [False, False, True]


def test_results_that_are_not_told_apart_do_not_tell_nodes_apart() -> None:
    differ = np.zeros((3, 3), bool)
    differ[0, 2] = differ[2, 0] = True
    found = compare([aspect((0, 0, 0), (1, 0, 1), (2, 0, 2), differ=differ)], 3)
    assert found.differ[0].tolist() == [False, False, True]


def test_nodes_that_stay_apart_are_not_merged() -> None:
    found = compare([aspect((0, 0, 5), (1, 0, 5), (2, 0, 6))], 3)
    assert merge(found.agree, found.differ, apart=1).tolist() == [0, 1, 2]
