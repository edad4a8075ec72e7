import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from model.shallow import ROOM, Palette, edges, spread_colours, thumbnail


def test_colours_are_spread_over_the_cube() -> None:
    colours = spread_colours(48)
    assert np.abs(colours).max() <= 1
    assert len(np.unique(colours, axis=0)) == 48
    assert np.abs(colours.mean(axis=0)).max() < 0.1
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    nearest = np.linalg.norm(corners[:, None] - colours[None], axis=2).min(axis=1)
    assert nearest.max() < 0.9


def test_shares_of_a_picture_sum_to_one_and_follow_its_colours() -> None:
    palette = Palette(24, 2, 5, rngs=nnx.Rngs(0))
    colours = np.asarray(palette.colours[...])
    half = np.empty((1, 8, 8, 3), np.float32)
    half[:, :4], half[:, 4:] = colours[3], colours[11]
    palette.log_sharpness[...] = jnp.full(24, 6.0)  # nearly hard assignment
    middle = jax.random.normal(jax.random.key(0), (1, 4, 4, 5))
    shares = (np.asarray(palette(jnp.asarray(half), middle)) ** 2 - ROOM).reshape(3, 24)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-3)
    np.testing.assert_allclose(shares[0, [3, 11]], 0.5, atol=0.01)


def test_attention_decides_what_counts() -> None:
    palette = Palette(24, 1, 1, rngs=nnx.Rngs(0))
    palette.attention.kernel[...] = jnp.full((1, 1), 30.0)
    palette.log_sharpness[...] = jnp.full(24, 6.0)
    colours = np.asarray(palette.colours[...])
    half = np.empty((1, 8, 8, 3), np.float32)
    half[:, :4], half[:, 4:] = colours[3], colours[11]
    middle = jnp.zeros((1, 2, 2, 1)).at[:, 1].set(1.0)  # the lower half is the product
    shares = np.asarray(palette(jnp.asarray(half), middle)).reshape(2, 24) ** 2
    assert shares[1, 11] > 0.99 and shares[1, 3] < 0.01


def test_a_thumbnail_is_the_mean_of_its_squares() -> None:
    pixels = np.random.default_rng(0).uniform(-1, 1, (2, 16, 16, 3)).astype(np.float32)
    small = np.asarray(thumbnail(jnp.asarray(pixels), 4)).reshape(2, 4, 4, 3)
    np.testing.assert_allclose(small[1, 2, 3], pixels[1, 8:12, 12:16].mean((0, 1)), atol=1e-6)


def test_edges_lie_where_light_changes() -> None:
    step = np.full((1, 16, 16, 3), -1.0, np.float32)
    step[:, :, 5:] = (
        1.0  # light from column 5 on: an edge in columns 4 and 5, and 10 and 11 mirrored
    )
    grid = np.asarray(edges(jnp.asarray(step), 8)).reshape(8, 4)
    np.testing.assert_allclose(grid, np.broadcast_to(grid[0], (8, 4)), atol=1e-6)
    assert grid[0, 2] > 0 > grid[0, 0] == grid[0, 1] == grid[0, 3]


def test_edges_are_those_of_numpy() -> None:
    pixels = np.random.default_rng(1).uniform(-1, 1, (2, 12, 12, 3)).astype(np.float32)
    grey = pixels.astype(np.float64).mean(axis=-1)
    strength = np.hypot(np.gradient(grey, axis=1), np.gradient(grey, axis=2))
    grid = strength.reshape(2, 4, 3, 4, 3).mean(axis=(2, 4))
    both = (grid + grid[:, :, ::-1])[:, :, :2].reshape(2, 8)
    both -= both.mean(axis=1, keepdims=True)
    expected = both / np.linalg.norm(both, axis=1, keepdims=True)
    np.testing.assert_allclose(edges(jnp.asarray(pixels), 4), expected, atol=1e-5)


def test_a_mirror_image_has_the_same_edges_and_a_plain_picture_none() -> None:
    pixels = jax.random.uniform(jax.random.key(0), (2, 16, 16, 3))
    np.testing.assert_allclose(edges(pixels, 8), edges(pixels[:, :, ::-1], 8), atol=1e-5)
    plain = jnp.full((1, 16, 16, 3), 0.3)
    np.testing.assert_array_equal(edges(plain, 8), np.zeros((1, 32)))
    slope = jax.grad(lambda pixels: edges(pixels, 8)[0, 0])(plain)
    assert bool(jnp.isfinite(slope).all())
