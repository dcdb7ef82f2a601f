"""Groups keep the laws of groups."""

import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks.groups import find_group

SIZES = {"z7": 7, "s3": 6, "a4": 12, "s4": 24, "a5": 60, "s5": 120, "a4xz5": 60, "z2xz2": 4}


@pytest.mark.parametrize("name", SIZES)
def test_a_group_keeps_the_laws(name: str) -> None:
    elements, table = find_group(name)
    order = SIZES[name]
    assert len(set(elements)) == order
    assert (table[0] == np.arange(order)).all()
    assert (table[:, 0] == np.arange(order)).all()  # the identity
    assert (np.sort(table, axis=1) == np.arange(order)).all()  # something undoes everything
    one, two, three = np.random.default_rng(0).integers(0, order, (3, 200))
    assert (table[table[one, two], three] == table[one, table[two, three]]).all()


def test_permutations_of_three_things_do_not_commute() -> None:
    elements, table = find_group("s3")
    assert elements == ("012", "021", "102", "120", "201", "210")
    assert elements[table[3, 2]] == "210"  # 102 first, 120 then: 0 -> 1 -> 2, 1 -> 0 -> 1, 2 -> 2 -> 0
    assert elements[table[2, 3]] == "021"  # 120 first, 102 then: 0 -> 1 -> 0, 1 -> 2 -> 2, 2 -> 0 -> 1


def test_a_product_acts_in_each_part_alone() -> None:
    elements, table = find_group("s3xz2")
    assert elements[table[elements.index("120,1"), elements.index("102,1")]] == "210,0"


@pytest.mark.parametrize("name", ["", "d4", "z1", "s7", "s1", "a6xz2", "s3x"])
def test_other_groups_are_refused(name: str) -> None:
    with pytest.raises(MannscopeError, match="group must be z, s or a with a number"):
        find_group(name)
