"""How a picture asks: whole, and by its middle where it may be a scene."""

import numpy as np
import pytest
from PIL import Image

from model.backbone import BackboneConfig
from model.embedder import Embedder
from model.framing import framings


def scene(width: int, height: int) -> Image.Image:
    """No two neighbouring pixels alike, so no margin is uniform."""
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(pixels)


def test_a_scene_asks_whole_and_by_its_middle() -> None:
    image = scene(200, 120)
    whole, middle = framings(image)
    assert whole is image and middle.size == (170, 102)
    np.testing.assert_array_equal(np.asarray(middle), np.asarray(image)[9:111, 15:185])


def test_a_product_on_plain_ground_asks_once() -> None:
    pixels = np.full((90, 60, 3), 250, np.uint8)
    pixels[20:70, 20:40] = np.asarray(scene(20, 50))
    image = Image.fromarray(pixels)
    assert framings(image) == [image]


@pytest.mark.parametrize("size", [(1, 1), (400, 6), (9, 9), (9, 400), (400, 9)])
def test_a_sliver_has_no_middle(size: tuple[int, int]) -> None:
    assert len(framings(scene(*size))) == 1


def test_eight_pixels_are_enough_for_a_middle() -> None:
    _, middle = framings(scene(10, 10))
    assert middle.size == (8, 8)


def test_each_framing_is_a_canvas() -> None:
    embedder = Embedder.untrained(backbone=BackboneConfig(32, widths=(8, 16), blocks=(0, 1)))
    image = scene(120, 90)
    canvases = embedder.prepare_query(image)
    assert canvases.shape == (2, embedder.canvas, embedder.canvas, 3)
    np.testing.assert_array_equal(canvases[0], embedder.prepare(image))
    np.testing.assert_array_equal(canvases[1], embedder.prepare(framings(image)[1]))
