"""Means over what is there."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

FAR = -1e9
"""A logit that can never win; finite, so that a row of nothing else gives no NaN."""


def masked_mean(values: Float[Array, " n"], mask: Bool[Array, " n"]) -> Float[Array, ""]:
    """The mean of the values under the mask; 0 where there is none."""
    return jnp.sum(jnp.where(mask, values, 0)) / jnp.maximum(mask.sum(), 1)
