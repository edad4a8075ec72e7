"""Folding, least similarity, cursors and best of several, each against its definition."""

from __future__ import annotations

import base64
import json
import math

import numpy as np
import pytest

from server.search import folding, kernel
from server.search.exact import CursorError, ExactIndex, Question
from server.search.folding import fold_walk
from server.search.question import Fold
from tests.server.search_oracle import make_vectors, oracle

PASSES = dict.fromkeys(["dense", ("dense", *kernel.available())[-1]])


def folded_by_definition(vectors, mains, order, fold: Fold, limit: int, stride: int):
    """Item by item, pair by pair, as the docstring of exact.py says it."""
    weights = np.ones(vectors.shape[1]) if fold.weights is None else fold.weights.astype(float)

    def near(a, b) -> bool:
        return math.fsum(weights * (a.astype(float) - b.astype(float)) ** 2) <= fold.distance

    shown, groups, own, deepest = [], [], [], 0
    for place in range(stride - 1, len(order), stride):
        if len(shown) == limit or place // stride == 16 * limit:
            break
        item, deepest = order[place], place + 1
        pictures = [] if fold.pictures is None else fold.pictures
        if any(near(vectors[mains[item]], picture) for picture in pictures):
            own.append(item)
            continue
        for head, group in zip(shown, groups, strict=True):
            if near(vectors[mains[item]], vectors[mains[order[head]]]):
                group.append(item)
                break
        else:
            shown.append(place)
            groups.append([])
    return [place + 1 for place in shown], groups, own, deepest


@pytest.mark.parametrize("first_pass", PASSES)
@pytest.mark.parametrize("seed", range(12))
def test_folding_is_the_definition(first_pass, seed):
    rng = np.random.default_rng(seed)
    kind = ("duplicates", "tight", "near_ties", "equal", "random", "clustered")[seed % 6]
    vectors = make_vectors(kind, 700, 24, rng)
    starts = rng.random(700) < (0.7 if seed % 2 else 1.1)
    starts[0] = True
    item_of_picture = np.cumsum(starts) - 1
    mains = np.flatnonzero(starts)
    index = ExactIndex(vectors, item_of_picture, first_pass=first_pass)
    query = vectors[rng.integers(700)]
    fold = Fold(
        distance=float(rng.choice([0.0, 0.0005, 0.02, 1.9])),
        weights=None if seed % 3 else rng.random(24).astype(np.float32),
        pictures=None if seed % 4 == 1 else np.stack([query, vectors[3]])[: 1 + seed % 2],
    )
    mask = None if seed % 2 else rng.random(len(mains)) < 0.6
    limit, strides = int(rng.choice([1, 5, 40])), (1, 3)
    [answer] = index.answer([Question(query[None], limit, strides, mask, fold=fold)])
    order, _ = oracle(vectors, item_of_picture, query[None], mask)
    own = set()
    for ranking in answer.rankings:
        ranks, groups, near, deepest = folded_by_definition(
            vectors, mains, order, fold, limit, ranking.stride
        )
        assert ranking.ranks.tolist() == ranks
        assert ranking.items.tolist() == [order[rank - 1] for rank in ranks]
        assert [group.tolist() for group in ranking.folded] == groups
        assert ranking.deepest == deepest
        own |= set(near)
    assert answer.own.tolist() == sorted(own)


def test_the_querys_own_picture_is_folded_away_and_duplicates_become_one_result():
    vectors = make_vectors("random", 50, 32, np.random.default_rng(1))
    vectors[[10, 20, 30]] = vectors[5]
    vectors[[11, 12]] = vectors[6]
    query = vectors[5] * np.float32(0.9) + vectors[6] * np.float32(0.1)
    [answer] = ExactIndex(vectors, np.arange(50)).answer(
        [Question(query[None], 50, fold=Fold(pictures=vectors[5:6]))]
    )
    [ranking] = answer.rankings
    assert answer.own.tolist() == [5, 10, 20, 30]
    assert not set(ranking.items.tolist()) & {5, 10, 20, 30, 11, 12}
    assert ranking.folded[ranking.items.tolist().index(6)].tolist() == [11, 12]
    assert answer.passed == 50


@pytest.mark.parametrize("block", [1, 7, 100])
def test_folding_does_not_depend_on_what_is_compared_at_once(monkeypatch, block):
    vectors = make_vectors("clustered", 300, 16, np.random.default_rng(3)).astype(np.float64)
    fold = Fold(0.3, pictures=vectors[:2].astype(np.float32))
    whole = fold_walk(vectors, fold, 40)
    monkeypatch.setattr(folding, "_BLOCK", block)
    assert fold_walk(vectors, fold, 40) == whole
    assert any(whole[1]) and whole[2]


@pytest.mark.parametrize("weights", [None, [1.0, 0.25, 4.0, 0.0], [0.1, 0.7, 0.3, 1.0]])
@pytest.mark.parametrize("own", [0, 2])
@pytest.mark.parametrize("limit", [7, 1000])
@pytest.mark.parametrize("step", [8, 10])  # in tenths, what is just within is rounded
def test_pairs_just_as_far_apart_as_the_limit_are_folded(weights, own, limit, step):
    rng = np.random.default_rng(step)
    vectors, order = rng.integers(0, 4, (90, 4)) / step, np.arange(90)
    fold = Fold(
        distance=3 / step**2,
        weights=None if weights is None else np.array(weights, np.float32),
        pictures=(rng.integers(0, 4, (own, 4)) / step).astype(np.float32) if own else None,
    )
    heads, members, near, visited = fold_walk(vectors, fold, limit)
    ranks, groups, *others = folded_by_definition(vectors, order, order, fold, limit, 1)
    assert [head + 1 for head in heads] == ranks
    assert members == groups and near == others[0] and (limit == 7 or visited == others[1] == 90)
    assert limit == 7 or (any(groups) and bool(near) == bool(own))


