"""The items of the start page stand for different parts of the catalogue."""

from __future__ import annotations

import numpy as np

from server.search import clusters
from server.search.clusters import representative_items


def test_each_of_well_apart_groups_is_shown_once_the_largest_first():
    rng = np.random.default_rng(0)
    centres = np.eye(8, dtype=np.float32)[:5] * 10
    group = np.repeat(np.arange(5), [50, 40, 30, 20, 10])
    vectors = (centres[group] + rng.normal(size=(150, 8)) * 0.1).astype(np.float32)
    chosen = representative_items(vectors, clusters=5)
    assert group[chosen].tolist() == [0, 1, 2, 3, 4]
    for number, item in enumerate(chosen):
        members = np.flatnonzero(group == number)
        middle = vectors[members].mean(axis=0)
        distances = np.linalg.norm(vectors[members] - middle, axis=1)
        assert item == members[distances.argmin()]


def test_the_same_seed_gives_the_same_items_and_another_may_not():
    vectors = np.random.default_rng(1).normal(size=(300, 16)).astype(np.float32)
    first = representative_items(vectors, seed=1)
    np.testing.assert_array_equal(first, representative_items(vectors, seed=1))
    assert len(set(first.tolist())) == len(first) == 24
    assert first.tolist() != representative_items(vectors, seed=2).tolist()


def test_fewer_items_than_clusters_and_equal_items():
    assert representative_items(np.eye(3, dtype=np.float32)).size == 3
    assert representative_items(np.ones((50, 4), np.float32)).size == 1
    assert representative_items(np.ones((1, 4), np.float32)).tolist() == [0]


def test_of_very_many_items_a_part_is_looked_at(monkeypatch):
    monkeypatch.setattr(clusters, "_SAMPLE", 40)
    vectors = np.random.default_rng(2).normal(size=(100, 4)).astype(np.float32)
    seen, seeds = [], clusters._seeds
    monkeypatch.setattr(clusters, "_seeds", lambda s, *more: seen.append(len(s)) or seeds(s, *more))
    chosen = representative_items(vectors, clusters=6)
    assert seen == [40] and len(set(chosen.tolist())) == 6
    assert chosen.max() >= 40  # not of the first forty alone
