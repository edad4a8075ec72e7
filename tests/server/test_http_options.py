"""Words, several likes, folding, least similarity and paging over HTTP, each against its meaning."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from flax import nnx
from PIL import Image

from catalog.decoding import decode_picture
from model.backbone import BackboneConfig
from model.embedder import DEFAULT_FACETS, Embedder, fused_tensors, text_tensors
from model.facets import FacetLayout
from model.network import Network
from model.text import TextConfig, TextTower
from model.version import Version
from server.indexing import INDEX_FOLDER
from server.query import shared_form
from server.search.canonical import canonical_scores
from server.search.folder import StoredIndex, read_current
from tests.server.real_server import (
    PRODUCTS,
    Running,
    Shop,
    draw,
    encode,
    import_and_index,
    start,
    wait_until,
    write_feed,
)

COPIES = {"40": 3, "41": 3, "42": 8, "43": 8, "44": 8}
ALL = PRODUCTS + len(COPIES)


@pytest.fixture(scope="module")
def wordy(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The small shop with a model that has a text tower, and with some products sold twice."""
    backbone = BackboneConfig(canvas=32, widths=(8, 16), blocks=(0, 1))
    text = TextConfig(buckets=64, width=8, hidden=16, tokens=6)
    dims = {facet.name: facet.dim for facet in DEFAULT_FACETS}
    tensors = fused_tensors(Network(backbone, dims, rngs=nnx.Rngs(0)))
    tensors |= text_tensors(TextTower(text, dims, rngs=nnx.Rngs(1)))
    model = tmp_path_factory.mktemp("model") / "wordy"
    layout = FacetLayout(DEFAULT_FACETS).with_weights(words={"kind": 0.1, "look": 0.8})
    version = Version("wordy", backbone, layout, tensors, {}, text)
    Embedder(version).save(model)
    feed = write_feed(tmp_path_factory.mktemp("feeds") / "demo")
    rows = [
        {"id": id, "title": f"Copy of {of}", "images": [f"images/{of}.png"], "category": "Mugs"}
        for id, of in COPIES.items()
    ]
    with (feed / "products.jsonl").open("a") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    home = tmp_path_factory.mktemp("wordy")
    import_and_index(home, feed, Embedder.load(model))
    return Shop(home, model, feed)


@pytest.fixture(scope="module")
def server(wordy: Shop) -> Iterator[Running]:
    with start(wordy) as running:
        yield running


@pytest.fixture(scope="module")
def embedder(wordy: Shop) -> Embedder:
    return Embedder.load(wordy.model)


@pytest.fixture(scope="module")
def stored(wordy: Shop) -> StoredIndex:
    found, damaged = read_current(wordy.home / INDEX_FOLDER)
    assert damaged is None
    return found


def carried(embedder: Embedder, vector: np.ndarray) -> np.ndarray:
    """A vector as a link carries it: one int8 a dimension, each facet of unit length again."""
    return embedder.layout.normalise(np.rint(vector * 127).astype(np.float32)[None])[0]


def scores_of(
    embedder: Embedder,
    stored: StoredIndex,
    *queries: np.ndarray,
    weights: dict[str, float] | None = None,
) -> np.ndarray:
    """The canonical score of every item: the best of its pictures, and of the queries."""
    best = np.full(ALL, -np.inf)
    for query in queries:
        unit = embedder.layout.normalise(query.astype(np.float32)[None])
        weighed = embedder.layout.weigh_query(unit, weights)[0]
        np.maximum.at(best, stored.items, canonical_scores(stored.vectors, weighed))
    return best


def ranked(scores: np.ndarray, *without: int) -> list[str]:
    order = np.lexsort((np.arange(ALL), -scores)).tolist()
    return [f"demo:{item}" for item in order if item not in without]


def item_vector(embedder: Embedder, stored: StoredIndex, item: int) -> np.ndarray:
    mean = stored.vectors[stored.items == item].mean(axis=0, dtype=np.float64)
    return embedder.layout.normalise(mean.astype(np.float32)[None])[0]


def ask(server: Running, **options: object) -> dict:
    answer = server.ask(**{"limit": 100, "strides": [1], **options})
    assert answer.status_code == 200, answer.text
    return answer.json()


def error_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def results(answer: dict) -> list[dict]:
    [ranking] = answer["rankings"]
    return ranking["results"]


def ids(answer: dict) -> list[str]:
    return [result["id"] for result in results(answer)]


# --- words --------------------------------------------------------------------------------------


