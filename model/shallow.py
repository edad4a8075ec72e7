"""The short ways past the convolutions: what colours a product has, a thumbnail of it, and where
its edges lie.

A colour histogram is a soft assignment of pixels to reference colours, averaged over places (the
soft-assigned bag of features of van Gemert et al., "Kernel codebooks for scene categorization",
ECCV 2008); learned, it is a linear layer, a softmax and a mean. Here the mean is weighted by
attention maps that the convolutions draw, so that the product counts and the ground does not.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jaxtyping import Array, Float

from model.layers import mean_pool, unit

START_SHARPNESS = 6.0
ROOM = 1e-4  # under the square root, where the gradient would be infinite


class Palette(nnx.Module):
    """Shares of ``colours`` reference colours, over the whole picture and under ``looks`` maps."""

    def __init__(self, colours: int, looks: int, channels: int, *, rngs: nnx.Rngs):
        self.colours = nnx.Param(jnp.asarray(spread_colours(colours)))
        self.log_sharpness = nnx.Param(jnp.full((colours,), np.log(START_SHARPNESS), jnp.float32))
        self.attention = nnx.Linear(channels, looks, use_bias=False, rngs=rngs)

    def __call__(
        self, pixels: Float[Array, "n h w 3"], middle: Float[Array, "n a b c"]
    ) -> Float[Array, "n features"]:
        """``pixels`` in [-1, 1]; ``middle``: features whose grid divides that of the pixels.

        Returns the roots of the shares, as for the Hellinger distance of histograms.
        """
        n, side = len(pixels), middle.shape[1]
        sharpness = jnp.exp(self.log_sharpness[...])
        # -sharpness |pixel - colour|^2 without the differences
        squares = jnp.sum(pixels**2, axis=-1, keepdims=True)
        near = 2 * pixels @ self.colours[...].T - jnp.sum(self.colours[...] ** 2, axis=1) - squares
        share = jax.nn.softmax(near * sharpness, axis=-1)
        cells = mean_pool(share, pixels.shape[1] // side).reshape(n, side * side, -1)
        maps = jax.nn.softmax(self.attention(middle).reshape(n, side * side, -1), axis=1)
        even = jnp.full((n, side * side, 1), 1 / side**2, maps.dtype)
        pooled = jnp.einsum("npk,npc->nkc", jnp.concatenate([even, maps], axis=-1), cells)
        return jnp.sqrt(pooled.reshape(n, -1) + ROOM)


def spread_colours(count: int) -> Float[np.ndarray, "count 3"]:
    """Colours spread evenly over the cube [-1, 1]^3 (a Halton sequence in bases 2, 3, 5)."""
    colours = np.zeros((count, 3), np.float32)
    for axis, base in enumerate((2, 3, 5)):
        for index in range(count):
            number, share, value = index + 1, 1.0, 0.0
            while number:
                share /= base
                value += share * (number % base)
                number //= base
            colours[index, axis] = 2 * value - 1
    return colours


def thumbnail(pixels: Float[Array, "n S S 3"], side: int) -> Float[Array, "n features"]:
    """The picture at ``side`` x ``side``, flat."""
    return mean_pool(pixels, pixels.shape[1] // side).reshape(len(pixels), -1)


def edges(pixels: Float[Array, "n S S 3"], side: int) -> Float[Array, "n features"]:
    """How strong the edges are in each cell of a grid of ``side`` x ``side``, and of its mirror
    image: the mean length of the grey picture's gradient, the left half of the grid plus the right
    half mirrored.

    Each row has mean 0 and unit length (all zeros for a picture without edges), ``side ** 2 / 2``
    features. Pooled gradients are the classic description of shape (histograms of oriented
    gradients: Dalal and Triggs, CVPR 2005); the directions are left out here.
    """
    grey = pixels.mean(axis=-1)
    down, across = jnp.gradient(grey, axis=(1, 2))
    square = down**2 + across**2
    some = square > 0  # the root's slope at 0 is infinite
    strength = jnp.where(some, jnp.sqrt(jnp.where(some, square, 1.0)), 0.0)
    grid = mean_pool(strength[..., None], pixels.shape[1] // side)[..., 0]
    folded = (grid + grid[:, :, ::-1])[:, :, : side // 2].reshape(len(pixels), -1)
    return unit(folded - folded.mean(axis=1, keepdims=True))
