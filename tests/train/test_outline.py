import dataclasses
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from model.shallow import edges
from tests.train.conftest import batches_of, learner_of
from train.config import EDGES, FacetConfig, TrainConfig
from train.dataset import open_dataset
from train.labels import read_labels
from train.learner import Learner, State, fit_to
from train.loader import Batches
from train.outline import edges_of, with_outline
from train.whitening import half_whitening

CONFIG = dataclasses.replace(TrainConfig().smoke(), text=None, auxiliary=())


@pytest.fixture(scope="module")
def learner(shapes_home: Path) -> Learner:
    return learner_of(shapes_home, CONFIG)


@pytest.fixture(scope="module")
def batches(learner: Learner, shapes_home: Path) -> Batches:
    return batches_of(learner, shapes_home)


@pytest.fixture(scope="module")
def fitted(learner: Learner, batches: Batches) -> State:
    return with_outline(learner, learner.start(), batches)


def outlines(learner: Learner, state: State, canvases: np.ndarray) -> np.ndarray:
    features = learner.features(state, canvases)
    return np.asarray(learner.pupil(state).network.facets(features)["outline"])


def test_the_head_is_fitted_to_the_pictures(
    learner: Learner, batches: Batches, fitted: State
) -> None:
    backbone = learner.config.backbone
    seen = edges_of(batches, backbone.canvas, backbone.edges, learner.config.seed)
    assert seen.shape == (batches.pictures, backbone.edges**2 // 2)
    kernel = half_whitening(seen, dict(dims(learner.config))["outline"])
    for kind in ("weights", "average"):
        state = {**fitted, "average": fitted[kind]}
        np.testing.assert_array_equal(
            learner.pupil(state).network.heads["outline"].kernel[...], kernel
        )
    again = with_outline(learner, learner.start(), batches)
    assert jax.tree.all(jax.tree.map(np.array_equal, fitted["average"], again["average"]))


def test_learning_leaves_it_as_it_is(learner: Learner, batches: Batches, fitted: State) -> None:
    canvases = batches[0]["canvases"]
    before = outlines(learner, fitted, canvases)
    state = jax.tree.map(jnp.copy, fitted)
    for step in range(3):
        state, metrics = learner.advance(state, batches[step])
    assert "outline" not in metrics and np.isfinite(float(metrics["loss"]))
    np.testing.assert_allclose(outlines(learner, state, canvases), before, atol=1e-5)
    mirrored = outlines(learner, state, canvases[:, :, ::-1])
    np.testing.assert_allclose(mirrored, before, atol=1e-3)


def test_a_config_without_edges_has_no_outline(shapes_home: Path, batches: Batches) -> None:
    labels = read_labels(open_dataset(shapes_home, "train"))
    plain = dataclasses.replace(
        CONFIG,
        facets=tuple(facet for facet in CONFIG.facets if facet.column != EDGES),
        backbone=dataclasses.replace(CONFIG.backbone, edges=0),
    )
    learner = Learner(fit_to(plain, labels), labels)
    state = learner.start()
    assert with_outline(learner, state, batches) is state


def test_facets_of_edges_and_the_backbone_must_agree() -> None:
    with pytest.raises(ValueError, match=r"outline.*column 'edges'"):
        dataclasses.replace(CONFIG, backbone=dataclasses.replace(CONFIG.backbone, edges=0))
    with pytest.raises(ValueError, match=r"kind.*edged, which are"):
        dataclasses.replace(CONFIG, facets=(FacetConfig("kind", 4, "what it is", EDGES),))
    with pytest.raises(ValueError, match=r"outline.*column"):
        dataclasses.replace(CONFIG, facets=(FacetConfig("outline", 4, "", "category"),))


def dims(config: TrainConfig) -> list[tuple[str, int]]:
    return [(facet.name, facet.dim) for facet in config.facets]


def test_edges_of_a_batch_are_those_of_the_network(learner: Learner, batches: Batches) -> None:
    canvases = batches[0]["canvases"]
    backbone = learner.config.backbone
    features = learner.features(learner.start(), canvases)[:, backbone.features :]
    pixels = jnp.asarray(canvases, jnp.float32) / 127.5 - 1.0
    np.testing.assert_allclose(features, edges(pixels, backbone.edges), atol=1e-6)
