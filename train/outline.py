"""The facet of where edges lie: principal components, half whitened, fitted before the first step.

It has to tell one product from another just like it, which labels can't teach and views in other
frames unteach. Half whitening (``train/whitening.py``) leaves the rare edges more to say than those
that all pictures of a kind share.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jaxtyping import Float32

from model.shallow import edges
from train.config import EDGES
from train.learner import Learner, State
from train.loader import Batches
from train.whitening import half_whitening

PICTURES = 8000  # at most, drawn by seed


def with_outline(learner: Learner, state: State, batches: Batches) -> State:
    """The state with the heads of the facets of edges fitted to the catalogue's pictures; as it is
    where the config has none."""
    config = learner.config
    facets = [facet for facet in config.facets if facet.column == EDGES]
    if not facets:
        return state
    seen = edges_of(batches, config.backbone.canvas, config.backbone.edges, config.seed)
    kernels = {facet.name: half_whitening(seen, facet.dim) for facet in facets}
    out = dict(state)
    for kind in ("weights", "average"):
        pupil = nnx.merge(learner.graph, state[kind])
        for name, kernel in kernels.items():
            # Copied: a step gives away its buffers, and none can be given away twice.
            pupil.network.heads[name].kernel[...] = jnp.array(kernel)
        out[kind] = nnx.split(pupil)[1]
    return out


def edges_of(
    batches: Batches, canvas: int, side: int, seed: int
) -> Float32[np.ndarray, "n features"]:
    """The edges of up to 8,000 of the pictures, as they are searched."""
    numbers = np.random.default_rng(seed).permutation(batches.pictures)[:PICTURES]
    see = jax.jit(lambda canvases: edges(canvases.astype(jnp.float32) / 127.5 - 1.0, side))
    seen = [see(canvases)[: len(read)] for read, canvases in batches.blocks(numbers, canvas)]
    return np.concatenate(seen)
