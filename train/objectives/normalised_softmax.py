"""Normalised softmax: Zhai and Wu, arXiv:1811.12649: cross-entropy over cosine prototypes."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from model.prototypes import TEMPERATURE
from train.objectives.masking import FAR, masked_mean


def normalised_softmax(
    vectors: Float[Array, "n dim"],
    prototypes: Float[Array, "classes dim"],
    labels: Int[Array, " n"],
    possible: Bool[Array, "n classes"],
    temperature: float = TEMPERATURE,
) -> Float[Array, ""]:
    """Mean over the rows with a known label (-1: unknown).

    ``vectors`` have unit length, ``prototypes`` any. ``possible`` masks the classes a row's feed
    never uses.
    """
    length = jax.lax.rsqrt(jnp.sum(prototypes**2, axis=1, keepdims=True) + 1e-12)
    logits = vectors @ (prototypes * length).T / temperature
    own = jax.nn.one_hot(labels, len(prototypes), dtype=bool)
    logits = jnp.where(possible | own, logits, FAR)
    losses = -jnp.sum(jnp.where(own, jax.nn.log_softmax(logits, axis=1), 0), axis=1)
    return masked_mean(losses, labels >= 0)
