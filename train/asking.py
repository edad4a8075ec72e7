"""How a picture asks while judging: as it does in the server, by each of its framings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float32
from PIL import Image

from model.framing import framings


@runtime_checkable
class Encoder(Protocol):
    """What turns pictures into vectors in two steps: an embedder, or a baseline."""

    def prepare(self, image: Image.Image) -> np.ndarray:
        """A decoded picture (mode RGB) to what ``embed`` takes a stack of."""

    def embed(self, canvases: np.ndarray) -> np.ndarray:
        """Prepared pictures to float32 ``(n, dim)``."""


def embed_queries(
    encoder: Encoder, pictures: Sequence[Image.Image]
) -> Float32[np.ndarray, "n 2 dim"]:
    """Vectors of decoded pictures that ask: of each whole and of its middle, or of the whole twice
    where it has one framing (``model/framing.py``). The closer one counts (``Search``)."""
    canvases: list[np.ndarray] = []
    first, last = [], []
    for picture in pictures:
        first.append(len(canvases))
        canvases.extend(encoder.prepare(framing) for framing in framings(picture))
        last.append(len(canvases) - 1)
    return encoder.embed(np.stack(canvases))[np.stack([first, last], axis=1)]


def read_queries(
    reading: Callable[[np.ndarray], np.ndarray], queries: Float32[np.ndarray, "n framings dim"]
) -> Float32[np.ndarray, "n framings read"]:
    """What a reading of vectors makes of each framing's."""
    read = reading(queries.reshape(-1, queries.shape[-1]))
    return read.reshape(*queries.shape[:-1], -1)
