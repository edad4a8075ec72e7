"""A product as a page shows it that sells nothing: small, in a place, among other things."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32
from PIL import Image

from model.framing import framings
from model.preprocess import content_box, margin_colour, to_canvas
from train.augment import Ground, opacity, part_of

HEIGHT = 96  # pixels of the whole scene: more than a canvas, so that its middle has detail
REAL = 0.5  # chance of a real place, where there are pictures of places


def placed_views(
    image: Image.Image, canvas: int, rng: np.random.Generator, ground: Ground | None
) -> np.ndarray:
    """The two canvases, uint8 ``(2, S, S, 3)``, by which a picture (mode RGB) of a product in a
    place asks: whole, and by its middle (``model/framing.py``). A picture without a uniform margin
    is taken for a scene as it is."""
    whole, *middle = framings(placed(image, rng, ground))
    return np.stack([to_canvas(each, canvas) for each in (whole, *(middle or [whole]))])


def placed(
    image: Image.Image, rng: np.random.Generator, ground: Ground | None = None
) -> Image.Image:
    """What is on the uniform ground of a picture, at 45 to 90 % of the sides of a scene: part of a
    real place that ``ground`` draws, or a wall and a floor."""
    pixels = np.asarray(image)
    colour, uniform = margin_colour(pixels)
    if not uniform:
        return image
    cut = Image.fromarray(np.dstack([pixels, (opacity(pixels, colour) * 255).astype(np.uint8)]))
    cut = cut.crop(content_box(pixels, colour) or (0, 0, *image.size))
    width = round(HEIGHT * rng.uniform(0.75, 1.35))
    scale = rng.uniform(0.45, 0.9) * min(HEIGHT / cut.height, width / cut.width)
    size = max(4, round(cut.width * scale)), max(4, round(cut.height * scale))
    cut = cut.resize(size, Image.Resampling.BILINEAR)
    if ground is not None and rng.random() < REAL:
        behind = part_of(ground(rng), (width, HEIGHT), rng, least=0.5)
    else:
        behind = _room(width, rng)
    scene = Image.fromarray(np.clip(behind, 0, 255).astype(np.uint8))
    free = np.array([width - cut.width, HEIGHT - cut.height])
    at = (free * np.clip(rng.normal((0.5, 0.6), 0.2), 0, 1)).astype(int)
    scene.paste(cut, (int(at[0]), int(at[1])), cut)
    return scene


def _room(width: int, rng: np.random.Generator) -> Float32[np.ndarray, "96 width 3"]:
    """A wall and a floor, mostly of dull colours, in uneven light."""
    wall = _tone(rng, 120, 245, warmth=(1, 1, 1))
    floor = _tone(rng, 60, 200, warmth=(1, 0.82, 0.65))
    y, x = np.mgrid[0 : 1 : HEIGHT * 1j, 0 : 1 : width * 1j][:, :, :, None]
    turn = rng.uniform(0, 2 * np.pi)
    light = (np.cos(turn) * x + np.sin(turn) * y) * rng.uniform(0, 50)
    cells = int(rng.integers(3, 14))
    rough = rng.uniform(-1, 1, (cells, cells, 3)) * rng.uniform(0, 30) + 128
    fine = Image.fromarray(rough.astype(np.uint8)).resize((width, HEIGHT), Image.Resampling.BICUBIC)
    rooms = np.where(y > rng.uniform(0.55, 0.85), floor, wall) + light
    return (rooms + np.asarray(fine, np.float32) - 128).astype(np.float32)


def _tone(
    rng: np.random.Generator, low: float, high: float, warmth: tuple[float, float, float]
) -> Float32[np.ndarray, " 3"]:
    if rng.random() < 0.4:
        return rng.uniform(40, 250, 3).astype(np.float32)
    dull = rng.uniform(low, high) * np.array(warmth) + rng.uniform(-20, 20, 3)
    return dull.astype(np.float32)
