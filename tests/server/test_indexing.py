"""Indexing: what is embedded, what is reused, and what survives a kill or a damaged file."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from catalog.decoding import decode_picture
from catalog.feeds import open_feed
from catalog.importer import import_feed
from catalog.product import CatalogError
from catalog.store import Catalog
from model.embedder import Embedder
from server.indexing import INDEX_FOLDER, build_index
from server.search.folder import (
    DamagedIndexError,
    StoredIndex,
    StoredIndexError,
    current_version,
    open_version,
    read_current,
    read_version,
    versions,
)
from tests.server.real_server import PRODUCTS, PROJECT, Shop, import_and_index, write_feed


@pytest.fixture(scope="module")
def embedder(small_model: Path) -> Embedder:
    return Embedder.load(small_model)


@pytest.fixture
def changed(shop: Shop, tmp_path: Path) -> Shop:
    """A copy of the shop, free to be changed."""
    return shop.copy(tmp_path)


def build_from_nothing(shop: Shop, embedder: Embedder, tmp_path: Path) -> StoredIndex:
    """The index of the same catalogue, made where there was none."""
    home = shop.copy(tmp_path / "from-nothing").home
    shutil.rmtree(home / "index")
    build_index(home, embedder, lambda done, total: None)
    return read_current(home / "index")[0]


class Counting:
    """An embedder that counts the pictures it really embeds."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.embedded = 0

    def __getattr__(self, name: str):
        return getattr(self._embedder, name)

    def embed(self, canvases):
        self.embedded += len(canvases)
        return self._embedder.embed(canvases)


def test_every_live_picture_has_its_own_vector(shop: Shop, embedder: Embedder):
    stored, damaged = read_current(shop.home / INDEX_FOLDER)
    assert damaged is None
    assert stored.manifest.products == PRODUCTS
    assert stored.manifest.model_version == embedder.version
    with Catalog(shop.home) as catalogue:
        products = list(catalogue.products())
        assert stored.rows.tolist() == [product.row for product in products]
        shown = [(at, name) for at, each in enumerate(products) for name in each.pictures]
        assert stored.items.tolist() == [at for at, _ in shown]
        for at, (_, name) in enumerate(shown):
            assert stored.pictures[at].tobytes().hex() == name
        canvas = embedder.prepare(decode_picture(catalogue.pictures.read(shown[7][1])))
    np.testing.assert_allclose(stored.vectors[7], embedder.embed(canvas[None])[0], atol=1e-5)
    assert len(set(stored.start.tolist())) == 24


def test_indexing_again_writes_nothing(changed: Shop, embedder: Embedder):
    counting = Counting(embedder)
    before = sorted(p.stat().st_mtime_ns for p in (changed.home / "index").rglob("*.npy"))
    report = build_index(changed.home, counting, lambda done, total: None)
    assert report.folder.name == current_version(changed.home / "index")
    assert counting.embedded == 0
    assert sorted(p.stat().st_mtime_ns for p in (changed.home / "index").rglob("*.npy")) == before


def test_only_what_is_new_is_embedded(changed: Shop, embedder: Embedder, tmp_path: Path):
    first, _ = read_current(changed.home / "index")
    feed = write_feed(tmp_path / "demo", range(3, PRODUCTS + 2))  # three vanish, two are new
    with Catalog(changed.home) as catalogue:
        import_feed(catalogue, open_feed(feed))
    counting, seen = Counting(embedder), []
    report = build_index(changed.home, counting, lambda done, total: seen.append((done, total)))
    second, _ = read_current(changed.home / "index")
    assert counting.embedded == report.embedded == 3  # product 40 has two pictures
    assert report.removed == 4  # and so had product 0
    assert report.reused == len(first.vectors) - 4
    assert second.manifest.products == PRODUCTS - 1
    assert second.manifest.version != first.manifest.version
    kept = {
        picture.tobytes(): vector
        for picture, vector in zip(first.pictures, first.vectors, strict=True)
    }
    for picture, vector in zip(second.pictures, second.vectors, strict=True):
        if picture.tobytes() in kept:
            np.testing.assert_array_equal(vector, kept[picture.tobytes()])
    assert seen[0][0] == seen[0][1] - 3 and seen[-1][0] == seen[-1][1]


def test_another_model_embeds_everything_again(changed: Shop, tmp_path: Path, embedder: Embedder):
    other = Embedder.untrained(backbone=embedder._version.backbone, seed=5)
    counting = Counting(other)
    build_index(changed.home, counting, lambda done, total: None)
    stored, _ = read_current(changed.home / "index")
    assert counting.embedded == stored.manifest.pictures
    assert stored.manifest.model_version == other.version