def test_words_rank_as_their_embedding_does(server, embedder, stored):
    words = carried(embedder, embedder.embed_texts(["red shoe"])[0])
    weights = embedder.layout.for_words.default_weights
    answer = ask(server, text="red shoe")
    assert answer["weights"] == weights != embedder.layout.default_weights
    assert ids(answer) == ranked(scores_of(embedder, stored, words, weights=weights))
    assert answer["query"]["picture"] is None
    assert ids(ask(server, text="Red  SHOES!")) == ids(answer)
    assert ids(ask(server, text="green lamp")) != ids(answer)
    by_link = ask(server, vector=answer["query"]["vector"], weights=answer["weights"])
    assert results(by_link) == results(answer)


def test_words_alone_have_weights_of_their_own_which_dials_turn(server, embedder, stored):
    words = carried(embedder, embedder.embed_texts(["red shoe"])[0])
    turned = ask(server, text="red shoe", weights={"look": 0})
    assert turned["weights"] == embedder.layout.for_words.shares({"look": 0})
    expected = scores_of(embedder, stored, words, weights=turned["weights"])
    assert ids(turned) == ranked(expected)
    # With anything beside them the weights are those of pictures.
    for beside in ({"products": ["demo:3"]}, {"vector": shared_form(words)}):
        answer = ask(server, text="red shoe", **beside)
        assert answer["weights"] == embedder.layout.default_weights


def test_words_beside_a_picture_and_products_are_summed(server, wordy, embedder, stored):
    words = carried(embedder, embedder.embed_texts(["red shoe"])[0])
    canvas = embedder.prepare(decode_picture(wordy.picture(5)))
    picture = carried(embedder, embedder.embed(canvas[None])[0])
    total = words + picture - 0.5 * item_vector(embedder, stored, 9)
    options = {"text": "red shoe", "products": [{"id": "demo:9", "weight": -0.5}]}
    sent = {"options": json.dumps({**options, "limit": 100, "strides": [1]})}
    answer = server.client.post("/v1/search", files={"picture": wordy.picture(5)}, data=sent).json()
    assert ids(answer) == ranked(scores_of(embedder, stored, total), 9)
    # The picture's own vector stands for the picture.
    again = ask(server, vector=answer["query"]["picture"], **options)
    assert results(again) == results(answer)
    assert again["query"]["vector"] == answer["query"]["vector"]


def test_about_says_whether_words_are_understood(server: Running, served: Running, embedder):
    about = server.client.get("/v1/about").json()
    assert about["words"] is True
    shares = {facet["name"]: facet["words"] for facet in about["facets"]}
    assert shares == embedder.layout.for_words.default_weights
    about = served.client.get("/v1/about").json()
    assert about["words"] is False and {facet["words"] for facet in about["facets"]} == {None}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("\U0001f45f", 400),
        ("", 400),
        ("?! \u202e", 400),
        ("red \U0001f45f shoe", 200),
        ("\u0646\u0639\u0644 \u0623\u062d\u0645\u0631", 200),
        ("red\0shoe", 200),
        ("word " * 200, 200),
        ("x" * 10_240, 400),
    ],
    ids=["emoji", "empty", "marks", "with emoji", "right to left", "null byte", "1,000", "10 KB"],
)
def test_42_odd_texts_get_an_answer_or_a_clear_refusal(server: Running, text: str, status: int):
    answer = server.ask(text=text)
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["error"]["code"] in ("empty_query", "invalid_options")
    assert ids(ask(server, text="red shoe"))
    assert "Traceback" not in server.log


