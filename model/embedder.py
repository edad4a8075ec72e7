"""The embedder: pictures and words to vectors, with a loaded version on the device."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jaxtyping import Float32, UInt8
from PIL import Image

from model.backbone import BackboneConfig
from model.facets import Facet, FacetLayout
from model.framing import framings
from model.network import Network
from model.preprocess import to_canvas
from model.prototypes import head_dims, settled
from model.text import TextConfig, TextTower, tokens_of
from model.version import Version, VersionError, load_version, save_version

BATCH_SIZES = (1, 2, 8, 64)
DEFAULT_FACETS = (
    Facet("kind", 80, "what it is", 0.35),
    Facet("look", 80, "shape, pattern, material", 0.25),
    Facet("colour", 32, "colour", 0.2),
    Facet("wearer", 16, "for whom", 0.1),
    Facet("price", 48, "price tier", 0.1),
)


class Embedder:
    """A version ready to embed. Thread-safe; batches are of a few compiled sizes."""

    def __init__(self, version: Version):
        self.layout = version.layout
        self.version = version.name
        self.preprocessing_hash = version.preprocessing_hash
        self.canvas = version.backbone.canvas
        self._version = version
        pictures, texts = _by_tower(version.tensors)
        network = _abstract_network(version.backbone, version.layout)
        graph, state = nnx.split(network)
        self._state = jax.device_put(_fill(state, pictures))
        self._forward = jax.jit(lambda state, canvases: nnx.merge(graph, state)(canvases))
        if version.text is not None:
            dims = {facet.name: facet.dim for facet in version.layout.facets}
            wordless = [name for name in version.backbone.from_edges if name in dims]
            told = {name: dim for name, dim in dims.items() if name not in wordless}
            posterior = version.backbone.posterior
            prototypes = _by_facet(pictures, "prototypes")
            codes = _by_facet(pictures, "codes")
            tower = _abstract_text(version.text, head_dims(told, posterior))
            text_graph, text_state = nnx.split(tower)
            self._text_state = jax.device_put(_fill(text_state, texts))

            def forward(state: nnx.State, tokens: jax.Array) -> jax.Array:
                out = settled(nnx.merge(text_graph, state)(tokens), prototypes, codes, posterior)
                nothing = {name: jnp.zeros((len(tokens), dims[name])) for name in wordless}
                out = {**out, **nothing}
                return jnp.concatenate([out[name] for name in self.layout.names], axis=-1)

            self._forward_text = jax.jit(forward)

    @classmethod
    def load(cls, folder: Path) -> Embedder:
        """Load and verify a version folder (``VersionError`` says what is wrong)."""
        return cls(load_version(folder))

    @classmethod
    def untrained(
        cls,
        *,
        backbone: BackboneConfig | None = None,
        facets: tuple[Facet, ...] = DEFAULT_FACETS,
        seed: int = 0,
    ) -> Embedder:
        """An embedder with random weights: a baseline, and a stand-in while developing."""
        backbone, layout = backbone or BackboneConfig(), FacetLayout(facets)
        dims = {facet.name: facet.dim for facet in facets}
        network = Network(backbone, dims, rngs=nnx.Rngs(seed))
        tensors = fused_tensors(network)
        return cls(Version(f"untrained-{seed}", backbone, layout, tensors, {}))

    def save(self, folder: Path, **details: Any) -> str:
        """Write this embedder as a version folder; returns the version's name."""
        return save_version(
            folder,
            date=datetime.date.today().isoformat(),
            backbone=self._version.backbone,
            layout=self.layout,
            tensors=self._version.tensors,
            details={**self._version.details, **details},
            text=self._version.text,
        )

    def prepare(self, image: Image.Image) -> UInt8[np.ndarray, "S S 3"]:
        """A decoded picture (mode RGB) to the canvas that ``embed`` takes."""
        return to_canvas(image, self.canvas)

    def prepare_query(self, image: Image.Image) -> UInt8[np.ndarray, "framings S S 3"]:
        """A decoded picture (mode RGB) that asks, to one canvas or two for ``embed``: whole, and
        its middle (``model/framing.py``). What is like any of them is like the picture."""
        return np.stack([self.prepare(framing) for framing in framings(image)])

    def embed(self, canvases: UInt8[np.ndarray, "n S S 3"]) -> Float32[np.ndarray, "n dim"]:
        """Embed canvases: every facet of every row has unit length, unweighted."""
        if canvases.shape[1:] != (self.canvas, self.canvas, 3):
            raise ValueError(
                f"expected canvases of shape (n, {self.canvas}, {self.canvas}, 3), "
                f"got {canvases.shape}"
            )
        return self._in_batches(canvases, lambda batch: self._forward(self._state, batch))

    @property
    def has_text(self) -> bool:
        """Whether this version understands words."""
        return self._version.text is not None

    def embed_texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "n dim"]:
        """Embed titles or queries in words: unit facets in the layout of the pictures, but for
        those that words say nothing of (where edges lie), which are all zero and so have no say.

        Raises:
            VersionError: this version has no text tower.
        """
        config = self._version.text
        if config is None:
            raise VersionError(
                f"version {self.version} was trained without titles and understands no words: "
                "train one on a catalogue whose products have titles"
            )
        tokens = np.zeros((len(texts), config.tokens), np.int32)
        for row, text in enumerate(texts):
            tokens[row] = tokens_of(text, config)
        return self._in_batches(tokens, lambda batch: self._forward_text(self._text_state, batch))

    def _in_batches(
        self, inputs: np.ndarray, forward: Callable[[np.ndarray], jax.Array]
    ) -> Float32[np.ndarray, "n dim"]:
        out = np.empty((len(inputs), self.layout.dim), np.float32)
        start = 0
        for size in batches_of(len(inputs)):
            chunk = padded = inputs[start : start + size]
            if size > len(chunk):
                padding = np.zeros((size - len(chunk), *chunk.shape[1:]), chunk.dtype)
                padded = np.concatenate([chunk, padding])
            out[start : start + len(chunk)] = np.asarray(forward(padded))[: len(chunk)]
            start += len(chunk)
        # Unit length is promised exactly enough for shared vectors: once more, in float32.
        return self.layout.normalise(out)

    def warm(self, most: int) -> None:
        """Compile whatever embedding 1 to ``most`` canvases needs, so that no request waits for it."""
        for size in {size for count in range(1, most + 1) for size in batches_of(count)}:
            self.embed(np.zeros((size, self.canvas, self.canvas, 3), np.uint8))


