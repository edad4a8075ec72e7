"""Supervised contrastive loss: Khosla et al., arXiv:2004.11362, equation 2 (L_out)."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from train.objectives.masking import FAR, masked_mean


def supervised_contrastive(
    vectors: Float[Array, "n dim"],
    labels: Int[Array, " n"],
    comparable: Bool[Array, "n m"],
    temperature: float = 0.1,
    memory: tuple[Float[Array, "k dim"], Int[Array, " k"]] | None = None,
) -> Float[Array, ""]:
    """Mean over the anchors that have a positive.

    ``vectors`` have unit length. ``labels`` are -1 where unknown: such rows are neither anchors
    nor contrast. ``comparable[i, j]`` says whether j may be contrasted with i at all. ``memory``
    holds unit vectors and labels of earlier batches, which are contrast but no anchors (the
    cross-batch memory of Wang et al., arXiv:1912.06798); ``m`` is then ``n + k``, else ``n``.
    """
    all_vectors, all_labels = vectors, labels
    if memory is not None:
        all_vectors = jnp.concatenate([vectors, memory[0]])
        all_labels = jnp.concatenate([labels, memory[1]])
    others = ~jnp.eye(len(labels), len(all_labels), dtype=bool)
    contrast = comparable & others & (labels >= 0)[:, None] & (all_labels >= 0)[None, :]
    positive = contrast & (labels[:, None] == all_labels[None, :])
    logits = jnp.where(contrast, vectors @ all_vectors.T / temperature, FAR)
    highest = jnp.maximum(logits.max(axis=1, keepdims=True), FAR / 2)
    shifted = logits - highest
    normaliser = jnp.log(jnp.sum(jnp.where(contrast, jnp.exp(shifted), 0), axis=1) + 1e-12)
    count = positive.sum(axis=1)
    summed = jnp.sum(jnp.where(positive, shifted - normaliser[:, None], 0), axis=1)
    return masked_mean(-summed / jnp.maximum(count, 1), count > 0)
