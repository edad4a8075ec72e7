"""One real server for the session, and the small shop it sells from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from model.backbone import BackboneConfig
from model.embedder import Embedder
from server.indexing import INDEX_FOLDER
from server.search.folder import StoredIndex, read_current
from tests.server.real_server import Running, Shop, import_and_index, start, write_feed
from tests.server.wordy_shop import open_wordy_shop


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model") / "small"
    backbone = BackboneConfig(canvas=32, widths=(8, 16), blocks=(0, 1))
    Embedder.untrained(backbone=backbone).save(folder)
    return folder


@pytest.fixture(scope="session")
def shop(small_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Read only: copy it before you change it."""
    feed = write_feed(tmp_path_factory.mktemp("feeds") / "demo")
    home = tmp_path_factory.mktemp("shop")
    import_and_index(home, feed, Embedder.load(small_model))
    return Shop(home, small_model, feed)


@pytest.fixture(scope="session")
def served(shop: Shop) -> Iterator[Running]:
    with start(shop, "--picture-bytes", "3000000") as running:
        yield running


@pytest.fixture
def still_good(served: Running, shop: Shop) -> Iterator[None]:
    """After the test, the server must still answer a good request, and must have logged no fault."""

    before = len(served.log)
    yield
    answer = served.search(shop.picture())
    assert answer.status_code == 200
    assert answer.json()["rankings"][0]["results"][0]["id"] == "demo:3"
    assert "Traceback" not in served.log[before:]


@pytest.fixture(scope="session")
def wordy(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Read only: copy it before you change it."""
    return open_wordy_shop(tmp_path_factory.mktemp("wordy"))


@pytest.fixture(scope="session")
def server(wordy: Shop) -> Iterator[Running]:
    with start(wordy) as running:
        yield running


@pytest.fixture(scope="session")
def embedder(wordy: Shop) -> Embedder:
    return Embedder.load(wordy.model)


@pytest.fixture(scope="session")
def stored(wordy: Shop) -> StoredIndex:
    found, damaged = read_current(wordy.home / INDEX_FOLDER)
    assert damaged is None
    return found


@pytest.fixture(scope="session")
def released(demo_home: Path, demo_version: Path, demo_feed: Path) -> Iterator[Running]:
    with start(Shop(demo_home, demo_version, demo_feed)) as running:
        yield running
