import json
from pathlib import Path

import jax
import numpy as np
import pytest

from model.backbone import BackboneConfig
from model.embedder import BATCH_SIZES, Embedder, batches_of
from model.facets import Facet, FacetLayout
from model.rounding import rounded
from model.version import VersionError, load_version, save_version

SMALL = BackboneConfig(canvas=32, widths=(8, 16), blocks=(1, 1))
FACETS = (Facet("kind", 6, "what it is", 1.0), Facet("price", 4, "price tier", 1.0))


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder.untrained(backbone=SMALL, facets=FACETS)


@pytest.fixture
def folder(embedder: Embedder, tmp_path: Path) -> Path:
    embedder.save(tmp_path / "version")
    return tmp_path / "version"


def canvases(n: int) -> np.ndarray:
    return np.random.default_rng(n).integers(0, 256, (n, 32, 32, 3), dtype=np.uint8)


def test_what_is_loaded_embeds_as_what_was_saved(embedder: Embedder, folder: Path) -> None:
    again = Embedder.load(folder)
    np.testing.assert_allclose(again.embed(canvases(3)), embedder.embed(canvases(3)), atol=1e-6)
    assert again.layout == embedder.layout
    assert again.version == load_version(folder).name
    assert (folder / "README.md").read_text() == f"# {again.version}\n"  # until it has a card


@pytest.mark.parametrize("count", [0, 1, 2, 8, 9, 64, 65])
def test_any_number_of_pictures_at_once(embedder: Embedder, count: int) -> None:
    batch = canvases(max(count, 1))[:count]
    vectors = embedder.embed(batch)
    assert vectors.shape == (count, 10)
    if count:
        np.testing.assert_allclose(vectors[-1:], embedder.embed(batch[-1:]), atol=1e-5)


def test_batch_sizes_grow() -> None:
    assert list(BATCH_SIZES) == sorted(BATCH_SIZES) and BATCH_SIZES[0] == 1


def test_no_batch_is_filled_up_by_more_than_half() -> None:
    for count in range(200):
        *whole, last = batches_of(count) or [0]
        assert 0 <= sum(whole) + last - count < max(last / 2, 1)
    assert [batches_of(count) for count in (4, 5, 9, 16, 33)] == [[2, 2], [8], [8, 1], [8, 8], [64]]


def test_once_warm_no_number_of_canvases_is_compiled_for(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    embedder = Embedder.load(folder)
    with jax.log_compiles():
        embedder.warm(20)
        assert "Compiling" in caplog.text
        caplog.clear()
        for count in range(1, 21):
            embedder.embed(canvases(count))
    assert "Compiling" not in caplog.text


def test_a_canvas_of_another_size_is_refused(embedder: Embedder) -> None:
    with pytest.raises(ValueError, match="32, 32, 3"):
        embedder.embed(np.zeros((1, 64, 64, 3), np.uint8))


def test_a_missing_folder_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(VersionError, match="no model version") as caught:
        load_version(tmp_path / "nothing")
    assert "\n" not in str(caught.value)


def test_a_changed_byte_is_found(folder: Path) -> None:
    weights = folder / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(bytes(data))
    with pytest.raises(VersionError, match="damaged"):
        load_version(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 99}, "newer than this program"),
        ({"format": None}, "names no format"),
        ({"preprocessing_hash": "0" * 16}, "other preprocessing"),
        ({"facets": []}, "does not fit"),
        ({"backbone": {"widths": [8]}}, "does not fit"),
    ],
)
def test_a_config_that_does_not_fit_is_refused(folder: Path, change: dict, message: str) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **change}))
    with pytest.raises(VersionError, match=message):
        load_version(folder)


def test_a_config_that_is_no_json_is_refused(folder: Path) -> None:
    (folder / "config.json").write_text("{")
    with pytest.raises(VersionError, match="not valid JSON"):
        load_version(folder)


def test_weights_of_another_architecture_are_refused(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["backbone"]["widths"] = [8, 24]
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(VersionError, match="do not fit the architecture"):
        Embedder.load(folder)


def test_saving_over_a_version_replaces_it_whole(folder: Path) -> None:
    other = Embedder.untrained(backbone=SMALL, facets=FACETS, seed=1)
    name = other.save(folder)
    assert load_version(folder).name == name
    assert sorted(path.name for path in folder.parent.iterdir()) == ["version"]


def test_rounded_weights_take_less_space_and_nothing_else(tmp_path: Path) -> None:
    sizes = {}
    tensors = dict(Embedder.untrained(backbone=SMALL, facets=FACETS)._version.tensors)
    for name, arrays in (("whole", tensors), ("rounded", rounded(tensors))):
        save_version(
            tmp_path / name,
            date="2026-01-01",
            backbone=SMALL,
            layout=FacetLayout(FACETS),
            tensors=arrays,
        )
        for key, array in load_version(tmp_path / name).tensors.items():
            assert array.dtype == np.float32
            np.testing.assert_array_equal(array, arrays[key])
        sizes[name] = (tmp_path / name / "model.safetensors").stat().st_size
    assert sizes["rounded"] < 0.6 * sizes["whole"]
