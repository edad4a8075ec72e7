import jax
import jax.numpy as jnp
import numpy as np

from train.polish import dropped


def test_dropped_features_keep_their_mean_and_depend_on_the_key_alone() -> None:
    features = jnp.ones((64, 1000))
    out = np.asarray(dropped(features, 0.3, jax.random.key(1)))
    assert set(np.unique(out)) == {np.float32(0), np.float32(1 / 0.7)}
    np.testing.assert_allclose(out.mean(), 1, atol=0.02)
    np.testing.assert_array_equal(out, dropped(features, 0.3, jax.random.key(1)))
    assert (out != dropped(features, 0.3, jax.random.key(2))).any()
