import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.train.conftest import labels_of
from train.evaluators.alterations import (
    ALTERATIONS,
    Alteration,
    background,
    crop,
    elsewhere,
    flip,
    screenshot,
    thumbnail,
)
from train.evaluators.robustness import altered, altered_views, found_again, robustness_figures


def product(width: int = 60, height: int = 80) -> Image.Image:
    """A blue disc with a white heart and a red pocket, on white."""
    image = Image.new("RGB", (width, height), "white")
    brush = ImageDraw.Draw(image)
    across, down = width / 60, height / 80
    brush.ellipse((10 * across, 15 * down, 49 * across, 60 * down), fill=(30, 60, 200))
    brush.ellipse((25 * across, 30 * down, 34 * across, 42 * down), fill="white")
    brush.rectangle((40 * across, 35 * down, 44 * across, 40 * down), fill="red")
    return image


def record(image: Image.Image, key: str = "shop:1") -> dict:
    packed = io.BytesIO()
    image.save(packed, "PNG")
    return {"picture": packed.getvalue(), "key": key.encode()}


@pytest.mark.parametrize("alteration", [*ALTERATIONS.values(), elsewhere])
@pytest.mark.parametrize("size", [(60, 80), (64, 51), (300, 200)], ids=str)
def test_alterations_are_seeded_and_leave_the_original_alone(
    alteration: Alteration, size: tuple[int, int]
) -> None:
    image = product(*size)
    before = image.tobytes()
    first, again = (alteration(image, np.random.default_rng(5)) for _ in range(2))
    assert first is not None and again is not None
    assert first.mode == "RGB" and first.tobytes() == again.tobytes() != before
    assert image.tobytes() == before


def test_sizes() -> None:
    rng = np.random.default_rng(0)
    assert thumbnail(product(), rng).size == (36, 48)
    wide, high = crop(product(), rng).size
    assert wide * high == pytest.approx(0.6 * 60 * 80, rel=0.03)
    assert screenshot(product(), rng).size > (240, 320)


def test_flip_is_its_own_inverse() -> None:
    rng = np.random.default_rng(0)
    assert flip(flip(product(), rng), rng).tobytes() == product().tobytes()


def test_only_the_ground_that_touches_the_border_gives_way() -> None:
    changed = np.asarray(background(product(), np.random.default_rng(1)))
    original = np.asarray(product())
    assert (changed[36, 30] == 255).all()  # the white heart is the product's
    np.testing.assert_array_equal(changed[20:25, 28:32], original[20:25, 28:32])
    assert (np.abs(changed[:5].astype(int) - 255) > 20).any(axis=2).all()


def test_no_uniform_ground_no_other_background() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (80, 60, 3)).astype(np.uint8)
    image = Image.fromarray(noise)
    assert background(image, np.random.default_rng(0)) is None
    assert elsewhere(image, np.random.default_rng(0)) is not None


def test_a_record_s_view_follows_its_key_alone() -> None:
    same, twin, other = (altered(record(product(), k), crop) for k in ("a", "a", "b"))
    assert same is not None and twin is not None and other is not None
    assert same.tobytes() == twin.tobytes() != other.tobytes()


def test_views_that_do_not_exist_are_left_out() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (80, 60, 3)).astype(np.uint8)
    records = [record(product()), record(Image.fromarray(noise)), record(product(), "c")]

    def encode(pictures: list[Image.Image]) -> np.ndarray:
        return np.array([[p.width, p.height] for p in pictures], np.float32)

    views = altered_views(encode, records, np.arange(3), background)
    assert views.rows.tolist() == [0, 2] and views.vectors.tolist() == [[60, 80]] * 2
    none = altered_views(encode, records, np.array([1]), background)
    assert len(none.rows) == len(none.vectors) == 0


def test_a_picture_is_found_again_among_all_with_its_clean_self() -> None:
    colours = [(250, 20, 20), (20, 250, 20), (20, 20, 250)] * 5
    records = [record(Image.new("RGB", (40, 40), colour)) for colour in colours]
    labels = labels_of(*({"category": "abc"[n % 3]} for n in range(15)))

    def encode(pictures: list[Image.Image]) -> np.ndarray:
        mean = np.stack([np.asarray(p, np.float32).mean(axis=(0, 1)) for p in pictures])
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    gallery = encode([Image.new("RGB", (40, 40), colour) for colour in colours])
    figures = robustness_figures(encode, records, gallery, labels)
    assert figures["clean"]["category P@1"].value == 1
    assert "same picture found again R@1" not in figures["clean"]
    # Five pictures of each colour are one and the same, so the first of them is found each time.
    assert figures["flip"]["same picture found again R@1"].value == pytest.approx(3 / 15)
    assert figures["flip"]["category P@1"].value == 1
    assert found_again(altered_views(encode, records, np.arange(3), flip), gallery)[
        "same picture found again R@1"
    ].value == pytest.approx(1)
