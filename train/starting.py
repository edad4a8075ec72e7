"""Begin a run with what a version has learned, instead of at random.

For small shops, and for the next version, which need not learn everything anew. All that the version
and the run have in common is taken over; classes are the catalogue's own, so their prototypes begin
as the means of their pictures (imprinting: Qi et al., arXiv:1712.07136).
"""

from __future__ import annotations

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jaxtyping import Float32

from catalog.product import CatalogError
from model.backbone import BackboneConfig
from model.layers import unit
from model.prototypes import SPREAD
from model.version import Version
from train.labels import Labels
from train.learner import Learner, Pupil, State
from train.loader import Batches

PICTURES = 30_000  # at most, drawn by seed, that the prototypes begin with
# What may differ: pictures of any size are seen by the same kernels, and heads are told apart by
# their names and shapes.
FREE = {"canvas", "hidden", "direct", "edges", "edged", "posterior"}


def check_start(version: Version, backbone: BackboneConfig) -> None:
    """Raises `CatalogError` where the version's convolutions are not those of the run."""
    theirs, mine = dataclasses.asdict(version.backbone), dataclasses.asdict(backbone)
    differing = [name for name in mine if name not in FREE and mine[name] != theirs[name]]
    if differing:
        told = ", ".join(f"{name} is {theirs[name]}, not {mine[name]}" for name in differing)
        raise CatalogError(
            f"version {version.name} can't begin this run, its network is another: {told}; give "
            "a config with its backbone, or leave out --start"
        )
    if backbone.block == "branches":
        raise CatalogError(
            f"version {version.name} can't begin a run: its branches were made one for good; "
            "leave out --start"
        )


def started(
    version: Version, learner: Learner, state: State, labels: Labels, batches: Batches
) -> State:
    """The state before the first step, with the version's backbone, and its hidden layer, heads
    and text tower where name and shape are the same (heads of edges are fitted anew). Whether
    the version can begin the run at all is ``check_start``'s to say."""
    edged = tuple(f"heads.{name}." for name in learner.config.backbone.from_edges)
    taken = learnable(version.tensors)
    filled = []
    for path, leaf in nnx.to_flat_state(state["weights"]):
        name = ".".join(map(str, path)).removeprefix("network.")
        own = name.startswith(("prototypes.", "codes.", *edged))
        theirs = None if own else taken.get(name)
        if theirs is not None and theirs.shape == leaf.shape:
            leaf = leaf.replace(jnp.asarray(theirs, leaf.dtype))
        filled.append((path, leaf))
    state = {**state, "weights": nnx.from_flat_state(filled)}
    state["average"] = jax.tree.map(jnp.copy, state["weights"])
    pupil = learner.pupil(state)
    _imprint(pupil, learner, state, labels, batches)
    state["weights"] = nnx.split(pupil)[1]
    state["average"] = jax.tree.map(jnp.copy, state["weights"])
    return state


def learnable(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """A version's arrays with the kernels of its convolutions as they learn: of norm 1 for each
    output channel, and their norms as the gain, which gives the same kernels again."""
    out = dict(tensors)
    for name, kernel in tensors.items():
        gain = name.removesuffix("kernel") + "gain"
        if name.endswith(".kernel") and gain in tensors:
            norm = np.sqrt((kernel**2).sum(axis=tuple(range(kernel.ndim - 1))))
            out[name], out[gain] = kernel / np.maximum(norm, 1e-6), norm
    return out


def _imprint(
    pupil: Pupil, learner: Learner, state: State, labels: Labels, batches: Batches
) -> None:
    """Set the prototypes of each class that is seen to the mean of its pictures' vectors."""
    config = learner.config
    drawn = np.random.default_rng(config.seed).permutation(batches.pictures)[:PICTURES]
    heads = jax.jit(lambda network, features: network.facets(features))
    numbers, vectors = [], []
    for read, canvases in batches.blocks(drawn, config.backbone.canvas):
        features = learner.features(state, canvases)
        out = dict(heads(pupil.network, features))
        seen = features[:, : config.backbone.features]
        out |= {f"{name} beside": unit(head(seen)) for name, head in pupil.auxiliary.items()}
        numbers.append(read)
        vectors.append({name: np.asarray(value)[: len(read)] for name, value in out.items()})
    read = np.concatenate(numbers)
    classes = {column: codes[read] for column, codes in labels.codes.items()}
    classes["price"] = learner.nearest_marks(labels.log_price[read])
    joined = {name: np.concatenate([block[name] for block in vectors]) for name in vectors[0]}
    for facet in config.facets:
        for group in (pupil.network.prototypes, pupil.prototypes):
            if facet.name in group:
                _set_means(group[facet.name], joined[facet.name], classes[facet.column or ""])
    for column in config.auxiliary:
        means = pupil.auxiliary_prototypes[column]
        _set_means(means, joined[f"{column} beside"], classes[column])


def _set_means(prototypes: Any, vectors: Float32[np.ndarray, "n dim"], classes: np.ndarray) -> None:
    """Set the prototypes of classes that have pictures (-1 is none) to the direction of their mean,
    at the usual length of new prototypes."""
    known = classes >= 0
    sums = np.zeros(prototypes.shape, np.float32)
    np.add.at(sums, classes[known], vectors[known])
    length = np.linalg.norm(sums, axis=1, keepdims=True)
    means = sums / np.maximum(length, 1e-6) * (SPREAD * prototypes.shape[1] ** 0.5)
    prototypes[...] = jnp.where(length > 1e-6, means, prototypes[...])
