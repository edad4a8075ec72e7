"""The last stage of a run: the heads alone, in large batches.

With the backbone at rest the features of a picture are computed once, so that many pictures can be
contrasted at a time, each as it is or slightly changed (last-layer retraining: Kirichenko et al.,
arXiv:2204.02937, for heads that are to fit what is searched).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from train.learner import Learner, State
from train.loader import Batches

PICTURES = 60_000  # at most, drawn by seed
BATCH = 512
BLOCK = 250  # pictures whose features are computed at once
LEARNING_RATE = 1e-3
DROPOUT = 0.3  # chance of each feature to be left out
CONTRAST, TEMPERATURE = 3.0, 0.05  # of the labels: sharper than a small batch can bear
KEEP = 10.0  # share of staying what they were, for the facets that have no column


def polish(learner: Learner, state: State, batches: Batches) -> State:
    """The state with averaged weights whose heads, hidden layer, prototypes and text tower have
    learned ``config.polish`` steps more, with the objectives of the labels and the titles.

    A facet without a column (look) learns from pairs of views, which are not made here: it is held
    to what it was.
    """
    config = learner.config
    numbers, features = _features(learner, state, batches)
    rng, key = np.random.default_rng(config.seed), jax.random.key(config.seed)
    optimiser = optax.adam(optax.cosine_decay_schedule(LEARNING_RATE, config.polish))
    before = state["average"]

    def loss(weights: Any, features: jax.Array, batch: dict[str, jax.Array], key: jax.Array) -> Any:
        pupil, told = nnx.merge(learner.graph, weights), None
        out = pupil.network.facets(dropped(features, DROPOUT, key))
        if pupil.text is not None:
            told = pupil.text(batch["tokens"])
        losses = learner.label_losses(
            pupil, out, told, batch, jnp.arange(len(features)), CONTRAST, TEMPERATURE
        )
        total = jnp.zeros(())
        was = nnx.merge(learner.graph, before).network.facets(features)
        for facet in config.facets:
            if facet.column is None:
                total += KEEP * jnp.mean(1 - jnp.sum(out[facet.name] * was[facet.name], axis=1))
            elif facet.name in losses:
                total += facet.share * losses[facet.name]
        if told is not None:
            total += config.text_share * learner.title_loss(pupil, out, told, batch)
        return total

    @jax.jit
    def advance(weights: Any, memory: Any, *of: Any) -> tuple[Any, Any]:
        # Nothing here depends on the backbone, so its gradient is zero and it stays as it is.
        updates, memory = optimiser.update(jax.grad(loss)(weights, *of), memory, weights)
        return optax.apply_updates(weights, updates), memory

    weights, memory = before, optimiser.init(before)
    for step in range(config.polish):
        rows = rng.choice(len(numbers), BATCH, replace=len(numbers) < BATCH)
        views = rng.integers(0, 2, BATCH)
        batch = batches.labels_of(numbers[rows]) | {"recoloured": np.zeros(0, bool)}
        chosen = features[views, rows].astype(np.float32)
        weights, memory = advance(weights, memory, chosen, batch, jax.random.fold_in(key, step))
    return {**state, "average": weights}


def dropped(features: jax.Array, chance: float, key: jax.Array) -> jax.Array:
    """Features of which each is left out with a chance, and the rest made larger instead
    (dropout: Srivastava et al., JMLR 15, 2014)."""
    kept = jax.random.bernoulli(key, 1 - chance, features.shape)
    return jnp.where(kept, features / (1 - chance), 0)


def _features(learner: Learner, state: State, batches: Batches) -> tuple[np.ndarray, np.ndarray]:
    """Record numbers int64 ``(n,)`` and features float16 ``(2, n, features)`` of their pictures as
    they are and as the cooldown sees them."""
    config = learner.config
    canvas, calm = config.backbone.canvas, config.augment.calmer(config.calm)
    rng = np.random.default_rng(config.seed)
    numbers = rng.permutation(batches.pictures)[:PICTURES]
    features = np.empty((2, len(numbers), config.backbone.outputs), np.float16)

    def views(place: int) -> np.ndarray:
        drawn = np.random.default_rng((config.seed, 2, place))
        numbers[place], made = batches.two_views(int(numbers[place]), canvas, drawn, calm)
        return made

    with ThreadPoolExecutor(2) as pool:
        for start in range(0, len(numbers), BLOCK):
            places = range(start, min(start + BLOCK, len(numbers)))
            canvases = np.zeros((2, BLOCK, canvas, canvas, 3), np.uint8)
            canvases[:, : len(places)] = np.stack(list(pool.map(views, places)), axis=1)
            for view in range(2):
                out = np.asarray(learner.features(state, canvases[view]))
                features[view, start : start + len(places)] = out[: len(places)]
    return numbers, features
