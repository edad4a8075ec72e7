"""`samevibe embed`'s matrix: a row per line, in order, whose dot products are the scores."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog.decoding import decode_picture
from catalog.product import CatalogError
from model.embed_feed import CHUNK, embed_feed
from model.embedder import Embedder
from model.facets import FacetError
from tests.full_disk import no_file_over


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder.untrained()


def picture(seed: int) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (5, 4, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).resize((40, 50), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()


def write_feed(folder: Path, pictures: dict[str, bytes], lines: list[str]) -> tuple[Path, Path]:
    with zipfile.ZipFile(folder / "images.zip", "w") as archive:
        for name, data in pictures.items():
            archive.writestr(name, data)
    (folder / "products.jsonl").write_text("".join(line + "\n" for line in lines))
    return folder / "products.jsonl", folder / "images.zip"


@pytest.fixture
def feed(tmp_path: Path) -> tuple[Path, Path]:
    pictures = {f"{n}.png": picture(n) for n in range(5)}
    lines = [json.dumps({"id": str(n), "image": f"{n}.png"}) for n in range(4)]
    return write_feed(tmp_path, pictures, [*lines, json.dumps({"id": "4", "images": ["4.png"]})])


def test_rows_are_the_lines_pictures_in_order_and_dots_are_scores(
    feed: tuple[Path, Path], embedder: Embedder, tmp_path: Path
):
    done = embed_feed(*feed, embedder, tmp_path / "vectors.npy")
    rows = np.load(tmp_path / "vectors.npy")
    assert rows.dtype == np.float32
    assert rows.shape == (5, embedder.layout.dim) == (done.rows, done.dim)
    assert done.failures == ()
    prepared = [embedder.prepare(decode_picture(picture(n))) for n in range(5)]
    units = embedder.embed(np.stack(prepared))
    scores = embedder.layout.weigh_query(units) @ units.T
    np.testing.assert_allclose(rows @ rows.T, scores, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_disk_that_refuses_leaves_what_was_there(
    feed: tuple[Path, Path], embedder: Embedder, tmp_path: Path
):
    (tmp_path / "vectors.npy").write_bytes(b"as it was")
    there = sorted(each.name for each in tmp_path.iterdir())
    with no_file_over(4_000), pytest.raises(OSError, match="File too large"):
        embed_feed(*feed, embedder, tmp_path / "vectors.npy")
    assert (tmp_path / "vectors.npy").read_bytes() == b"as it was"
    assert sorted(each.name for each in tmp_path.iterdir()) == there


def test_chosen_facets_are_written_alone_as_if_the_other_dials_were_at_zero(
    feed: tuple[Path, Path], embedder: Embedder, tmp_path: Path
):
    one = embedder.layout.names[-1]
    done = embed_feed(*feed, embedder, tmp_path / "one.npy", facets=[one])
    rows = np.load(tmp_path / "one.npy")
    part = embedder.layout.slices[one]
    assert done.facets == (one,)
    assert rows.shape == (5, part.stop - part.start)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    everything = embed_feed(*feed, embedder, tmp_path / "all.npy")
    whole = np.load(tmp_path / "all.npy")[:, part]
    np.testing.assert_allclose(
        rows, whole / np.linalg.norm(whole, axis=1, keepdims=True), atol=1e-5
    )
    assert everything.facets == embedder.layout.names


def test_a_line_without_a_readable_picture_is_a_row_of_zeros_and_is_named(
    tmp_path: Path, embedder: Embedder
):
    good = json.dumps({"id": "a", "image": "good.png"})
    lines = [good, '{"id": "b", "image": "bad.png"}', '{"id": "c", "image": "gone.png"}']
    lines += ['{"id": "d"}', "{broken", "[1]", good]
    pictures = {"good.png": picture(1), "bad.png": picture(2)[:60]}
    done = embed_feed(*write_feed(tmp_path, pictures, lines), embedder, tmp_path / "v.npy")
    rows = np.load(tmp_path / "v.npy")
    assert [line for line, _ in done.failures] == [2, 3, 4, 5, 6]
    assert all(reason for _, reason in done.failures)
    assert not rows[1:6].any()
    np.testing.assert_array_equal(rows[0], rows[6])
    assert rows[0].any()


def test_order_holds_across_chunks_and_from_a_folder(tmp_path: Path, embedder: Embedder):
    for n in range(3):
        (tmp_path / f"{n}.png").write_bytes(picture(n))
    lines = [json.dumps({"id": str(n), "image": f"{n % 3}.png"}) for n in range(CHUNK + 4)]
    (tmp_path / "products.jsonl").write_text("\n".join(lines))
    seen: list[int] = []
    done = embed_feed(
        tmp_path / "products.jsonl", tmp_path, embedder, tmp_path / "v.npy", progress=seen.append
    )
    rows = np.load(tmp_path / "v.npy")
    assert done.rows == sum(seen) == CHUNK + 4
    np.testing.assert_allclose(rows, rows[np.arange(CHUNK + 4) % 3], atol=1e-5)
    assert np.abs(rows[0] - rows[1]).max() > 1e-3


def test_a_name_can_not_leave_the_folder(tmp_path: Path, embedder: Embedder):
    (tmp_path / "secret.png").write_bytes(picture(0))
    (tmp_path / "images").mkdir()
    feed = tmp_path / "products.jsonl"
    feed.write_text('{"image": "../secret.png"}\n')
    done = embed_feed(feed, tmp_path / "images", embedder, tmp_path / "v.npy")
    assert len(done.failures) == 1


def test_nothing_is_written_for_a_facet_that_is_not_there(
    feed: tuple[Path, Path], embedder: Embedder, tmp_path: Path
):
    with pytest.raises(FacetError, match="smell"):
        embed_feed(*feed, embedder, tmp_path / "v.npy", facets=["smell"])
    assert not (tmp_path / "v.npy").exists()


@pytest.mark.parametrize("missing", ["feed", "images"])
def test_missing_files_are_named(
    missing: str, feed: tuple[Path, Path], embedder: Embedder, tmp_path: Path
):
    paths = {"feed": feed[0], "images": feed[1]}
    paths[missing] = tmp_path / "not-there"
    with pytest.raises(CatalogError, match="not-there"):
        embed_feed(paths["feed"], paths["images"], embedder, tmp_path / "v.npy")
    assert not list(tmp_path.glob("*.partial")) + list(tmp_path.glob(".*.partial"))