def test_a_damaged_picture_is_left_out(changed: Shop, embedder: Embedder, tmp_path: Path):
    with Catalog(changed.home) as catalogue:
        product = catalogue.product("demo:1")
        assert product is not None
        catalogue.pictures.path(product.pictures[0]).write_bytes(b"nonsense")
    for path in (changed.home / "index").iterdir():
        subprocess.run(["rm", "-r", str(path)], check=True)
    build_index(changed.home, embedder, lambda done, total: None)
    stored, _ = read_current(changed.home / "index")
    assert stored.manifest.products == PRODUCTS - 1
    assert product.row not in stored.rows


def test_a_catalogue_without_products_is_refused(tmp_path: Path, embedder: Embedder):
    Catalog(tmp_path, create=True).close()
    with pytest.raises(StoredIndexError, match="samevibe import"):
        build_index(tmp_path, embedder, lambda done, total: None)
    with pytest.raises(CatalogError):
        build_index(tmp_path / "nowhere", embedder, lambda done, total: None)


def test_a_damaged_picture_that_was_imported_again_is_indexed_again(
    changed: Shop, embedder: Embedder
):
    with Catalog(changed.home) as catalogue:
        product = catalogue.product("demo:1")
        assert product is not None
        path = catalogue.pictures.path(product.pictures[0])
    good = path.read_bytes()
    (changed.home / "index" / "CURRENT").unlink()
    path.write_bytes(b"nonsense")
    report = build_index(changed.home, embedder, lambda done, total: None)
    assert (report.products, report.left_out) == (PRODUCTS - 1, 1)
    path.write_bytes(good)  # as an import does; the product itself is unchanged
    report = build_index(changed.home, embedder, lambda done, total: None)
    assert (report.products, report.left_out, report.embedded) == (PRODUCTS, 0, 1)


