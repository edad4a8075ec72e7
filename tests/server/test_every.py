"""Every score at once: when it is done, how much at a time, and how far from canonical it may be."""

from __future__ import annotations

import numpy as np
import pytest

from server.search import kernel
from server.search.asked import Asked
from server.search.buckets import Buckets
from server.search.canonical import canonical_scores
from server.search.every import EveryScore
from server.search.exact import ExactIndex, Question
from server.search.native import NativePass
from server.search.scores import rounding_margins
from tests.server.search_oracle import check, make_vectors

pytestmark = pytest.mark.skipif(not kernel.available(), reason="needs a C compiler")


@pytest.fixture
def batches(monkeypatch) -> list[int]:
    """How many queries were scored at once, each time."""
    made, products = [], EveryScore._products
    monkeypatch.setattr(
        EveryScore, "_products", lambda self, q: made.append(len(q)) or products(self, q)
    )
    return made


@pytest.mark.parametrize(
    ("questions", "limit", "expected"),
    [(1, 128, []), (16, 10, []), (3, 128, []), (8, 128, [8]), (20, 128, [16, 4]), (1, 900, [1])],
)
def test_where_many_want_much_every_score_is_made_at_once(batches, questions, limit, expected):
    rng = np.random.default_rng(questions)
    vectors = make_vectors("clustered", 20_000, 256, rng)
    index = ExactIndex(vectors, np.arange(20_000))
    asked = [Question(vectors[at : at + 1], limit, (1, 16)) for at in range(questions)]
    asked.insert(questions // 2, Question(vectors[:1], 5))  # one that wants little
    check(index, vectors, np.arange(20_000), asked)
    assert batches == expected


@pytest.mark.parametrize(("dim", "expected"), [(16, [1, 1, 3, 1]), (64, [2, 4]), (256, [6])])
def test_a_batchs_scores_take_a_sixteenth_of_the_vectors(batches, dim, expected):
    rows = 5_000
    vectors = make_vectors("random", rows, dim, np.random.default_rng(dim))
    several = [vectors[:1], vectors[1:2], vectors[2:5], vectors[5:6]]
    index = ExactIndex(vectors, np.arange(rows))
    check(index, vectors, np.arange(rows), [Question(each, 4_000) for each in several])
    assert batches == expected


@pytest.mark.parametrize("path", kernel.available())
@pytest.mark.parametrize("dim", [1, 5, 16, 17, 255, 256, 300, 1024])
@pytest.mark.parametrize("size", [1.0, 1e-22, 1e9])
def test_scores_lie_within_their_bound(path, dim, size):
    rng = np.random.default_rng(dim)
    for kind in ("random", "permuted", "uneven"):
        vectors = make_vectors(kind, 1_003, dim, rng) * np.float32(size)
        queries = np.concatenate([vectors[:3], np.full((1, dim), 0.3, np.float32)])
        one = NativePass(vectors, None, path=path)
        margins = rounding_margins(queries, one.greatest_norm, -(-dim // 16) + 17)
        asked = [Asked(query[None], 1_003, None, len(vectors), 1) for query in queries]
        for query, margin, scored in zip(queries, margins, one._every.scored(asked), strict=True):
            exact = canonical_scores(vectors, query)
            assert scored.items is None and scored.margin == margin
            assert np.abs(scored.scores - exact).max() <= margin


def test_buckets_are_the_same_with_and_without_a_compiler(monkeypatch):
    scores = np.random.default_rng(0).normal(size=100_003).astype(np.float32)
    ends = float(scores.max()), float(scores.min())
    in_c = Buckets(scores, *ends)
    monkeypatch.setattr(kernel, "load", lambda: None)
    in_numpy = Buckets(scores, *ends)
    counts = in_c.counts()
    assert counts.sum() == len(scores) and counts[0] >= 1
    np.testing.assert_array_equal(counts, in_numpy.counts())
    wanted = np.random.default_rng(1).random(in_c.number) < 0.01
    places = in_c.places_in(wanted)
    assert 500 < len(places) < 1_500
    np.testing.assert_array_equal(places, in_numpy.places_in(wanted))
