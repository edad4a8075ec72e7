"""Agreement of two views of a picture: the sigmoid loss of Zhai et al., arXiv:2303.15343."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float


def view_agreement(
    first: Float[Array, "n dim"],
    second: Float[Array, "n dim"],
    log_scale: Float[Array, ""],
    bias: Float[Array, ""],
) -> Float[Array, ""]:
    """Each pair of unit vectors is a yes (the same picture) or a no; the mean over pictures."""
    if len(first) == 0:
        return jnp.zeros(())
    logits = jnp.exp(log_scale) * (first @ second.T) + bias
    signs = 2.0 * jnp.eye(len(first)) - 1.0
    return -jnp.sum(jax.nn.log_sigmoid(signs * logits)) / len(first)
