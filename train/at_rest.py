"""The features of pictures by a backbone at rest: computed once, for heads that go on learning."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float16, Int64

from train.learner import Learner, State
from train.loader import Batches

PICTURES = 60_000  # at most, drawn by seed
BATCH = 1024  # pictures that a step of the heads sees, at most
BLOCK = 250  # pictures whose features are computed at once
PLAIN, CALM, CHANGED, RECOLOURED, PLACED, MIDDLE = range(6)  # views of a picture
VIEWS = 6


@dataclasses.dataclass(frozen=True, eq=False)
class AtRest:
    """The record ``numbers`` of pictures and the ``features`` of six views of each: as it is, as
    the cooldown sees it, as training sees it, so in other colours, in a place, and the middle of
    that (``train/places.py``)."""

    numbers: Int64[np.ndarray, " n"]
    features: Float16[np.ndarray, "6 n outputs"]

    def __len__(self) -> int:
        return len(self.numbers)


def at_rest(learner: Learner, state: State, batches: Batches) -> AtRest:
    """The features by the averaged weights of up to 60,000 pictures, and no more than the steps of
    the polish could see."""
    config = learner.config
    canvas, changed = config.backbone.canvas, config.augment
    augments = [
        dataclasses.replace(changed.calmer(config.calm), recolour=0.0),
        dataclasses.replace(changed, recolour=0.0),
        dataclasses.replace(changed, recolour=1.0),
    ]
    rng = np.random.default_rng(config.seed)
    numbers = rng.permutation(batches.pictures)[: min(PICTURES, BATCH * config.polish)]
    features = np.empty((VIEWS, len(numbers), config.backbone.outputs), np.float16)

    def views(place: int) -> np.ndarray:
        drawn = np.random.default_rng((config.seed, 2, place))
        numbers[place], made = batches.views(int(numbers[place]), canvas, drawn, augments)
        return np.concatenate([made, batches.placed_views(int(numbers[place]), canvas, drawn)])

    with ThreadPoolExecutor(2) as pool:
        for start in range(0, len(numbers), BLOCK):
            places = range(start, min(start + BLOCK, len(numbers)))
            canvases = np.zeros((VIEWS, BLOCK, canvas, canvas, 3), np.uint8)
            canvases[:, : len(places)] = np.stack(list(pool.map(views, places)), axis=1)
            for view in range(VIEWS):
                out = np.asarray(learner.features(state, canvases[view]))
                features[view, start : start + len(places)] = out[: len(places)]
    return AtRest(numbers, features)


def dropped(features: jax.Array, chance: float, key: jax.Array) -> jax.Array:
    """Features of which each is left out with a chance, and the rest made larger instead
    (dropout: Srivastava et al., JMLR 15, 2014)."""
    kept = jax.random.bernoulli(key, 1 - chance, features.shape)
    return jnp.where(kept, features / (1 - chance), 0)
