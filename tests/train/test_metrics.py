import numpy as np
import pytest

from train.metrics import (
    Search,
    answer_medians,
    average_precision_at_r,
    best,
    category_medians,
    first_ranks,
    leave_one_out,
    precision_at,
    times_found,
)


def test_best_is_a_stable_sort_whatever_the_depth() -> None:
    rng = np.random.default_rng(0)
    scores = rng.integers(-3, 4, (50, 40)).astype(np.float32)  # many ties
    scores[rng.random(scores.shape) < 0.1] = -np.inf
    scores[rng.random(scores.shape) < 0.1] = -0.0
    expected = np.argsort(-scores, axis=1, kind="stable")
    for k in (1, 10, 40):
        np.testing.assert_array_equal(best(scores, k), expected[:, :k])


def test_a_query_is_no_answer_to_itself() -> None:
    vectors = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], np.float32)
    np.testing.assert_array_equal(
        leave_one_out(vectors).found, [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]
    )
    strangers = Search(vectors[:1], vectors, np.array([-1]))
    np.testing.assert_array_equal(strangers.found, [[0, 1, 2, 3]])


def test_blocks_give_what_one_sort_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = np.random.default_rng(1).normal(size=(23, 5)).astype(np.float32)
    whole = leave_one_out(vectors).found
    monkeypatch.setattr("train.metrics.BLOCK", 4)
    np.testing.assert_array_equal(leave_one_out(vectors).found, whole)


def test_precision_leaves_unknown_queries_out_and_counts_unknown_neighbours_wrong() -> None:
    found = np.array([[1, 2], [0, 2], [0, 1]])
    labels = np.array([0, 0, -1])
    np.testing.assert_allclose(precision_at(found, labels, labels, 2), [0.5, 0.5])
    np.testing.assert_allclose(precision_at(found, labels, labels, 1), [1, 1])


def test_average_precision_at_r_by_hand() -> None:
    # On a line at 0, 1, 3, 4, 7 with labels a b a a b: R is 2 for a, 1 for b.
    # 0 finds b a a b: of its first two only the second is right, precision 1/2: (0 + 1/2) / 2.
    # 3 (at 3) finds a b a b, and 4 finds a then 1 and 7 (3 away each, the earlier first).
    place = np.array([0.0, 1, 3, 4, 7])
    labels = np.array([0, 1, 0, 0, 1])
    vectors = np.stack([place, -(place**2) / 2, np.ones(5)], 1).astype(np.float32)
    queries = np.stack([place, np.ones(5), np.zeros(5)], 1).astype(np.float32)
    search = Search(queries, vectors, np.arange(5))  # the score falls with the distance
    found = average_precision_at_r(search, {"x": labels}, {"x": labels})["x"]
    np.testing.assert_allclose(found, [1 / 4, 0, 1 / 2, 1 / 2, 0])


def test_average_precision_agrees_with_a_plain_loop_and_leaves_lone_labels_out() -> None:
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(60, 4)).astype(np.float32)
    labels = rng.integers(-1, 5, 60)
    labels[7] = 99  # alone
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    expected = []
    for row in range(60):
        r = int((labels == labels[row]).sum()) - 1
        if labels[row] < 0 or r == 0:
            continue
        right = labels[np.argsort(-scores[row], kind="stable")[:r]] == labels[row]
        expected.append(
            sum(right[: n + 1].mean() for n in range(r) if right[n]) / r,
        )
    found = average_precision_at_r(leave_one_out(vectors), {"x": labels}, {"x": labels})["x"]
    np.testing.assert_allclose(found, expected)


def test_first_rank_skips_what_is_passed_over_and_breaks_ties_by_row() -> None:
    gallery = np.array([[5.0], [4], [3], [3], [2]], np.float32)
    search = Search(np.ones((1, 1), np.float32), gallery, np.array([-1]))

    def only(*rows: int):
        return lambda queries: np.isin(np.arange(5), rows)[None, :]

    assert first_ranks(search, only(4)).tolist() == [5]
    assert first_ranks(search, only(3)).tolist() == [4]
    assert first_ranks(search, only(2, 4)).tolist() == [3]
    assert first_ranks(search, only(4), only(0, 1, 4)).tolist() == [3]


def test_the_neighbours_guess_is_the_median_of_those_with_a_price() -> None:
    found = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [2, 2, 2]])
    prices = np.array([0.0, 1.0, np.nan, 4.0])
    np.testing.assert_allclose(answer_medians(found, prices), [2.5, 2.0, 1.0, 1.0])


def test_category_median_leaves_the_product_itself_and_the_unpriced_out() -> None:
    prices = np.array([0.0, 2.0, 10.0, np.nan, 7.0])
    category = np.array([0, 0, 1, 0, -1])
    np.testing.assert_allclose(category_medians(prices, category)[[0, 1, 2, 4]], [2, 0, 4.5, 4.5])


def test_times_found() -> None:
    assert times_found(np.array([[1], [0], [1], [1]]), 5).tolist() == [1, 3, 0, 0, 0]
