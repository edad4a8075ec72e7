"""The index in service: replaced under load, checked in the background, and what stands in.

All of it on a real server over HTTP; every answer is compared with what was imported.
"""

from __future__ import annotations

import gc
import json
import shutil
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from catalog.feeds import open_feed
from catalog.importer import import_feed
from catalog.store import Catalog
from model.embedder import Embedder
from server.catalogue_search import CatalogueSearch
from server.indexing import build_index
from server.live_index import LiveIndex
from server.search.folder import current_version, open_version
from tests.server.real_server import (
    PRODUCTS,
    Running,
    Shop,
    import_and_index,
    start,
    wait_until,
    write_feed,
)

QUICK = ("--refresh-seconds", "0.05")
SWAPS = 6


@pytest.fixture(scope="module")
def embedder(small_model: Path) -> Embedder:
    return Embedder.load(small_model)


@pytest.fixture
def changed(shop: Shop, tmp_path: Path) -> Shop:
    """A copy of the shop, free to be changed."""
    return shop.copy(tmp_path)


def feed_of_round(folder: Path, number: int) -> Path:
    """Each round three products leave, three come, and every price and title changes."""
    feed = write_feed(folder, range(3 * number, PRODUCTS + 3 * number))
    lines = [json.loads(line) for line in (feed / "products.jsonl").read_text().splitlines()]
    for line in lines:
        line |= {"title": f"round {number}", "price": f"{number + 1}.25", "currency": "USD"}
    (feed / "products.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return feed


def ready(running: Running) -> dict:
    return running.client.get("/health/ready").json()


class Client(threading.Thread):
    """Searches one after the other until told to stop, over a connection of its own."""

    def __init__(self, running: Running, body: bytes, kind: str) -> None:
        super().__init__()
        self._running, self._body, self._kind = running, body, kind
        self.answers: list[httpx.Response] = []
        self.failures: list[Exception] = []
        self.stop = threading.Event()

    def run(self) -> None:
        with httpx.Client(base_url=self._running.address, timeout=30) as client:
            while not self.stop.is_set():
                try:
                    answer = client.post(
                        "/v1/search", content=self._body, headers={"Content-Type": self._kind}
                    )
                    self.answers.append(answer)
                except httpx.HTTPError as error:
                    self.failures.append(error)


def test_62_an_index_is_replaced_under_load_and_no_answer_is_of_two(
    changed: Shop, embedder: Embedder, tmp_path: Path
):
    feed = feed_of_round(tmp_path / "demo", 0)
    rounds = {import_and_index(changed.home, feed, embedder).name: 0}
    by_product = json.dumps({"products": [f"demo:{PRODUCTS - 1}"], "limit": 100}).encode()
    by_filter = json.dumps(
        {"products": [f"demo:{PRODUCTS - 1}"], "filters": {"price_min": 0.5}, "strides": [1, 2]}
    ).encode()
    with start(changed, *QUICK) as running:
        clients = [
            Client(running, by_product, "application/json"),
            Client(running, by_filter, "application/json"),
            Client(running, changed.picture(PRODUCTS - 1), "image/png"),
        ]
        for client in clients:
            client.start()
        try:
            for number in range(1, SWAPS + 1):
                feed = feed_of_round(tmp_path / "demo", number)
                version = import_and_index(changed.home, feed, embedder).name
                rounds[version] = number
                wait_until(running, lambda: ready(running)["index"] == version)  # noqa: B023
                heard = [len(client.answers) for client in clients]
                wait_until(
                    running,
                    lambda: all(len(c.answers) > h for c, h in zip(clients, heard, strict=True)),  # noqa: B023
                )
        finally:
            for client in clients:
                client.stop.set()
            for client in clients:
                client.join()
        assert "Traceback" not in running.log
    assert [client.failures for client in clients] == [[], [], []]
    answers = [answer for client in clients for answer in client.answers]
    assert {answer.status_code for answer in answers} == {200}
    for answer in (each.json() for each in answers):
        number = rounds[answer["index"]]
        known = {f"demo:{i}" for i in range(3 * number, PRODUCTS + 3 * number)}
        found = [result["id"] for result in answer["rankings"][0]["results"]]
        asked = {product["id"] for product in answer["query"]["products"]}
        assert set(found) == known - asked
        assert len(found) == len(set(found)) == answer["passed"]
        assert answer["total"] == PRODUCTS
        for product in [*answer["products"].values(), *answer["query"]["products"]]:
            assert product["title"] == f"round {number}"
            assert product["price"] == {"amount": f"{number + 1}.25", "currency": "USD"}
            assert product["reference_price"] == number + 1.25
    for client in clients:
        same = {
            (each.json()["index"], json.dumps(each.json()["rankings"])) for each in client.answers
        }
        assert len(same) == SWAPS + 1  # one ranking an index: scores and order too
    for client in clients:  # each of them saw every index, in order
        seen = [rounds[answer.json()["index"]] for answer in client.answers]
        assert seen == sorted(seen)
        assert set(seen) == set(range(SWAPS + 1))


def test_an_import_alone_changes_no_answer(changed: Shop, embedder: Embedder, tmp_path: Path):
    paths = [
        "/v1/products/demo:7",
        "/v1/products/demo:0",
        "/v1/about",
        "/v1/categories",
        "/v1/start",
    ]
    with start(changed, *QUICK) as running:
        before = [running.client.get(path).json() for path in paths]
        found = running.ask(products=["demo:7"]).json()
        with Catalog(changed.home) as catalogue:
            import_feed(catalogue, open_feed(feed_of_round(tmp_path / "demo", 1)))
        assert [running.client.get(path).json() for path in paths] == before
        again = running.ask(products=["demo:7"]).json()
        assert [again[name] for name in ("rankings", "products")] == [
            found[name] for name in ("rankings", "products")
        ]


@pytest.fixture
def no_collection() -> Iterator[None]:
    """Garbage is not collected: what a server began with never is."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collection")
def test_the_index_in_use_is_freed_once_its_last_request_is_done(
    changed: Shop, embedder: Embedder, tmp_path: Path
):
    with Catalog(changed.home) as catalogue:
        live = LiveIndex(CatalogueSearch.sound(embedder, catalogue, checked=False), 0.01)
        request = live.state.search
        gone = weakref.ref(request.index)
        first = import_and_index(changed.home, feed_of_round(tmp_path / "demo", 1), embedder)
        live._look()
        assert live.state.search.index_version == first.name
        import_and_index(changed.home, feed_of_round(tmp_path / "demo", 2), embedder)
        live._look()
        # A request still holds the one before: a third is not loaded beside two.
        assert live.state.search.index_version == first.name
        del request
        assert gone() is None
        live._look()
        assert live.state.search.index_version == current_version(changed.home / "index")


def damage(path: Path) -> None:
    """Change one bit, as a failing disk does: the size stays, the open file too."""
    with path.open("r+b") as file:
        file.seek(-1, 2)
        byte = file.read(1)[0]
        file.seek(-1, 2)
        file.write(bytes([byte ^ 1]))


def test_58_damage_found_in_the_background_gives_way_to_the_version_before(
    changed: Shop, embedder: Embedder, tmp_path: Path
):
    before = current_version(changed.home / "index")
    live = import_and_index(changed.home, feed_of_round(tmp_path / "demo", 1), embedder)
    damage(live / "vectors.npy")
    with start(changed, *QUICK) as running:
        wait_until(running, lambda: ready(running)["checked"])
        state = ready(running)
        assert state["status"] == "ready" and state["index"] == before
        assert "vectors.npy" in state["notice"] and str(before) in state["notice"]
        answer = running.ask(products=["demo:7"])
        assert (answer.status_code, answer.json()["index"]) == (200, before)
        wait_until(running, lambda: "does not match its checksum" in running.log)
        # `samevibe index` makes it again, and the server takes it up without a restart.
        mended = build_index(changed.home, embedder, lambda done, total: None).folder
        assert mended == live
        wait_until(running, lambda: ready(running)["index"] == live.name)
        assert ready(running) == {
            "status": "ready", "index": live.name, "checked": True, "notice": None
        }  # fmt: skip


def test_58_damage_with_nothing_to_stand_in_is_refused_until_it_is_mended(
    changed: Shop, embedder: Embedder
):
    folder = changed.home / "index"
    live = folder / str(current_version(folder))
    damage(live / "codes.npy")
    with start(changed, *QUICK) as running:
        wait_until(running, lambda: running.client.get("/health/ready").status_code == 503)
        refused = running.ask(products=["demo:7"])
        assert refused.status_code == 503 and refused.headers["retry-after"]
        assert "codes.npy" in refused.json()["error"]["message"]
        assert "samevibe index" in refused.json()["error"]["message"]
        assert running.client.get("/health/live").status_code == 200
        build_index(changed.home, embedder, lambda done, total: None)
        wait_until(running, lambda: running.client.get("/health/ready").status_code == 200)
        assert running.ask(products=["demo:7"]).status_code == 200


def test_a_new_version_that_does_not_fit_leaves_the_old_one_in_use(
    changed: Shop, embedder: Embedder, tmp_path: Path
):
    before = current_version(changed.home / "index")
    with start(changed, *QUICK) as running:
        wait_until(running, lambda: ready(running)["checked"])
        other = Embedder.untrained(backbone=embedder._version.backbone, seed=5)
        build_index(changed.home, other, lambda done, total: None)
        wait_until(running, lambda: ready(running)["notice"] is not None)
        state = ready(running)
        assert state["index"] == before and "was made with model untrained-5" in state["notice"]
        assert running.ask(products=["demo:7"]).json()["index"] == before
        # Damaged before it was ever used: never answered from.
        live = import_and_index(changed.home, feed_of_round(tmp_path / "demo", 1), embedder)
        wait_until(running, lambda: ready(running)["index"] == live.name)
        shutil.copytree(live, tmp_path / "copy")
        damage(tmp_path / "copy" / "vectors.npy")
        (tmp_path / "copy").rename(changed.home / "index" / "copied")
        (changed.home / "index" / "CURRENT").write_text("copied\n")
        wait_until(running, lambda: ready(running)["notice"] is not None)
        assert "vectors.npy" in ready(running)["notice"]
        assert ready(running)["index"] == live.name
        assert running.ask(products=["demo:7"]).status_code == 200


def test_products_are_read_in_place(shop: Shop):
    """What an index is opened with is mapped, not read: no array owns its memory."""
    folder = shop.home / "index"
    stored = open_version(folder / str(current_version(folder)))
    for array in (stored.vectors, stored.pictures, stored.products.records, stored.products.codes):
        assert isinstance(array.base, np.memmap) and not array.flags.writeable
    with Catalog(shop.home) as catalogue:
        for item, product in enumerate(catalogue.products()):
            mine = stored.products[item]
            assert (mine.key, mine.pictures) == (product.key, product.pictures)
            assert mine.reference_price == product.reference_price
            assert mine.product.price == product.product.price
            assert stored.products.item_of(product.key) == item
        assert stored.products.frequencies("category") == catalogue.categories()
        assert stored.products.price_range() == catalogue.price_range()
