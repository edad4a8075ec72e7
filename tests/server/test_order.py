"""The items at a few ranks, where every score is off by as much as its margin allows."""

from __future__ import annotations

import numpy as np
import pytest

from server.search import buckets
from server.search.asked import Scored
from server.search.order import items_at


def made_scores(kind: str, count: int, rng: np.random.Generator) -> np.ndarray:
    if kind == "equal":
        return np.full(count, 0.25, np.float32)
    if kind == "few values":
        return rng.integers(0, 9, count).astype(np.float32)
    if kind == "steps":  # as far apart as the margin of a thousandth
        return (rng.permutation(count) * 1e-3 - 1).astype(np.float32)
    return rng.normal(size=count).astype(np.float32)


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize("kind", ["random", "equal", "few values", "steps"])
@pytest.mark.parametrize("margin", [0.0, 1e-6, 1e-3, 0.3])
@pytest.mark.parametrize("count", [1, 50, 4097, 30_000])
def test_the_ranks_are_those_of_the_canonical_scores(monkeypatch, count, margin, kind, native):
    if not native:
        monkeypatch.setattr(buckets.kernel, "load", lambda: None)
    rng = np.random.default_rng(count)
    scores = made_scores(kind, count, rng)
    for off in (rng.choice([-1, 1], count), rng.uniform(-1, 1, count), np.sign(-scores)):
        canonical = scores.astype(np.float64) + margin * off
        order = np.lexsort((np.arange(count), -canonical))
        items = np.arange(count) * 3 + 1
        chosen = np.unique(rng.integers(1, count + 1, 9))
        for ranks in (chosen, np.array([count]), np.array([1])):
            asked: list[int] = []

            def exact(which: np.ndarray, asked=asked, canonical=canonical) -> np.ndarray:
                assert (np.diff(which) > 0).all()
                asked.extend(which.tolist())
                return canonical[(which - 1) // 3]

            found, their_scores = items_at(ranks, Scored(items, scores, margin), exact)
            np.testing.assert_array_equal(found, items[order[ranks - 1]])
            np.testing.assert_array_equal(their_scores, canonical[order[ranks - 1]])
            assert margin or not asked


def test_only_what_is_in_reach_of_a_rank_is_scored_again():
    scores = np.linspace(0, 1, 40_000, dtype=np.float32)
    asked: list[int] = []

    def exact(items: np.ndarray) -> np.ndarray:
        asked.extend(items.tolist())
        return scores[items].astype(np.float64)

    items_at(np.array([10_000, 20_000]), Scored(None, scores, 1e-4), exact)
    assert 30 <= len(asked) <= 36  # two windows of 4e-4 of the range
