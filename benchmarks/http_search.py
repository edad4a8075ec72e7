"""How long one search takes over HTTP, on the real server.

    python -m benchmarks.http_search --home home/demo [--model FOLDER] [--searches 200] [--json FILE]

Searches one after the other with stored pictures (shrunk and encoded as the extension sends
them) and with products, and prints p50 and p95 in milliseconds beside the server's own account.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np

import model

PROJECT = Path(__file__).resolve().parent.parent


def measure(ask: Callable[[int], httpx.Response], searches: int) -> dict[str, float]:
    """p50 and p95 of the whole request, and the medians that the server states, in ms."""
    for number in range(5):
        ask(number).raise_for_status()
    took, stated = [], []
    for number in range(searches):
        began = time.perf_counter()
        answer = ask(number)
        took.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
        stated.append(answer.json()["took_ms"])
    medians = {name: float(np.median([each[name] for each in stated])) for name in stated[0]}
    p50, p95 = np.percentile(took, [50, 95])
    return {"p50": float(p50), "p95": float(p95), **{f"server_{k}": v for k, v in medians.items()}}


def run(address: str, searches: int, side: int) -> dict[str, dict[str, float]]:
    from PIL import Image

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

        def by_picture(number: int) -> httpx.Response:
            return client.post("/v1/search", content=pictures[number % len(pictures)])

        def by_product(number: int) -> httpx.Response:
            return client.post("/v1/search", json={"products": [ids[number % len(ids)]]})

        def one_stride(number: int) -> httpx.Response:
            body = {"products": [ids[number % len(ids)]], "strides": [1], "limit": 24}
            return client.post("/v1/search", json=body)

        return {
            "picture": measure(by_picture, searches),
            "product": measure(by_product, searches),
            "product, top 24 only": measure(one_stride, searches),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=PROJECT / "home" / "demo")
    parser.add_argument("--model", type=Path, default=model.RELEASED)
    parser.add_argument("--searches", type=int, default=200)
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
        figures = run(address, args.searches, args.side)
        about = httpx.get(f"{address}/v1/about").json()
    finally:
        server.terminate()
        server.wait()
    print(f"{about['products']:,} products, {about['pictures']:,} pictures; ready in {ready:.1f} s")
    print(f"{'milliseconds':22}" + "".join(f"{name:>15}" for name in figures["picture"]))
    for kind, values in figures.items():
        print(f"{kind:22}" + "".join(f"{value:>15.1f}" for value in values.values()))
    if args.json:
        args.json.write_text(json.dumps({"ready_seconds": ready, **figures}, indent=1) + "\n")


if __name__ == "__main__":
    main()
