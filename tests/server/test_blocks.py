"""The pass for accelerators: most scores stay where they are, and nothing is missed."""

from __future__ import annotations

import numpy as np
import pytest

from server.search import blocks
from server.search.asked import Asked
from server.search.blocks import BlocksPass
from server.search.dense import DensePass
from tests.server.search_oracle import make_vectors

ROWS, DIM = 6007, 32


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    monkeypatch.setattr(blocks, "_BLOCKS", 16)


@pytest.fixture
def vectors():
    return make_vectors("random", ROWS, DIM, np.random.default_rng(0))


def all_scores(questions):
    raise AssertionError("all scores came back")


def test_the_best_come_back_and_few_others(vectors, monkeypatch):
    found = BlocksPass(vectors, None)
    monkeypatch.setattr(DensePass, "scored", lambda self, asked: all_scores(asked))
    rng = np.random.default_rng(1)
    masks = [None, rng.random(ROWS) < 0.1, rng.random(ROWS) < 0.5, np.arange(ROWS) == ROWS - 1]
    sets = [masks, masks[:1] * 3, masks[1:2] * 3, [masks[0]] * 17 + masks]  # more than one batch
    for chosen in sets:
        asked = [
            Asked(rng.normal(size=(1 + n % 2, DIM)).astype(np.float32), 1 + n % 8, mask, ROWS, 1)
            for n, mask in enumerate(chosen)
        ]
        for each, scored in zip(asked, found.scored(asked), strict=True):
            exact = (each.vectors.astype(np.float64) @ vectors.T.astype(np.float64)).max(axis=0)
            exact[~(np.ones(ROWS, bool) if each.mask is None else each.mask)] = -np.inf
            best = [row for row in np.argsort(-exact)[: each.need] if exact[row] > -np.inf]
            assert set(best) <= set(scored.items.tolist())
            assert len(scored.items) <= 8 * 2 * 8 and (np.diff(scored.items) > 0).all()
            np.testing.assert_allclose(scored.scores, exact[scored.items], atol=scored.margin)


@pytest.mark.parametrize("need", [1, 3, 8])
def test_none_is_missed_where_every_score_is_off_by_its_margin(vectors, monkeypatch, need):
    margin, query = 0.03, np.eye(1, DIM, dtype=np.float32)
    monkeypatch.setattr(BlocksPass, "_margins", lambda self, queries: np.full(len(queries), margin))
    monkeypatch.setattr(DensePass, "scored", lambda self, asked: all_scores(asked))
    vectors[:, 0] = np.random.default_rng(need).uniform(-0.5, 0.5, ROWS)
    near = np.arange(300, ROWS, 500)  # in a block each, and closer together than the margin
    vectors[near, 0] = 0.9 - 0.002 * np.arange(len(near))
    best = near[:need]
    off = np.full(ROWS, 0.999 * margin, np.float32)
    off[best] *= -1  # the best seem worse than they are, and all others better
    plain = blocks.dot_products
    monkeypatch.setattr(blocks, "dot_products", lambda q, rows: plain(q, rows) + off)
    [scored] = BlocksPass(vectors, None).scored([Asked(query, need, None, ROWS, 1)])
    assert set(best.tolist()) <= set(scored.items.tolist()) <= set(near.tolist())
    seem = scored.scores[np.isin(scored.items, best)]
    np.testing.assert_allclose(seem, vectors[best, 0] - 0.999 * margin, atol=1e-6)


def test_pictures_of_an_item_are_one_answer(vectors):
    item_of = np.arange(ROWS) // 2
    asked = Asked(vectors[1000:1001], 3, None, ROWS, 2)
    [scored] = BlocksPass(vectors, item_of).scored([asked])
    assert 500 in scored.items and (np.diff(scored.items) > 0).all()
    assert scored.scores.max() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("kind, need", [("near_ties", 4), ("random", 9)])
def test_where_blocks_may_not_do_all_scores_come_back(kind, need):
    vectors = make_vectors(kind, ROWS, DIM, np.random.default_rng(0))
    asked = [Asked(vectors[:1], need, None, ROWS, 1), Asked(vectors[5:6], 1, None, ROWS, 1)]
    some, every = (next(kind(vectors, None).scored(asked)) for kind in (BlocksPass, DensePass))
    whole = slice(None)
    np.testing.assert_array_equal(some.items_of(whole), every.items_of(whole))
    np.testing.assert_array_equal(some.scores, every.scores)