def test_a_changed_price_or_title_costs_no_embedding(
    changed: Shop, embedder: Embedder, tmp_path: Path
):
    first, _ = read_current(changed.home / "index")
    feed = write_feed(tmp_path / "demo")
    lines = [json.loads(line) for line in (feed / "products.jsonl").read_text().splitlines()]
    lines[7] |= {"title": "Another title", "price": "1234.00", "availability": "out of stock"}
    (feed / "products.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    counting = Counting(embedder)
    with Catalog(changed.home) as catalogue:
        import_feed(catalogue, open_feed(feed))
    # The catalogue has moved on, the index has not: all it says is of one state.
    assert first.products[7].product.title == "Thing <b>7</b>"
    report = build_index(changed.home, counting, lambda done, total: None)
    second, _ = read_current(changed.home / "index")
    assert (counting.embedded, report.embedded, report.removed) == (0, 0, 0)
    assert report.reused == len(np.unique(first.pictures, axis=0))
    np.testing.assert_array_equal(first.vectors, second.vectors)
    product = second.products[7]
    assert (product.product.title, str(product.product.price)) == ("Another title", "1234.00 USD")
    assert second.products.prices[7] == 1234
    column = second.products.column("availability")
    assert [column.names[code] for code in column.codes if code >= 0] == ["out_of_stock"]
    assert second.products.item_of("demo:7") == 7
    assert second.products.item_of("demo:none") is None


@pytest.mark.parametrize(
    "name", ["vectors.npy", "items.npy", "products.jsonl", "codes.npy", "keys.npy"]
)
def test_58_a_damaged_version_gives_way_to_the_one_before(
    changed: Shop, embedder: Embedder, tmp_path: Path, name: str
):
    folder = changed.home / "index"
    before = current_version(folder)
    write_feed(tmp_path / "demo", range(3, PRODUCTS))
    live = import_and_index(changed.home, tmp_path / "demo", embedder)
    assert live.name != before
    data = bytearray((live / name).read_bytes())
    data[-1] ^= 1  # one bit: only a checksum sees it
    (live / name).write_bytes(data)
    stored, damaged = read_current(folder)
    assert stored.manifest.version == before
    assert damaged is not None and name in damaged and "samevibe index" in damaged
    assert "\n" not in damaged
    assert open_version(live).manifest.version == live.name  # opening looks at sizes only
    build_index(changed.home, embedder, lambda done, total: None)
    stored, damaged = read_current(folder)
    assert (stored.manifest.version, damaged) == (live.name, None)
    assert versions(folder) == [live.name, before]


def test_the_sound_version_outlives_a_damaged_one(
    changed: Shop, embedder: Embedder, tmp_path: Path
):
    folder = changed.home / "index"
    sound = current_version(folder)
    write_feed(tmp_path / "demo", range(3, PRODUCTS))
    live = import_and_index(changed.home, tmp_path / "demo", embedder)
    (live / "vectors.npy").write_bytes((live / "vectors.npy").read_bytes()[:-1])
    with pytest.raises(StoredIndexError, match="damaged"):
        open_version(live)
    write_feed(tmp_path / "demo", range(5, PRODUCTS))
    newest = import_and_index(changed.home, tmp_path / "demo", embedder)
    assert versions(folder) == [newest.name, sound]


def test_58_a_manifest_that_is_missing_or_newer_is_said(changed: Shop):
    folder = changed.home / "index"
    live = folder / str(current_version(folder))
    text = (live / "manifest.json").read_text()
    (live / "manifest.json").write_text(text.replace('"format": 2', '"format": 99'))
    with pytest.raises(StoredIndexError, match=r"format 99.*update samevibe"):
        read_version(live)
    (live / "manifest.json").write_text(text[:40])
    with pytest.raises(StoredIndexError, match="damaged"):
        read_version(live)


@pytest.mark.parametrize("field", ["products", "pictures", "dim"])
def test_58_files_that_are_not_of_the_manifests_size_are_damage(changed: Shop, field: str):
    folder = changed.home / "index"
    live = folder / str(current_version(folder))
    manifest = json.loads((live / "manifest.json").read_text())
    (live / "manifest.json").write_text(json.dumps(manifest | {field: manifest[field] + 1}))
    with pytest.raises(DamagedIndexError, match="products, pictures, dim and bytes"):
        read_version(live)


def test_58_records_that_are_cut_are_damage(changed: Shop):
    folder = changed.home / "index"
    live = folder / str(current_version(folder))
    records = (live / "products.jsonl").read_bytes()
    (live / "products.jsonl").write_bytes(records[:-1])
    with pytest.raises(DamagedIndexError, match="bytes"):
        read_version(live)


KILLED = """
import sys, time
from model.embedder import Embedder
from server.indexing import build_index
import server.indexing
server.indexing._BATCH = 4
def progress(done, total):
    print(done, flush=True)
    time.sleep(0.05)
print(build_index(sys.argv[1], Embedder.load(sys.argv[2]), progress))
"""


def test_59_kill_9_leaves_the_old_index_and_the_next_run_carries_on(
    changed: Shop, embedder: Embedder, tmp_path: Path
):
    before = current_version(changed.home / "index")
    feed = write_feed(tmp_path / "demo", range(PRODUCTS, 2 * PRODUCTS))
    with Catalog(changed.home) as catalogue:
        import_feed(catalogue, open_feed(feed))
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(changed.home), str(changed.model)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= 24:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    stored, damaged = read_current(changed.home / "index")
    assert (stored.manifest.version, damaged) == (before, None)
    [unfinished] = (changed.home / "index").glob("embedded-*")
    size = 32 + 4 * embedder.layout.dim + 8
    kept = unfinished.stat().st_size // size
    assert kept >= 16
    data = bytearray(unfinished.read_bytes())
    data[100] ^= 1  # one vector was damaged,
    unfinished.write_bytes(data[:-5])  # and another was cut by the power
    counting = Counting(embedder)
    report = build_index(changed.home, counting, lambda done, total: None)
    stored, damaged = read_current(changed.home / "index")
    assert damaged is None and stored.manifest.products == PRODUCTS
    assert stored.manifest.version != before
    assert counting.embedded == report.embedded == stored.manifest.pictures - (kept - 2)
    assert report.reused == kept - 2
    assert not unfinished.exists()
    fresh = build_from_nothing(changed, embedder, tmp_path)
    np.testing.assert_allclose(stored.vectors, fresh.vectors, atol=1e-5)


def test_two_runs_at_once_are_refused(changed: Shop, embedder: Embedder):
    refused: list[str] = []

    def meanwhile(done: int, total: int) -> None:
        if not refused:
            with pytest.raises(StoredIndexError, match="another process") as caught:
                build_index(changed.home, embedder, lambda done, total: None)
            refused.append(str(caught.value))

    (changed.home / "index" / "CURRENT").unlink()
    build_index(changed.home, embedder, meanwhile)
    assert refused


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full to play a full disk")
def test_60_a_full_disk_is_said_and_the_old_index_stays(
    changed: Shop, embedder: Embedder, tmp_path: Path
):
    before = current_version(changed.home / "index")
    with Catalog(changed.home) as catalogue:
        import_feed(catalogue, open_feed(write_feed(tmp_path / "demo", range(PRODUCTS - 1))))
    # The pointer is written last: with it on a full disk, everything before it has been written.
    (changed.home / "index" / "CURRENT.unfinished").symlink_to("/dev/full")
    with pytest.raises(StoredIndexError, match="No space left"):
        build_index(changed.home, embedder, lambda done, total: None)
    stored, damaged = read_current(changed.home / "index")
    assert (stored.manifest.version, damaged) == (before, None)
    (changed.home / "index" / "CURRENT.unfinished").unlink()
    build_index(changed.home, embedder, lambda done, total: None)
    assert read_current(changed.home / "index")[0].manifest.products == PRODUCTS - 1