def batches_of(count: int) -> list[int]:
    """The ``BATCH_SIZES`` that so many inputs are run in: the greatest that they fill, or one of
    which they fill more than half, as long as any are left. Half a batch takes little less time
    than a whole one, and a size less is a second less of compiling."""
    sizes: list[int] = []
    while count > 0:
        filled = max(size for size in BATCH_SIZES if size <= count)
        sizes.append(next((size for size in BATCH_SIZES if filled < size < 2 * count), filled))
        count -= sizes[-1]
    return sizes


def fused_tensors(network: Network) -> dict[str, np.ndarray]:
    """The network's arrays for inference (kernels standardised), float32, by dotted name."""
    network = nnx.clone(network)
    network.fuse()
    return {
        ".".join(map(str, path)): np.asarray(leaf[...], np.float32)
        for path, leaf in nnx.to_flat_state(nnx.state(network, nnx.Param))
    }


def text_tensors(tower: TextTower) -> dict[str, np.ndarray]:
    """The text tower's arrays, float32, by dotted name under ``text.``."""
    return {
        ".".join(["text", *map(str, path)]): np.asarray(leaf[...], np.float32)
        for path, leaf in nnx.to_flat_state(nnx.state(tower, nnx.Param))
    }


def _by_tower(
    tensors: dict[str, np.ndarray],
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    texts = {
        name.removeprefix("text."): array
        for name, array in tensors.items()
        if name.startswith("text.")
    }
    pictures = {name: a for name, a in tensors.items() if not name.startswith("text.")}
    return pictures, texts


def _by_facet(tensors: dict[str, np.ndarray], group: str) -> dict[str, jax.Array]:
    """The arrays of a group, by the facet's name."""
    prefix = f"{group}."
    return {
        name.removeprefix(prefix): jnp.asarray(array)
        for name, array in tensors.items()
        if name.startswith(prefix)
    }


def _abstract_text(config: TextConfig, dims: dict[str, int]) -> TextTower:
    return nnx.eval_shape(lambda: TextTower(config, dims, rngs=nnx.Rngs(0)))


def _abstract_network(backbone: BackboneConfig, layout: FacetLayout) -> Network:
    """The network without values, marked as fused: its arrays come from a version."""
    dims = {facet.name: facet.dim for facet in layout.facets}
    network = nnx.eval_shape(lambda: Network(backbone, dims, rngs=nnx.Rngs(0)))
    network.mark_fused()
    return network


def _fill(state: nnx.State, tensors: dict[str, np.ndarray]) -> nnx.State:
    flat = nnx.to_flat_state(state)
    names = {".".join(map(str, path)) for path, _ in flat}
    if names != set(tensors):
        odd = sorted(names ^ set(tensors))[:3]
        raise VersionError(f"the weights do not fit the architecture (for example {odd})")
    filled = []
    for path, leaf in flat:
        name = ".".join(map(str, path))
        if tuple(leaf.shape) != tensors[name].shape:
            raise VersionError(
                f"the weights do not fit the architecture: {name} has shape "
                f"{tensors[name].shape}, expected {tuple(leaf.shape)}"
            )
        filled.append((path, leaf.replace(tensors[name])))
    return nnx.from_flat_state(filled)
