import numpy as np
import pytest

from train.figures import difference, mean, rank_correlation, ratio


def test_the_interval_of_a_mean_is_about_two_standard_errors_each_way() -> None:
    values = np.random.default_rng(0).normal(3, 1, 400)
    figure = mean(values)
    low, high = figure.interval()
    assert figure.value == pytest.approx(values.mean())
    assert low < values.mean() < high and high - low == pytest.approx(0.196, abs=0.03)
    assert figure.interval() == mean(values).interval()  # seeded


def test_a_ratio_resamples_both_sides_together() -> None:
    above = np.random.default_rng(1).uniform(1, 9, 100)
    figure = ratio(above, above * 4)
    assert figure.value == pytest.approx(0.25)
    assert figure.interval() == pytest.approx((0.25, 0.25))


def test_rank_correlation() -> None:
    def spearman(first: list[float], second: list[float]) -> float:
        return rank_correlation(np.array(first, float), np.array(second, float)).value

    assert spearman([1, 2, 3, 9], [1, 4, 5, 6]) == pytest.approx(1)
    assert spearman([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert spearman([1, 1, 2, 2], [1, 2, 1, 2]) == pytest.approx(0)
    assert spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]) == pytest.approx(0.8)
    assert spearman([1, 1, 1], [1, 2, 3]) == 0


def test_the_interval_of_a_correlation_stays_within_bounds() -> None:
    rng = np.random.default_rng(2)
    price = rng.normal(size=200)
    low, high = rank_correlation(price, price + rng.normal(size=200)).interval()
    assert 0.5 < low < high < 0.85


def test_a_paired_difference_is_surer_than_its_two_sides() -> None:
    rng = np.random.default_rng(3)
    hard = rng.random(500)
    first, second = mean(hard), mean(hard + 0.02 + rng.normal(0, 0.01, 500))
    change = difference(first, second)
    assert change["value"] == pytest.approx(0.02, abs=0.002)
    assert 0.018 < change["low"] < change["high"] < 0.022
    assert first.interval()[1] > second.interval()[0]


def test_a_difference_needs_the_same_queries() -> None:
    with pytest.raises(ValueError, match="same queries, got 3 and 4"):
        difference(mean(np.ones(3)), mean(np.ones(4)))