def test_thousands_of_equal_pictures_are_one_result_soon():
    vectors = np.tile(make_vectors("random", 1, 16, np.random.default_rng(3)), (5_000, 1))
    question = Question(vectors[:1], 200, fold=Fold(0.0))
    [[ranking]] = [
        each.rankings for each in ExactIndex(vectors, np.arange(5_000)).answer([question])
    ]
    assert ranking.items.tolist() == [0]
    assert ranking.folded[0].tolist() == list(range(1, 3_200))


@pytest.mark.parametrize("first_pass", PASSES)
@pytest.mark.parametrize("fold", [None, Fold(), Fold(distance=0.5)])
@pytest.mark.parametrize("stride", [1, 4])
def test_pages_joined_by_cursors_are_the_one_long_page(first_pass, fold, stride):
    vectors = make_vectors("clustered", 300, 16, np.random.default_rng(4))
    index = ExactIndex(vectors, np.arange(300), version="v7", first_pass=first_pass)
    [whole] = index.answer([Question(vectors[:1], 300, (stride,), fold=fold)])
    items, cursor, pages = [], None, 0
    while pages == 0 or (cursor and pages < 100):
        question = Question(vectors[:1], 7, (stride,), fold=fold, after=cursor)
        [[ranking]] = [answer.rankings for answer in index.answer([question])]
        items += zip(ranking.ranks.tolist(), ranking.items.tolist(), strict=True)
        cursor, pages = ranking.more, pages + 1
    [long] = whole.rankings
    assert items == list(zip(long.ranks.tolist(), long.items.tolist(), strict=True))
    assert pages >= len(items) / 7
    assert long.more is None


def test_a_cursor_that_does_not_fit_is_refused_and_says_why():
    vectors = make_vectors("random", 100, 16, np.random.default_rng(4))
    index = ExactIndex(vectors, np.arange(100), version="v7")
    [answer] = index.answer([Question(vectors[:1], 7)])
    cursor = answer.rankings[0].more

    def ask(after, query=vectors[:1], strides=(1,), mask=None, of=index):
        return of.answer([Question(query, 7, strides, mask, after=after)])

    ask(cursor)
    with pytest.raises(CursorError, match=r"of index 'v7', this is 'v8'"):
        ask(cursor, of=ExactIndex(vectors, np.arange(100), version="v8"))
    with pytest.raises(CursorError, match="stride 1"):
        ask(cursor, strides=(1, 2))
    with pytest.raises(CursorError, match="another question"):
        ask(cursor, query=vectors[1:2])
    with pytest.raises(CursorError, match="another question"):
        ask(cursor, mask=np.zeros(100, bool))
    for nonsense in ("", "x", "!!!", "W10", "bnVsbA", cursor[:-4], "é", cursor + cursor):
        with pytest.raises(CursorError, match="as an earlier answer gave it"):
            ask(nonsense)
    fields = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    for place, value in ((1, 0), (2, -1), (3, 0), (4, 1.5), (4, None), (5, "5"), (0, "v8")):
        forged = json.dumps([*fields[:place], value, *fields[place + 1 :]])
        with pytest.raises(CursorError, match="index 'v8'" if place == 0 else "earlier answer"):
            ask(base64.urlsafe_b64encode(forged.encode()).decode().rstrip("="))


@pytest.mark.parametrize("first_pass", PASSES)
def test_least_similarity_ends_the_ranking_exactly(first_pass):
    rng = np.random.default_rng(9)
    vectors = make_vectors("clustered", 500, 32, rng)
    index = ExactIndex(vectors, np.arange(500), first_pass=first_pass)
    order, scores = oracle(vectors, np.arange(500), vectors[:1], None)
    for place in (0, 3, 39, 40, 41, 200):
        for least in (
            scores[place],
            np.nextafter(scores[place], 2),
            np.nextafter(scores[place], -2),
        ):
            [answer] = index.answer([Question(vectors[:1], 40, (1, 3), least=float(least))])
            enough = int((scores >= least).sum())
            for ranking in answer.rankings:
                expected = np.arange(ranking.stride, enough + 1, ranking.stride)
                assert ranking.items.tolist() == order[expected[:40] - 1].tolist()
                assert (ranking.more is not None) == (len(expected) > 40)
            assert answer.passed == 500


def test_each_question_of_a_batch_keeps_its_own_settings():
    rng = np.random.default_rng(2)
    vectors = make_vectors("duplicates", 900, 32, rng)
    index = ExactIndex(vectors, np.arange(900))
    questions = [
        Question(vectors[:1], 5),
        Question(vectors[1:4], 9, (1, 64)),
        Question(vectors[5:6], 3, mask=rng.random(900) < 0.1),
        Question(vectors[5:6], 3, mask=np.zeros(900, bool)),
        Question(vectors[6:7], 4, least=0.5),
        Question(vectors[7:8], 4, fold=Fold(pictures=vectors[7:8])),
    ]
    together = index.answer(questions)
    for question, answer in zip(questions, together, strict=True):
        [alone] = index.answer([question])
        assert alone.passed == answer.passed
        for one, other in zip(alone.rankings, answer.rankings, strict=True):
            assert one.items.tolist() == other.items.tolist()
            assert one.more == other.more
    assert index.answer([]) == []
