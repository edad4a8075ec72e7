import dataclasses
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.train.conftest import batches_of, learner_of
from train.agreement import polish_agreement
from train.at_rest import CHANGED, MIDDLE, PLACED, RECOLOURED, AtRest, at_rest
from train.config import TrainConfig
from train.learner import Learner, State
from train.loader import Batches
from train.polish import fewer_words, polish, polish_labels


@pytest.fixture(scope="module")
def learner(shapes_home: Path) -> Learner:
    return learner_of(shapes_home, dataclasses.replace(TrainConfig().smoke(), polish=8))


@pytest.fixture(scope="module")
def batches(learner: Learner, shapes_home: Path) -> Batches:
    return batches_of(learner, shapes_home)


@pytest.fixture(scope="module")
def polished(learner: Learner, batches: Batches) -> State:
    return polish(learner, learner.start(), batches)


@pytest.fixture(scope="module")
def seen(learner: Learner, batches: Batches) -> AtRest:
    return at_rest(learner, learner.start(), batches)


def changed(before: State, after: State) -> set[str]:
    """The parts of the averaged weights that are not the same."""
    flat, _ = jax.tree_util.tree_flatten_with_path(before["average"])
    parts = set()
    for (path, old), new in zip(flat, jax.tree.leaves(after["average"]), strict=True):
        if not np.array_equal(old, new):
            parts.add(jax.tree_util.keystr(path[:2], simple=True, separator="/"))
    return parts


def test_the_backbone_stays_as_it_is(learner: Learner, polished: State) -> None:
    parts = changed(learner.start(), polished)
    assert "network/heads" in parts and "network/prototypes" in parts and "text/heads" in parts
    assert not any(part.startswith(("network/backbone", "auxiliary")) for part in parts)
    assert all(bool(np.isfinite(leaf).all()) for leaf in jax.tree.leaves(polished["average"]))


def test_the_same_seed_polishes_the_same(
    learner: Learner, batches: Batches, polished: State
) -> None:
    assert changed(polished, polish(learner, learner.start(), batches)) == set()


def test_the_labels_are_told_better_and_look_stays(
    learner: Learner, batches: Batches, seen: AtRest
) -> None:
    start = polish_agreement(learner, learner.start(), batches, seen)
    ended = polish_labels(learner, start, batches, seen)
    batch = batches.labels_of(seen.numbers) | {"recoloured": np.zeros(0, bool)}
    batch = {name: jnp.asarray(values) for name, values in batch.items()}

    def judged(state: State) -> tuple[float, np.ndarray]:
        pupil = learner.pupil(state)
        out = pupil.network.facets(jnp.asarray(seen.features[0], jnp.float32))
        losses = learner.label_losses(pupil, out, None, batch, jnp.arange(len(seen)))
        return float(losses["kind"]), np.asarray(out["look"])

    (loss, look), (later, kept) = judged(start), judged(ended)
    assert later < loss
    np.testing.assert_array_equal(look, kept)


def test_labels_are_learned_from_products_in_places_too(
    learner: Learner, batches: Batches, seen: AtRest
) -> None:
    def polished_without(*views: int) -> State:
        features = seen.features.copy()
        features[list(views)] = 0
        return polish_labels(learner, learner.start(), batches, AtRest(seen.numbers, features))

    usual = polished_without()
    assert "network/heads" in changed(usual, polished_without(PLACED))
    assert "network/heads" in changed(usual, polished_without(MIDDLE))
    assert changed(usual, polished_without(CHANGED, RECOLOURED)) == set()


def test_half_of_the_texts_lose_words_and_none_all() -> None:
    tokens = jnp.asarray(np.random.default_rng(0).integers(1, 99, (1000, 6)).astype(np.int32))
    tokens = tokens.at[:, 4:].set(0)
    left = np.asarray(fewer_words(tokens, jax.random.key(0)))
    assert set(np.unique(left[left != np.asarray(tokens)])) == {0}
    assert (left > 0).any(axis=1).all()
    whole = (left == np.asarray(tokens)).all(axis=1).mean()
    assert 0.5 < whole < 0.75  # those that may lose words, and lose none, among them
    assert ((left > 0).sum(axis=1) == 1).any()


def test_a_text_of_one_word_keeps_it() -> None:
    tokens = jnp.zeros((50, 4), jnp.int32).at[:, 0].set(7)
    np.testing.assert_array_equal(fewer_words(tokens, jax.random.key(1)), tokens)
