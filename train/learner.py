"""One step of learning: the network with what only training needs, the loss, the update."""

from __future__ import annotations

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from model.backbone import Convolve, xla_convolve
from model.layers import unit
from model.network import Network
from model.prototypes import Posterior, head_dims, new_prototypes
from model.text import TextTower
from train.amx import convolution as amx
from train.config import EDGES, FacetConfig, TrainConfig
from train.labels import Labels
from train.objectives.normalised_softmax import normalised_softmax
from train.objectives.ordinal_softmax import ordinal_softmax
from train.objectives.rank_n_contrast import rank_n_contrast
from train.objectives.supervised_contrastive import supervised_contrastive
from train.objectives.title_contrast import title_contrast
from train.styles import styles

PRICE_MARKS = 24
MOST_CLASSES = 4096  # that a facet settles on
UNMASKED = 0.5  # share from which a facet that settles has the classes of all feeds as negatives
START_SCALE = 10.0  # of the similarity of pictures and titles

State = dict[str, Any]
Memory = dict[str, dict[str, jax.Array]]


class Pupil(nnx.Module):
    """The network and the text tower, plus class prototypes and auxiliary heads."""

    def __init__(
        self,
        config: TrainConfig,
        labels: Labels,
        *,
        rngs: nnx.Rngs,
        dtype: Any,
        convolve: Convolve = xla_convolve,
    ):
        dims = {facet.name: facet.dim for facet in config.facets}
        self.network = Network(config.backbone, dims, rngs=rngs, dtype=dtype, convolve=convolve)
        told = {f.name: f.dim for f in config.facets if f.column != EDGES}
        told = head_dims(told, config.backbone.posterior)
        self.text = None if config.text is None else TextTower(config.text, told, rngs=rngs)

        self.prototypes = nnx.Dict(
            {
                facet.name: new_prototypes(
                    PRICE_MARKS if facet.column == "price" else len(labels.names[facet.column]),
                    facet.dim,
                    rngs=rngs,
                )
                for facet in config.facets
                if facet.column not in (None, EDGES) and not facet.posterior
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
            {
                column: new_prototypes(len(labels.names[column]), width, rngs=rngs)
                for column in config.auxiliary
            }
        )
        self.log_scale = nnx.Param(jnp.log(jnp.array(START_SCALE)))

    def prototypes_of(self, facet: FacetConfig) -> jax.Array:
        """The prototypes of a facet that has a column, float32 ``(classes, dim)``."""
        among = self.network.prototypes if facet.posterior else self.prototypes
        return among[facet.name][...]


class Learner:
    """Pure functions around a state of arrays: ``weights``, ``average``, ``optimiser``, ``step``
    and ``memory``, what the views of the latest batches looked like."""

    def __init__(self, config: TrainConfig, labels: Labels):
        self.config = config
        on_cpu = jax.default_backend() == "cpu"
        dtype = jnp.float32 if on_cpu else jnp.bfloat16
        convolve = amx.convolve if amx.available() else xla_convolve
        pupil = Pupil(config, labels, rngs=nnx.Rngs(config.seed), dtype=dtype, convolve=convolve)
        self.graph, self._first = nnx.split(pupil)
        columns = {f.column for f in config.facets if f.column not in (None, EDGES)}
        self._possible = {
            column: jnp.asarray(labels.classes_of_source(column))
            for column in (columns | set(config.auxiliary)) - {"price"}
        }
        self._marks = jnp.asarray(price_marks(labels.log_price))
        self._style_count = len(styles(labels)[1])
        schedule = optax.join_schedules(
            [
                optax.linear_schedule(0.0, config.learning_rate, config.warm_up),
                optax.constant_schedule(config.learning_rate),
                optax.linear_schedule(
                    config.learning_rate, 0.0, max(1, config.steps - config.cooldown_start)
                ),
            ],
            [config.warm_up, max(config.warm_up, config.cooldown_start)],
        )
        self._optimiser = optax.chain(
            optax.clip_by_global_norm(config.clip),
            optax.adamw(schedule, b2=0.98, weight_decay=config.weight_decay, mask=_matrices),
        )
        self.advance = jax.jit(self._advance, donate_argnums=0)
        self._embed = jax.jit(
            lambda average, canvases: nnx.merge(self.graph, average).network(canvases)
        )
        self._features = jax.jit(
            lambda average, canvases: nnx.merge(self.graph, average).network.backbone(canvases)
        )

    def start(self) -> State:
        """The state before the first step."""
        # Without weak types, or the second step would be compiled anew.
        weights = jax.tree.map(lambda leaf: jnp.asarray(leaf, leaf.dtype), self._first)
        return {
            "weights": weights,
            "average": jax.tree.map(jnp.copy, weights),
            "optimiser": self._optimiser.init(weights),
            "step": jnp.zeros((), jnp.int32),
            "memory": self._empty_memory(),
        }

    def pupil(self, state: State) -> Pupil:
        """The network and the text tower with the averaged weights."""
        return nnx.merge(self.graph, state["average"])

    def nearest_marks(self, log_price: np.ndarray) -> np.ndarray:
        """The price mark next to each log price, int64 ``(n,)``; -1 where it is unknown."""
        nearest = np.abs(log_price[:, None] - np.asarray(self._marks)).argmin(axis=1)
        return np.where(np.isfinite(log_price), nearest, -1)

    def embed(self, state: State, canvases: np.ndarray) -> jax.Array:
        """The vectors of canvases by the averaged weights."""
        return self._embed(state["average"], canvases)

    def features(self, state: State, canvases: np.ndarray) -> jax.Array:
        """The features of canvases by the averaged weights."""
        return self._features(state["average"], canvases)

    def _advance(self, state: State, batch: dict[str, jax.Array]) -> tuple[State, dict]:
        (_, (metrics, memory)), gradient = jax.value_and_grad(self._loss, has_aux=True)(
            state["weights"], batch, state["memory"], state["step"]
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
            "memory": memory,
        }
        return fresh, {**metrics, "gradient_norm": norm}

    def _loss(
        self, weights: Any, batch: dict[str, jax.Array], memory: Memory, step: jax.Array
    ) -> tuple[jax.Array, tuple[dict, Memory]]:
        pupil = nnx.merge(self.graph, weights)
        features = pupil.network.backbone(batch["canvases"])
        out = pupil.network.facets(features)
        pictures = len(batch["source"])
        twins = len(batch["canvases"]) - pictures
        # Row of each view in the arrays of labels: every picture, then the twins once more.
        both = jnp.concatenate([jnp.arange(pictures), jnp.arange(twins)])
        words = None if pupil.text is None else pupil.text(batch["tokens"])
        metrics = self.label_losses(pupil, out, words, batch, both)
        for facet in self.config.facets:
            if facet.column is None:
                vectors = out[facet.name]
                metrics[facet.name], memory = self._agreement(
                    facet.name, vectors, batch, both, memory, step
                )
        total = sum(
            (f.share * metrics[f.name] for f in self.config.facets if f.name in metrics),
            jnp.zeros(()),
        )
        if words is not None:
            metrics["text"] = loss = self.title_loss(pupil, out, words, batch)
            total += self.config.text_share * loss
        for column in self.config.auxiliary:
            loss = normalised_softmax(
                unit(pupil.auxiliary[column](features[:, : self.config.backbone.features])),
                pupil.auxiliary_prototypes[column][...],
                batch[column][both],
                self._possible[column][batch["source"][both]],
            )
            metrics[column] = loss
            total += self.config.auxiliary_share * loss
        return total, ({"loss": total, **metrics}, memory)

    def label_losses(
        self,
        pupil: Pupil,
        out: dict[str, jax.Array],
        words: dict[str, jax.Array] | None,
        batch: dict[str, jax.Array],
        both: jax.Array,
        contrast: float = 1.0,
        temperature: float = 0.1,
    ) -> dict[str, jax.Array]:
        """The loss of each facet that has a column, by its name: the contrast of the labels, at a
        ``temperature``, counts ``contrast`` times beside their softmax. Facets that are told apart
        more widely learn from the softmax alone, which counts ``contrast`` times instead.

        ``out`` and ``words`` are the facets of the views and of the titles; ``both[i]`` is the row
        of view i in the labels of ``batch``, whose pictures come first and then the twins.
        """
        source = batch["source"]
        pictures, same_source = len(source), source[:, None] == source[None, :]
        losses = {}
        for facet in self.config.facets:
            vectors = out[facet.name]
            if facet.column in (None, EDGES):
                continue
            told = None if words is None else words[facet.name]
            if facet.column == "price":
                losses[facet.name] = self._price(pupil, facet, vectors, told, batch, both)
                continue
            labels = batch[facet.column]
            prototypes = pupil.prototypes_of(facet)
            possible = self._possible[facet.column][source]
            if facet.posterior >= UNMASKED:  # nobody says which feed's classes a query may be of
                possible = jnp.ones_like(possible)
            alike = (labels[:, None] == labels[None, :]) | same_source
            seen = labels[both]
            if facet.column == "color":  # a recoloured view's colour is nobody's
                hidden = jnp.where(batch["recoloured"], -1, seen[pictures:])
                seen = seen.at[pictures:].set(hidden)
            loss = normalised_softmax(vectors, prototypes, seen, possible[both])
            if facet.width:  # what is contrasted when searching are codes, which nothing moves
                loss *= contrast
            else:
                loss += contrast * supervised_contrastive(
                    vectors, seen, alike[both][:, both], temperature
                )
            if told is not None:
                named = jnp.where(batch["title"] >= 0, labels, -1)
                loss += 0.5 * normalised_softmax(told, prototypes, named, possible)
            losses[facet.name] = loss
        return losses

    def _agreement(
        self,
        name: str,
        vectors: jax.Array,
        batch: dict[str, jax.Array],
        both: jax.Array,
        memory: Memory,
        step: jax.Array,
    ) -> tuple[jax.Array, Memory]:
        """Views of one product agree, and those of one style in its colours, against all other
        pictures of the batch (Chen et al., arXiv:2002.05709; with more positives Khosla et al.,
        arXiv:2004.11362) and of the batches in memory. Also returns the memory with this batch's views in place of the oldest."""
        identity, title = self._identity(batch)[both], batch["title"][both]
        kept = memory[name]
        identities = jnp.concatenate([identity, kept["identity"]])
        titles = jnp.concatenate([title, kept["title"]])
        loss = supervised_contrastive(
            vectors,
            identity,
            _comparable(identity, title, identities, titles),
            memory=(kept["vectors"], kept["identity"]),
        )
        size = len(kept["identity"])
        count = min(size, len(vectors))
        places = (step * count + jnp.arange(count)) % max(1, size)
        seen = {"vectors": jax.lax.stop_gradient(vectors), "identity": identity, "title": title}
        after_warm_up = step >= self.config.warm_up
        written = {
            key: jnp.where(after_warm_up, kept[key].at[places].set(value[:count]), kept[key])
            for key, value in seen.items()
        }
        return loss, {**memory, name: written}

    def agreeing(self, batch: dict[str, jax.Array]) -> tuple[jax.Array, jax.Array]:
        """What the views of a batch agree by: the identity of each, int32 ``(n,)`` (its style, or
        the product where there is none), and which may be contrasted, bool ``(n, n)``."""
        identity, title = self._identity(batch), batch["title"]
        return identity, _comparable(identity, title, identity, title)

    def _identity(self, batch: dict[str, jax.Array]) -> jax.Array:
        return jnp.where(batch["style"] >= 0, batch["style"], self._style_count + batch["row"])

    def _empty_memory(self) -> Memory:
        """For each facet of agreeing views, as many views as the config says, all unknown."""
        size = self.config.memory
        return {
            facet.name: {
                "vectors": jnp.zeros((size, facet.dim)),
                "identity": jnp.full(size, -1, jnp.int32),
                "title": jnp.full(size, -1, jnp.int32),
            }
            for facet in self.config.facets
            if facet.column is None
        }

    def _price(
        self,
        pupil: Pupil,
        facet: FacetConfig,
        vectors: jax.Array,
        told: jax.Array | None,
        batch: dict[str, jax.Array],
        both: jax.Array,
    ) -> jax.Array:
        """Order by price within a category and across, and the price itself on marks."""
        category, prices = batch["category"], batch["log_price"]
        prototypes = pupil.prototypes_of(facet)
        alike = (category[:, None] == category[None, :]) & (category[:, None] >= 0)
        first = vectors[: len(prices)]
        loss = rank_n_contrast(first, prices, alike)
        loss += 0.5 * rank_n_contrast(first, prices, jnp.ones_like(alike))
        loss += ordinal_softmax(vectors, prototypes, self._marks, prices[both])
        if told is not None:
            named = jnp.where(batch["title"] >= 0, prices, jnp.nan)
            loss += 0.5 * ordinal_softmax(told, prototypes, self._marks, named)
        return loss

    def title_loss(
        self,
        pupil: Pupil,
        out: dict[str, jax.Array],
        words: dict[str, jax.Array],
        batch: dict[str, jax.Array],
    ) -> jax.Array:
        """Titles against pictures, by the whole vector; and by the facets that have no column,
        with titles whose words for colours are left out."""
        assert pupil.text is not None
        pictures = len(batch["title"])
        plain = pupil.text(batch["style_tokens"])
        scale = jnp.exp(jnp.minimum(pupil.log_scale[...], jnp.log(100.0)))
        told = [facet for facet in self.config.facets if facet.name in words]
        cosines = {facet.name: out[facet.name][:pictures] @ words[facet.name].T for facet in told}
        weight = sum(facet.weight for facet in told)
        whole = sum(facet.weight / weight * cosines[facet.name] for facet in told)
        loss = title_contrast(2 * scale * whole, batch["title"])
        for facet in told:
            if facet.column is None:
                cosine = out[facet.name][:pictures] @ plain[facet.name].T
                loss += title_contrast(scale * cosine, batch["style"])
        return loss


def price_marks(log_price: np.ndarray) -> np.ndarray:
    """Places along the scale of log prices with equally many products between them."""
    known = log_price[np.isfinite(log_price)]
    if not len(known):
        return np.zeros(PRICE_MARKS, np.float32)
    return np.quantile(known, (np.arange(PRICE_MARKS) + 0.5) / PRICE_MARKS).astype(np.float32)


def fit_to(config: TrainConfig, labels: Labels) -> TrainConfig:
    """Leave out the facets, auxiliary heads and words that this catalogue can't teach, and say how
    many classes those facets have that settle on them; with more than ``MOST_CLASSES`` none does,
    or its prototypes would outgrow the network."""
    facets = tuple(
        f if _classes(f, labels) <= MOST_CLASSES else dataclasses.replace(f, posterior=0.0, width=0)
        for f in config.facets
        if f.column in (None, EDGES) or labels.has(f.column)
    )
    posterior = tuple(
        Posterior(f.name, _classes(f, labels), f.posterior, f.width) for f in facets if f.posterior
    )
    backbone = dataclasses.replace(config.backbone, posterior=posterior)
    auxiliary = tuple(column for column in config.auxiliary if labels.has(column))
    text = config.text if len(labels.titles) >= 2 else None
    return dataclasses.replace(
        config, facets=facets, auxiliary=auxiliary, text=text, backbone=backbone
    )


def _comparable(
    identity: jax.Array, title: jax.Array, identities: jax.Array, titles: jax.Array
) -> jax.Array:
    """Which of the second may be contrasted with which of the first: another style with the same
    title says nothing."""
    same_title = (title[:, None] == titles[None, :]) & (title[:, None] >= 0)
    return (identity[:, None] == identities[None, :]) | ~same_title


def _classes(facet: FacetConfig, labels: Labels) -> int:
    return len(labels.names[facet.column]) if facet.column in labels.names else 0


def _matrices(weights: Any) -> Any:
    """Weight decay is for kernels, not for gains, biases and scales."""
    return jax.tree.map(lambda leaf: np.ndim(leaf) > 1, weights)
