"""A picture as it might be met elsewhere: other frame, background, light, compression.

Colour stays honest: light and contrast vary, hue does not, since colour is what people shop by.
Only ``recoloured`` changes hues: for the second views of pictures, from which the looks (shape,
pattern, material) may learn and the colours may not.
"""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable

import numpy as np
from jaxtyping import Float32, UInt8
from PIL import Image

from model.preprocess import colour_distance, content_box, margin_colour, to_canvas

Ground = Callable[[np.random.Generator], Image.Image]  # draws a picture of a place


@dataclasses.dataclass(frozen=True, slots=True)
class AugmentConfig:
    """Chances of each change, and how far it goes."""

    flip: float = 0.5
    background: float = 0.4
    crop: float = 0.7
    crop_least: float = 0.4  # least share of the area kept
    zoom_out: float = 0.25
    rotate: float = 0.2
    rotate_degrees: float = 12.0
    light: float = 0.15
    jpeg: float = 0.2
    thumbnail: float = 0.25
    cover: float = 0.15
    recolour: float = 0.7  # of second views

    def calmer(self, share: float) -> AugmentConfig:
        """The same with each chance but those of flips and other colours times ``share``."""
        chances = ("background", "crop", "zoom_out", "rotate", "jpeg", "thumbnail", "cover")
        return dataclasses.replace(self, **{c: share * getattr(self, c) for c in chances})


PLAIN = AugmentConfig(
    flip=0.0,
    background=0.0,
    crop=0.0,
    zoom_out=0.0,
    rotate=0.0,
    light=0.0,
    jpeg=0.0,
    thumbnail=0.0,
    cover=0.0,
    recolour=0.0,
)
"""No change at all: the canvas as at inference."""


def augmented_canvas(
    image: Image.Image,
    canvas: int,
    rng: np.random.Generator,
    config: AugmentConfig,
    ground: Ground | None = None,
) -> UInt8[np.ndarray, "S S 3"]:
    """One random view of a decoded picture (mode RGB), on its canvas.

    ``ground`` draws a picture of a place where there is none of the product, to put behind it.
    """
    pixels = np.asarray(image)
    colour, uniform = margin_colour(pixels)
    if uniform and rng.random() < config.background:
        image = _on_background(pixels, colour, rng, ground)
    if rng.random() < config.zoom_out:
        image = _framed(image, rng)
    if rng.random() < config.rotate:
        angle = rng.uniform(-config.rotate_degrees, config.rotate_degrees)
        fill = tuple(int(c) for c in margin_colour(np.asarray(image))[0])
        image = image.rotate(angle, Image.Resampling.BILINEAR, fillcolor=fill)
    if rng.random() < config.crop:
        image = _cropped(image, rng, config.crop_least)
    if rng.random() < config.flip:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if rng.random() < config.thumbnail:
        small = rng.uniform(28, 48) / max(image.size)
        if small < 1:
            wide, high = (max(8, round(side * small)) for side in image.size)
            image = image.resize((wide, high), Image.Resampling.BILINEAR)
    if rng.random() < config.jpeg:
        packed = io.BytesIO()
        image.save(packed, "JPEG", quality=int(rng.integers(25, 80)))
        image = Image.open(packed).convert("RGB")
    out = to_canvas(image, canvas)
    if config.light:
        out = _lit(out, rng, config.light)
    if rng.random() < config.cover:
        height, width = rng.integers(canvas // 8, canvas // 3, 2)
        y, x = rng.integers(0, canvas - height), rng.integers(0, canvas - width)
        out[y : y + height, x : x + width] = rng.integers(0, 256, 3)
    return out


def _on_background(
    pixels: np.ndarray,
    colour: np.ndarray,
    rng: np.random.Generator,
    ground: Ground | None,
) -> Image.Image:
    """Replace what has the margin's colour by a plain, shaded, rough or real ground."""
    height, width = pixels.shape[:2]
    first, second = rng.uniform(40, 255, (2, 3)).astype(np.float32)
    kind = rng.integers(3 if ground is None else 4)
    if kind == 0:
        behind = np.broadcast_to(first, (height, width, 3))
    elif kind == 1:
        turn = rng.uniform(0, 2 * np.pi)
        y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
        ramp = ((np.cos(turn) * x + np.sin(turn) * y + 1) / 2.5).astype(np.float32)[:, :, None]
        behind = first * (1 - ramp) + second * ramp
    elif kind == 2 or ground is None:
        cells = int(rng.integers(3, 12))
        noise = rng.uniform(-45, 45, (cells, cells, 3)) + first
        rough = Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8))
        behind = np.asarray(rough.resize((width, height), Image.Resampling.BICUBIC), np.float32)
    else:
        behind = part_of(ground(rng), (width, height), rng, least=0.4)
    front = opacity(pixels, colour)[:, :, None]
    mixed = pixels * front + behind * (1 - front)
    return Image.fromarray(np.clip(mixed, 0, 255).astype(np.uint8))


