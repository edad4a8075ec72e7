from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.train.conftest import batches_of, learner_of
from train.at_rest import CALM, CHANGED, MIDDLE, PLACED, PLAIN, RECOLOURED, at_rest, dropped
from train.config import TrainConfig
from train.learner import Learner
from train.loader import Batches


@pytest.fixture(scope="module")
def learner(shapes_home: Path) -> Learner:
    return learner_of(shapes_home, TrainConfig().smoke())


@pytest.fixture(scope="module")
def batches(learner: Learner, shapes_home: Path) -> Batches:
    return batches_of(learner, shapes_home)


def test_the_first_view_is_the_picture_as_it_is_searched(batches: Batches) -> None:
    plain, augment = TrainConfig().augment.calmer(0), TrainConfig().augment
    (number, views), (_, again) = (
        batches.views(3, 32, np.random.default_rng(seed), [each])
        for seed, each in ((0, augment), (1, plain))
    )
    assert number == 3 and views.shape == (2, 32, 32, 3)
    np.testing.assert_array_equal(views[0], again[0])


def test_every_picture_has_six_views_by_the_averaged_backbone(
    learner: Learner, batches: Batches
) -> None:
    state = learner.start()
    seen = at_rest(learner, state, batches)
    assert sorted(seen.numbers) == list(range(batches.pictures))
    assert seen.features.shape == (6, len(seen), learner.config.backbone.outputs)
    canvas = batches.views(int(seen.numbers[5]), 32, np.random.default_rng(0), [])[1]
    expected = np.asarray(learner.features(state, canvas))[0]
    np.testing.assert_allclose(seen.features[PLAIN, 5], expected, atol=0.05)
    for one, other in (
        (PLAIN, CALM),
        (CALM, CHANGED),
        (CHANGED, RECOLOURED),
        (RECOLOURED, PLACED),
        (PLACED, MIDDLE),
    ):
        assert not np.array_equal(seen.features[one], seen.features[other])
    again = at_rest(learner, state, batches)
    np.testing.assert_array_equal(seen.features, again.features)


def test_dropped_features_are_zero_and_the_others_make_up_for_them() -> None:
    features = jnp.ones((200, 50))
    out = np.asarray(dropped(features, 0.25, jax.random.key(0)))
    assert set(np.unique(out)) == {np.float32(0), np.float32(1 / 0.75)}
    assert abs((out == 0).mean() - 0.25) < 0.02
    np.testing.assert_array_equal(dropped(features, 0.0, jax.random.key(0)), features)


def test_no_more_pictures_rest_than_the_polish_could_see(
    learner: Learner, batches: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("train.at_rest.BATCH", 4)
    seen = at_rest(learner, learner.start(), batches)
    assert len(seen) == 4 * learner.config.polish < batches.pictures
    assert len(set(seen.numbers)) == len(seen)
