import dataclasses
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from model.backbone import (
    BLOCKS,
    BackboneConfig,
    Branches,
    standardised,
    xla_convolve,
)
from model.embedder import Embedder
from model.facets import Facet
from model.network import Network

SMALL = BackboneConfig(canvas=32, widths=(8, 16), blocks=(1, 1))
DIMS = {"kind": 6, "price": 4}


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(SMALL, DIMS, rngs=nnx.Rngs(0))


@pytest.fixture(scope="module")
def canvases() -> jax.Array:
    return jnp.asarray(np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8))


def test_every_facet_has_unit_length(network: Network, canvases: jax.Array) -> None:
    vectors, out = network(canvases), network.facets(network.backbone(canvases))
    assert vectors.shape == (3, 10)
    for name, dim in DIMS.items():
        assert out[name].shape == (3, dim)
        np.testing.assert_allclose(jnp.linalg.norm(out[name], axis=1), 1, atol=1e-5)


def test_a_picture_does_not_depend_on_its_batch(network: Network, canvases: jax.Array) -> None:
    alone = network(canvases[1:2])
    together = network(canvases)
    np.testing.assert_allclose(alone[0], together[1], atol=1e-5)


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("patch", [2, 4])
def test_fusing_changes_nothing(block: str, patch: int, canvases: jax.Array) -> None:
    config = dataclasses.replace(SMALL, block=block, patch=patch)
    network = Network(config, DIMS, rngs=nnx.Rngs(0))
    fused = nnx.clone(network)
    fused.fuse()
    np.testing.assert_allclose(network(canvases), fused(canvases), atol=1e-5)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_version_of_every_kind_of_block_loads_as_it_was_saved(
    block: str, canvases: jax.Array, tmp_path: Path
) -> None:
    facets = tuple(Facet(name, dim, name, 1.0) for name, dim in DIMS.items())
    backbone = dataclasses.replace(SMALL, block=block, patch=4)
    embedder = Embedder.untrained(backbone=backbone, facets=facets)
    embedder.save(tmp_path / "version")
    loaded = Embedder.load(tmp_path / "version")
    pictures = np.asarray(canvases)
    np.testing.assert_array_equal(loaded.embed(pictures), embedder.embed(pictures))


@pytest.mark.parametrize(("inputs", "stride"), [(5, 1), (4, 1), (5, 2)])
def test_branches_are_the_sum_of_three_convolutions(inputs: int, stride: int) -> None:
    branches = Branches(inputs, 5, stride, rngs=nnx.Rngs(0))
    x = jax.random.normal(jax.random.key(1), (2, 6, 6, inputs))
    three = standardised(branches.kernel[...], branches.gain[...])
    one = standardised(branches.point[...], branches.point_gain[...])
    # The 1 x 1 kernel sees the place in the middle of what the 3 x 3 kernel sees.
    middle = x if stride == 1 else x[:, 1::2, 1::2]
    expected = xla_convolve(x, three, stride) + xla_convolve(middle, one, 1)
    if branches.straight is not None:
        expected += x * branches.straight[...]
    assert (branches.straight is not None) == (inputs == 5 and stride == 1)
    np.testing.assert_allclose(branches(x), expected, atol=1e-5)
    count = len(jax.tree.leaves(nnx.state(branches)))
    branches.fuse()
    np.testing.assert_allclose(branches(x), expected, atol=1e-5)
    assert len(jax.tree.leaves(nnx.state(branches))) == 3 < count


def test_an_inverted_bottleneck_is_wide_inside() -> None:
    config = dataclasses.replace(SMALL, block="inverted")
    last = Network(config, DIMS, rngs=nnx.Rngs(0)).backbone.blocks[-1]
    assert last.first.kernel[...].shape == (3, 3, 8, 64)
    assert last.second.kernel[...].shape == (1, 1, 64, 16)


@pytest.mark.parametrize("block", BLOCKS)
def test_signal_keeps_its_size_through_a_deep_network(block: str) -> None:
    deep = Network(
        BackboneConfig(canvas=32, widths=(32, 64), blocks=(6, 6), block=block),
        DIMS,
        rngs=nnx.Rngs(0),
    )
    for each in deep.backbone.blocks:
        if hasattr(each, "skip_gain"):
            each.skip_gain[...] = jnp.ones(())
    x = jax.random.normal(jax.random.key(0), (4, 16, 16, 32))
    for block in deep.backbone.blocks:
        x = block(x)
        assert 0.3 < float(x.std()) < 3


def test_impossible_configs_are_refused() -> None:
    with pytest.raises(ValueError, match="as many widths as blocks"):
        BackboneConfig(widths=(8, 16), blocks=(1,))
    with pytest.raises(ValueError, match="multiple"):
        BackboneConfig(canvas=20, widths=(8, 16, 32), blocks=(1, 1, 1))
    with pytest.raises(ValueError, match="multiple of 16"):
        BackboneConfig(canvas=40, widths=(8, 16, 32), blocks=(1, 1, 1), patch=4)
    for side in (7, 12):
        with pytest.raises(ValueError, match="even number of edge cells"):
            dataclasses.replace(SMALL, edges=side)
    with pytest.raises(ValueError, match="there are residual, inverted, branches"):
        BackboneConfig(block="depthwise")


def test_a_hidden_layer_is_optional_and_shared(canvases: jax.Array) -> None:
    config = dataclasses.replace(SMALL, hidden=12, direct=("price",))
    network = Network(config, DIMS, rngs=nnx.Rngs(0))
    assert network(canvases).shape == (3, 10)
    assert network.hidden is not None and network.hidden.kernel.shape == (SMALL.features, 12)
    shapes = {name: head.kernel.shape for name, head in network.heads.items()}
    assert shapes == {"kind": (12, 6), "price": (SMALL.features, 4)}
    assert Network(SMALL, DIMS, rngs=nnx.Rngs(0)).hidden is None


def test_an_edged_facet_is_read_from_the_edges_alone(canvases: jax.Array) -> None:
    config = dataclasses.replace(SMALL, edges=8, edged=("outline",), hidden=12, direct=("price",))
    network = Network(config, {**DIMS, "outline": 5}, rngs=nnx.Rngs(0))
    assert network.heads["outline"].kernel.shape == (32, 5)
    assert network.heads["price"].kernel.shape == (SMALL.features, 4)
    features = network.backbone(canvases)
    assert features.shape == (3, config.outputs) == (3, SMALL.features + 32)
    before = network.facets(features)
    other = network.facets(features.at[:, : config.features].add(1.0))
    np.testing.assert_array_equal(before["outline"], other["outline"])
    assert np.abs(before["kind"] - other["kind"]).max() > 1e-3
    other = network.facets(features.at[:, config.features :].multiply(-1.0))
    np.testing.assert_array_equal(before["kind"], other["kind"])
    np.testing.assert_allclose(before["outline"], -other["outline"], atol=1e-6)
