import numpy as np
from PIL import Image, ImageDraw

from model.preprocess import to_canvas
from train.augment import PLAIN, AugmentConfig, augmented_canvas, recoloured


def product() -> Image.Image:
    image = Image.new("RGB", (60, 80), "white")
    ImageDraw.Draw(image).ellipse((10, 10, 50, 70), fill=(180, 40, 40))
    return image


def test_no_augmentation_is_the_canvas_of_inference() -> None:
    view = augmented_canvas(product(), 64, np.random.default_rng(0), PLAIN)
    np.testing.assert_array_equal(view, to_canvas(product(), 64))


def test_a_seed_gives_one_view_and_seeds_differ() -> None:
    def view(seed: int) -> np.ndarray:
        return augmented_canvas(product(), 64, np.random.default_rng(seed), AugmentConfig())

    np.testing.assert_array_equal(view(1), view(1))
    assert len({view(seed).tobytes() for seed in range(20)}) > 15


def test_every_change_at_once_still_gives_a_canvas() -> None:
    always = AugmentConfig(
        flip=1.0,
        background=1.0,
        crop=1.0,
        zoom_out=1.0,
        rotate=1.0,
        jpeg=1.0,
        thumbnail=1.0,
        cover=1.0,
    )
    shapes = [(60, 80), (8, 8), (8, 300), (384, 200)]
    for seed in range(40):
        image = product().resize(shapes[seed % 4])
        view = augmented_canvas(image, 48, np.random.default_rng(seed), always)
        assert view.shape == (48, 48, 3) and view.dtype == np.uint8


def test_colour_stays_honest() -> None:
    hue = AugmentConfig(background=0.0, cover=0.0, zoom_out=0.0)
    for seed in range(30):
        view = augmented_canvas(product(), 64, np.random.default_rng(seed), hue).astype(int)
        middle = view[26:38, 26:38].reshape(-1, 3).mean(axis=0)
        assert middle[0] > 2 * middle[1] and middle[0] > 2 * middle[2]


def test_a_new_background_leaves_the_product_alone() -> None:
    only = AugmentConfig(
        flip=0.0,
        background=1.0,
        crop=0.0,
        zoom_out=0.0,
        rotate=0.0,
        light=0.0,
        jpeg=0.0,
        thumbnail=0.0,
        cover=0.0,
    )
    changed = 0
    for seed in range(10):
        view = augmented_canvas(product(), 64, np.random.default_rng(seed), only).astype(int)
        assert np.abs(view[32, 32] - (180, 40, 40)).max() < 12
        changed += int(np.abs(view[1, 1] - 255).max() > 20)
    assert changed >= 5


def test_another_colour_leaves_greys_and_shapes() -> None:
    rng = np.random.default_rng(0)
    canvas = np.full((16, 16, 3), 255, np.uint8)
    canvas[4:12, 4:12] = (200, 40, 40)
    canvas[0, 0] = (90, 90, 90)
    turned = [recoloured(canvas, rng) for _ in range(20)]
    for picture in turned:
        assert (picture[14, 14] >= 254).all()
        assert np.abs(picture[0, 0].astype(int) - 90).max() <= 1
        inside = picture[4:12, 4:12].reshape(-1, 3)
        assert (inside == inside[0]).all()
    hues = np.array([picture[6, 6] for picture in turned], float)
    assert len(set(hues.argmax(axis=1).tolist())) == 3
