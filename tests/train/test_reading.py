import numpy as np

from train.reading import nearest_mean, nearest_vote


def unit(*degrees: float) -> np.ndarray:
    turns = np.radians(np.array(degrees))
    return np.stack([np.cos(turns), np.sin(turns)], axis=1).astype(np.float32)


def test_the_nearest_mean_is_that_of_the_direction() -> None:
    gallery, categories = unit(0, 20, 90, 130), np.array([0, 0, 1, 1])  # means at 10 and 110
    np.testing.assert_array_equal(nearest_mean(gallery, categories, unit(-80, 59, 61)), [0, 0, 1])


def test_most_votes_win_over_the_nearest_row() -> None:
    gallery, categories = unit(0, 10, 12, 14, 100), np.array([0, 1, 1, 0, 1])
    np.testing.assert_array_equal(nearest_vote(gallery, categories, unit(1, 90), k=3), [1, 1])


def test_of_equally_many_votes_the_nearer_ones_win() -> None:
    gallery, categories = unit(0, 9, 20, 21, 180), np.array([2, 1, 1, 2, 0])
    np.testing.assert_array_equal(nearest_vote(gallery, categories, unit(10, 11), k=4), [1, 1])


def test_many_queries_go_in_blocks() -> None:
    gallery, categories = unit(*range(0, 360, 4)), np.arange(90) // 45
    queries = unit(*np.linspace(20, 160, 1201))
    assert not nearest_vote(gallery, categories, queries).any()
