"""The polish of the facets that have no column (look): views agree, more sharply than a step of the
whole network can teach.

With the backbone at rest a batch holds 512 pairs of views, each contrasted with all the others at
half the temperature of training. So a facet tells one product from the next: of two products that
are not the same it says little, and where it says little the labels' facets decide. What is left of
the labels in it is made small afterwards (``train/whitening.py``).
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Int

from model.layers import unit
from train.at_rest import CALM, CHANGED, PLAIN, RECOLOURED, AtRest, dropped
from train.learner import Learner, State
from train.loader import Batches
from train.objectives.supervised_contrastive import supervised_contrastive
from train.whitening import whitening_within

BATCH = 512  # pairs
LEARNING_RATE = 3e-3
DROPOUT = 0.3  # chance of each feature to be left out
TEMPERATURE = 0.05
FIRST = (PLAIN, CALM, CHANGED)
SECOND = (CALM, CHANGED, RECOLOURED, RECOLOURED)  # drawn with equal chances
OF_ITS_STYLE = 0.5  # chance that a view's other is of another picture of the style, if there is one


def polish_agreement(learner: Learner, state: State, batches: Batches, seen: AtRest) -> State:
    """The state with averaged weights whose heads of facets without a column have learned
    ``config.polish`` steps from pairs of views, and are whitened then within the classes of the
    labels (the text tower's heads with them, so that words stay where the pictures are)."""
    average = state["average"]
    classes = labels_together(learner, batches, seen)
    for facet in learner.config.facets:
        if facet.column is None:
            kernel = _learned(learner, average, facet.name, batches, seen)
            average = _whitened(learner, average, facet.name, kernel, seen, classes)
    return {**state, "average": average}


def _learned(
    learner: Learner, average: Any, name: str, batches: Batches, seen: AtRest
) -> jax.Array:
    """The kernel of the head of a facet after the steps."""
    config = learner.config
    rng, key = np.random.default_rng((config.seed, 3)), jax.random.key(config.seed)
    optimiser = optax.adam(optax.cosine_decay_schedule(LEARNING_RATE, config.polish))
    kernel = nnx.merge(learner.graph, average).network.heads[name].kernel[...]
    memory = optimiser.init(kernel)
    style = batches.labels_of(seen.numbers)["style"]

    def loss(
        kernel: jax.Array, features: jax.Array, batch: dict[str, jax.Array], key: jax.Array
    ) -> Any:
        vectors = _vectors(learner, average, name, kernel, dropped(features, DROPOUT, key))
        identity, comparable = learner.agreeing(batch)
        return supervised_contrastive(vectors, identity, comparable, TEMPERATURE)

    @jax.jit
    def advance(kernel: jax.Array, memory: Any, *of: Any) -> tuple[jax.Array, Any]:
        updates, memory = optimiser.update(jax.grad(loss)(kernel, *of), memory, kernel)
        return optax.apply_updates(kernel, updates), memory

    for step in range(config.polish):
        rows = rng.choice(len(seen), BATCH, replace=len(seen) < BATCH)
        others = np.where(rng.random(BATCH) < OF_ITS_STYLE, mates(style, rows, rng), rows)
        views = np.concatenate([rng.choice(FIRST, BATCH), rng.choice(SECOND, BATCH)])
        both = np.concatenate([rows, others])
        features = seen.features[views, both].astype(np.float32)
        batch = batches.labels_of(seen.numbers[both])
        batch = {part: batch[part] for part in ("style", "row", "title")}
        kernel, memory = advance(kernel, memory, features, batch, jax.random.fold_in(key, step))
    return kernel


def mates(
    style: Int[np.ndarray, " n"], rows: Int[np.ndarray, " m"], rng: np.random.Generator
) -> Int[np.ndarray, " m"]:
    """For each of ``rows`` a row of the same style at random, which may be itself; itself where the
    style is unknown (-1)."""
    order = np.argsort(style, kind="stable")
    ranked = style[order]
    first = np.searchsorted(ranked, style[rows], "left")
    count = np.searchsorted(ranked, style[rows], "right") - first
    return np.where(style[rows] >= 0, order[first + rng.integers(0, count)], rows)


def labels_together(learner: Learner, batches: Batches, seen: AtRest) -> Int[np.ndarray, " n"]:
    """A number for each picture that is the same for pictures with the same labels in all columns
    of facets (but prices); -1 where all are unknown."""
    batch = batches.labels_of(seen.numbers)
    columns = [facet.column for facet in learner.config.facets if facet.column in batch]
    unknown = np.full(len(seen), -1, np.int32)
    codes = np.stack([unknown, *(batch[column] for column in columns if column)], axis=1)
    _, numbers = np.unique(codes, axis=0, return_inverse=True)
    return np.where((codes >= 0).any(axis=1), numbers.ravel(), unknown)


def _whitened(
    learner: Learner,
    average: Any,
    name: str,
    kernel: jax.Array,
    seen: AtRest,
    classes: Int[np.ndarray, " n"],
) -> Any:
    # Copied: what is written to a merged module is written to the state it came from.
    pupil = nnx.merge(learner.graph, jax.tree.map(jnp.copy, average))
    vectors = np.concatenate(
        [
            np.asarray(_vectors(learner, average, name, kernel, jnp.asarray(block, jnp.float32)))
            for block in np.array_split(seen.features[PLAIN], 1 + len(seen) // BATCH)
        ]
    )
    spread = jnp.asarray(whitening_within(vectors, classes))
    pupil.network.heads[name].kernel[...] = kernel @ spread
    if pupil.text is not None:
        pupil.text.heads[name].kernel[...] = pupil.text.heads[name].kernel[...] @ spread
    return nnx.split(pupil)[1]


def _vectors(
    learner: Learner, average: Any, name: str, kernel: jax.Array, features: jax.Array
) -> jax.Array:
    """The vectors of one facet by another kernel of its head, float32 ``(n, dim)``."""
    return unit(nnx.merge(learner.graph, average).network.inputs(features)[name] @ kernel)
