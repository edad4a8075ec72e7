"""A photograph for a right click: a product the demo shop doesn't have, in a sunlit room."""

from __future__ import annotations

import dataclasses
import io

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from catalog.illustrator import illustrate
from catalog.illustrator.draw import rasterise
from catalog.illustrator.products import make_products

ANOTHER_SHOP = 77  # the demo is drawn with seed 0


def product_picture(category: str = "Armchairs") -> bytes:
    """JPEG of a product of that category on white, 384 x 384 pixels."""
    encoded = io.BytesIO()
    _drawn(category).save(encoded, "JPEG", quality=92)
    return encoded.getvalue()


def room_photograph(category: str = "Armchairs", *, width: int = 640, height: int = 520) -> bytes:
    """JPEG of a product standing in a room, with light from a window, grain and soft edges."""
    rng = np.random.default_rng(5)
    room = _room(width, height)
    product = _drawn(category).resize((int(height * 0.86),) * 2, Image.Resampling.LANCZOS)
    layer = Image.new("RGB", (width, height), "white")
    layer.paste(product, ((width - product.width) // 2, int(height * 0.1)))
    scene = np.asarray(ImageChops.multiply(room, layer), np.float32)
    across, down = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    falloff = 1.0 - 0.16 * (across**2 + down**2)
    scene = scene * falloff[..., None] + rng.normal(0, 3.0, (height, width, 1))
    photograph = Image.fromarray(scene.clip(0, 255).astype(np.uint8))
    encoded = io.BytesIO()
    photograph.save(encoded, "JPEG", quality=90)
    return encoded.getvalue()


def _drawn(category: str) -> Image.Image:
    product = next(
        product
        for product in make_products(400, ANOTHER_SHOP)
        if product.row["category"] == category
    )
    return rasterise(illustrate(dataclasses.replace(product.specs[0], scene="white", view="front")))


def _room(width: int, height: int) -> Image.Image:
    floor = int(height * 0.76)
    room = Image.new("RGB", (width, height), "#e9e1d3")
    draw = ImageDraw.Draw(room)
    draw.rectangle((0, floor, width, height), fill="#c9a67c")
    for plank in range(-6, 12):
        left = plank * width // 6
        draw.line((left, floor, left - width // 5, height), fill="#b8946a", width=2)
    draw.rectangle((0, floor - 14, width, floor), fill="#f3ede2")
    light = Image.new("L", (width, height), 0)
    pane = ImageDraw.Draw(light)
    for column in range(2):
        left = width * (0.08 + 0.2 * column)
        corners = [
            (left, 30),
            (left + width * 0.17, 50),
            (left + width * 0.26, floor),
            (left + width * 0.09, floor),
        ]
        pane.polygon(corners, fill=120)
    warm = Image.new("RGB", (width, height), "#fff6dc")
    room.paste(warm, mask=light.filter(ImageFilter.GaussianBlur(9)))
    return room.filter(ImageFilter.GaussianBlur(1.6))
