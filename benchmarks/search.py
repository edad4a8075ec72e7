"""Exact search against its peers, interleaved in one run on the same vectors.

    pip install -e '.[bench]'
    python -m benchmarks.search --n 1000000 --dim 256 --batch 1 --json search-1m.json
    python -m benchmarks.search --growth                       # samevibe over N, D, batch and k
    python -m benchmarks.search --filters                      # and over what filters pass
    python -m benchmarks.search --plot docs/search.png *.json  # each N against the best of the rounds

Prints the median of each method and its ratio to faiss IndexFlatIP, and writes a list of
{method, median_ms, ratio_to_faiss_flat, exact} (and what it was measured with). `exact` says
whether all ids of this run, in order, were those of the float64 order. In each round every method
answers other queries than in the round before, and is timed once it has answered for a fifth of a
second: the threads of the method before it (OpenMP's, OpenBLAS's) go on spinning for a tenth. A
peer that is not installed, or that would not fit into memory, is left out with a reason. The
floors are the bytes that a method must read over the bandwidth that a plain read of as many bytes
by as many threads reaches in this run.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.search_methods import (
    FAISS,
    METHODS,
    OURS,
    STRIDES,
    Search,
    answers,
    default_answers,
    filtered_answers,
)

SETTLES = 0.2  # seconds that a method answers before it is timed


def unit_vectors(n: int, dim: int, noise: float, seed: int = 0):
    """float32 (n, dim): directions at random, or around 1,000 centres where `noise` is given."""
    import numpy as np

    rng = np.random.default_rng(seed)
    room = np.empty(4 * n * dim + 64, np.uint8)  # aligned, so that JAX needs no copy
    start = -room.ctypes.data % 64
    vectors = room[start : start + 4 * n * dim].view(np.float32).reshape(n, dim)
    centres = rng.standard_normal((1000, dim), dtype=np.float32)
    for start in range(0, n, 65536):
        part = vectors[start : start + 65536]
        rng.standard_normal(out=part, dtype=np.float32)
        if noise:
            part *= np.float32(noise)
            part += centres[rng.integers(0, 1000, len(part))]
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return vectors


def some_queries(vectors, batch: int, rounds: int):
    """A batch a round: stored vectors with some noise, as a similar picture would be."""
    import numpy as np

    rng = np.random.default_rng(1)
    queries = vectors[rng.integers(0, len(vectors), batch * rounds)]
    queries = queries + np.float32(0.5 / vectors.shape[1] ** 0.5) * rng.standard_normal(
        queries.shape, dtype=np.float32
    )
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    return queries.reshape(rounds, batch, -1)


def timed_interleaved(
    searches: dict[str, Search], queries, budget: float
) -> dict[str, list[float]]:
    """Milliseconds of each round; a round more while the budget of seconds lasts, 5 at least."""
    took: dict[str, list[float]] = {name: [] for name in searches}
    ends = time.perf_counter() + budget
    for number, batch in enumerate(queries):
        if number >= 5 and time.perf_counter() > ends:
            break
        for name, search in searches.items():
            settled = time.perf_counter() + SETTLES
            while time.perf_counter() < settled:
                search(queries[number - 1])
            began = time.perf_counter()
            search(batch)
            took[name].append((time.perf_counter() - began) * 1000)
    return took


def read_bandwidth(array, threads: int) -> float:
    """Bytes a second of a plain read by so many threads: the best of five."""
    flat = array.reshape(-1).view("int64")
    edges = [len(flat) * each // threads for each in range(threads + 1)]
    best = 0.0
    for _ in range(5):
        parts = [
            threading.Thread(target=flat[edges[at] : edges[at + 1]].max) for at in range(threads)
        ]
        began = time.perf_counter()
        for part in parts:
            part.start()
        for part in parts:
            part.join()
        best = max(best, flat.nbytes / (time.perf_counter() - began))
    return best


def built(methods, vectors, k: int, threads: int) -> Iterator[tuple[str, Search]]:
    import psutil

    for build, module, copies in methods:
        needs = copies * vectors.nbytes + 1e9
        free = psutil.virtual_memory().available
        try:
            importlib.import_module(module)
            if needs > free:
                raise MemoryError(f"needs {needs / 1e9:.1f} GB, {free / 1e9:.1f} GB are free")
            yield build(vectors, k, threads)
        except (ImportError, MemoryError) as error:
            print(f"{build.__name__} is left out: {error}")


def compare(args: argparse.Namespace) -> list[dict[str, Any]]:
    """Every method on the same vectors; see the module's docstring."""
    import numpy as np

    from server.search.canonical import canonical_scores

    vectors = unit_vectors(args.n, args.dim, args.noise)
    queries = some_queries(vectors, args.batch, args.rounds)
    chosen = [each for each in METHODS if args.methods in each[0].__name__]
    searches = dict(built(chosen, vectors, args.k, args.threads))
    exact = {}
    checked = queries[0][:4]
    order = [np.argsort(-canonical_scores(vectors, q), kind="stable")[: args.k] for q in checked]
    for name, search in searches.items():
        exact[name] = bool(
            (np.asarray(search(queries[0]))[: len(checked)] == np.stack(order)).all()
        )
    if OURS in searches:
        index = searches[OURS].index  # type: ignore[attr-defined]
        searches[f"{OURS}, five strides"] = answers(index, args.k, strides=STRIDES)
        searches[f"{OURS}, a default request"] = default_answers(index)
        searches[f"{OURS}, filter of 10%"] = filtered_answers(index, args.k, 0.1)
    took = timed_interleaved(searches, queries, args.seconds)
    bandwidth = read_bandwidth(vectors, args.threads)
    medians = {name: float(np.median(each)) for name, each in took.items()}
    rows = [
        {
            "method": name,
            "median_ms": round(median, 3),
            "ratio_to_faiss_flat": round(median / medians[FAISS], 3) if FAISS in medians else None,
            "exact": exact.get(name),
            "best_ms": round(min(took[name]), 3),
            "rounds": len(took[name]),
            "n": args.n,
            "dim": args.dim,
            "batch": args.batch,
            "k": args.k,
            "bandwidth_gb_s": round(bandwidth / 1e9, 1),
        }
        for name, median in medians.items()
    ]
    print(
        f"\n{args.n:,} x {args.dim}, batch {args.batch}, k {args.k}, {args.threads} threads, "
        f"medians of {len(took[next(iter(took))])} rounds"
    )
    print("| method | ms | ratio to faiss | float64 order |\n|---|---|---|---|")
    for row in rows:
        verdict = {True: "yes", False: "no", None: ""}[row["exact"]]
        print(
            f"| {row['method']} | {row['median_ms']:.2f} | {row['ratio_to_faiss_flat']} | {verdict} |"
        )
    floor = vectors.nbytes / bandwidth * 1000
    print(
        f"\nread bandwidth {bandwidth / 1e9:.1f} GB/s; floors {floor:.1f} ms (float32), "
        f"{floor / 4:.1f} ms (8 bits)"
    )
    if OURS in medians:
        for extra in ("five strides", "a default request", "filter of 10%"):
            each = np.array(took[f"{OURS}, {extra}"]) / np.array(took[OURS])
            print(f"{extra}: {np.median(each):.2f} x the top {args.k} alone")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"peak memory of this process, all methods together: {peak / 1e9:.1f} GB")
    return rows


