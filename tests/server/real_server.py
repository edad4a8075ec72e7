"""A real server in a process of its own, on a small shop drawn, imported and indexed for it."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
from PIL import Image, ImageDraw

from catalog.feeds import open_feed
from catalog.importer import import_feed
from catalog.store import Catalog
from model.embedder import Embedder
from server.indexing import build_index

PROJECT = Path(__file__).resolve().parents[2]
PRODUCTS = 40
CATEGORIES = ("Mugs", "Lamps", "Rugs", "Chairs")


def draw(number: int, side: int = 96) -> Image.Image:
    """A coloured shape on a light ground; another one for each number."""
    rng = np.random.default_rng(number)
    image = Image.new("RGB", (side, side), tuple(int(c) for c in rng.integers(200, 256, 3)))
    pen = ImageDraw.Draw(image)
    for _ in range(3):
        left, top = (int(v) for v in rng.integers(5, side // 2, 2))
        box = (left, top, left + side // 3, top + side // 3)
        colour = tuple(int(c) for c in rng.integers(0, 200, 3))
        (pen.ellipse if number % 2 else pen.rectangle)(box, fill=colour)
    return image


def encode(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def write_feed(folder: Path, numbers: range = range(PRODUCTS)) -> Path:
    """A folder feed named demo: every fifth product has no price, every fourth two pictures."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    rows = []
    for number in numbers:
        images = [f"images/{number}.png"] + [f"images/{number}b.png"] * (number % 4 == 0)
        for place, name in enumerate(images):
            (folder / name).write_bytes(encode(draw(number + 1000 * place), "PNG"))
        row = {
            "id": str(number),
            "title": f"Thing <b>{number}</b>",
            "images": images,
            "category": CATEGORIES[number % 4],
            "brand": "Little Gulls" if number % 2 else "Cobble Lane",
            "link": f"https://example.com/{number}",
        }
        if number % 5:
            row |= {"price": f"{number + 1}.50", "currency": "EUR" if number % 3 == 0 else "USD"}
        rows.append(json.dumps(row))
    (folder / "products.jsonl").write_text("\n".join(rows) + "\n")
    return folder


def import_and_index(home: Path, feed: Path, embedder: Embedder) -> Path:
    """Import the feed and index the home; the folder of the live index."""
    with Catalog(home, create=True) as catalogue:
        import_feed(catalogue, open_feed(feed))
    return build_index(home, embedder, lambda done, total: None).folder


@dataclasses.dataclass(frozen=True)
class Shop:
    """`picture(n)` is a picture of product n as a shopper would send it."""

    home: Path
    model: Path
    feed: Path

    def copy(self, folder: Path) -> Shop:
        shutil.copytree(self.home, folder / "home")
        return Shop(folder / "home", self.model, self.feed)

    def picture(self, number: int = 3) -> bytes:
        return (self.feed / "images" / f"{number}.png").read_bytes()


@dataclasses.dataclass(frozen=True)
class Running:
    """A server that is up. `client` speaks to it; `log` is all it wrote so far."""

    address: str
    client: httpx.Client
    process: subprocess.Popen[str]
    lines: list[str]

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    @property
    def log(self) -> str:
        return "".join(self.lines)

    def search(self, picture: bytes, **headers: str) -> httpx.Response:
        return self.client.post("/v1/search", content=picture, headers=headers)

    def ask(self, **options: object) -> httpx.Response:
        return self.client.post("/v1/search", json=options)


@contextlib.contextmanager
def start(shop: Shop, *flags: str, environment: dict[str, str] | None = None) -> Iterator[Running]:
    """The server as a person starts it, from its first line "samevibe is at ..." to SIGTERM."""
    command = [sys.executable, "-m", "samevibe", "serve", "--home", str(shop.home)]
    command += ["--model", str(shop.model), "--port", "0", *flags]
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines: list[str] = []
    while "samevibe is at " not in (line := process.stdout.readline()):
        lines.append(line)
        assert line, f"the server did not start: {''.join(lines)}"
    address = line.split()[-1]
    reader = threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True)
    reader.start()
    try:
        with httpx.Client(base_url=address, timeout=30) as client:
            yield Running(address, client, process, lines)
    finally:
        process.terminate()
        process.wait(30)
        reader.join(10)
        process.stdout.close()


def wait_until(running: Running, is_so: Callable[[], bool]) -> None:
    """Fails where it does not come about in a minute (nothing here should take a second)."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, running.log
        time.sleep(0.02)
