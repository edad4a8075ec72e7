"""Judging asks with pictures as the server does."""

import numpy as np
from PIL import Image

from model.framing import framings
from train.asking import embed_queries, read_queries


class MeanColour:
    def prepare(self, image: Image.Image) -> np.ndarray:
        return np.asarray(image).mean(axis=(0, 1))

    def embed(self, canvases: np.ndarray) -> np.ndarray:
        return canvases.astype(np.float32)


def test_every_framing_in_its_row() -> None:
    rng = np.random.default_rng(0)
    plain = Image.new("RGB", (40, 40), (9, 80, 200))
    scene = Image.fromarray(rng.integers(0, 256, (60, 50, 3), np.uint8))
    queries = embed_queries(MeanColour(), [scene, plain, scene])
    assert queries.shape == (3, 2, 3)
    for row in (0, 2):
        for framing, image in enumerate(framings(scene)):
            mean = np.asarray(image).mean(axis=(0, 1))
            np.testing.assert_allclose(queries[row, framing], mean, rtol=1e-5)
    np.testing.assert_array_equal(queries[1], [[9, 80, 200]] * 2)
    doubled = read_queries(lambda vectors: 2 * vectors[:, :2], queries)
    np.testing.assert_array_equal(doubled, 2 * queries[..., :2])
