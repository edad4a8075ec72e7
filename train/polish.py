"""The last stage of a run: the heads alone, in large batches.

With the backbone at rest the features of a picture are computed once (``train/at_rest.py``), so
that many pictures can be contrasted at a time, each as it is, slightly changed, or in a place
(last-layer retraining: Kirichenko et al., arXiv:2204.02937, for heads that are to fit what is
searched and what asks).
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Int

from train.agreement import polish_agreement
from train.at_rest import BATCH, CALM, MIDDLE, PLACED, PLAIN, AtRest, at_rest, dropped
from train.learner import Learner, State
from train.loader import Batches

LEARNING_RATE = 2e-3
DROPOUT = 0.25  # chance of each feature to be left out
CONTRAST, TEMPERATURE = 3.0, 0.05  # of the labels: sharper than a small batch can bear
CHANCES = {PLAIN: 0.44, CALM: 0.44, PLACED: 0.06, MIDDLE: 0.06}  # of each view
SHORTENED = 0.5  # share of the titles that lose words


def polish(learner: Learner, state: State, batches: Batches) -> State:
    """The state with averaged weights whose heads, hidden layer, prototypes and text tower have
    learned ``config.polish`` steps more: first the facets without a column (look), from views of
    pictures; then all others and the words, with the objectives of the labels and the titles."""
    seen = at_rest(learner, state, batches)
    return polish_labels(learner, polish_agreement(learner, state, batches, seen), batches, seen)


def polish_labels(learner: Learner, state: State, batches: Batches, seen: AtRest) -> State:
    """The second half of ``polish``. Facets without a column stay as they are: titles alone would
    draw together again what the views have told apart. All others count alike, and so do the
    titles: it is a hidden layer only that they have to share here.

    Half of the titles lose words, each with a chance that is drawn for the title: people ask in
    one word or two.
    """
    config = learner.config
    rng, key = np.random.default_rng(config.seed), jax.random.key(config.seed)
    optimiser = optax.adam(optax.cosine_decay_schedule(LEARNING_RATE, config.polish))
    still = [facet.name for facet in config.facets if facet.column is None]

    def loss(weights: Any, features: jax.Array, batch: dict[str, jax.Array], key: jax.Array) -> Any:
        pupil, told = nnx.merge(learner.graph, weights), None
        of_features, *of_words = jax.random.split(key, 3)
        out = pupil.network.facets(dropped(features, DROPOUT, of_features))
        out |= {name: jax.lax.stop_gradient(out[name]) for name in still}
        if pupil.text is not None:
            shortened = {
                name: fewer_words(batch[name], each)
                for name, each in zip(("tokens", "style_tokens"), of_words, strict=True)
            }
            batch = batch | shortened
            told = pupil.text(batch["tokens"])
        losses = learner.label_losses(
            pupil, out, told, batch, jnp.arange(len(features)), CONTRAST, TEMPERATURE
        )
        total = jnp.zeros(())
        for facet in config.facets:
            if facet.name in losses:
                total += losses[facet.name]
        if told is not None:
            total += learner.title_loss(pupil, out, told, batch)
        return total

    @jax.jit
    def advance(weights: Any, memory: Any, *of: Any) -> tuple[Any, Any]:
        # Nothing here depends on the backbone, so its gradient is zero and it stays as it is.
        updates, memory = optimiser.update(jax.grad(loss)(weights, *of), memory, weights)
        return optax.apply_updates(weights, updates), memory

    weights, memory = state["average"], optimiser.init(state["average"])
    for step in range(config.polish):
        rows = rng.choice(len(seen), BATCH, replace=len(seen) < BATCH)
        views = rng.choice(list(CHANCES), BATCH, p=list(CHANCES.values()))
        batch = batches.labels_of(seen.numbers[rows]) | {"recoloured": np.zeros(0, bool)}
        chosen = seen.features[views, rows].astype(np.float32)
        weights, memory = advance(weights, memory, chosen, batch, jax.random.fold_in(key, step))
    return {**state, "average": weights}


def fewer_words(tokens: Int[Array, "n tokens"], key: jax.Array) -> Int[Array, "n tokens"]:
    """Texts of which half have lost words (their tokens are 0), each with one chance, drawn for the
    text from 0 to .9, for all of its tokens; none loses all."""
    of_texts, of_chances, of_tokens = jax.random.split(key, 3)
    rows = (len(tokens), 1)
    chance = jax.random.uniform(of_chances, rows, maxval=0.9)
    chance = jnp.where(jax.random.bernoulli(of_texts, SHORTENED, rows), chance, 0)
    left = jnp.where(jax.random.bernoulli(of_tokens, chance, tokens.shape), 0, tokens)
    return jnp.where((left > 0).any(axis=1, keepdims=True), left, tokens)
