"""How a picture asks while judging: as it does in the server, by each of its framings."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float32
from PIL import Image

from model.framing import framings

BLOCK = 256  # pictures that are embedded at once


@runtime_checkable
class Encoder(Protocol):
    """What turns pictures into vectors in two steps: an embedder, or a baseline."""

    def prepare(self, image: Image.Image) -> np.ndarray:
        """A decoded picture (mode RGB) to what ``embed`` takes a stack of."""

    def embed(self, canvases: np.ndarray) -> np.ndarray:
        """Prepared pictures to float32 ``(n, dim)``."""


def embed_queries(
    encoder: Encoder,
    pictures: Iterable[Image.Image],
    progress: Callable[[int], None] | None = None,
) -> Float32[np.ndarray, "n 2 dim"]:
    """Vectors of decoded pictures that ask, one at least: of each whole and of its middle, or of
    the whole twice where it has one framing (``model/framing.py``). The closer one counts
    (``Search``)."""
    out, waiting = [], iter(pictures)
    while block := list(itertools.islice(waiting, BLOCK)):
        framed = [framings(picture) for picture in block]
        ends = np.cumsum([len(each) for each in framed])
        vectors = encoder.embed(np.stack([encoder.prepare(f) for each in framed for f in each]))
        starts = np.concatenate([[0], ends[:-1]])
        out.append(vectors[np.stack([starts, ends - 1], axis=1)])
        if progress:
            progress(len(block))
    return np.concatenate(out)


def read_queries(
    reading: Callable[[np.ndarray], np.ndarray], queries: Float32[np.ndarray, "n framings dim"]
) -> Float32[np.ndarray, "n framings read"]:
    """What a reading of vectors makes of each framing's."""
    read = reading(queries.reshape(-1, queries.shape[-1]))
    return read.reshape(*queries.shape[:-1], -1)
