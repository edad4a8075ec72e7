"""A shop whose model has words, and what its server should answer, the plain way."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import numpy as np
from flax import nnx

from model.backbone import BackboneConfig
from model.embedder import DEFAULT_FACETS, Embedder, fused_tensors, text_tensors
from model.facets import FacetLayout
from model.network import Network
from model.text import TextConfig, TextTower
from model.version import Version
from server.search.canonical import canonical_scores
from server.search.folder import StoredIndex
from tests.server.real_server import PRODUCTS, Running, Shop, import_and_index, write_feed

COPIES = {"40": 3, "41": 3, "42": 8, "43": 8, "44": 8}
ALL = PRODUCTS + len(COPIES)


def open_wordy_shop(folder: Path) -> Shop:
    """The small shop with a model that has a text tower, and with some products sold twice."""
    backbone = BackboneConfig(canvas=32, widths=(8, 16), blocks=(0, 1))
    text = TextConfig(buckets=64, width=8, hidden=16, tokens=6)
    dims = {facet.name: facet.dim for facet in DEFAULT_FACETS}
    tensors = fused_tensors(Network(backbone, dims, rngs=nnx.Rngs(0)))
    tensors |= text_tensors(TextTower(text, dims, rngs=nnx.Rngs(1)))
    model = folder / "model" / "wordy"
    layout = FacetLayout(DEFAULT_FACETS).with_weights(words={"kind": 0.1, "look": 0.8})
    version = Version("wordy", backbone, layout, tensors, {}, text)
    Embedder(version).save(model)
    feed = write_feed(folder / "feeds" / "demo")
    rows = [
        {"id": id, "title": f"Copy of {of}", "images": [f"images/{of}.png"], "category": "Mugs"}
        for id, of in COPIES.items()
    ]
    with (feed / "products.jsonl").open("a") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    home = folder / "home"
    import_and_index(home, feed, Embedder.load(model))
    return Shop(home, model, feed)


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
