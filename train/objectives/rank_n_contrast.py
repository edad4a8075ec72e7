"""Rank-N-Contrast: Zha et al., arXiv:2210.01189, equation 1: order by distance of a number."""

from __future__ import annotations

import jax
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
    similarity = jnp.where(pair, vectors @ vectors.T / temperature, FAR)
    # By falling distance, what is contrasted with a pair is what comes before it and its ties: a
    # running sum, n^2 log n in all instead of n^3. What is no pair comes last.
    distance = jnp.where(pair, jnp.abs(values[:, None] - values[None, :]), -1.0)
    order = jnp.argsort(-distance, axis=1)
    falling = jnp.take_along_axis(distance, order, axis=1)
    ranked = jnp.take_along_axis(similarity, order, axis=1)
    counts = falling >= 0
    highest = jax.lax.stop_gradient(jnp.maximum(ranked.max(axis=1, keepdims=True), FAR / 2))
    running = jnp.cumsum(jnp.where(counts, jnp.exp(ranked - highest), 0), axis=1)
    last = jax.vmap(lambda row: jnp.searchsorted(row, row, side="right"))(-falling) - 1
    total = jnp.take_along_axis(running, last, axis=1)
    losses = jnp.log(total + 1e-12) + highest - ranked
    count = pair.sum(axis=1)
    summed = jnp.sum(jnp.where(counts, losses, 0), axis=1)
    return masked_mean(summed / jnp.maximum(count, 1), count > 1)
