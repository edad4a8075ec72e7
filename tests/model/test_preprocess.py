import numpy as np
import pytest
from PIL import Image, ImageDraw

from model.preprocess import STATEMENT, content_box, margin_colour, preprocessing_hash, to_canvas


def disc(size: tuple[int, int], box: tuple[int, int, int, int], ground: str) -> Image.Image:
    image = Image.new("RGB", size, ground)
    ImageDraw.Draw(image).ellipse(box, fill="darkred")
    return image


def test_the_same_product_in_a_wide_and_a_tight_frame_gives_the_same_canvas() -> None:
    tight = to_canvas(disc((100, 100), (5, 5, 95, 95), "white"), 64).astype(int)
    wide = to_canvas(disc((300, 400), (150, 200, 240, 290), "white"), 64).astype(int)
    assert np.abs(tight - wide).mean() < 3


def test_a_picture_without_uniform_margin_is_kept_whole() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    np.testing.assert_array_equal(to_canvas(Image.fromarray(noise), 64), noise)


def test_a_margin_that_is_not_uniform_is_not_trimmed() -> None:
    image = disc((64, 64), (25, 25, 45, 45), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 63, 12), fill="grey")  # a fifth of the ring and more
    np.testing.assert_array_equal(to_canvas(image, 64), np.asarray(image))


@pytest.mark.parametrize("upright", [True, False])
def test_fitting_keeps_the_aspect_and_fills_with_the_margins_colour(upright: bool) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (128, 32, 3), dtype=np.uint8)
    out = to_canvas(Image.fromarray(noise if upright else noise.swapaxes(0, 1)), 64)
    out = out if upright else out.swapaxes(0, 1)
    assert (out[:, :24] == out[0, 0]).all() and (out[:, 40:] == out[0, 0]).all()
    assert np.ptp(out[:, 24:40]) > 100


@pytest.mark.parametrize("size", [(2000, 8), (8, 2000)])
def test_what_is_very_long_is_one_pixel_wide(size: tuple[int, int]) -> None:
    ramp = np.tile(np.arange(2000) // 10, (8, 1)).astype(np.uint8)
    pixels = np.stack([ramp] * 3, axis=-1)
    out = to_canvas(Image.fromarray(pixels if size[0] > 8 else pixels.swapaxes(0, 1)), 64)
    lines = out if size[0] > 8 else out.swapaxes(0, 1)
    assert np.flatnonzero(np.ptp(lines[..., 0], axis=1)).tolist() == [31]


def test_one_colour_gives_one_colour() -> None:
    out = to_canvas(Image.new("RGB", (50, 90), (10, 200, 30)), 64)
    assert (out == (10, 200, 30)).all()


def test_margin_and_box() -> None:
    pixels = np.asarray(disc((100, 100), (40, 30, 60, 70), "white"))
    colour, uniform = margin_colour(pixels)
    assert uniform and (colour == 255).all()
    left, top, right, bottom = content_box(pixels, colour) or (0, 0, 0, 0)
    assert (left, top) == (38, 28) and (right, bottom) == (63, 73)
    assert content_box(np.full((50, 50, 3), 255, np.uint8), colour) is None


@pytest.mark.parametrize(("width", "height"), [(7, 50), (50, 7), (8, 50), (50, 8)])
def test_what_is_under_eight_pixels_in_either_direction_is_no_product(width, height) -> None:
    pixels = np.full((100, 100, 3), 255, np.uint8)
    pixels[20 : 20 + height, 30 : 30 + width] = 0
    box = content_box(pixels, np.full(3, 255.0))
    assert box == (None if min(width, height) < 8 else (28, 18, 32 + width, 22 + height))


def test_a_box_is_padded_no_further_than_the_picture() -> None:
    pixels = np.zeros((60, 100, 3), np.uint8)
    pixels[:3, :3] = 255  # so that not all of it differs
    assert content_box(pixels, np.full(3, 255.0)) == (0, 0, 100, 60)


@pytest.mark.parametrize("others", [79, 80, 81])  # of 800, as corners count for both sides
@pytest.mark.parametrize("darker", [14, 15])
@pytest.mark.parametrize("side", [(0, ...), (-1, ...), (..., 0, slice(3)), (..., -1, slice(3))])
def test_a_margin_is_uniform_where_nine_tenths_of_it_are(side, others: int, darker: int) -> None:
    pixels = np.full((200, 200, 3), 255, np.uint8)
    pixels[side][10 : 10 + others, 1] -= np.uint8(darker)
    colour, uniform = margin_colour(pixels)
    assert (colour == 255).all() and uniform == (others <= 80 or darker == 14)


def test_what_is_twenty_away_from_the_margin_belongs_to_it() -> None:
    pixels = np.full((100, 100, 3), 255, np.uint8)
    pixels[10:90, 10:90, 2] = 255 - 20
    assert content_box(pixels, np.full(3, 255.0)) is None
    pixels[50:60, 40:50, 0] = 255 - 21
    assert content_box(pixels, np.full(3, 255.0)) == (39, 49, 51, 61)  # padded by one pixel


def test_other_modes_are_refused() -> None:
    with pytest.raises(ValueError, match="mode RGB, got L"):
        to_canvas(Image.new("L", (20, 20)), 64)


def test_the_hash_follows_statement_and_canvas(monkeypatch: pytest.MonkeyPatch) -> None:
    before = preprocessing_hash(64)
    assert preprocessing_hash(96) != before
    monkeypatch.setitem(STATEMENT, "trim", "none")
    assert preprocessing_hash(64) != before