def test_42_half_a_surrogate_pair_is_no_fault_of_the_server(server: Running):
    body = b'{"text": "red \\ud800 shoe"}'
    answer = server.client.post(
        "/v1/search", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (200, 400)
    assert "Traceback" not in server.log


@pytest.fixture(scope="module")
def released(demo_home: Path, demo_version: Path, demo_feed: Path) -> Iterator[Running]:
    with start(Shop(demo_home, demo_version, demo_feed)) as running:
        yield running


# Words that at least 60 of the titles name that it learned from.
@pytest.mark.parametrize("category", ["Backpacks", "Sneakers", "Umbrellas", "Dresses"])
def test_the_model_that_ships_finds_what_words_name(released: Running, category: str):
    assert released.client.get("/v1/about").json()["words"] is True
    answer = ask(released, text=category, limit=10)  # of 120
    found = [answer["products"][id]["category"] for id in ids(answer)]
    assert found.count(category) >= 2  # of the two or three there are


# --- several likes ------------------------------------------------------------------------------


def scene() -> bytes:
    """A picture without a uniform margin: one of the products, large, on a ground of noise."""
    ground = Image.fromarray(np.random.default_rng(5).integers(0, 256, (160, 200, 3), np.uint8))
    ground.paste(draw(7).resize((120, 100)), (40, 30))
    return encode(ground)


def framings_of(embedder: Embedder, picture: bytes) -> list[np.ndarray]:
    canvases = embedder.prepare_query(decode_picture(picture, at_least=2 * embedder.canvas))
    return [carried(embedder, vector) for vector in embedder.embed(canvases)]


def test_a_scene_asks_whole_and_by_its_middle_and_so_does_its_link(server, embedder, stored):
    whole, middle = framings_of(embedder, scene())
    sent = {"options": json.dumps({"limit": 100, "strides": [1]})}
    answer = server.client.post("/v1/search", files={"picture": scene()}, data=sent).json()
    expected = scores_of(embedder, stored, whole, middle)
    assert ids(answer) == ranked(expected)
    assert ids(answer) != ranked(scores_of(embedder, stored, whole))
    scores = [result["score"] for result in results(answer)]
    np.testing.assert_allclose(scores, np.sort(expected)[::-1], atol=1e-5)
    assert len(base64.b64decode(answer["query"]["vector"])) == 2 * len(whole)
    again = ask(server, vector=answer["query"]["vector"])
    assert results(again) == results(answer)
    assert again["query"]["vector"] == answer["query"]["vector"] == answer["query"]["picture"]


def test_a_scene_takes_one_place_in_the_queue(wordy: Shop, server: Running):
    with start(wordy, "--queue", "1") as served:
        answer = served.search(scene())
    assert answer.status_code == 200
    assert ids(answer.json()) == ids(server.search(scene()).json())


@pytest.mark.parametrize("combine", ["mean", "best"])
def test_a_scene_beside_products_does_so_in_each_framing(server, embedder, stored, combine):
    whole, middle = framings_of(embedder, scene())
    liked, unliked = (item_vector(embedder, stored, item) for item in (8, 17))
    options = {"combine": combine, "limit": 100, "strides": [1]}
    options["products"] = ["demo:8", {"id": "demo:17", "weight": -0.5}]
    answer = server.client.post(
        "/v1/search", files={"picture": scene()}, data={"options": json.dumps(options)}
    ).json()
    asked = [each + liked for each in (whole, middle)]
    if combine == "best":
        asked = [whole, middle, liked]
    expected = scores_of(embedder, stored, *(each - 0.5 * unliked for each in asked))
    assert ids(answer) == ranked(expected, 8, 17)


def test_where_too_many_are_liked_the_middle_gives_way(server, embedder, stored):
    whole, _ = framings_of(embedder, scene())
    liked = [f"demo:{item}" for item in range(15)]
    options = {"combine": "best", "limit": 100, "strides": [1], "products": liked}
    answer = server.client.post(
        "/v1/search", files={"picture": scene()}, data={"options": json.dumps(options)}
    ).json()
    vectors = [item_vector(embedder, stored, item) for item in range(15)]
    assert ids(answer) == ranked(scores_of(embedder, stored, whole, *vectors), *range(15))


def test_mean_ranks_by_the_sum_and_best_by_the_nearest_of_several(server, embedder, stored):
    liked = [item_vector(embedder, stored, item) for item in (8, 17, 30)]
    products = ["demo:8", "demo:17", "demo:30"]
    mean = ask(server, products=products)
    assert ids(mean) == ranked(scores_of(embedder, stored, sum(liked)), 8, 17, 30)
    best = ask(server, products=products, combine="best")
    assert ids(best) == ranked(scores_of(embedder, stored, *liked), 8, 17, 30)
    assert ids(best) != ids(mean)
    assert ids(ask(server, products=products, combine="mean")) == ids(mean)
    assert best["query"]["vector"] == mean["query"]["vector"]
    alone = ask(server, products=products[:1])
    assert results(ask(server, products=products[:1], combine="best")) == results(alone)


def test_best_is_led_away_from_every_dislike(server, embedder, stored):
    first, second, unliked = (item_vector(embedder, stored, item) for item in (8, 17, 5))
    products = ["demo:8", {"id": "demo:17", "weight": 2}, {"id": "demo:5", "weight": -0.5}]
    expected = scores_of(embedder, stored, first - 0.5 * unliked, 2 * second - 0.5 * unliked)
    assert ids(ask(server, products=products, combine="best")) == ranked(expected, 8, 17, 5)


def test_a_hundred_likes_have_a_mean_and_sixteen_a_best(server: Running):
    products = [f"demo:{number % PRODUCTS}" for number in range(100)]
    answer = ask(server, products=products, text="red shoe")
    assert sorted(ids(answer)) == sorted(f"demo:{id}" for id in COPIES)
    sixteen = ask(server, products=products[:15], combine="best", text="red shoe")
    assert len(ids(sixteen)) == ALL - 15
    refused = server.ask(products=products[:16], combine="best", text="red shoe")
    assert error_of(refused) == (400, "invalid_options")
    assert "at most 16" in refused.json()["error"]["message"]


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
