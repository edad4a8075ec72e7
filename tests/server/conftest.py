"""One real server for the session, and the small shop it sells from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from model.backbone import BackboneConfig
from model.embedder import Embedder
from tests.server.real_server import Running, Shop, import_and_index, start, write_feed


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
