"""Rank-N-Contrast: Zha et al., arXiv:2210.01189, equation 1: order by distance of a number."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from train.objectives.masking import FAR, masked_mean


def rank_n_contrast(
    vectors: Float[Array, "n dim"],
    targets: Float[Array, " n"],
    comparable: Bool[Array, "n n"],
    temperature: float = 0.2,
) -> Float[Array, ""]:
    """For each pair (i, j): j must be nearer to i than every k whose target is as far or farther.

    ``targets`` (log price) are not a number where unknown. The similarity is the cosine of unit
    ``vectors``. Pairs outside ``comparable`` are left out. Pairs of equal target count as ties:
    each is contrasted with the other. An anchor without any contrast teaches nothing.
    """
    known = jnp.isfinite(targets)
    values = jnp.where(known, targets, 0)
    others = ~jnp.eye(len(targets), dtype=bool)
    pair = comparable & others & known[:, None] & known[None, :]
    similarity = vectors @ vectors.T / temperature
    distance = jnp.abs(values[:, None] - values[None, :])
    # ranked[i, j, k]: k belongs to the contrast of the pair (i, j)
    ranked = (distance[:, None, :] >= distance[:, :, None]) & pair[:, None, :]
    logits = jnp.where(ranked, similarity[:, None, :], FAR)
    highest = jnp.maximum(logits.max(axis=2), FAR / 2)
    total = jnp.sum(jnp.where(ranked, jnp.exp(logits - highest[:, :, None]), 0), axis=2)
    losses = jnp.log(total + 1e-12) + highest - similarity
    count = pair.sum(axis=1)
    summed = jnp.sum(jnp.where(pair, losses, 0), axis=1)
    return masked_mean(summed / jnp.maximum(count, 1), count > 1)
