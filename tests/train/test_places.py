"""Products in places: small, whole, and what asks is what the server would ask by."""

import numpy as np
import pytest
from PIL import Image

from model.framing import framings
from model.preprocess import to_canvas
from train.places import HEIGHT, placed, placed_views

RED = (200, 30, 40)


def product(size: tuple[int, int] = (60, 80)) -> Image.Image:
    """A red thing, 40 % of each side, on white."""
    image = Image.new("RGB", size, (255, 255, 255))
    wide, high = size
    image.paste(RED, (wide * 3 // 10, high * 3 // 10, wide * 7 // 10, high * 7 // 10))
    return image


def red(scene: Image.Image) -> np.ndarray:
    return (np.abs(np.asarray(scene).astype(int) - RED) < 12).all(axis=2)


@pytest.mark.parametrize("size", [(60, 80), (300, 40), (40, 300)])
@pytest.mark.parametrize("real", [False, True])
def test_the_product_is_whole_and_smaller_than_the_scene(size: tuple[int, int], real: bool) -> None:
    place = Image.new("RGB", (50, 70), (20, 120, 60))
    for seed in range(40):
        scene = placed(
            product(size), np.random.default_rng(seed), (lambda _: place) if real else None
        )
        assert scene.height == HEIGHT and 0.7 * HEIGHT <= scene.width <= 1.4 * HEIGHT
        rows, columns = (np.flatnonzero(red(scene).any(axis=axis)) for axis in (1, 0))
        share = max(len(rows) / scene.height, len(columns) / scene.width)
        assert 0.3 < share < 0.92  # the box of the product keeps some of its ground
        kept = red(scene)[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].mean()
        assert kept > 0.7


def test_places_are_of_all_kinds_and_drawn_by_the_seed() -> None:
    green = Image.new("RGB", (50, 70), (20, 120, 60))
    scenes = [placed(product(), np.random.default_rng(s), lambda _: green) for s in range(40)]
    real = sum((np.asarray(scene)[:3] == (20, 120, 60)).all() for scene in scenes)
    assert 8 < real < 32
    again = placed(product(), np.random.default_rng(3), lambda _: green)
    np.testing.assert_array_equal(again, scenes[3])


def test_a_scene_stays_as_it_is_and_asks_whole_and_by_its_middle() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (50, 60, 3), np.uint8)
    scene = Image.fromarray(noise)
    assert placed(scene, np.random.default_rng(0)) is scene
    views = placed_views(scene, 32, np.random.default_rng(0), None)
    np.testing.assert_array_equal(views, np.stack([to_canvas(f, 32) for f in framings(scene)]))


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (60, 80)])
def test_pictures_of_nothing_are_no_error(size: tuple[int, int]) -> None:
    blank = Image.new("RGB", size, (255, 255, 255))
    for seed in range(10):
        views = placed_views(blank, 32, np.random.default_rng(seed), None)
        assert views.shape == (2, 32, 32, 3) and views.dtype == np.uint8
