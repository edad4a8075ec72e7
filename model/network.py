"""The network: the backbone, and a small perceptron whose outputs are the facets."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx
from jaxtyping import Array, Float, UInt8

from model.backbone import Backbone, BackboneConfig, Convolution, Convolve, xla_convolve
from model.layers import unit
from model.prototypes import head_dims, new_prototypes, settled


class Network(nnx.Module):
    """Canvas to facets. Every facet has a linear head on a hidden layer that they share (on the
    features themselves if it is in ``config.direct`` or ``config.hidden`` is 0; on the edges alone
    if it is in ``config.edged`` and there are any), and its output has unit length. Those in
    ``config.posterior`` then settle on their classes."""

    def __init__(
        self,
        config: BackboneConfig,
        facet_dims: dict[str, int],
        *,
        rngs: nnx.Rngs,
        dtype: Any = jnp.float32,
        convolve: Convolve = xla_convolve,
    ):
        self.backbone = Backbone(config, rngs=rngs, dtype=dtype, convolve=convolve)
        self.hidden = (
            nnx.Linear(config.features, config.hidden, rngs=rngs) if config.hidden else None
        )
        self.direct = config.direct if config.hidden else tuple(facet_dims)
        self.edged = config.from_edges
        self.names, self.features = tuple(facet_dims), config.features
        self.posterior = config.posterior
        inputs = {
            name: config.outputs - config.features
            if name in self.edged
            else config.features
            if name in self.direct
            else config.hidden
            for name in facet_dims
        }
        dims = head_dims(facet_dims, self.posterior)
        self.heads = nnx.Dict(
            {
                name: nnx.Linear(inputs[name], dim, use_bias=False, rngs=rngs)
                for name, dim in dims.items()
            }
        )
        self.prototypes = nnx.Dict(
            {
                each.name: new_prototypes(each.classes, dims[each.name], rngs=rngs)
                for each in config.posterior
            }
        )
        self.codes = nnx.Dict(  # no loss depends on them: they stay as they are drawn
            {
                each.name: new_prototypes(each.classes, facet_dims[each.name], rngs=rngs)
                for each in config.posterior
                if each.width
            }
        )

    def __call__(self, canvases: UInt8[Array, "n S S 3"]) -> Float[Array, "n dim"]:
        """The vectors: the facets one after another."""
        facets = self.settled(self.facets(self.backbone(canvases)))
        return jnp.concatenate([facets[name] for name in self.names], axis=-1)

    def settled(self, facets: dict[str, Array]) -> dict[str, Float[Array, "n dim"]]:
        """The facets by name, settled, from what the heads give."""
        prototypes = {name: each[...] for name, each in self.prototypes.items()}
        codes = {name: each[...] for name, each in self.codes.items()}
        return settled(facets, prototypes, codes, self.posterior)

    def facets(self, features: Float[Array, "n outputs"]) -> dict[str, Float[Array, "n _"]]:
        """Each facet by name before it settles, from what the backbone gives."""
        seen = self.inputs(features)
        return {name: unit(head(seen[name])) for name, head in self.heads.items()}

    def inputs(self, features: Float[Array, "n outputs"]) -> dict[str, Float[Array, "n _"]]:
        """What each facet's head reads, from what the backbone gives."""
        features, edges = features[:, : self.features], features[:, self.features :]
        hidden = features if self.hidden is None else jax.nn.gelu(self.hidden(features))

        def seen(name: str) -> Array:
            if name in self.edged:
                return edges
            return features if name in self.direct else hidden

        return {name: seen(name) for name in self.names}

    def convolutions(self) -> list[Convolution]:
        return [m for _, m in nnx.iter_modules(self) if isinstance(m, Convolution)]

    def fuse(self) -> None:
        """Replace each standardised kernel by its value (for inference only)."""
        for convolution in self.convolutions():
            convolution.fuse()

    def mark_fused(self) -> None:
        """Say that the kernels to be put in are standardised already (a version's are)."""
        for convolution in self.convolutions():
            convolution.mark_fused()
