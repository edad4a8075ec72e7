"""From a decoded picture to the square canvas the network sees: one stated function.

Shops frame their products differently: one fills the picture, another leaves a wide white
margin. A near-uniform margin is therefore trimmed before the picture is fitted into the square,
so that the same product looks the same to the network wherever it was photographed.
"""

from __future__ import annotations

import hashlib
import json

import numpy as np
from jaxtyping import Float32, UInt8
from PIL import Image

STATEMENT = {
    "version": 1,
    "colour": "sRGB, 8 bit, no normalisation (the network scales to [-1, 1])",
    "margin": "border = outermost 1 px ring; its colour = the per-channel median; uniform where "
    "90% of the ring is within 14 of it in every channel",
    "trim": "a uniform margin is cut to the box of pixels further than 20 from its colour, plus "
    "4% of the box's longer side; not where the box is empty or under 8 px",
    "fit": "longest side to the canvas (PIL BILINEAR, antialiased), centred, the rest filled with "
    "the margin's colour",
}
UNIFORM_SHARE, UNIFORM_DISTANCE, TRIM_DISTANCE, TRIM_PAD, TRIM_MIN = 0.9, 14, 20, 0.04, 8


def preprocessing_hash(canvas: int) -> str:
    """The hash (16 hexadecimal digits) that a version and an index must share."""
    stated = json.dumps({**STATEMENT, "canvas": canvas}, sort_keys=True)
    return hashlib.sha256(stated.encode()).hexdigest()[:16]


def margin_colour(pixels: UInt8[np.ndarray, "h w 3"]) -> tuple[np.ndarray, bool]:
    """The colour of the outermost ring (shape ``(3,)``, float64), and whether it is uniform."""
    ring = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    colour = np.median(ring, axis=0)
    return colour, bool(np.mean(colour_distance(ring, colour) <= UNIFORM_DISTANCE) >= UNIFORM_SHARE)


def colour_distance(
    pixels: UInt8[np.ndarray, "*shape 3"], colour: np.ndarray
) -> Float32[np.ndarray, "*shape"]:
    """The greatest of the three channels' distances from ``colour``."""
    # Channel by channel: a reduction over an axis of three is several times slower.
    red, green, blue = (
        np.abs(pixels[..., channel] - np.float32(colour[channel])) for channel in range(3)
    )
    return np.maximum(np.maximum(red, green), blue)


def content_box(
    pixels: UInt8[np.ndarray, "h w 3"], colour: np.ndarray
) -> tuple[int, int, int, int] | None:
    """The padded box (left, top, right, bottom) of what differs from ``colour``, or None."""
    differs = colour_distance(pixels, colour) > TRIM_DISTANCE
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if rows.size < TRIM_MIN or columns.size < TRIM_MIN:
        return None
    left, right = int(columns[0]), int(columns[-1]) + 1
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    pad = max(1, round(TRIM_PAD * max(right - left, bottom - top)))
    height, width = differs.shape
    return max(0, left - pad), max(0, top - pad), min(width, right + pad), min(height, bottom + pad)


def to_canvas(image: Image.Image, canvas: int) -> UInt8[np.ndarray, "S S 3"]:
    """Trim a uniform margin and fit the picture (mode RGB) into a ``canvas`` x ``canvas`` square."""
    if image.mode != "RGB":
        raise ValueError(f"expected a picture in mode RGB, got {image.mode}: decode it first")
    pixels = np.asarray(image)
    colour, uniform = margin_colour(pixels)
    box = content_box(pixels, colour) if uniform else None
    left, top, right, bottom = box or (0, 0, image.width, image.height)
    scale = canvas / max(right - left, bottom - top)
    width = max(1, round((right - left) * scale))
    height = max(1, round((bottom - top) * scale))
    fitted = image.resize(
        (width, height), Image.Resampling.BILINEAR, box=(left, top, right, bottom)
    )
    out = np.empty((canvas, canvas, 3), np.uint8)
    out[:] = np.rint(colour).astype(np.uint8)
    y, x = (canvas - height) // 2, (canvas - width) // 2
    out[y : y + height, x : x + width] = np.asarray(fitted)
    return out
