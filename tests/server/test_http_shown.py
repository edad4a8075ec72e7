"""What a search shows (words, scenes, several likes) over HTTP, each against its meaning."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from PIL import Image

from catalog.decoding import decode_picture
from model.embedder import Embedder
from server.query import shared_form
from tests.server.real_server import (
    PRODUCTS,
    Running,
    Shop,
    draw,
    encode,
    start,
)
from tests.server.wordy_shop import (
    ALL,
    COPIES,
    ask,
    carried,
    error_of,
    ids,
    item_vector,
    ranked,
    results,
    scores_of,
)

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
