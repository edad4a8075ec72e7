"""The search against a float64 oracle: the same ids at the same ranks, always."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.search.canonical import canonical_scores
from server.search.exact import ExactIndex

KINDS = ("random", "clustered", "tight", "duplicates", "near_ties", "equal", "quantised")


def make_vectors(kind: str, rows: int, dim: int, rng: np.random.Generator) -> np.ndarray:
    """Unit rows of one kind; `near_ties` differ in their last bits only."""
    if kind == "equal":
        vectors = np.repeat(rng.normal(size=(1, dim)), rows, axis=0)
    elif kind == "duplicates":
        vectors = rng.normal(size=(max(rows // 5, 1), dim))[
            rng.integers(0, max(rows // 5, 1), rows)
        ]
    elif kind in ("clustered", "tight"):
        noise = rng.uniform(0.05, 0.5) if kind == "clustered" else 0.01
        centres = rng.normal(size=(max(rows // 40, 1), dim))
        vectors = centres[rng.integers(0, len(centres), rows)]
        vectors = vectors + noise * rng.normal(size=(rows, dim)) / dim**0.5
    elif kind == "quantised":
        vectors = rng.integers(-2, 3, (rows, dim)) + 0.0
        vectors[:, 0] = 3.0
        return vectors.astype(np.float32)
    else:
        vectors = rng.normal(size=(rows, dim))
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    vectors = vectors.astype(np.float32)
    if kind == "near_ties":
        base = np.repeat(vectors[:1], rows, axis=0)
        nudges = rng.integers(-2, 3, (rows, dim)).astype(np.int32)
        vectors = (base.view(np.int32) + nudges).view(np.float32)
    return vectors


def oracle(vectors, item_of_picture, query, mask=None):
    """Every passing item in canonical order, and its float64 score, by brute force."""
    items = int(item_of_picture[-1]) + 1
    best = np.full(items, -np.inf)
    np.maximum.at(best, item_of_picture, canonical_scores(vectors, query))
    passing = np.arange(items) if mask is None else np.flatnonzero(mask)
    order = passing[np.lexsort((passing, -best[passing]))]
    return order, best[order]


def assert_exact(vectors, item_of_picture, queries, *, limit, strides, mask=None) -> int:
    """Compare every ranking with the oracle; returns how many ranks were compared."""
    compared = 0
    answers = ExactIndex(vectors, item_of_picture).search(
        queries, limit=limit, strides=strides, mask=mask
    )
    for query, answer in zip(queries, answers, strict=True):
        order, scores = oracle(vectors, item_of_picture, query, mask)
        assert answer.passed == len(order)
        assert [ranking.stride for ranking in answer.rankings] == list(strides)
        for ranking in answer.rankings:
            expected = np.arange(ranking.stride, len(order) + 1, ranking.stride)[:limit]
            np.testing.assert_array_equal(ranking.ranks, expected)
            np.testing.assert_array_equal(ranking.items, order[expected - 1])
            np.testing.assert_array_equal(ranking.scores, scores[expected - 1].astype(np.float32))
            compared += len(expected)
    return compared


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    items=st.integers(1, 400),
    dim=st.sampled_from([1, 3, 16, 61, 256]),
    pictures=st.integers(1, 3),
    limit=st.sampled_from([1, 2, 7, 60, 1000]),
    strides=st.lists(
        st.sampled_from([1, 2, 3, 4, 16, 64, 500]), min_size=1, max_size=5, unique=True
    ),
    passing=st.sampled_from([None, 0.0, 0.02, 0.5, 1.0]),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_rank_is_the_oracles(kind, items, dim, pictures, limit, strides, passing, seed):
    rng = np.random.default_rng(seed)
    shown = rng.integers(1, pictures + 1, items)
    item_of_picture = np.repeat(np.arange(items), shown)
    vectors = make_vectors(kind, len(item_of_picture), dim, rng)
    queries = np.concatenate([vectors[rng.integers(0, len(vectors), 2)], vectors[:1] * 0.3])
    queries += np.float32(0.01) * rng.normal(size=queries.shape).astype(np.float32)
    mask = None if passing is None else rng.random(items) < passing
    assert_exact(vectors, item_of_picture, queries, limit=limit, strides=strides, mask=mask)


@pytest.mark.parametrize("noise", [0.01, 0.1, 0.5])
def test_large_clusters_where_float32_alone_is_wrong(noise):
    rng = np.random.default_rng(7)
    centres = rng.normal(size=(20, 256))
    vectors = centres[rng.integers(0, 20, 20_000)] + noise * rng.normal(size=(20_000, 256))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    queries = vectors[:5] + np.float32(0.001)
    compared = assert_exact(
        vectors, np.arange(20_000), queries, limit=128, strides=(1, 16, 64, 256, 4096)
    )
    assert compared == 5 * (3 * 128 + 78 + 4)


def test_the_oracle_differs_from_plain_float32_on_near_ties():
    # Otherwise the tests above could not tell an exact search from a sort of float32 scores.
    rng = np.random.default_rng(0)
    vectors = make_vectors("near_ties", 500, 256, rng)
    query = vectors[0]
    order, _ = oracle(vectors, np.arange(500), query)
    assert (np.lexsort((np.arange(500), -(vectors @ query))) != order).any()


def test_one_item():
    vectors = np.ones((1, 4), np.float32)
    [answer] = ExactIndex(vectors, np.zeros(1, np.int64)).search(vectors, limit=60, strides=(1, 2))
    assert answer.rankings[0].items.tolist() == [0]
    assert answer.rankings[1].items.tolist() == []


def test_all_equal_vectors_across_several_rescoring_blocks():
    vectors = np.full((20_000, 8), 0.5, np.float32)
    [answer] = ExactIndex(vectors, np.arange(20_000)).search(
        vectors[:1], limit=5, strides=(1, 4000)
    )
    assert answer.rankings[0].items.tolist() == [0, 1, 2, 3, 4]
    assert answer.rankings[1].items.tolist() == [3999, 7999, 11999, 15999, 19999]


def test_subnormal_and_tiny_values_are_ranked_too():
    rng = np.random.default_rng(3)
    vectors = (rng.normal(size=(300, 16)) * 1e-22).astype(np.float32)
    assert_exact(vectors, np.arange(300), vectors[:2] * 10, limit=300, strides=(1,))


@pytest.mark.parametrize("dim", [1, 5, 64, 255, 256, 300])
def test_a_canonical_score_has_the_same_bits_in_any_company(dim):
    rng = np.random.default_rng(dim)
    vectors = rng.normal(size=(5000, dim)).astype(np.float32)
    query = rng.normal(size=dim).astype(np.float32)
    together = canonical_scores(vectors, query)
    for row in (0, 1, 2047, 2048, 4999):
        assert canonical_scores(vectors[row : row + 1], query)[0] == together[row]
    some = rng.permutation(5000)[:777]
    np.testing.assert_array_equal(canonical_scores(vectors[some], query), together[some])
    reference = vectors.astype(np.float64) @ query.astype(np.float64)
    np.testing.assert_allclose(together, reference, rtol=0, atol=1e-12)


def test_more_queries_than_the_largest_batch():
    rng = np.random.default_rng(1)
    vectors = make_vectors("random", 50, 8, rng)
    assert_exact(vectors, np.arange(50), np.tile(vectors, (1, 1))[:37], limit=3, strides=(1,))


@pytest.mark.parametrize(
    ("vectors", "items", "complaint"),
    [
        (np.empty((0, 4), np.float32), np.empty(0, np.int64), "at least one vector"),
        (np.ones((3, 4), np.float32), np.array([0, 2, 3]), "without a gap"),
        (np.ones((3, 4), np.float32), np.array([1, 2, 3]), "without a gap"),
        (np.ones((3, 4), np.float32), np.array([0, 1, 0]), "without a gap"),
        (np.full((3, 4), np.nan, np.float32), np.arange(3), "row 0 is not"),
    ],
)
def test_vectors_that_cannot_be_searched_are_refused(vectors, items, complaint):
    with pytest.raises(ValueError, match=complaint):
        ExactIndex(vectors, items)


@pytest.mark.parametrize(
    ("limit", "strides", "query"),
    [(0, (1,), 1.0), (5, (), 1.0), (5, (0,), 1.0), (5, (1,), np.nan), (5, (1,), np.inf)],
)
def test_questions_without_an_answer_are_refused(limit, strides, query):
    index = ExactIndex(np.ones((3, 4), np.float32), np.arange(3))
    with pytest.raises(ValueError):
        index.search(np.full((1, 4), query, np.float32), limit=limit, strides=strides)
