"""From disk to the first answer, and the memory of replacing an index while answering.

python benchmarks/index_start.py --n 3000000 --dim 256

Writes two synthetic indexes of --n products (3 GB each at that size) into a temporary folder,
as `samevibe index` writes them, and starts the real server on the first in a process of its own:
once with the files no longer in the system's memory, once with them there. Then the second is
made the live one while four clients search. Takes some minutes; says what it needs before it starts.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import httpx
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from catalog.product import Price, Product, StoredProduct
from catalog.store import Catalog
from model import RELEASED
from model.embedder import Embedder
from model.facets import Facet
from server.indexing import INDEX_FOLDER
from server.search.folder import current_version, new_version
from server.search.products import ProductSpool

PROJECT = Path(__file__).resolve().parents[1]
GB = 1e9
CLIENTS = 4
_BLOCK = 65_536


def write(home: Path, model: Path, count: int, seed: int) -> None:
    """A synthetic index of `count` products with one picture each, made the live one."""
    embedder = Embedder.load(model)
    layout = embedder.layout
    rng = np.random.default_rng(seed)

    def vectors() -> Iterator[np.ndarray]:
        for start in range(0, count, _BLOCK):
            rows = min(_BLOCK, count - start)
            yield layout.normalise(rng.standard_normal((rows, layout.dim), np.float32))

    folder = home / INDEX_FOLDER
    with new_version(folder) as new:
        spool = ProductSpool(new.scratch)
        for row in range(count):
            spool.add(_product(row, seed))
        kept = np.arange(count)
        new.array("vectors", (count, layout.dim), np.float32, vectors())
        arrays = {
            "items": kept.astype(np.int32),
            "pictures": spool.pictures(),
            "rows": spool.rows(),
            "start": kept[:24],
            **spool.arrays(kept),
        }
        for name, values in arrays.items():
            new.array(name, values.shape, values.dtype.type, [values])
        new.file("products.jsonl", spool.records(kept))
        new.file("names.json", [spool.names()])
        new.publish(
            current_version(folder),
            model_version=embedder.version,
            preprocessing=embedder.preprocessing_hash,
            catalogue_revision=0,
            products=count,
            pictures=count,
            left_out=0,
            dim=layout.dim,
        )


def _product(row: int, seed: int) -> StoredProduct:
    return StoredProduct(
        row=row,
        source="synthetic",
        product=Product(
            id=str(row),
            title=f"A thing of the kind number {row}, index {seed}",
            images=(),
            link=f"https://shop.example/products/{row}",
            category=f"Category {row % 300}",
            price=Price(Decimal(row % 50_000) / 100, "USD"),
            brand=f"Brand {row % 5000}",
            gender=("women", "men", None)[row % 3],
            availability="in_stock",
        ),
        reference_price=(row % 50_000) / 100,
        pictures=(f"{row:064x}",),
    )


@contextmanager
def server(home: Path, model: Path) -> Iterator[tuple[str, int, float]]:
    """The real server: its address, its process id, and when it was started."""
    command = [sys.executable, "-m", "samevibe", "serve", "--port", "0", "--refresh-seconds", "0.2"]
    command += ["--home", str(home), "--model", str(model)]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        sys.exit("the server did not start")
    try:
        yield line.split()[-1], process.pid, began
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def search(client: httpx.Client, row: int) -> dict:
    answer = client.post("/v1/search", json={"products": [f"synthetic:{row}"], "strides": [1]})
    answer.raise_for_status()
    return answer.json()


def memory(pid: int) -> dict[str, float]:
    """GB: `now` and `peak` of all a process has in memory, and `own` less mapped files."""
    names = {"VmRSS": "now", "VmHWM": "peak", "RssAnon": "own"}
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    return {ours: int(fields[theirs].split()[0]) * 1024 / GB for theirs, ours in names.items()}


def first_answer(home: Path, model: Path, count: int) -> dict[str, float]:
    with (
        server(home, model) as (address, pid, began),
        httpx.Client(base_url=address, timeout=120) as client,
    ):
        ready = time.perf_counter() - began
        found = search(client, count // 2)
        answered = time.perf_counter() - began
        if found["total"] != count:
            sys.exit(f"expected {count} products in the index, the answer says {found['total']}")
        then = memory(pid)
        while not (state := client.get("/health/ready").json())["checked"]:
            if state["notice"]:
                sys.exit(f"the index should be sound: {state['notice']}")
            time.sleep(0.05)
        checked = time.perf_counter() - began
        after = memory(pid)
        return {
            "ready_s": ready,
            "first_answer_s": answered,
            "checked_s": checked,
            "peak_gb_at_first_answer": then["peak"],
            "own_gb_at_first_answer": then["own"],
            "peak_gb_when_checked": after["peak"],
        }


def swap(home: Path, model: Path, count: int, to: str) -> dict[str, float]:
    """Searches of `CLIENTS` clients while version `to` becomes the live one."""
    index = home / INDEX_FOLDER
    failures, took = [], []
    done = threading.Event()

    def client_at(address: str, number: int) -> None:
        rng = np.random.default_rng(number)
        with httpx.Client(base_url=address, timeout=60) as client:
            while not done.is_set():
                began = time.perf_counter()
                try:
                    version = search(client, int(rng.integers(count)))["index"]
                except httpx.HTTPError as error:
                    failures.append(error)
                else:
                    took.append((began, time.perf_counter() - began, version))

    with (
        server(home, model) as (address, pid, _),
        httpx.Client(base_url=address, timeout=120) as client,
    ):
        while not client.get("/health/ready").json()["checked"]:
            time.sleep(0.1)
        clients = [
            threading.Thread(target=client_at, args=(address, number)) for number in range(CLIENTS)
        ]
        for each in clients:
            each.start()
        time.sleep(5)
        before, began = memory(pid), time.perf_counter()
        (index / "CURRENT.unfinished").write_text(to + "\n")
        (index / "CURRENT.unfinished").replace(index / "CURRENT")
        most = before
        while client.get("/health/ready").json()["index"] != to:
            most = max(most, memory(pid), key=lambda each: each["now"])
            time.sleep(0.02)
        ended = time.perf_counter()
        time.sleep(5)
        done.set()
        for each in clients:
            each.join()
        after = memory(pid)
    while_swapping = [seconds for at, seconds, _ in took if began <= at <= ended]
    calm = [seconds for at, seconds, _ in took if at < began]
    return {
        "searches": len(took),
        "failed": len(failures),
        "versions_named": len({version for _, _, version in took}),
        "swap_s": ended - began,
        "median_ms_before": 1000 * statistics.median(calm),
        "median_ms_while_swapping": 1000 * statistics.median(while_swapping),
        "greatest_ms_while_swapping": 1000 * max(while_swapping),
        "gb_before": before["now"],
        "own_gb_before": before["own"],
        "gb_peak": max(most["now"], after["peak"]),
        "own_gb_at_peak": most["own"],
        "gb_after": after["now"],
        "own_gb_after": after["own"],
    }


def forget(folder: Path) -> None:
    """Ask the system to drop what it holds of the files, as after a restart of the machine."""
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def model_of(folder: Path, dim: int) -> Path:
    """The model that ships where it has `dim` dimensions, else an untrained one that has."""
    if Embedder.load(RELEASED).layout.dim == dim:
        return RELEASED
    Embedder.untrained(facets=(Facet("look", dim, "all of it", 1.0),)).save(folder)
    return folder


def show(title: str, figures: dict[str, float]) -> None:
    print(title)
    for name, value in figures.items():
        print(
            f"  {name:30}{value:>12,.2f}"
            if isinstance(value, float)
            else f"  {name:30}{value:>12,}"
        )
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=3_000_000, help="products, a picture each")
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--folder", type=Path, help="where to write; default: a temporary folder")
    parser.add_argument("--keep", action="store_true", help="keep what is in --folder, and use it")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", type=int, help=argparse.SUPPRESS)  # in a process of its own
    args = parser.parse_args()
    if args.write is not None:
        write(args.folder, model_of(args.folder / "model", args.dim), args.n, args.write)
        print(memory(os.getpid())["peak"])
        return
    if args.folder is not None:
        args.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=None if args.keep else args.folder) as scratch:
        home = args.folder if args.keep else Path(scratch)
        need, free = 2 * args.n * (4 * args.dim + 450), shutil.disk_usage(home).free
        print(f"needs {need / GB:.1f} GB in {home}, {free / GB:.1f} GB are free")
        if need * 1.2 > free and not args.keep:
            sys.exit("not enough: choose another --folder, or a smaller --n")
        figures = run(home, args.n, args.dim)
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n")


def run(home: Path, count: int, dim: int) -> dict[str, dict[str, float]]:
    index = home / INDEX_FOLDER
    model = model_of(home / "model", dim)
    Catalog(home, create=True).close()
    figures: dict[str, dict[str, float]] = {}
    if current_version(index) is None:
        for seed in (1, 2):
            began = time.perf_counter()
            command = [sys.executable, __file__, "--write", str(seed), "--folder", str(home)]
            command += ["--n", str(count), "--dim", str(dim)]
            peak = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            took = {"write_s": time.perf_counter() - began, "peak_gb": peak}
            figures[f"writing index {seed}"] = took
            show(f"writing index {seed}", took)
    second = str(current_version(index))
    [first] = {path.parent.name for path in index.glob("*/manifest.json")} - {second}
    (index / "CURRENT").write_text(first + "\n")
    forget(index)
    for title in ("start, files on disk", "start, files in memory"):
        figures[title] = first_answer(home, model, count)
        show(title, figures[title])
    sizes = [path.stat().st_size for path in (index / second).iterdir()]
    figures["size on disk"] = {"index_gb": sum(sizes) / GB, "vectors_gb": 4 * count * dim / GB}
    show("size on disk", figures["size on disk"])
    figures["swap while answering"] = swap(home, model, count, second)
    show("swap while answering", figures["swap while answering"])
    (index / "CURRENT").write_text(second + "\n")
    return figures


if __name__ == "__main__":
    main()
