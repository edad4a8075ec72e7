"""How a picture asks: whole, and where it may be a scene, by its middle too.

A shop fills the picture with the product, a page that somebody reads shows it in a room. Several
crops of a query, the best of which counts, are an old way to meet both (Sharif Razavian et al.,
"Visual instance retrieval with deep convolutional networks", arXiv:1412.6574).
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from model.preprocess import TRIM_MIN, margin_colour

MIDDLE = 0.85  # of each side
MOST_FRAMINGS = 2


def framings(image: Image.Image) -> list[Image.Image]:
    """What a decoded picture (mode RGB) asks by: itself first, then its middle unless its margin is
    uniform, so that ``to_canvas`` frames the product anyway, or it is too small for one."""
    _, uniform = margin_colour(np.asarray(image))
    left, top = round(image.width * (1 - MIDDLE) / 2), round(image.height * (1 - MIDDLE) / 2)
    right, bottom = image.width - left, image.height - top
    if uniform or min(right - left, bottom - top) < TRIM_MIN:
        return [image]
    return [image, image.crop((left, top, right, bottom))]