def opacity(pixels: UInt8[np.ndarray, "H W 3"], colour: np.ndarray) -> Float32[np.ndarray, "H W"]:
    """How much of each pixel is the thing itself, 0 to 1, on a ground of this colour."""
    return np.clip((colour_distance(pixels, colour) - 6) / 18, 0, 1)


def part_of(
    place: Image.Image, size: tuple[int, int], rng: np.random.Generator, *, least: float
) -> Float32[np.ndarray, "H W 3"]:
    """Part of a picture (mode RGB), ``least`` of its sides at least, at this width and height."""
    share = rng.uniform(least, 1.0)
    wide, high = max(1, int(place.width * share)), max(1, int(place.height * share))
    left = int(rng.integers(0, place.width - wide + 1))
    top = int(rng.integers(0, place.height - high + 1))
    box = (left, top, left + wide, top + high)
    return np.asarray(place.resize(size, Image.Resampling.BILINEAR, box=box), np.float32)


def _framed(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Put the picture small into a larger plain frame, off centre."""
    grow = rng.uniform(1.1, 1.6)
    width, height = round(image.width * grow), round(image.height * grow)
    frame = Image.new("RGB", (width, height), tuple(int(c) for c in rng.integers(60, 256, 3)))
    place = rng.integers(0, width - image.width + 1), rng.integers(0, height - image.height + 1)
    frame.paste(image, (int(place[0]), int(place[1])))
    return frame


def _cropped(image: Image.Image, rng: np.random.Generator, least: float) -> Image.Image:
    pixels = np.asarray(image)
    colour, uniform = margin_colour(pixels)
    box = (content_box(pixels, colour) if uniform else None) or (0, 0, image.width, image.height)
    width, height = box[2] - box[0], box[3] - box[1]
    area, aspect = rng.uniform(least, 1.0), np.exp(rng.uniform(-0.2, 0.2))
    wide = min(width, max(8, round(width * (area * aspect) ** 0.5)))
    high = min(height, max(8, round(height * (area / aspect) ** 0.5)))
    left = box[0] + int(rng.integers(0, width - wide + 1))
    top = box[1] + int(rng.integers(0, height - high + 1))
    return image.crop((left, top, left + wide, top + high))


def _lit(canvas: np.ndarray, rng: np.random.Generator, amount: float) -> np.ndarray:
    gain = 1 + rng.uniform(-amount, amount)
    contrast = 1 + rng.uniform(-amount, amount)
    balance = 1 + rng.uniform(-amount / 4, amount / 4, 3)  # the light's warmth, not the hue
    mean = canvas.mean()
    factor = (contrast * gain * balance).astype(np.float32)
    lit = canvas * factor + (mean * (1 - contrast) * gain * balance).astype(np.float32)
    return np.clip(lit, 0, 255).astype(np.uint8)


def recoloured(
    canvas: UInt8[np.ndarray, "S S 3"], rng: np.random.Generator
) -> UInt8[np.ndarray, "S S 3"]:
    """The same thing in another colour: hues turned about the grey axis, more or less vivid.

    Greys stay as they are, so white grounds do too.
    """
    turn, vivid = rng.uniform(0, 2 * np.pi), rng.uniform(0.4, 1.4)
    grey = np.full((3, 3), 1 / 3)
    cross = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / 3**0.5
    turned = np.cos(turn) * (np.eye(3) - grey) + np.sin(turn) * cross  # Rodrigues' formula
    matrix = (grey + vivid * turned).astype(np.float32)
    return np.clip(canvas.astype(np.float32) @ matrix.T + 0.5, 0, 255).astype(np.uint8)
