"""What a version must beat: vectors that need no learning."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32, UInt8
from PIL import Image

from model.preprocess import to_canvas

BINS, SIDE, CANVAS = 4, 16, 64


class HistogramAndPixels:
    """A colour histogram (4 bins a channel, root of the shares) beside 16 x 16 grey-centred
    pixels, each half of unit length; of the picture as the model is given it, in 64 px."""

    name = "histogram + pixels"

    def prepare(self, image: Image.Image) -> UInt8[np.ndarray, "S S 3"]:
        return to_canvas(image, CANVAS)

    def embed(self, canvases: UInt8[np.ndarray, "n S S 3"]) -> Float32[np.ndarray, "n dim"]:
        out = np.empty((len(canvases), BINS**3 + SIDE * SIDE * 3), np.float32)
        for row, canvas in enumerate(canvases):
            codes = (canvas // (256 // BINS)).reshape(-1, 3) @ np.array([BINS * BINS, BINS, 1])
            histogram = np.sqrt(np.bincount(codes, minlength=BINS**3) / len(codes))
            small = Image.fromarray(canvas).resize((SIDE, SIDE), Image.Resampling.BOX)
            pixels = np.asarray(small, np.float32).ravel() / 127.5 - 1
            pixels -= pixels.mean()
            out[row, : BINS**3] = histogram
            out[row, BINS**3 :] = pixels / max(float(np.linalg.norm(pixels)), 1e-6)
        return out / np.float32(2**0.5)
