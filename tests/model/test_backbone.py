import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from model.backbone import BackboneConfig, Network

SMALL = BackboneConfig(canvas=32, widths=(8, 16), blocks=(1, 1))
DIMS = {"kind": 6, "price": 4}


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(SMALL, DIMS, rngs=nnx.Rngs(0))


@pytest.fixture(scope="module")
def canvases() -> jax.Array:
    return jnp.asarray(np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8))


def test_every_facet_has_unit_length(network: Network, canvases: jax.Array) -> None:
    vectors, out = network(canvases)
    assert vectors.shape == (3, 10)
    for name, dim in DIMS.items():
        assert out[name].shape == (3, dim)
        np.testing.assert_allclose(jnp.linalg.norm(out[name], axis=1), 1, atol=1e-5)


def test_a_picture_does_not_depend_on_its_batch(network: Network, canvases: jax.Array) -> None:
    alone, _ = network(canvases[1:2])
    together, _ = network(canvases)
    np.testing.assert_allclose(alone[0], together[1], atol=1e-5)


def test_fusing_changes_nothing(network: Network, canvases: jax.Array) -> None:
    fused = nnx.clone(network)
    fused.fuse()
    np.testing.assert_allclose(network(canvases)[0], fused(canvases)[0], atol=1e-5)


def test_signal_keeps_its_size_through_a_deep_network() -> None:
    deep = Network(
        BackboneConfig(canvas=32, widths=(32, 64), blocks=(6, 6)), DIMS, rngs=nnx.Rngs(0)
    )
    for block in deep.backbone.blocks:
        block.skip_gain[...] = jnp.ones(())
    x = jax.random.normal(jax.random.key(0), (4, 16, 16, 32))
    for block in deep.backbone.blocks:
        x = block(x)
        assert 0.3 < float(x.std()) < 3


def test_impossible_configs_are_refused() -> None:
    with pytest.raises(ValueError, match="as many widths as blocks"):
        BackboneConfig(widths=(8, 16), blocks=(1,))
    with pytest.raises(ValueError, match="multiple"):
        BackboneConfig(canvas=20, widths=(8, 16, 32), blocks=(1, 1, 1))
