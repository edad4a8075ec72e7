"""Pictures against titles: the contrastive loss of Radford et al. (CLIP), arXiv:2103.00020, with
several positives where a title is shared."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from train.objectives.masking import FAR, masked_mean


def title_contrast(logits: Float[Array, "n n"], titles: Int[Array, " n"]) -> Float[Array, ""]:
    """``logits[i, j]``: scaled similarity of picture i and the title of picture j.

    ``titles`` are codes, -1 where a picture has none: such rows and columns are left out. The
    probability asked for is that of any picture (or title) with the same title; the mean is over
    both directions.
    """
    known = titles >= 0
    both = known[:, None] & known[None, :]
    same = both & (titles[:, None] == titles[None, :])

    def one_way(values: Float[Array, "n n"]) -> Float[Array, " n"]:
        return _log_sum(values, both) - _log_sum(values, same)

    losses = one_way(logits) + one_way(logits.T)
    return 0.5 * masked_mean(jnp.where(known, losses, 0), known)


def _log_sum(values: Float[Array, "n n"], mask: Array) -> Float[Array, " n"]:
    masked = jnp.where(mask, values, FAR)
    highest = jnp.maximum(masked.max(axis=1, keepdims=True), FAR / 2)
    total = jnp.sum(jnp.where(mask, jnp.exp(masked - highest), 0), axis=1)
    return jnp.log(total + 1e-12) + highest[:, 0]
