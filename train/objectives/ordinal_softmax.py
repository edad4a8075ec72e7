"""Ordinal softmax: cross-entropy with targets that fade with distance along the scale.

Soft labels for ordered classes (Diaz and Marathe, "Soft labels for ordinal regression", CVPR
2019), over cosine prototypes as in ``normalised_softmax``.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from train.objectives.masking import masked_mean


def ordinal_softmax(
    vectors: Float[Array, "n dim"],
    prototypes: Float[Array, "marks dim"],
    marks: Float[Array, " marks"],
    targets: Float[Array, " n"],
    width: float = 0.15,
    temperature: float = 0.1,
) -> Float[Array, ""]:
    """Mean over the rows with a known target.

    ``targets`` are numbers (log price), not a number where unknown; ``marks`` are places along
    their scale, one a prototype. The wanted distribution of a row over the marks is a Gaussian of
    their distance from its target, ``width`` wide. ``vectors`` have unit length.
    """
    known = jnp.isfinite(targets)
    values = jnp.where(known, targets, 0)
    wanted = jax.nn.softmax(-0.5 * ((values[:, None] - marks[None, :]) / width) ** 2, axis=1)
    length = jax.lax.rsqrt(jnp.sum(prototypes**2, axis=1, keepdims=True) + 1e-12)
    logits = vectors @ (prototypes * length).T / temperature
    losses = -jnp.sum(wanted * jax.nn.log_softmax(logits, axis=1), axis=1)
    return masked_mean(losses, known)
