"""Folding, least similarity and paging over HTTP, each against its meaning."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog.decoding import decode_picture
from model.embedder import Embedder
from server.search.folder import StoredIndex
from tests.server.real_server import (
    PRODUCTS,
    Running,
    Shop,
    draw,
    encode,
    import_and_index,
    start,
    wait_until,
)
from tests.server.wordy_shop import (
    ALL,
    COPIES,
    ask,
    carried,
    error_of,
    ids,
    results,
)

# --- near-duplicates ----------------------------------------------------------------------------


def test_near_duplicates_become_one_result_with_a_group(server: Running):
    plain = ask(server, text="red shoe")
    folded = ask(server, text="red shoe", fold=0.000001)
    assert all("group" not in result for result in results(plain))
    groups = {result["id"]: result["group"] for result in results(folded)}
    assert groups["demo:3"] == {"size": 3, "members": ["demo:40", "demo:41"]}
    # Product 8 has a second picture, which may be nearer than its copies' only one.
    [eight] = [id for id in ("demo:8", "demo:42") if id in groups]
    assert groups[eight]["size"] == 4
    alone = {"size": 1, "members": []}
    assert all(group == alone for id, group in groups.items() if id not in ("demo:3", eight))
    assert sum(group["size"] for group in groups.values()) == len(ids(plain)) == ALL
    ranks = {result["id"]: result["rank"] for result in results(plain)}
    assert all(result["rank"] == ranks[result["id"]] for result in results(folded))
    assert set(folded["products"]) == set(groups)
    assert folded["passed"] == ALL
    assert folded["query"]["folded"] == []


def test_the_querys_own_picture_and_products_are_folded_away(server, wordy, embedder, stored):
    # An untrained model sees the pictures of the index, which were compressed, as a little others.
    sent = {"options": json.dumps({"limit": 100, "strides": [1], "fold": 0.1})}
    answer = server.client.post("/v1/search", files={"picture": wordy.picture(3)}, data=sent).json()
    canvas = embedder.prepare(decode_picture(wordy.picture(3)))
    picture = carried(embedder, embedder.embed(canvas[None])[0])
    scale = embedder.layout.scale(embedder.layout.default_weights).astype(np.float64)
    mains = stored.vectors[np.searchsorted(stored.items, np.arange(ALL))]
    near = (scale * (mains.astype(np.float64) - picture) ** 2).sum(axis=1) <= 0.1
    assert answer["query"]["folded"] == [f"demo:{item}" for item in np.flatnonzero(near)]
    assert {"demo:3", "demo:40", "demo:41"} <= set(answer["query"]["folded"])
    assert ids(answer) and not set(answer["query"]["folded"]) & set(ids(answer))
    by_vector = ask(server, vector=answer["query"]["vector"], fold=0.1)
    assert results(by_vector) == results(answer)
    by_products = ask(server, products=["demo:3", "demo:8"], fold=0.000001)
    assert by_products["query"]["folded"] == [f"demo:{id}" for id in COPIES]


def test_the_model_that_ships_knows_a_picture_again(released: Running, demo_feed: Path):
    for line in (demo_feed / "products.jsonl").read_text().splitlines()[:40:8]:
        row = json.loads(line)
        picture = (demo_feed / "images" / row["images"][0]).read_bytes()
        sent = {"options": json.dumps({"fold": True})}
        answer = released.client.post("/v1/search", files={"picture": picture}, data=sent).json()
        assert f"demo:{row['id']}" in answer["query"]["folded"]
        assert len(answer["query"]["folded"]) <= 3


def test_what_is_a_near_duplicate_does_not_depend_on_the_dials(server: Running):
    dials = {"kind": 0, "look": 0, "colour": 0, "wearer": 1, "price": 0}

    def groups(**options: object) -> set[frozenset[str]]:
        answer = ask(server, text="red shoe", fold=0.000001, **options)
        return {frozenset([each["id"], *each["group"]["members"]]) for each in results(answer)}

    assert groups(weights=dials) == groups()


def test_folding_by_a_threshold(server: Running, embedder: Embedder, stored: StoredIndex):
    mains = np.searchsorted(stored.items, np.arange(ALL))
    scale = embedder.layout.scale(embedder.layout.default_weights).astype(np.float64)
    main = stored.vectors[mains].astype(np.float64)
    distances = np.array([[(scale * (a - b) ** 2).sum() for b in main] for a in main])
    apart = np.unique(distances[distances > 1e-4])
    threshold = float((apart[20] + apart[21]) / 2)  # some twenty pairs lie below it
    heads: list[int] = []
    for id in ids(ask(server, text="red shoe")):
        item = int(id.partition(":")[2])
        if not any(distances[item, head] <= threshold for head in heads):
            heads.append(item)
    answer = ask(server, text="red shoe", fold=threshold)
    assert ids(answer) == [f"demo:{head}" for head in heads]
    assert len(heads) < ALL - len(COPIES)


def test_nothing_but_near_duplicates_is_explained(server: Running, wordy: Shop):
    everything = [f"demo:{number}" for number in range(PRODUCTS)]
    answer = ask(server, products=everything, fold=True)
    assert (ids(answer), answer["passed"]) == ([], len(COPIES))
    assert "near-duplicates" in answer["note"]


# --- least similarity ---------------------------------------------------------------------------


def test_min_similarity_ends_the_ranking(server: Running):
    plain = results(ask(server, text="red shoe"))
    least = (plain[9]["score"] + plain[10]["score"]) / 2
    answer = ask(server, text="red shoe", min_similarity=least)
    assert results(answer) == plain[:10]
    assert answer["passed"] == ALL
    assert answer["rankings"][0]["more"] is None
    nothing = ask(server, text="red shoe", min_similarity=1)
    assert (ids(nothing), nothing["passed"]) == ([], ALL)
    assert "min_similarity" in nothing["note"]


# --- paging -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"strides": [3]},
        {"fold": True},
        {"combine": "best", "products": ["demo:8", "demo:17"]},
        {"filters": {"brands": ["Little Gulls"]}, "min_similarity": -0.5},
    ],
    ids=["plain", "stride", "fold", "best", "filters"],
)
def test_pages_joined_are_the_one_long_page(server: Running, options: dict):
    question = {"text": "red shoe", **options}
    whole = ask(server, **question)
    joined, cursor, pages = [], None, 0
    while pages == 0 or (cursor is not None and pages < 50):
        page = ask(server, **question, limit=4, **({"cursor": cursor} if cursor else {}))
        joined += [(each["id"], each["rank"], each["score"]) for each in results(page)]
        cursor, pages = page["rankings"][0]["more"], pages + 1
    assert joined == [(each["id"], each["rank"], each["score"]) for each in results(whole)]
    assert cursor is None
    assert pages >= len(joined) / 4


def test_a_cursor_goes_on_from_a_picture_by_its_vector(server: Running, wordy: Shop):
    sent = {"options": json.dumps({"limit": 5, "products": ["demo:8"]})}
    first = server.client.post("/v1/search", files={"picture": wordy.picture(3)}, data=sent).json()
    assert len(first["rankings"]) > 1
    same = {"products": ["demo:8"], "vector": first["query"]["picture"]}
    whole = ids(ask(server, **same))
    for ranking in first["rankings"][:2]:
        more = server.ask(**same, limit=3, cursor=ranking["more"]).json()
        stride = ranking["stride"]
        assert [each["stride"] for each in more["rankings"]] == [stride]
        assert ids(more) == whole[stride - 1 :: stride][5:8]


def test_a_cursor_that_does_not_fit_is_refused(server: Running):
    cursor = ask(server, text="red shoe", limit=4)["rankings"][0]["more"]
    fits = {"text": "red shoe", "cursor": cursor}
    assert server.ask(**fits).status_code == 200
    for other in (
        {"text": "green lamp"},
        {"strides": [2]},
        {"strides": [1, 2]},
        {"filters": {"categories": ["Lamps"]}},
        {"cursor": cursor[:-6]},
        {"cursor": ""},
    ):
        answer = server.ask(**{**fits, **other})
        assert error_of(answer) == (400, "invalid_cursor"), other
        assert server.ask(**fits).status_code == 200
    assert "Traceback" not in server.log


def test_41_a_cursor_of_an_earlier_index_and_where_paging_ends(wordy: Shop, tmp_path: Path):
    shop = wordy.copy(tmp_path)
    with start(shop, "--refresh-seconds", "0.05", "--depth", "8") as running:
        first = ask(running, text="red shoe", limit=5)
        cursor = first["rankings"][0]["more"]
        second = ask(running, text="red shoe", limit=5, cursor=cursor)
        assert len(ids(second)) == 5
        assert second["rankings"][0]["more"] is None
        version, stride, _, *place = json.loads(base64.urlsafe_b64decode(cursor + "=="))
        forged = json.dumps([version, stride, 10**12, *place]).encode()
        deep = running.ask(text="red shoe", cursor=base64.urlsafe_b64encode(forged).decode())
        assert error_of(deep) == (400, "invalid_cursor")
        assert "at most 8 ranks" in deep.json()["error"]["message"]
        Image.new("RGB", (96, 96), "navy").save(shop.feed / "images" / "39.png")
        try:
            import_and_index(shop.home, shop.feed, Embedder.load(shop.model))
        finally:
            (shop.feed / "images" / "39.png").write_bytes(encode(draw(39), "PNG"))
        about = running.client
        wait_until(running, lambda: about.get("/v1/about").json()["index"] != first["index"])
        answer = running.ask(text="red shoe", limit=5, cursor=cursor)
        assert error_of(answer) == (409, "index_changed")
        assert set(answer.json()["error"]) == {"code", "message", "request_id"}
        assert "search again" in answer.json()["error"]["message"]
        assert len(ids(ask(running, text="red shoe", limit=5))) == 5
        assert "Traceback" not in running.log
