"""Feeds and pictures made on the spot."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from catalog.store import Catalog

MakePicture = Callable[..., bytes]
MakeFeed = Callable[..., Path]


@pytest.fixture
def make_picture() -> MakePicture:
    """A picture's bytes; another ``seed``, another picture."""

    def make(
        seed: int = 0,
        size: tuple[int, int] = (64, 48),
        picture_format: str = "JPEG",
        **options: Any,
    ) -> bytes:
        coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
        encoded = io.BytesIO()
        picture = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
        picture.save(encoded, picture_format, **options)
        return encoded.getvalue()

    return make


@pytest.fixture
def make_feed(tmp_path: Path, make_picture: MakePicture) -> MakeFeed:
    """Writes (or overwrites) a folder feed named "shop": rows, and pictures 0.jpg, 1.jpg..."""

    def make(
        rows: list[dict[str, Any] | str] | int, *, pictures: int = 0, zipped: bool = True
    ) -> Path:
        folder = tmp_path / "shop"
        folder.mkdir(exist_ok=True)
        if isinstance(rows, int):
            pictures = rows
            rows = [
                {"id": f"p{i}", "image": f"{i}.jpg", "title": f"Mug {i}", "category": "Mugs"}
                for i in range(rows)
            ]
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        (folder / "products.jsonl").write_text("".join(f"{line}\n" for line in lines))
        if zipped:
            with zipfile.ZipFile(folder / "images.zip", "w") as archive:
                for i in range(pictures):
                    archive.writestr(f"{i}.jpg", make_picture(i))
        else:
            (folder / "images").mkdir(exist_ok=True)
            for i in range(pictures):
                (folder / "images" / f"{i}.jpg").write_bytes(make_picture(i))
        return folder

    return make


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalog]:
    """An empty catalogue."""
    with Catalog(tmp_path / "home", create=True) as made:
        yield made
