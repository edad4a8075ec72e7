"""What is measured in `benchmarks.search`: each method built on the same vectors, ready to be asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FAISS = "faiss IndexFlatIP"
OURS = "samevibe"
STRIDES = (1, 64, 256, 1024, 4096)
Search = Callable[[Any], Any]  # queries (batch, dim) -> ids (batch, k)


def faiss_flat(vectors, k: int, threads: int) -> tuple[str, Search]:
    import faiss

    faiss.omp_set_num_threads(threads)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return FAISS, lambda queries: index.search(queries, k)[1]


def jax_top_k(vectors, k: int, threads: int) -> tuple[str, Search]:
    import jax
    import numpy as np

    matrix = jax.device_put(vectors)
    best = jax.jit(lambda queries, matrix: jax.lax.top_k(queries @ matrix.T, k)[1])
    return "JAX top_k", lambda queries: np.asarray(best(queries, matrix))


def numpy_partition(vectors, k: int, threads: int) -> tuple[str, Search]:
    import numpy as np

    def search(queries):
        scores = queries @ vectors.T
        best = np.argpartition(scores, scores.shape[1] - k, axis=1)[:, -k:]
        order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
        return np.take_along_axis(best, order, axis=1)

    return "numpy argpartition", search


def torch_topk(vectors, k: int, threads: int) -> tuple[str, Search]:
    import torch

    torch.set_num_threads(threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    matrix = torch.from_numpy(vectors).to(device)

    def search(queries):
        scores = torch.matmul(torch.from_numpy(queries).to(device), matrix.T)
        return torch.topk(scores, k).indices.cpu().numpy()

    return "torch topk", search


def usearch_exact(vectors, k: int, threads: int) -> tuple[str, Search]:
    from usearch.index import search

    def ids(queries):
        found = search(vectors, queries, k, metric="ip", exact=True, threads=threads)
        return found.keys.reshape(len(queries), -1)

    return "usearch exact", ids


def scann_brute_force(vectors, k: int, threads: int) -> tuple[str, Search]:
    import scann

    builder = scann.scann_ops_pybind.builder(vectors, k, "dot_product")
    searcher = builder.set_n_training_threads(threads).score_brute_force().build()
    searcher.set_num_threads(threads)
    return "scann brute force", lambda queries: searcher.search_batched_parallel(queries)[0]


def samevibe(vectors, k: int, threads: int, first_pass: str = "best") -> tuple[str, Search]:
    import numpy as np

    from server.search.exact import ExactIndex

    index = ExactIndex(vectors, np.arange(len(vectors)), first_pass=first_pass)
    index.warm()
    name = OURS + {"dense": ", no compiler", "blocks": ", for accelerators"}.get(first_pass, "")
    search = answers(index, k)
    search.index = index  # type: ignore[attr-defined]
    print(
        f"{name}: first pass {index.first_pass}, "
        f"memory beside the vectors {index.extra_bytes / vectors.nbytes:.1%}"
    )
    return name, search


def samevibe_without_compiler(vectors, k: int, threads: int) -> tuple[str, Search]:
    return samevibe(vectors, k, threads, "dense")


def samevibe_for_accelerators(vectors, k: int, threads: int) -> tuple[str, Search]:
    return samevibe(vectors, k, threads, "blocks")


def answers(index, k: int, **settings: Any) -> Search:
    import numpy as np

    def search(queries):
        found = index.search(queries, limit=k, **settings)
        return np.stack([answer.rankings[0].items for answer in found])

    return search


def filtered_answers(index, k: int, share: float, *, own: bool = False) -> Search:
    """With filters on categories that each have this share of the items: one filter for a batch, or
    each question its `own` (16 at most). Each batch makes its masks anew."""
    import numpy as np

    from server.search.columns import Column, Columns, Filters
    from server.search.exact import Question

    names = tuple("abcdefghijklmnop")[: int(1 / share)]
    category = np.random.default_rng(2).random(index.items) // share
    column = Column(names, np.where(category < len(names), category, -1).astype(np.int32))
    columns = Columns(*[column] * 5, np.full(index.items, np.nan))

    def search(queries):
        asked = names[: len(queries) if own else 1]
        masks = [columns.mask(Filters(categories=(name,))) for name in asked]
        return index.answer(
            [
                Question(query[None], k, mask=masks[number % len(masks)])
                for number, query in enumerate(queries)
            ]
        )

    return search


def default_answers(index) -> Search:
    """What a request gets that names no settings: 60 products of every level, folded."""
    from server.search.question import Fold, Question
    from server.variety import chosen_strides

    strides = chosen_strides(None, limit=60, passed=index.items, total=index.items)
    return lambda queries: index.answer(
        [Question(query[None], 60, strides, fold=Fold(pictures=query[None])) for query in queries]
    )


# Each peer, the module it needs, and how many copies of the vectors it makes.
METHODS = (
    (faiss_flat, "faiss", 1),
    (samevibe, "numpy", 0.35),
    (samevibe_without_compiler, "jax", 0),
    (samevibe_for_accelerators, "jax", 0),
    (jax_top_k, "jax", 0),
    (numpy_partition, "numpy", 0),
    (torch_topk, "torch", 0),
    (usearch_exact, "usearch", 0),
    (scann_brute_force, "scann", 1),
)
