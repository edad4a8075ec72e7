"""Searching over HTTP, on a real server: what an answer holds, and that it is the right one."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from catalog.decoding import decode_picture
from catalog.store import Catalog
from model.embedder import Embedder
from server.indexing import INDEX_FOLDER
from server.routes.pictures import SizedPictures
from server.search.canonical import canonical_scores
from server.search.folder import read_current
from tests.server.real_server import CATEGORIES, PRODUCTS, Running, Shop, draw, encode


def ids(answer: dict, ranking: int = 0) -> list[str]:
    return [result["id"] for result in answer["rankings"][ranking]["results"]]


def test_a_picture_finds_its_own_product_first(served: Running, shop: Shop):
    for number in (0, 3, 17):
        answer = served.search(shop.picture(number)).json()
        assert ids(answer)[0] == f"demo:{number}"
        assert answer["rankings"][0]["results"][0]["score"] > 0.97


def test_the_ranking_is_the_oracles(served: Running, shop: Shop):
    embedder = Embedder.load(shop.model)
    stored, _ = read_current(shop.home / INDEX_FOLDER)
    canvas = embedder.prepare(decode_picture(shop.picture(5)))
    # A picture is ranked by the vector that a link to it carries: one int8 a dimension.
    shared = np.rint(embedder.embed(canvas[None]) * 127).astype(np.float32)
    query = embedder.layout.weigh_query(embedder.layout.normalise(shared))[0]
    best = np.full(PRODUCTS, -np.inf)
    np.maximum.at(best, stored.items, canonical_scores(stored.vectors, query))
    expected = [f"demo:{item}" for item in np.lexsort((np.arange(PRODUCTS), -best))]
    answer = served.search(shop.picture(5)).json()
    assert ids(answer) == expected


def test_an_answer_has_the_documented_shape(served: Running, shop: Shop):
    answer = served.search(shop.picture()).json()
    assert set(answer) == {
        "request_id", "model", "index", "query", "weights", "passed", "total", "note",
        "rankings", "products", "took_ms",
    }  # fmt: skip
    assert answer["passed"] == answer["total"] == PRODUCTS
    assert answer["note"] is None
    assert sum(answer["weights"].values()) == pytest.approx(1)
    assert set(ids(answer)) <= set(answer["products"])
    assert answer["products"]["demo:4"] == {
        "id": "demo:4",
        "title": "Thing <b>4</b>",
        "category": "Mugs",
        "brand": "Cobble Lane",
        "color": None,
        "gender": None,
        "price": {"amount": "5.50", "currency": "USD"},
        "sale_price": None,
        "reference_price": 5.5,
        "link": "https://example.com/4",
        "source": "demo",
        "pictures": answer["products"]["demo:4"]["pictures"],
    }
    assert len(answer["products"]["demo:4"]["pictures"]) == 2
    assert answer["products"]["demo:5"]["price"] is None


def test_multipart_carries_options_beside_the_picture(served: Running, shop: Shop):
    plain = served.search(shop.picture()).json()
    answer = served.client.post(
        "/v1/search",
        files={"picture": ("x.png", shop.picture(), "image/png")},
        data={"options": json.dumps({"limit": 3, "strides": [4, 1, 4]})},
    ).json()
    assert [ranking["stride"] for ranking in answer["rankings"]] == [4, 1]
    assert ids(answer, 0) == [ids(plain)[3], ids(plain)[7], ids(plain)[11]]
    assert ids(answer, 1) == ids(plain)[:3]
    assert answer["rankings"][0]["deepest_rank"] == 12


def test_default_strides_fill_at_least_half_of_the_limit(served: Running):
    answer = served.ask(products=["demo:1"], limit=10).json()
    assert [ranking["stride"] for ranking in answer["rankings"]] == [1, 2, 4]
    assert all(len(ranking["results"]) >= 5 for ranking in answer["rankings"])


def test_a_product_is_left_out_of_its_own_answer(served: Running):
    answer = served.ask(products=["demo:8"]).json()
    assert answer["passed"] == PRODUCTS - 1
    assert "demo:8" not in ids(answer)
    assert len(set(ids(answer))) == PRODUCTS - 1
    assert [product["id"] for product in answer["query"]["products"]] == ["demo:8"]


def test_several_products_weigh_as_they_are_told(served: Running):
    one = served.ask(products=["demo:8"]).json()
    mostly = served.ask(products=[{"id": "demo:8", "weight": 50}, {"id": "demo:9"}]).json()
    assert one["query"]["vector"] != served.ask(products=["demo:9"]).json()["query"]["vector"]
    vector = [base64.b64decode(each["query"]["vector"]) for each in (one, mostly)]
    first, second = (np.frombuffer(each, np.int8).astype(float) for each in vector)
    assert first @ second / np.linalg.norm(first) / np.linalg.norm(second) > 0.99


def test_the_shared_vector_searches_again_without_the_picture(served: Running, shop: Shop):
    first = served.search(shop.picture()).json()
    again = served.ask(vector=first["query"]["vector"]).json()
    assert ids(again)[0] == ids(first)[0]
    assert again["query"]["vector"] == first["query"]["vector"]
    floats = np.frombuffer(base64.b64decode(first["query"]["vector"]), np.int8).astype("<f4") * 3
    as_floats = served.ask(vector=base64.b64encode(floats.tobytes()).decode()).json()
    assert ids(as_floats) == ids(again)


def test_dials_change_the_ranking_and_come_back_as_shares(served: Running, shop: Shop):
    vector = served.search(shop.picture()).json()["query"]["vector"]
    only = {"kind": 0, "look": 0, "colour": 5, "wearer": 0, "price": 0}
    turned = served.ask(vector=vector, weights=only).json()
    assert turned["weights"] == {**dict.fromkeys(only, 0.0), "colour": 1.0}
    assert ids(turned) != ids(served.ask(vector=vector).json())


def test_filters_act_before_the_ranking(served: Running):
    everything = served.ask(products=["demo:8"]).json()
    mugs = served.ask(products=["demo:8"], filters={"categories": ["Mugs"]}).json()
    in_order = [id for id in ids(everything) if everything["products"][id]["category"] == "Mugs"]
    assert ids(mugs) == in_order
    assert mugs["passed"] == len(in_order) == PRODUCTS // 4 - 1
    others = served.ask(products=["demo:8"], filters={"exclude_categories": ["Mugs"]}).json()
    assert set(ids(others)) == set(ids(everything)) - set(in_order)
    brand = served.ask(products=["demo:8"], filters={"brands": ["Little Gulls"]}).json()
    assert {product["brand"] for product in brand["products"].values()} == {"Little Gulls"}
    assert served.ask(products=["demo:8"], filters={"sources": ["demo"]}).json()["passed"] == 39


def test_a_product_without_a_price_is_left_out_under_a_price_filter(served: Running):
    answer = served.ask(products=["demo:8"], filters={"price_min": 0}).json()
    assert answer["passed"] == PRODUCTS - PRODUCTS // 5 - 1
    assert all(product["reference_price"] for product in answer["products"].values())
    dear = served.ask(products=["demo:8"], filters={"price_min": 10, "price_max": 20}).json()
    assert dear["products"]
    assert all(10 <= each["reference_price"] <= 20 for each in dear["products"].values())


def test_a_filter_that_leaves_nothing_says_so(served: Running):
    answer = served.ask(products=["demo:8"], filters={"price_min": 100_000})
    assert answer.status_code == 200
    assert answer.json()["passed"] == 0
    assert "filters left nothing" in answer.json()["note"]
    assert [ranking["results"] for ranking in answer.json()["rankings"]] == [[]]


def test_a_limit_above_the_catalogue_gives_all_of_it_once(served: Running, shop: Shop):
    found = ids(served.ask(products=["demo:8"], limit=500).json())
    assert len(found) == len(set(found)) == PRODUCTS - 1


def test_about_and_categories_and_start(served: Running):
    about = served.client.get("/v1/about").json()
    assert about["name"] == "samevibe"
    assert about["products"] == PRODUCTS
    assert about["pictures"] == PRODUCTS + PRODUCTS // 4
    kind = {"name": "kind", "about": "what it is", "weight": 0.35, "words": None}
    assert about["facets"][0] == kind
    assert about["limits"]["picture_bytes"] == 3_000_000
    assert about["sources"] == ["demo"]
    assert about["price_range"]["min"] < about["price_range"]["max"]
    answer = served.search(encode(draw(999))).json()
    assert (answer["model"], answer["index"]) == (about["model"], about["index"])
    categories = served.client.get("/v1/categories").json()["categories"]
    assert {each["name"]: each["count"] for each in categories} == dict.fromkeys(CATEGORIES, 10)
    shown = served.client.get("/v1/start").json()["products"]
    assert len({product["id"] for product in shown}) == len(shown) == 24
    assert served.client.get("/v1/start?limit=5").json()["products"] == shown[:5]


def test_product_by_key(served: Running):
    assert served.client.get("/v1/products/demo:7").json()["title"] == "Thing <b>7</b>"
    assert served.client.get("/v1/products/demo%3A7").json()["id"] == "demo:7"


def test_pictures_are_sized_and_may_be_kept_for_good(served: Running):
    name = served.client.get("/v1/products/demo:7").json()["pictures"][0]
    answer = served.client.get(f"/v1/pictures/{name}?size=50")
    assert answer.headers["content-type"] == "image/jpeg"
    assert "immutable" in answer.headers["cache-control"]
    assert max(decode_picture(answer.content).size) == 96
    assert served.client.get(f"/v1/pictures/{name}?size=50").content == answer.content
    tag = answer.headers["etag"]
    again = served.client.get(f"/v1/pictures/{name}?size=96", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert served.client.get(f"/v1/pictures/{name}").headers["etag"] != tag


def test_the_panel_is_served_at_the_root_with_its_policy(served: Running):
    page = served.client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert served.client.get("/../pyproject.toml").status_code == 404
    assert served.client.get("/%2e%2e/%2e%2e/pyproject.toml").status_code == 404


def test_the_memory_for_resized_pictures_is_bounded(shop: Shop):
    with Catalog(shop.home) as catalogue:
        names = [product.pictures[0] for product in catalogue.products()]
        one = len(SizedPictures(catalogue.pictures, 1 << 20).get(names[0], 96))
        pictures = SizedPictures(catalogue.pictures, 5 * one)
        for name in names:
            assert pictures.get(name, 96) == SizedPictures(catalogue.pictures, 0).get(name, 96)
        kept = [name for name in names if pictures.kept(name, 96)]
        assert kept and kept == names[-len(kept) :]
        assert sum(len(pictures.kept(name, 96) or b"") for name in kept) <= 5 * one
