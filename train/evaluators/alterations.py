"""What happens to a picture between the shop and the person who right-clicks it.

Each alteration is a function of a picture (mode RGB) and a seeded generator; it returns the
altered picture, or None where it does not apply. ``ALTERATIONS`` names them all.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from model.preprocess import margin_colour

Alteration = Callable[[Image.Image, np.random.Generator], Image.Image | None]

QUALITY, THUMBNAIL, KEPT = 30, 48, 0.6
GROUND_DISTANCE, EDGE = 12, 24  # how far from the ground's colour its pixels lie, and its shadows
WORDS = (
    "New in", "SALE -30%", "Free returns", "Add to bag", "Shop the look", "Summer edit", "Size M L",
    "Delivery in 2 days", "Customers also bought", "4.6 out of 5", "Save for later", "Only 3 left",
)  # fmt: skip


def jpeg(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """JPEG of quality 30."""
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=QUALITY)
    return Image.open(packed).convert("RGB")


def thumbnail(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """At most 48 px on the longer side."""
    small = image.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    return small


def crop(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A window of 60% of the area, anywhere, of the same proportions."""
    wide, high = (max(1, round(side * KEPT**0.5)) for side in image.size)
    left = int(rng.integers(0, image.width - wide + 1))
    top = int(rng.integers(0, image.height - high + 1))
    return image.crop((left, top, left + wide, top + high))


def flip(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Left is right."""
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def background(image: Image.Image, rng: np.random.Generator) -> Image.Image | None:
    """The uniform ground around the product gives way to another; None where there is none.

    The ground is what has the margin's colour and hangs together with the border, so that a white
    shirt stays white.
    """
    pixels = np.asarray(image)
    colour, uniform = margin_colour(pixels)
    if not uniform:
        return None
    distance = np.abs(pixels - colour).max(axis=2)
    ground = _from_border(distance <= EDGE)
    opacity = np.where(ground, np.clip((distance - GROUND_DISTANCE) / EDGE, 0, 1), 1.0)[..., None]
    mixed = pixels * opacity + _ground(image.height, image.width, rng) * (1 - opacity)
    return Image.fromarray(np.clip(np.rint(mixed), 0, 255).astype(np.uint8))


def screenshot(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A piece of a shop's page: a bar above, the picture with a badge, a title and price below,
    and a slice of the column beside it."""
    wide = 240
    high = max(60, min(480, round(image.height * wide / image.width)))
    picture = image.resize((wide, high), Image.Resampling.BICUBIC)
    dark = rng.random() < 0.2
    paper, ink = ((24, 24, 28), (235, 235, 235)) if dark else ((255, 255, 255), (30, 30, 30))
    accent = tuple(int(c) for c in rng.integers(30, 200, 3))
    left, top = int(rng.integers(8, 32)), 34
    page = Image.new("RGB", (left + wide + int(rng.integers(8, 80)), top + high + 52), paper)
    brush = ImageDraw.Draw(page)
    small, large = ImageFont.load_default(12), ImageFont.load_default(17)
    words = [WORDS[n] for n in rng.permutation(len(WORDS))]
    brush.rectangle((0, 0, page.width, 25), fill=accent)
    brush.text((10, 6), f"{words[0]}     {words[1]}", "white", font=small)
    page.paste(picture, (left, top))
    brush.text((left, top + high + 6), words[2], ink, font=large)
    brush.text((left, top + high + 30), f"{rng.integers(9, 199)}.90  {words[3]}", ink, font=small)
    for line in range(top + 6, page.height, 30):  # the next column, cut off
        brush.text((left + wide + 14, line), words[4 + line % 4], ink, font=small)
    badge_top = top + int(rng.integers(6, max(7, high - 34)))
    badge_left = left + int(rng.integers(0, 100))
    box = brush.textbbox((badge_left + 8, badge_top + 4), words[8], font=large)
    brush.rectangle((badge_left, badge_top, box[2] + 8, box[3] + 6), fill=accent)
    brush.text((badge_left + 8, badge_top + 4), words[8], "white", font=large)
    return page


ALTERATIONS: dict[str, Alteration] = {
    "JPEG quality 30": jpeg,
    "48 px thumbnail": thumbnail,
    "crop of 60%": crop,
    "other background": background,
    "flip": flip,
    "screenshot with text": screenshot,
}


# The order in which things happen to a picture: a photographer, an editor, a page, a server.
ON_THE_WAY = (background, flip, crop, screenshot, thumbnail, jpeg)


def elsewhere(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """As another site may show it: two of the alterations, drawn."""
    for number in np.sort(rng.permutation(len(ON_THE_WAY))[:2]):
        image = ON_THE_WAY[number](image, rng) or image
    return image


def _from_border(mask: np.ndarray) -> np.ndarray:
    """The part of a mask ``(h, w)`` that hangs together with the border (4 neighbours)."""
    reached = np.zeros_like(mask)
    reached[[0, -1]], reached[:, [0, -1]] = mask[[0, -1]], mask[:, [0, -1]]
    count = -1
    while count != (count := int(reached.sum())):
        for _ in range(8):  # a few steps between the counts
            grown = reached.copy()
            grown[1:] |= reached[:-1]
            grown[:-1] |= reached[1:]
            grown[:, 1:] |= reached[:, :-1]
            grown[:, :-1] |= reached[:, 1:]
            reached = grown & mask
    return reached


def _ground(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """A plain, shaded, striped, blotched or two-part (wall and floor) ground, float (h, w, 3)."""
    vivid = 100.0 if rng.random() < 0.25 else 25.0
    first, second = rng.uniform(50, 240, (2, 1)) + rng.uniform(-vivid, vivid, (2, 3))
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j][..., None]
    kind = int(rng.integers(5))
    if kind == 0:
        share = np.zeros((height, width, 1))
    elif kind == 1:
        turn = rng.uniform(0, 2 * np.pi)
        share = (np.cos(turn) * (x - 0.5) + np.sin(turn) * (y - 0.5)) * 0.7 + 0.5
    elif kind == 2:
        turn, narrow = rng.uniform(0, np.pi), rng.uniform(12, 40)
        share = 0.3 + 0.3 * np.sin((np.cos(turn) * x + np.sin(turn) * y) * narrow)
    elif kind == 3:
        cells = (rng.random((6, 6)) * 255).astype(np.uint8)
        rough = Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC)
        share = np.asarray(rough, float)[..., None] / 255
    else:
        share = np.where(y > rng.uniform(0.55, 0.85), 1.0, 0.15 * y)
    return first * (1 - share) + second * share