def growth(args: argparse.Namespace) -> list[dict[str, Any]]:
    """samevibe alone, one thing varied at a time."""
    import numpy as np

    base = {"n": args.n, "dim": args.dim, "batch": 1, "k": 128}
    steps = [base]
    steps += [{**base, "n": n} for n in (args.n // 100, args.n // 10)]
    steps += [{**base, "dim": dim} for dim in (64, 128)]
    steps += [{**base, "batch": batch} for batch in (2, 4, 16, 64)]
    steps += [{**base, "k": k} for k in (1, 16, 1024, 8192)]
    rows: list[dict[str, Any]] = []
    print("| N | D | batch | k | ms | best of the rounds |\n|---|---|---|---|---|---|")
    held: tuple[Any, Any, Any] = (None, None, None)
    for step in sorted(steps, key=lambda s: (s["n"], s["dim"], s["batch"], s["k"])):
        shape = step["n"], step["dim"]
        if held[0] != shape:
            held = (None, None, None)
            gc.collect()
            vectors = unit_vectors(*shape, args.noise)
            from server.search.exact import ExactIndex

            held = (shape, vectors, ExactIndex(vectors, np.arange(len(vectors))))
        _, vectors, index = held
        queries = some_queries(vectors, step["batch"], args.rounds)
        took = timed_interleaved({OURS: answers(index, step["k"])}, queries, args.seconds / 10)
        median = float(np.median(took[OURS]))
        rows.append({"method": OURS, "median_ms": round(median, 3), **step})
        print(
            f"| {step['n']:,} | {step['dim']} | {step['batch']} | {step['k']} | {median:.2f} "
            f"| {min(took[OURS]):.2f} |",
            flush=True,
        )
    return rows


def filters(args: argparse.Namespace) -> list[dict[str, Any]]:
    """samevibe alone, questions with filters of their own that pass more or less."""
    import numpy as np

    from server.search.exact import ExactIndex

    vectors = unit_vectors(args.n, args.dim, args.noise)
    index = ExactIndex(vectors, np.arange(len(vectors)))
    rows: list[dict[str, Any]] = []
    print("| passing | batch | ms |\n|---|---|---|")
    for share in (1e-4, 1e-3, 1e-2, 1e-1, None):
        for batch in (1, 4, 16):
            search = answers(index, args.k)
            if share is not None:
                search = filtered_answers(index, args.k, share, own=True)
            queries = some_queries(vectors, batch, args.rounds)
            took = timed_interleaved({OURS: search}, queries, args.seconds / 10)
            median = float(np.median(took[OURS]))
            rows.append({"method": OURS, "passing": share, "batch": batch, "median_ms": median})
            passing = "no filter" if share is None else f"{share:.2%}"
            print(f"| {passing} | {batch} | {median:.2f} |", flush=True)
    return rows


def plot(files: list[Path], target: Path) -> None:
    """Latency against N at batch 1, each method a line, the floors drawn in."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np

    rows = [row for file in files for row in json.loads(file.read_text())]
    rows = [row for row in rows if row["batch"] == 1 and row.get("ratio_to_faiss_flat")]
    dim = rows[0]["dim"]
    rows = [row for row in rows if row["dim"] == dim]
    figure, axes = plt.subplots(figsize=(7, 4.6), dpi=110)
    names = [
        n
        for n in dict.fromkeys(row["method"] for row in rows)
        if "filter" not in n and "default" not in n
    ]
    for name in names:
        line = sorted((row["n"], row["best_ms"]) for row in rows if row["method"] == name)
        ours = name.startswith(OURS)
        axes.plot(
            *zip(*line, strict=True),
            marker="o",
            markersize=3,
            linewidth=2.2 if name == OURS else 1.2,
            linestyle="-" if not ours or name == OURS else "--",
            color="black" if name == OURS else None,
            label=name,
        )
    sizes = np.array(sorted({row["n"] for row in rows}))
    beyond_caches = [row["bandwidth_gb_s"] for row in rows if row["n"] == sizes[-1]]
    bandwidth = max(beyond_caches) * 1e9
    middle = sizes[len(sizes) // 2]
    for size, label in ((4, "floor: float32"), (1, "floor: 8 bits")):
        axes.plot(sizes, sizes * dim * size / bandwidth * 1000, ":", color="grey", linewidth=1)
        axes.annotate(
            f"{label} at {bandwidth / 1e9:.0f} GB/s",
            (middle, middle * dim * size / bandwidth * 1000),
            xytext=(6, -4),
            textcoords="offset points",
            fontsize=7,
            color="grey",
            rotation=27,
            rotation_mode="anchor",
            va="top",
        )
    axes.set(xscale="log", yscale="log", xlabel="vectors", ylabel="ms a query (best of the rounds)")
    axes.set_title(f"Top {rows[0]['k']} of N vectors of {dim} dimensions, one query", fontsize=10)
    axes.grid(alpha=0.3, which="major")
    axes.legend(fontsize=7, loc="upper left")
    figure.tight_layout()
    figure.savefig(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=1_000_000)
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--k", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=15, help="at most")
    parser.add_argument("--seconds", type=float, default=90, help="of measuring, about")
    parser.add_argument(
        "--noise", type=float, default=0.0, help="of clusters; 0: random directions"
    )
    parser.add_argument("--methods", default="", help="only those whose name has this in it")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--filters", action="store_true")
    parser.add_argument("--plot", type=Path, help="draw the JSON files given")
    parser.add_argument("files", nargs="*", type=Path)
    args = parser.parse_args()
    if args.plot:
        plot(args.files, args.plot)
        return
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, str(args.threads))  # before numpy is imported
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: args.threads])
    rows = growth(args) if args.growth else filters(args) if args.filters else compare(args)
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
