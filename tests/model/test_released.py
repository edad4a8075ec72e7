"""The version that ships: its size, and that a drawn picture still becomes what it became."""

import numpy as np
from PIL import Image, ImageDraw

from model import RELEASED
from model.embedder import Embedder
from model.version import load_version


def test_the_released_version_is_small_enough() -> None:
    version = load_version(RELEASED)
    parameters = sum(array.size for array in version.tensors.values())
    assert parameters == version.details["parameters"] <= 5_000_000
    assert version.layout.dim == 256


def test_like_goes_with_like() -> None:
    def drawn(shape: str, colour: str) -> Image.Image:
        image = Image.new("RGB", (80, 100), "white")
        getattr(ImageDraw.Draw(image), shape)((15, 25, 65, 75), fill=colour)
        return image

    embedder = Embedder.load(RELEASED)
    pictures = [
        drawn("ellipse", "#a02020"), drawn("ellipse", "#a82424"), drawn("rectangle", "#2040a0")
    ]  # fmt: skip
    vectors = embedder.layout.weigh_both(
        embedder.embed(np.stack([embedder.prepare(picture) for picture in pictures]))
    )
    assert vectors[0] @ vectors[1] > 0.9 > vectors[0] @ vectors[2]


def test_it_understands_words() -> None:
    embedder = Embedder.load(RELEASED)
    queries = embedder.layout.for_words.weigh_both(
        embedder.embed_texts(["red dress for women", "women red dresses", "black leather wallet"])
    )
    assert queries[0] @ queries[1] > 0.8 > queries[0] @ queries[2]


def test_words_have_no_outline_and_so_no_say_in_it() -> None:
    embedder = Embedder.load(RELEASED)
    assert embedder.layout.for_words.default_weights["outline"] == 0
    assert embedder.layout.for_words.default_weights["brand"] > 0
    part = embedder.layout.slices["outline"]
    assert not embedder.embed_texts(["red dress"])[:, part].any()
    image = Image.new("RGB", (80, 100), "white")
    ImageDraw.Draw(image).ellipse((15, 25, 65, 75), fill="#a02020")
    vector = embedder.embed(embedder.prepare(image)[None])[0, part]
    np.testing.assert_allclose(np.linalg.norm(vector), 1, atol=1e-5)
