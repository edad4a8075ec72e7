"""Drawing the whole shop into a folder."""

from __future__ import annotations

import hashlib
import io
import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import resvg_py
from PIL import Image

from catalog.illustrator.illustrate import illustrate
from catalog.illustrator.products import make_products
from catalog.illustrator.style import ProductSpec

COMPLETE = "complete"  # holds the hash of products.jsonl: a folder without it was cut short
WORKERS = min(os.cpu_count() or 1, 8)
JPEG_QUALITY = 90


def rasterise(svg: str) -> Image.Image:
    """384 x 384 RGB picture of an SVG; no fonts are read, so every machine draws the same."""
    png = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)
    return Image.open(io.BytesIO(png)).convert("RGB")


def is_complete(folder: Path) -> bool:
    """Whether ``folder`` holds a whole drawn catalogue."""
    try:
        marker = (folder / COMPLETE).read_text().strip()
        return marker == hashlib.sha256((folder / "products.jsonl").read_bytes()).hexdigest()
    except OSError:
        return False


def draw_catalogue(
    folder: Path,
    *,
    count: int = 1600,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write ``products.jsonl`` and ``images/`` (JPEG, 384 px) into ``folder``, all or nothing.

    The pictures are drawn beside ``folder`` and moved there at the end, so a run that was cut
    short leaves nothing that looks whole; what stood at ``folder`` before is replaced.
    ``progress(done, total)`` is called after each picture. Raises ValueError for ``count`` < 1.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1, got {count}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    products = make_products(count, seed)
    lines = "".join(json.dumps(product.row, ensure_ascii=False) + "\n" for product in products)
    pictures = [
        (name, spec)
        for product in products
        for name, spec in zip(product.row["images"], product.specs, strict=True)
    ]
    drawing = folder.with_name(f".{folder.name}.drawing")
    shutil.rmtree(drawing, ignore_errors=True)  # what a killed run left
    try:
        (drawing / "images").mkdir(parents=True)
        for done, _ in enumerate(_draw_all(drawing / "images", pictures), start=1):
            if progress:
                progress(done, len(pictures))
        (drawing / "products.jsonl").write_text(lines, encoding="utf-8")
        (drawing / COMPLETE).write_text(hashlib.sha256(lines.encode()).hexdigest() + "\n")
        if folder.exists():
            shutil.rmtree(folder)
        drawing.rename(folder)
    finally:
        shutil.rmtree(drawing, ignore_errors=True)


def _draw_all(folder: Path, pictures: list[tuple[str, ProductSpec]]) -> Iterable[None]:
    # Spawned, because a fork of a process that has started JAX can hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
        yield from pool.map(_draw, [folder] * len(pictures), pictures, chunksize=16)


def _draw(folder: Path, picture: tuple[str, ProductSpec]) -> None:
    name, spec = picture
    rasterise(illustrate(spec)).save(folder / name, "JPEG", quality=JPEG_QUALITY)
