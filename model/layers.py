"""Small pieces that several networks share."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float


def unit(x: Float[Array, "n dim"]) -> Float[Array, "n dim"]:
    """Rows of unit length, with a finite gradient at zero."""
    return x * jax.lax.rsqrt(jnp.sum(x * x, axis=-1, keepdims=True) + 1e-12)


def mean_pool(x: Float[Array, "n h w c"], stride: int) -> Float[Array, "n h2 w2 c"]:
    """The mean over squares of ``stride`` x ``stride`` places."""
    if stride == 1:
        return x
    n, h, w, c = x.shape
    return x.reshape(n, h // stride, stride, w // stride, stride, c).mean(axis=(2, 4))
