"""Figures of merit as pure functions of arrays: leave-one-out retrieval within one gallery."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

NEIGHBOURS = 10


def neighbours(
    vectors: Float[np.ndarray, "n dim"], k: int = NEIGHBOURS, block: int = 512
) -> Int[np.ndarray, "n k"]:
    """The ``k`` nearest other rows by dot product, best first, ties by row."""
    count = len(vectors)
    k = min(k, count - 1)
    found = np.empty((count, k), np.int64)
    for start in range(0, count, block):
        rows = np.arange(start, min(start + block, count))
        scores = vectors[rows] @ vectors.T
        scores[np.arange(len(rows)), rows] = -np.inf
        found[rows] = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return found


def precision_at(
    found: Int[np.ndarray, "n k"], labels: Int[np.ndarray, " n"], k: int
) -> Float[np.ndarray, " known"]:
    """Share of the first ``k`` neighbours with the query's label; queries of unknown label (-1)
    are left out, and neighbours of unknown label count as wrong."""
    known = labels >= 0
    right = labels[found[known][:, :k]] == labels[known][:, None]
    return right.mean(axis=1)


def price_errors(
    found: Int[np.ndarray, "n k"], log_price: Float[np.ndarray, " n"]
) -> tuple[Float[np.ndarray, " known"], Float[np.ndarray, " known"]]:
    """|ln price - median ln price of the neighbours| and that median, for priced queries."""
    known = np.isfinite(log_price)
    with np.errstate(all="ignore"):
        near = log_price[found[known]]
        usable = np.isfinite(near).any(axis=1)
        median = np.full(len(near), np.nanmedian(log_price))
        median[usable] = np.nanmedian(near[usable], axis=1)
    return np.abs(log_price[known] - median), median


def category_median_errors(
    log_price: Float[np.ndarray, " n"], category: Int[np.ndarray, " n"]
) -> Float[np.ndarray, " known"]:
    """|ln price - median ln price of the *other* products of the category|: the baseline that a
    price figure must beat. A product alone in its category meets the median of all."""
    known = np.flatnonzero(np.isfinite(log_price))
    prices, groups = log_price[known], category[known]
    errors = np.abs(prices - np.median(prices))
    for group in np.unique(groups[groups >= 0]):
        members = np.flatnonzero(groups == group)
        if len(members) < 2:
            continue
        for member in members:
            others = members[members != member]
            errors[member] = abs(prices[member] - np.median(prices[others]))
    return errors


def hubness(found: Int[np.ndarray, "n k"]) -> tuple[float, float]:
    """Largest share of the neighbour lists that one row is in; share of rows never found."""
    times = np.bincount(found.ravel(), minlength=len(found))
    return float(times.max() / len(found)), float(np.mean(times == 0))


def bootstrap_interval(
    values: Float[np.ndarray, " n"], draws: int = 500, seed: int = 0
) -> tuple[float, float]:
    """95% interval of the mean (percentile bootstrap)."""
    rng = np.random.default_rng(seed)
    means = [values[rng.integers(0, len(values), len(values))].mean() for _ in range(draws)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
