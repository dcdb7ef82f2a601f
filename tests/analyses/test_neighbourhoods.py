import numpy as np
import pytest

from mannscope.analyses import neighbours_kept, neighbours_kept_by_random_planes

GENERATOR = np.random.default_rng(0)
PLANE = GENERATOR.normal(size=(200, 2))


def test_a_turned_and_scaled_plane_keeps_all_neighbours():
    turned = PLANE @ np.array([[0.0, 3.0], [-3.0, 0.0]])
    assert neighbours_kept(PLANE, turned) == 1.0
    assert neighbours_kept(np.pad(PLANE, ((0, 0), (0, 5))), turned) == 1.0


def test_permuted_points_keep_as_many_neighbours_as_chance_does():
    kept = neighbours_kept(PLANE, GENERATOR.permutation(PLANE))
    assert kept == pytest.approx(10 / 199, abs=0.02)


def test_neighbours_along_a_line_are_counted_by_hand():
    # 0 1 … 19 20 … 39 is drawn as 20 … 39 0 1 … 19. The points 19 to 15 had 5, 4, 3, 2, 1 neighbours
    # beyond the cut and lose them; so do 20 to 24, and what was outermost, now next to strangers.
    line = np.arange(40.0)[:, None]
    swapped = np.pad((line + 20) % 40, ((0, 0), (0, 1)))
    lost = 4 * (5 + 4 + 3 + 2 + 1)
    assert neighbours_kept(line, swapped) == pytest.approx(1 - lost / 400)


def test_any_of_several_coinciding_points_is_a_neighbour():
    points = np.eye(4)[np.repeat(np.arange(4), 20)]
    assert neighbours_kept(points, points[:, :2] + 2 * points[:, 2:]) == 1.0


def test_points_that_a_picture_throws_together_lose_neighbours():
    points = np.eye(4)[np.repeat(np.arange(4), 20)]
    assert neighbours_kept(points, points[:, :2] + points[:, 2:]) == pytest.approx(0.5, abs=0.1)


def test_a_random_plane_keeps_less_of_many_dimensions():
    shares = [neighbours_kept_by_random_planes(GENERATOR.normal(size=(200, n))) for n in (2, 3, 50)]
    assert shares[0] > shares[1] > shares[2] > 10 / 199


def test_too_few_points_have_no_score():
    assert neighbours_kept(PLANE[:20], PLANE[:20]) is None
    assert neighbours_kept_by_random_planes(PLANE[:20]) is None


def test_the_control_is_the_same_for_the_same_seed():
    many = GENERATOR.normal(size=(60, 9))
    assert neighbours_kept_by_random_planes(many, 3) == neighbours_kept_by_random_planes(many, 3)
