import dataclasses

import numpy as np
import pytest

from train.labels import Labels
from train.sampler import BatchShape, Sampler

SHAPE = BatchShape(uniform=5, categories=4, each=3, paired=1)


def labels(category: list[int]) -> Labels:
    n = len(category)
    codes = np.array(category, np.int32)
    return Labels(
        {"category": codes},
        {"category": tuple(str(c) for c in range(codes.max() + 1))},
        np.zeros(n, np.int32),
        ("shop",),
        np.zeros(n, np.float32),
        np.arange(n),
        np.arange(n, dtype=np.int32),
        np.full(n, -1, np.int32),
        (),
    )


def test_a_batch_depends_on_seed_and_step_alone() -> None:
    many = labels([i % 7 for i in range(100)])
    first, again = Sampler(many, SHAPE, 3), Sampler(many, SHAPE, 3)
    np.testing.assert_array_equal(first.batch(9), again.batch(9))
    assert (first.batch(9) != first.batch(10)).any()
    assert (first.batch(9) != Sampler(many, SHAPE, 4).batch(9)).any()


def test_categories_come_in_groups_of_distinct_pictures() -> None:
    many = labels([i % 7 for i in range(100)])
    batch = Sampler(many, SHAPE, 0).batch(0)
    assert len(batch) == SHAPE.pictures == 17
    assert SHAPE.twins == 9
    groups = np.concatenate([batch[5:9].reshape(4, 1), batch[9:].reshape(4, 2)], axis=1)
    categories = many.codes["category"][groups]
    assert (categories == categories[:, :1]).all()
    assert len(set(categories[:, 0].tolist())) == 4
    assert all(len(set(group)) == 3 for group in groups.tolist())


def test_small_and_odd_catalogues_still_fill_a_batch() -> None:
    for category in ([0, 0, 1], [-1, -1, -1], [0, 1, 2], [0] * 50):
        odd = labels([max(c, -1) for c in category])
        batch = Sampler(odd, SHAPE, 0).batch(0)
        assert len(batch) == SHAPE.pictures
        assert batch.min() >= 0 and batch.max() < len(category)


def test_rare_categories_are_drawn_more_often_than_their_share() -> None:
    many = labels([0] * 400 + [1] * 4 + [2] * 400 + [3] * 400 + [4] * 400)
    sampler = Sampler(many, BatchShape(uniform=0, categories=1, each=2, paired=0), 0)
    drawn = [int(many.codes["category"][sampler.batch(step)[0]]) for step in range(1000)]
    assert 0.005 * 1000 < drawn.count(1) < 0.08 * 1000


def test_styles_meet_in_a_batch() -> None:
    n = 60
    plain = labels([i % 3 for i in range(n)])
    styled = dataclasses.replace(plain, group=(np.arange(n) // 6).astype(np.int32))
    shape = BatchShape(uniform=2, categories=2, each=5, paired=2)
    for step in range(20):
        batch = Sampler(styled, shape, 0).batch(step)
        paired, rest = batch[2:6].reshape(2, 2), batch[6:].reshape(2, 3)
        for pair, others in zip(paired, rest, strict=True):
            wanted = styled.group[pair][::-1]
            assert (styled.group[others[1:]] == wanted).all()
            assert not set(pair.tolist()) & set(others[1:].tolist()) or len(set(wanted)) == 1


def test_every_category_of_two_pictures_is_drawn_and_none_of_one() -> None:
    many = labels([0, 0, 1, 1, 1, 2, 3, 3, 3, 3, -1])
    shape = BatchShape(uniform=0, categories=3, each=3, paired=1)
    for step in range(20):
        batch = Sampler(many, shape, 0).batch(step)
        drawn = many.codes["category"][batch[:3]]  # three categories: all there are
        assert sorted(drawn.tolist()) == [0, 1, 3]
        ones = batch[np.flatnonzero(many.codes["category"][batch] == 1)]
        assert sorted(ones.tolist()) == [2, 3, 4]  # as many as are wanted: none twice


def test_a_batch_as_large_as_the_catalogue_has_every_picture_once() -> None:
    shape = BatchShape(uniform=6, categories=1, each=2, paired=0)
    batch = Sampler(labels([0, 0, 1, 1, 2, 2]), shape, 0).batch(0)
    assert sorted(batch[:6].tolist()) == list(range(6))


def test_a_shape_counts_its_views_and_refuses_more_pairs_than_there_are() -> None:
    assert (SHAPE.twins, SHAPE.pictures, SHAPE.views) == (9, 17, 26)
    for paired in (-1, 4):
        with pytest.raises(ValueError, match=f"expected paired within 0 and 3, got {paired}"):
            dataclasses.replace(SHAPE, paired=paired)
    assert dataclasses.replace(SHAPE, paired=3).twins == 5 + 12
