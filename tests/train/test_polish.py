import dataclasses
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from train.config import TrainConfig
from train.dataset import open_dataset
from train.labels import read_labels
from train.learner import Learner, State, fit_to
from train.loader import Batches
from train.polish import polish


@pytest.fixture(scope="module")
def learner(shapes_home: Path) -> Learner:
    labels = read_labels(open_dataset(shapes_home, "train"))
    return Learner(fit_to(dataclasses.replace(TrainConfig().smoke(), polish=8), labels), labels)


@pytest.fixture(scope="module")
def batches(learner: Learner, shapes_home: Path) -> Batches:
    records = open_dataset(shapes_home, "train")
    return Batches.of(learner.config, records, read_labels(records))


@pytest.fixture(scope="module")
def polished(learner: Learner, batches: Batches) -> State:
    return polish(learner, learner.start(), batches)


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
    learner: Learner, batches: Batches, polished: State
) -> None:
    views = [
        batches.two_views(n, 32, np.random.default_rng(n), learner.config.augment)
        for n in range(batches.pictures)
    ]
    numbers = np.array([number for number, _ in views])
    canvases = np.stack([pair[0] for _, pair in views])
    batch = batches.labels_of(numbers) | {"recoloured": np.zeros(0, bool)}
    batch = {name: jnp.asarray(values) for name, values in batch.items()}

    def judged(state: State) -> tuple[float, np.ndarray]:
        pupil = learner.pupil(state)
        out = pupil.network.facets(learner.features(state, canvases))
        rows = jnp.arange(len(numbers))
        losses = learner.label_losses(pupil, out, None, batch, rows)
        return float(losses["kind"]), np.asarray(out["look"])

    (loss, look), (later, kept) = judged(learner.start()), judged(polished)
    assert later < loss
    assert (look * kept).sum(axis=1).mean() > 0.9


def test_the_first_view_is_the_picture_as_it_is_searched(batches: Batches) -> None:
    plain, augment = TrainConfig().augment.calmer(0), TrainConfig().augment
    (number, views), (_, again) = (
        batches.two_views(3, 32, np.random.default_rng(seed), each)
        for seed, each in ((0, augment), (1, plain))
    )
    assert number == 3 and views.shape == (2, 32, 32, 3)
    np.testing.assert_array_equal(views[0], again[0])
