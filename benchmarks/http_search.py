"""How long one search takes over HTTP, on the real server.

    python -m benchmarks.http_search --home home/demo [--model FOLDER] [--clients 1 4 16] [--json FILE]

Searches with stored pictures (shrunk and encoded as the extension sends them) and with products, as
1, 4, 16... clients that each ask again as soon as they are answered. Prints searches a second, p50
and p95 in milliseconds and the server's own account (medians, what was waited for included). The
clients are threads of this one process, on the same cores as the server.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from PIL import Image

import model

PROJECT = Path(__file__).resolve().parent.parent


def measure(
    address: str, bodies: Sequence[dict[str, Any]], clients: int, searches: int
) -> dict[str, float]:
    """Searches a second, p50 and p95 of the whole request, and the medians of the parts that the
    server states, in ms, of `searches` by so many clients together."""

    def ask(client: httpx.Client, number: int) -> tuple[float, dict[str, float]]:
        began = time.perf_counter()
        answer = client.post("/v1/search", **bodies[number % len(bodies)])
        took = (time.perf_counter() - began) * 1000
        answer.raise_for_status()
        return took, answer.json()["took_ms"]

    def go_on(which: int) -> list[tuple[float, dict[str, float]]]:
        return [ask(asking[which], number) for number in range(which, searches, clients)]

    asking = [httpx.Client(base_url=address, timeout=60) for _ in range(clients)]
    for client in asking:
        for number in range(5):
            ask(client, number)
    with ThreadPoolExecutor(clients) as threads:
        began = time.perf_counter()
        answered = [each for part in threads.map(go_on, range(clients)) for each in part]
        seconds = time.perf_counter() - began
    for client in asking:
        client.close()
    p50, p95 = np.percentile([took for took, _ in answered], [50, 95])
    stated = [parts for _, parts in answered]
    medians = {name: float(np.median([each[name] for each in stated])) for name in stated[0]}
    return {
        "a second": len(answered) / seconds,
        "p50": float(p50),
        "p95": float(p95),
        **{f"server_{k}": v for k, v in medians.items()},
    }


def questions(address: str, side: int) -> dict[str, list[dict[str, Any]]]:
    """What is asked, by its name: of each kind the bodies that take turns."""
    with httpx.Client(base_url=address, timeout=60) as client:
        products = client.get("/v1/start").json()["products"]
        pictures = []
        for product in products:
            stored = client.get(f"/v1/pictures/{product['pictures'][0]}").content
            with Image.open(io.BytesIO(stored)) as image:
                image.thumbnail((side, side))
                encoded = io.BytesIO()
                image.save(encoded, "JPEG", quality=90)
            pictures.append(encoded.getvalue())
    ids = [product["id"] for product in products]
    return {
        "picture": [{"content": picture} for picture in pictures],
        "product": [{"json": {"products": [key]}} for key in ids],
        "product, top 24 only": [
            {"json": {"products": [key], "strides": [1], "limit": 24}} for key in ids
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=PROJECT / "home" / "demo")
    parser.add_argument("--model", type=Path, default=model.RELEASED)
    parser.add_argument("--searches", type=int, default=200)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--side", type=int, default=384, help="longest side of the pictures sent")
    parser.add_argument("--json", type=Path, default=None)
    args = parser.parse_args()
    command = [sys.executable, "-m", "samevibe", "serve", "--port", "0"]
    command += ["--home", str(args.home.resolve()), "--model", str(args.model.resolve())]
    began = time.perf_counter()
    server = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    line = server.stdout.readline()
    if not line:
        sys.exit("the server did not start")
    ready = time.perf_counter() - began
    try:
        address = line.split()[-1]
        figures = {
            f"{name}, {clients} at once": measure(address, bodies, clients, args.searches)
            for name, bodies in questions(address, args.side).items()
            for clients in args.clients
        }
        about = httpx.get(f"{address}/v1/about").json()
    finally:
        server.terminate()
        server.wait()
    print(f"{about['products']:,} products, {about['pictures']:,} pictures; ready in {ready:.1f} s")
    columns = next(iter(figures.values()))
    print(f"{'milliseconds':32}" + "".join(f"{name:>15}" for name in columns))
    for kind, values in figures.items():
        print(f"{kind:32}" + "".join(f"{value:>15.1f}" for value in values.values()))
    if args.json:
        args.json.write_text(json.dumps({"ready_seconds": ready, **figures}, indent=1) + "\n")


if __name__ == "__main__":
    main()
