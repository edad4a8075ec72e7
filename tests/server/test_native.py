"""The certified bounds of the first pass in C, on rows and queries that use them up."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from server.search import kernel, native
from server.search.asked import Asked
from server.search.canonical import canonical_scores
from server.search.native import NativePass
from tests.server.search_oracle import KINDS, make_vectors

pytestmark = pytest.mark.skipif(not kernel.available(), reason="needs a C compiler")


def along_the_query(query: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rows of which 8 bits lose just a piece of the query: ||r|| ||q|| is all of the error."""
    dim = len(query)
    codes = rng.integers(-100, 101, (400, dim)).astype(np.float64)
    codes[:, 0] = 127  # sets the scale, as the query has nothing there
    lost = 0.49 * query / np.abs(query).max()
    return ((codes + lost * rng.choice([-1, 1], (400, 1))) / 127).astype(np.float32)


def all_signs(dim: int) -> np.ndarray:
    """Rows of which 8 bits lose nothing, whatever the signs of what the query loses."""
    return np.array(list(itertools.product([-1, 1], repeat=dim)), np.float32)


def rows_and_query(kind: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    if kind == "all signs":
        return all_signs(10), rng.normal(size=10).astype(np.float32)
    if kind == "whole numbers":  # nothing is lost of the rows nor of the query: rounding is left
        rows, query = rng.integers(-126, 127, (1000, 24)), rng.integers(-32_000, 32_001, 24)
        rows[:, 3], query[7] = 127, 127 * 254
        return rows.astype(np.float32), query.astype(np.float32)
    query = rng.normal(size=64).astype(np.float32)
    if kind == "along the query":
        query[0] = 0
        return along_the_query(query, rng), query
    return make_vectors(kind, 1_000, 64, rng), query


HARD = ["along the query", "all signs", "whole numbers"]


@pytest.mark.parametrize("path", kernel.available())
@pytest.mark.parametrize("size", [1.0, 1e-15, 1e9])
@pytest.mark.parametrize("kind", [*KINDS, *HARD])
def test_no_score_is_above_its_bound_and_no_threshold_above_the_score_it_stands_for(
    path, size, kind
):
    rng = np.random.default_rng(7)
    vectors, query = rows_and_query(kind, rng)
    vectors *= np.float32(size)
    first_pass = NativePass(vectors, None, path=path)
    queries = [query, -query, rng.normal(size=len(query)).astype(np.float32)]  # AMX wants three
    scores = [canonical_scores(vectors, q) / np.linalg.norm(q.astype(np.float64)) for q in queries]
    for need in (1, 2, 7, 100, len(vectors) // 2 - 1, len(vectors)):
        parts = [(q, Asked(q[None], need, None, len(vectors), 1)) for q in queries]
        for found, canonical in zip(first_pass._scan(parts), scores, strict=True):
            assert (np.diff(found.rows) > 0).all()
            assert (found.upper >= canonical[found.rows]).all()
            assert found.threshold <= np.sort(canonical)[-need]
            others = np.setdiff1d(np.arange(len(vectors)), found.rows)
            assert (canonical[others] <= found.threshold).all()


@pytest.mark.parametrize("need", [1, 5, 60])
@pytest.mark.parametrize("kind", HARD)
def test_the_best_of_several_vectors_are_never_left_out(monkeypatch, kind, need):
    monkeypatch.setattr(native, "_FEW", 0)
    rng = np.random.default_rng(need)
    for path in kernel.available():
        vectors, query = rows_and_query(kind, rng)
        several = np.stack([query, 1.5 * rng.normal(size=len(query)).astype(np.float32)])
        first_pass = NativePass(vectors, None, path=path)
        best = np.maximum(*(canonical_scores(vectors, each) for each in several))
        [scored] = first_pass._of_survivors([Asked(several, need, None, len(vectors), 1)])
        assert np.isin(np.flatnonzero(best >= np.sort(best)[-need]), scored.items).all()
        np.testing.assert_array_equal(scored.scores, best[scored.items])


@pytest.mark.parametrize("path", kernel.available())
def test_few_rows_are_left_of_many(path):
    rng = np.random.default_rng(0)
    vectors = make_vectors("random", 50_000, 256, rng)
    first_pass = NativePass(vectors, None, path=path)
    queries = rng.normal(size=(4, 256)).astype(np.float32)
    for found in first_pass._scan(
        [(q, Asked(q[None], 16, None, len(vectors), 1)) for q in queries]
    ):
        assert 16 <= len(found.rows) <= 64
