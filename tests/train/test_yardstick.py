"""The benchmark on Fashion-MNIST, on a few made-up pictures in its file format."""

from __future__ import annotations

import gzip
from pathlib import Path

import jax
import numpy as np
import pytest
from flax import nnx

from benchmarks import fashion_mnist
from catalog.product import CatalogError
from catalog.store import Catalog
from model.backbone import BackboneConfig
from model.embedder import Embedder
from model.facets import Facet
from model.network import Network
from train.config import load_config


def write_idx(path: Path, array: np.ndarray) -> None:
    shape = np.array(array.shape, ">i4").tobytes()
    with gzip.open(path, "wb") as file:
        file.write(bytes([0, 0, 8, array.ndim]) + shape + array.tobytes())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """40 + 20 pictures of 10 categories: a bar whose place tells the category."""
    folder = tmp_path / "data"
    folder.mkdir()
    random = np.random.default_rng(0)
    for part, count in (("train", 40), ("t10k", 20)):
        labels = (np.arange(count) % 10).astype(np.uint8)
        images = random.integers(0, 40, (count, 28, 28), np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[:, 2 + 2 * label : 8 + 2 * label] = 230
        write_idx(folder / f"{part}-images-idx3-ubyte.gz", images)
        write_idx(folder / f"{part}-labels-idx1-ubyte.gz", labels)
    return folder


def test_from_its_files_to_accuracies(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fashion_mnist, "VAL", 4)
    home = tmp_path / "home"
    fashion_mnist.bring_in(data, home)
    with Catalog(home) as catalogue:
        products = list(catalogue.products())
        revision = catalogue.revision()
    splits = [stored.product.split for stored in products]
    assert [splits.count(split) for split in ("train", "val", "test")] == [36, 4, 20]
    assert products[11].product.category == "Trouser"
    fashion_mnist.bring_in(data, home)
    with Catalog(home) as catalogue:
        assert catalogue.revision() == revision

    small = BackboneConfig(canvas=32, widths=(8, 16), blocks=(0, 1))
    version = Embedder.untrained(backbone=small, facets=(Facet("kind", 8, "what it is", 1.0),))
    version.save(tmp_path / "version", parameters=1234, training_hours=0.1)
    figures = fashion_mnist.judge(tmp_path / "version", home)
    assert (figures["gallery"], figures["test"], figures["parameters"]) == (36, 20, 1234)
    # Even an untrained network tells bars apart better than chance, which is 10%.
    assert 30 < figures["nearest class mean"] <= 100
    assert 30 < figures["5-NN"] <= 100
    assert "| samevibe, 5-NN | 0.00 |" in fashion_mnist.as_table(figures)


def test_other_files_are_explained(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="dataset-fashion-mnist"):
        fashion_mnist.read_idx(tmp_path / "none.gz")
    with gzip.open(tmp_path / "short.gz", "wb") as file:
        file.write(bytes([0, 0, 8, 1, 0, 0, 0, 9, 1, 2]))
    with pytest.raises(CatalogError, match="IDX file"):
        fashion_mnist.read_idx(tmp_path / "short.gz")


def test_the_network_has_under_a_million_parameters() -> None:
    config = load_config(fashion_mnist.CONFIG)
    dims = {facet.name: facet.dim for facet in config.facets}
    network = nnx.eval_shape(lambda: Network(config.backbone, dims, rngs=nnx.Rngs(0)))
    leaves = jax.tree.leaves(nnx.state(network, nnx.Param))
    assert sum(leaf.size for leaf in leaves) < 1_000_000
