"""One step of learning: the network with what only training needs, the loss, the update."""

from __future__ import annotations

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from model.backbone import Network, unit
from train.config import TrainConfig
from train.labels import Labels
from train.objectives.normalised_softmax import normalised_softmax
from train.objectives.rank_n_contrast import rank_n_contrast
from train.objectives.supervised_contrastive import supervised_contrastive
from train.objectives.view_agreement import view_agreement

State = dict[str, Any]


class Pupil(nnx.Module):
    """The network, plus class prototypes, auxiliary heads and the agreement's scale and bias."""

    def __init__(self, config: TrainConfig, labels: Labels, *, rngs: nnx.Rngs, dtype: Any):
        dims = {facet.name: facet.dim for facet in config.facets}
        self.network = Network(config.backbone, dims, rngs=rngs, dtype=dtype)

        def prototypes(column: str, dim: int) -> nnx.Param:
            shape = (len(labels.names[column]), dim)
            return nnx.Param(jax.random.normal(rngs.params(), shape) * 0.05)

        self.prototypes = nnx.Dict(
            {
                facet.name: prototypes(facet.column, facet.dim)
                for facet in config.facets
                if facet.column not in (None, "price")
            }
        )
        width = 96
        self.auxiliary = nnx.Dict(
            {
                column: nnx.Linear(config.backbone.features, width, rngs=rngs)
                for column in config.auxiliary
            }
        )
        self.auxiliary_prototypes = nnx.Dict(
            {column: prototypes(column, width) for column in config.auxiliary}
        )
        self.log_scale = nnx.Param(jnp.log(jnp.array(10.0)))
        self.bias = nnx.Param(jnp.array(-10.0))


class Learner:
    """Pure functions around a state of arrays: ``weights``, ``average``, ``optimiser``, ``step``."""

    def __init__(self, config: TrainConfig, labels: Labels):
        self.config = config
        on_cpu = jax.default_backend() == "cpu"
        dtype = jnp.float32 if on_cpu else jnp.bfloat16
        pupil = Pupil(config, labels, rngs=nnx.Rngs(config.seed), dtype=dtype)
        self.graph, self._first = nnx.split(pupil)
        columns = {f.column for f in config.facets if f.column} | set(config.auxiliary)
        self._possible = {
            column: jnp.asarray(labels.classes_of_source(column)) for column in columns - {"price"}
        }
        schedule = optax.warmup_cosine_decay_schedule(
            0.0,
            config.learning_rate,
            min(config.warm_up, config.steps - 1),
            config.steps,
            config.learning_rate * 0.01,
        )
        self._optimiser = optax.chain(
            optax.clip_by_global_norm(config.clip),
            optax.adamw(schedule, b2=0.98, weight_decay=config.weight_decay, mask=_matrices),
        )
        self.advance = jax.jit(self._advance, donate_argnums=0)

    def start(self) -> State:
        """The state before the first step."""
        # Without weak types, or the second step would be compiled anew.
        weights = jax.tree.map(lambda leaf: jnp.asarray(leaf, leaf.dtype), self._first)
        return {
            "weights": weights,
            "average": jax.tree.map(jnp.copy, weights),
            "optimiser": self._optimiser.init(weights),
            "step": jnp.zeros((), jnp.int32),
        }

    def network(self, state: State) -> Network:
        """The network with the averaged weights."""
        return nnx.merge(self.graph, state["average"]).network

    def _advance(self, state: State, batch: dict[str, jax.Array]) -> tuple[State, dict]:
        (_, metrics), gradient = jax.value_and_grad(self._loss, has_aux=True)(
            state["weights"], batch
        )
        norm = optax.tree.norm(gradient)
        updates, optimiser = self._optimiser.update(gradient, state["optimiser"], state["weights"])
        weights = optax.apply_updates(state["weights"], updates)
        # The average follows faster at first, or it would remember the random start.
        decay = jnp.minimum(self.config.average, (1.0 + state["step"]) / (10.0 + state["step"]))
        average = jax.tree.map(lambda a, w: decay * a + (1 - decay) * w, state["average"], weights)
        fresh = {
            "weights": weights,
            "average": average,
            "optimiser": optimiser,
            "step": state["step"] + 1,
        }
        return fresh, {**metrics, "gradient_norm": norm}

    def _loss(self, weights: Any, batch: dict[str, jax.Array]) -> tuple[jax.Array, dict]:
        pupil = nnx.merge(self.graph, weights)
        _, out = pupil.network(batch["canvases"])
        pictures = len(batch["source"])
        twins = len(batch["canvases"]) - pictures
        both = jnp.concatenate([jnp.arange(pictures), jnp.arange(twins)])
        source = batch["source"]
        same_source = source[:, None] == source[None, :]
        category = batch["category"]
        metrics, total = {}, jnp.zeros(())
        for facet in self.config.facets:
            vectors = out[facet.name]
            if facet.column is None:
                loss = view_agreement(
                    vectors[:twins], vectors[pictures:], pupil.log_scale[...], pupil.bias[...]
                )
            elif facet.column == "price":
                alike = (category[:, None] == category[None, :]) & (category[:, None] >= 0)
                prices, first = batch["log_price"], vectors[:pictures]
                within = rank_n_contrast(first, prices, alike)
                across = rank_n_contrast(first, prices, jnp.ones_like(alike))
                loss = within + 0.5 * across
            else:
                labels = batch[facet.column]
                alike = (labels[:, None] == labels[None, :]) | same_source
                contrast = supervised_contrastive(vectors, labels[both], alike[both][:, both])
                softmax = normalised_softmax(
                    vectors,
                    pupil.prototypes[facet.name][...],
                    labels[both],
                    self._possible[facet.column][source[both]],
                )
                loss = contrast + softmax
            metrics[facet.name] = loss
            total += facet.share * loss
        for column in self.config.auxiliary:
            loss = normalised_softmax(
                unit(pupil.auxiliary[column](out["features"])),
                pupil.auxiliary_prototypes[column][...],
                batch[column][both],
                self._possible[column][source[both]],
            )
            metrics[column] = loss
            total += self.config.auxiliary_share * loss
        return total, {"loss": total, **metrics}


def fit_to(config: TrainConfig, labels: Labels) -> TrainConfig:
    """Leave out the facets and auxiliary heads whose column this catalogue can't teach."""
    facets = tuple(f for f in config.facets if f.column is None or labels.has(f.column))
    auxiliary = tuple(column for column in config.auxiliary if labels.has(column))
    return dataclasses.replace(config, facets=facets, auxiliary=auxiliary)


def _matrices(weights: Any) -> Any:
    """Weight decay is for kernels, not for gains, biases and scales."""
    return jax.tree.map(lambda leaf: np.ndim(leaf) > 1, weights)
