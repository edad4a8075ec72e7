"""The polish of look: pairs of views, in large batches."""

import dataclasses
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from model.layers import unit
from tests.train.conftest import batches_of, learner_of
from train.agreement import labels_together, mates, polish_agreement
from train.at_rest import CHANGED, PLAIN, AtRest, at_rest
from train.config import TrainConfig
from train.learner import Learner, State
from train.loader import Batches


@pytest.fixture(scope="module")
def learner(shapes_home: Path) -> Learner:
    return learner_of(shapes_home, dataclasses.replace(TrainConfig().smoke(), polish=120))


@pytest.fixture(scope="module")
def batches(learner: Learner, shapes_home: Path) -> Batches:
    return batches_of(learner, shapes_home)


@pytest.fixture(scope="module")
def seen(learner: Learner, batches: Batches) -> AtRest:
    return at_rest(learner, learner.start(), batches)


@pytest.fixture(scope="module")
def sharpened(learner: Learner, batches: Batches, seen: AtRest) -> State:
    return polish_agreement(learner, learner.start(), batches, seen)


def facets(learner: Learner, state: State, seen: AtRest, view: int) -> dict[str, np.ndarray]:
    out = learner.pupil(state).network.facets(jnp.asarray(seen.features[view], jnp.float32))
    return {name: np.asarray(vectors) for name, vectors in out.items()}


def test_views_find_their_picture_better_and_other_facets_stay(
    learner: Learner, seen: AtRest, sharpened: State
) -> None:
    def found(state: State) -> float:
        plain, changed = (facets(learner, state, seen, view)["look"] for view in (PLAIN, CHANGED))
        return float(np.mean((changed @ plain.T).argmax(axis=1) == np.arange(len(seen))))

    before, after = found(learner.start()), found(sharpened)
    assert after > before + 0.02, (before, after)
    was, became = (facets(learner, s, seen, PLAIN) for s in (learner.start(), sharpened))
    for name in set(was) - {"look"}:
        np.testing.assert_array_equal(was[name], became[name])


def test_no_direction_says_much_more_than_the_others(
    learner: Learner, seen: AtRest, sharpened: State
) -> None:
    def unevenness(state: State) -> float:
        look = facets(learner, state, seen, PLAIN)["look"]
        squares = np.linalg.eigvalsh(look.T @ look)
        return float(squares[-1] / squares.mean())

    assert unevenness(sharpened) < 0.8 * unevenness(learner.start())


def test_words_are_spread_as_the_pictures_are(
    learner: Learner, batches: Batches, seen: AtRest, monkeypatch: pytest.MonkeyPatch
) -> None:
    spread = np.random.default_rng(0).normal(size=(80, 80)).astype(np.float32)
    monkeypatch.setattr("train.agreement.whitening_within", lambda rows, classes: spread)
    state = learner.start()
    after = polish_agreement(learner, state, batches, seen)
    words = [learner.pupil(s).text for s in (state, after)]
    assert words[0] is not None and words[1] is not None
    kernels = [np.asarray(each.heads["look"].kernel[...]) for each in words]
    np.testing.assert_allclose(kernels[1], kernels[0] @ spread, atol=1e-4)


def test_the_same_seed_gives_the_same(
    learner: Learner, batches: Batches, seen: AtRest, sharpened: State
) -> None:
    again = polish_agreement(learner, learner.start(), batches, seen)
    one, other = (facets(learner, state, seen, PLAIN)["look"] for state in (sharpened, again))
    np.testing.assert_array_equal(one, other)


def test_a_mate_is_of_the_style_or_the_picture_itself() -> None:
    style = np.array([3, -1, 0, 3, 3, -1, 7], np.int32)
    drawn = np.stack([mates(style, np.arange(7), np.random.default_rng(s)) for s in range(60)])
    assert set(drawn[:, 0]) == {0, 3, 4}
    assert (drawn[:, 1] == 1).all() and (drawn[:, 5] == 5).all() and (drawn[:, 6] == 6).all()


def test_pictures_are_together_that_have_all_labels_alike(
    learner: Learner, batches: Batches, seen: AtRest, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = batches.labels_of(seen.numbers)
    columns = [f.column for f in learner.config.facets if f.column and f.column in batch]
    assert "category" in columns and "price" not in columns
    for column in columns:
        batch[column] = np.resize(np.array([0, 0, 1, -1, -1], np.int32), len(seen))
    batch["category"] = np.resize(np.array([2, 2, 2, 2, -1], np.int32), len(seen))
    monkeypatch.setattr(Batches, "labels_of", lambda self, numbers: batch)
    classes = labels_together(learner, batches, seen)[:5]
    assert classes[0] == classes[1] and classes[4] == -1
    assert len({int(c) for c in classes[1:]}) == 4


def test_without_labels_no_pictures_are_together(
    learner: Learner, batches: Batches, seen: AtRest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Batches, "labels_of", lambda self, numbers: {})
    assert (labels_together(learner, batches, seen) == -1).all()


def test_inputs_are_what_the_heads_read(learner: Learner, seen: AtRest) -> None:
    network = learner.pupil(learner.start()).network
    features = jnp.asarray(seen.features[PLAIN], jnp.float32)
    inputs, out = network.inputs(features), network.facets(features)
    for name, head in network.heads.items():
        np.testing.assert_allclose(out[name], unit(inputs[name] @ head.kernel[...]), atol=1e-6)
