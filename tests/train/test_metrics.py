import numpy as np
import pytest

from train.judging import spearman
from train.metrics import (
    bootstrap_interval,
    category_median_errors,
    hubness,
    neighbours,
    precision_at,
    price_errors,
)


def test_neighbours_leave_the_query_out_and_break_ties_by_row() -> None:
    vectors = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], float)
    np.testing.assert_array_equal(
        neighbours(vectors, k=2, block=3), [[1, 2], [0, 2], [0, 1], [0, 1]]
    )


def test_precision_leaves_unknown_queries_out_and_counts_unknown_neighbours_wrong() -> None:
    found = np.array([[1, 2], [0, 2], [0, 1]])
    labels = np.array([0, 0, -1])
    np.testing.assert_allclose(precision_at(found, labels, 2), [0.5, 0.5])
    np.testing.assert_allclose(precision_at(found, labels, 1), [1, 1])


def test_price_error_is_the_distance_to_the_neighbours_median() -> None:
    found = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])
    prices = np.array([0.0, 1.0, np.nan, 4.0])
    errors, medians = price_errors(found, prices)
    np.testing.assert_allclose(medians, [2.5, 2.0, 0.5])
    np.testing.assert_allclose(errors, [2.5, 1.0, 3.5])


def test_category_median_leaves_the_product_itself_out() -> None:
    errors = category_median_errors(np.array([0.0, 2.0, 10.0]), np.array([0, 0, 1]))
    np.testing.assert_allclose(errors, [2.0, 2.0, 8.0])


def test_hubness() -> None:
    assert hubness(np.array([[1], [0], [1], [1]])) == (0.75, 0.5)


def test_bootstrap_interval_holds_the_mean() -> None:
    values = np.random.default_rng(0).normal(3, 1, 400)
    low, high = bootstrap_interval(values)
    assert low < values.mean() < high and high - low == pytest.approx(0.196, abs=0.05)


def test_spearman() -> None:
    assert spearman(np.array([1, 2, 3, 9]), np.array([1, 4, 5, 6])) == pytest.approx(1)
    assert spearman(np.array([1, 2, 3]), np.array([3, 2, 1])) == pytest.approx(-1)
    assert spearman(np.array([1, 1, 2, 2]), np.array([1, 2, 1, 2])) == pytest.approx(0)
