"""Facets that settle on classes, against a slow reference."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from model import RELEASED
from model.backbone import BackboneConfig
from model.embedder import Embedder
from model.network import Network
from model.prototypes import TEMPERATURE, Posterior, expected_prototype, settled
from model.version import load_version

SMALL = BackboneConfig(canvas=32, widths=(8, 16), blocks=(0, 1))


def reference(vectors: np.ndarray, prototypes: np.ndarray) -> np.ndarray:
    """One row and one class at a time, in float64."""
    out = np.zeros_like(vectors, np.float64)
    directions = [p / np.linalg.norm(p) for p in prototypes.astype(np.float64)]
    for row, vector in enumerate(vectors.astype(np.float64)):
        cosines = [vector @ direction for direction in directions]
        weights = [np.exp((cosine - max(cosines)) / TEMPERATURE) for cosine in cosines]
        for weight, direction in zip(weights, directions, strict=True):
            out[row] += weight / sum(weights) * direction
        out[row] /= np.linalg.norm(out[row])
    return out


@pytest.mark.parametrize(("classes", "dim"), [(1, 3), (2, 8), (6, 8), (40, 8)])
def test_it_is_the_mean_of_the_prototypes_by_their_softmax(classes: int, dim: int) -> None:
    rng = np.random.default_rng(classes)
    vectors = rng.normal(size=(50, dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    prototypes = rng.normal(size=(classes, dim)).astype(np.float32) * 3
    out = np.asarray(expected_prototype(jnp.asarray(vectors), jnp.asarray(prototypes)))
    np.testing.assert_allclose(out, reference(vectors, prototypes), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(out, axis=1), 1, atol=1e-5)


def test_the_sure_are_alike_and_the_doubtful_lie_between() -> None:
    prototypes = jnp.eye(3, 5)
    sure = [[0.9, 0.0, 0.0, 0.43, 0.0], [0.9, 0.0, 0.0, 0.0, -0.43]]  # alike in the class alone
    doubtful = [[0.7, 0.7, 0.0, 0.1, 0.0]]
    vectors = np.asarray(expected_prototype(jnp.asarray(sure + doubtful), prototypes))
    assert sure[0][0] * sure[1][0] < 0.82
    assert vectors[0] @ vectors[1] > 0.9999
    np.testing.assert_allclose(vectors[2], [0.5**0.5, 0.5**0.5, 0, 0, 0], atol=1e-5)


def test_facets_settle_by_their_share() -> None:
    facets = {"kind": jnp.eye(4)[:2], "brand": jnp.eye(4)[:2], "look": jnp.eye(4)[2:]}
    prototypes = dict.fromkeys(("kind", "brand"), jnp.eye(4)[3:] * 2)
    posteriors = (Posterior("kind", 1, 0.25), Posterior("brand", 1, 1.0))
    out = settled(facets, prototypes, {}, posteriors)
    part = np.array([[3, 0, 0, 1], [0, 3, 0, 1]]) / 10**0.5
    np.testing.assert_allclose(out["kind"], part, atol=1e-6)
    np.testing.assert_allclose(out["brand"], np.eye(4)[[3, 3]], atol=1e-6)
    np.testing.assert_array_equal(out["look"], facets["look"])


def test_a_network_settles_what_its_config_names() -> None:
    config = dataclasses.replace(SMALL, posterior=(Posterior("brand", 2, 1.0),))
    dims = {"kind": 6, "brand": 5}
    network = Network(config, dims, rngs=nnx.Rngs(0))
    canvases = jax.random.randint(jax.random.key(0), (4, 32, 32, 3), 0, 255).astype(jnp.uint8)
    before, out = network.facets(network.backbone(canvases)), network(canvases)
    np.testing.assert_array_equal(out[:, :6], before["kind"])
    prototypes = network.prototypes["brand"][...]
    assert prototypes.shape == (2, 5)
    expected = expected_prototype(before["brand"], prototypes)
    np.testing.assert_allclose(out[:, 6:], expected, atol=1e-6)
    assert not len(Network(SMALL, dims, rngs=nnx.Rngs(0)).prototypes)


@pytest.mark.parametrize(("classes", "width", "dim"), [(3, 7, 5), (60, 40, 24)])
def test_a_wide_head_settles_on_the_codes_of_its_classes(
    classes: int, width: int, dim: int
) -> None:
    config = dataclasses.replace(SMALL, posterior=(Posterior("brand", classes, 1.0, width),))
    network = Network(config, {"kind": 6, "brand": dim}, rngs=nnx.Rngs(0))
    canvases = jax.random.randint(jax.random.key(0), (4, 32, 32, 3), 0, 255).astype(jnp.uint8)
    vectors = np.asarray(network.facets(network.backbone(canvases))["brand"], np.float64)
    assert vectors.shape == (4, width)
    prototypes, codes = (
        np.asarray(of["brand"][...], np.float64) for of in (network.prototypes, network.codes)
    )
    assert prototypes.shape == (classes, width) and codes.shape == (classes, dim)
    cosines = vectors @ (prototypes / np.linalg.norm(prototypes, axis=1, keepdims=True)).T
    shares = np.exp(cosines / TEMPERATURE) / np.exp(cosines / TEMPERATURE).sum(1, keepdims=True)
    expected = shares @ (codes / np.linalg.norm(codes, axis=1, keepdims=True))
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(network(canvases)[:, 6:], expected, atol=1e-5)
    assert set(network.codes) == {"brand"}


def test_codes_of_few_dimensions_keep_the_sure_apart_and_the_doubtful_together() -> None:
    config = dataclasses.replace(SMALL, posterior=(Posterior("brand", 400, 1.0, 400),))
    network = Network(config, {"brand": 24}, rngs=nnx.Rngs(0))
    network.prototypes["brand"][...] = jnp.eye(400)
    half = 0.5**0.5
    sure, doubtful = np.eye(400)[:40], (np.eye(400)[:40] + np.eye(400)[40:80]) * half
    facets = network.settled({"brand": jnp.asarray(np.concatenate([sure, doubtful]))})["brand"]
    cosines = np.asarray(facets @ facets.T)
    of_sure = cosines[:40, :40] - np.eye(40)
    assert of_sure.max() < 0.8 and np.abs(of_sure).mean() < 0.25
    between = np.diagonal(cosines[:40, 40:])
    assert between.mean() == pytest.approx(half, abs=0.1) and between.max() < 0.95


@pytest.mark.parametrize(("share", "width"), [(0.7, 8), (1.0, -1)])
def test_impossible_widths_are_refused(share: float, width: int) -> None:
    with pytest.raises(ValueError, match="facet brand: expected a width of 0 or more"):
        Posterior("brand", 3, share, width)


@pytest.mark.parametrize(("classes", "share"), [(0, 1.0), (3, 0.0), (3, 1.1), (3, float("nan"))])
def test_impossible_posteriors_are_refused(classes: int, share: float) -> None:
    with pytest.raises(ValueError, match="facet kind: expected a class or more"):
        Posterior("kind", classes, share)


def test_released_words_settle_where_pictures_do() -> None:
    version, embedder = load_version(RELEASED), Embedder.load(RELEASED)
    shares = {each.name: each.share for each in version.backbone.posterior}
    assert shares == {"kind": 0.45, "wearer": 0.6, "brand": 1.0}
    part = embedder.layout.slices["brand"]
    codes = version.tensors["codes.brand"]
    codes /= np.linalg.norm(codes, axis=1, keepdims=True)
    told = embedder.embed_texts(["Puma men shoes", "Puma women bag", "Nike men shoes"])[:, part]
    assert (told @ codes.T).max(axis=1).min() > 0.95
    assert told[0] @ told[1] > 0.9 > 0.8 > told[0] @ told[2]
