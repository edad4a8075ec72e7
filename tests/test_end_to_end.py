"""The whole way, through the front door: feed, catalogue, version, index, neighbours."""

from __future__ import annotations

import itertools
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import samevibe
from catalog.decoding import decode_picture
from catalog.store import Catalog
from model.embedder import Embedder
from server.search.folder import StoredIndex, read_current

ROWS = 600


def brute_force(
    stored: StoredIndex, embedder: Embedder, picture: bytes
) -> tuple[list[int], np.ndarray]:
    """Rows of the catalogue from best to worst and all scores, the plain way in float64."""
    vectors = embedder.embed(embedder.prepare_query(decode_picture(picture)))
    scores = np.full(len(stored.rows), -np.inf)
    for query in embedder.layout.weigh_query(vectors).astype(np.float64):
        np.maximum.at(scores, stored.items, stored.vectors.astype(np.float64) @ query)
    order = np.lexsort((np.arange(len(scores)), -scores))
    return stored.rows[order].tolist(), scores[order]


def search(capsys: pytest.CaptureFixture[str], *words: object) -> list[dict]:
    capsys.readouterr()
    assert samevibe.main(["search", *map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out)["results"]


def check_against_brute_force(
    results: list[dict], home: Path, version: Path, picture: bytes, stride: int = 1
) -> None:
    stored, damaged = read_current(home / "index")
    assert damaged is None
    rows, scores = brute_force(stored, Embedder.load(version), picture)
    with Catalog(home) as catalogue:
        keys = {row: product.key for row, product in catalogue.products_by_row(rows).items()}
    ranks = range(stride - 1, stride * len(results), stride)
    assert [result["rank"] for result in results] == [rank + 1 for rank in ranks]
    assert [result["id"] for result in results] == [keys[rows[rank]] for rank in ranks]
    np.testing.assert_allclose(
        [result["score"] for result in results], scores[list(ranks)], atol=1e-5
    )


def test_a_drawn_product_finds_itself_and_its_neighbours_in_exact_order(
    demo_home: Path,
    demo_version: Path,
    demo_feed: Path,
    capsys: pytest.CaptureFixture[str],
):
    row = json.loads((demo_feed / "products.jsonl").read_text().splitlines()[7])
    photo = demo_feed / "images" / row["images"][0]
    results = search(capsys, photo, "--home", demo_home, "--version", demo_version, "--limit", 20)
    assert len(results) == 20
    assert results[0]["id"] == f"demo:{row['id']}"
    assert results[0]["score"] > 0.98
    check_against_brute_force(results, demo_home, demo_version, photo.read_bytes())


def test_strides_go_deep_into_the_same_order(
    demo_home: Path,
    demo_version: Path,
    demo_feed: Path,
    capsys: pytest.CaptureFixture[str],
):
    photo = min((demo_feed / "images").iterdir())
    results = search(
        capsys, photo, "--home", demo_home, "--version", demo_version, "--limit", 50, "--stride", 7
    )
    assert len(results) == 120 // 7
    check_against_brute_force(results, demo_home, demo_version, photo.read_bytes(), stride=7)


def test_one_dial_alone_ranks_by_that_facet(
    demo_home: Path,
    demo_version: Path,
    demo_feed: Path,
    capsys: pytest.CaptureFixture[str],
):
    photo = min((demo_feed / "images").iterdir())
    names = Embedder.load(demo_version).layout.names
    alone = {name: float(name == names[0]) for name in names}
    dials = ",".join(f"{name}={weight}" for name, weight in alone.items())
    turned = search(
        capsys, photo, "--home", demo_home, "--version", demo_version, "--weights", dials
    )
    stored, _ = read_current(demo_home / "index")
    embedder = Embedder.load(demo_version)
    part = embedder.layout.slices[names[0]]
    vector = embedder.embed(embedder.prepare(decode_picture(photo.read_bytes()))[None])[0]
    cosines = np.full(len(stored.rows), -np.inf)  # a product's is its best picture's
    np.maximum.at(cosines, stored.items, stored.vectors[:, part].astype(np.float64) @ vector[part])
    best = np.sort(cosines)[::-1][: len(turned)]
    np.testing.assert_allclose([result["score"] for result in turned], best, atol=1e-5)


@pytest.fixture(scope="module")
def trained(catalogs: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A home with a slice of real products, and the version a few steps on it made."""
    folder = tmp_path_factory.mktemp("slice")
    feed, home, run = folder / "fashion", folder / "home", folder / "run"
    feed.mkdir()
    (feed / "images.zip").symlink_to(catalogs / "fashion" / "images.zip")
    with (catalogs / "fashion" / "products.jsonl").open() as lines:
        (feed / "products.jsonl").write_text("".join(itertools.islice(lines, ROWS)))
    assert samevibe.main(["import", str(feed), "--home", str(home)]) == 0
    config = samevibe.PROJECT / "train" / "configs" / "default.py"
    words = ["train", "--catalog", str(home), "--config", str(config), "--out", str(run), "--smoke"]
    assert samevibe.main(words) == 0
    version = run / "version"
    assert samevibe.main(["index", "--home", str(home), "--version", str(version)]) == 0
    return home, version


def test_real_products_are_imported_with_what_the_feed_says(
    trained: tuple[Path, Path], catalogs: Path
):
    with Catalog(trained[0]) as catalogue:
        assert catalogue.count() == ROWS
        product = catalogue.product("fashion:myntra-1163")
    assert product is not None
    assert product.product.category == "Tshirts"
    assert str(product.product.price) == "895 INR"
    assert product.reference_price == pytest.approx(895 * 0.01168, rel=0.1)


def test_photos_of_the_street_find_real_products_in_exact_order(
    trained: tuple[Path, Path],
    catalogs: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    home, version = trained
    answers = []
    with zipfile.ZipFile(catalogs / "street" / "images.zip") as archive:
        for number, name in enumerate(archive.namelist()[:3]):
            photo = tmp_path / f"{number}.jpg"
            photo.write_bytes(archive.read(name))
            results = search(
                capsys, photo, "--home", home, "--version", version, "--limit", 25, "--stride", 2
            )
            assert len(results) == 25
            assert all(np.isfinite(result["score"]) for result in results)
            check_against_brute_force(results, home, version, photo.read_bytes(), stride=2)
            answers.append([result["id"] for result in results])
    assert answers[0] != answers[1]


def test_figures_of_a_version_are_json_for_programs_and_a_table_for_people(
    trained: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
):
    home, version = trained
    words = ["evaluate", str(version), "--catalog", str(home), "--split", "train"]
    capsys.readouterr()
    assert samevibe.main([*words, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["split"] == "train"
    share = figures["columns"]["version"]["category P@1"]
    assert 0 <= share["low"] <= share["value"] <= share["high"] <= 1
    assert samevibe.main(words) == 0
    assert f"| category P@1 | {share['value']:.3f} " in capsys.readouterr().out
