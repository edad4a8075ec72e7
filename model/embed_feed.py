"""A feed's pictures as one matrix on disk, a row per line: for whoever evaluates outside.

No catalogue is needed or touched; only each line's main picture is read.
"""

from __future__ import annotations

import dataclasses
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np

from catalog.decoding import decode_picture
from catalog.product import CatalogError, RowError
from model.embedder import Embedder
from model.facets import FacetError, FacetLayout

CHUNK = 256
"""Pictures decoded ahead of the network: bounds memory, and two chunks keep every core busy."""


@dataclasses.dataclass(frozen=True, slots=True)
class EmbeddedFeed:
    """What was written: ``rows`` x ``dim`` float32; ``failures`` are (line number, reason)."""

    rows: int
    dim: int
    facets: tuple[str, ...]
    failures: tuple[tuple[int, str], ...]


def embed_feed(
    feed: Path,
    images: Path,
    embedder: Embedder,
    out: Path,
    *,
    facets: Sequence[str] | None = None,
    progress: Callable[[int], object] = lambda done: None,
) -> EmbeddedFeed:
    """Embed the picture of each line of ``feed`` (JSON lines) into ``out`` (``.npy``).

    Facets are scaled by the roots of their shares, so rows have unit length and the dot product
    of two rows is the score of the ranking with the default weights; with ``facets``, of the
    ranking with the other dials at zero, and only those facets' columns are written.

    A line that has no readable picture becomes a row of zeros and a failure. ``images`` is a zip
    file or a folder. ``out`` appears whole or not at all. ``progress`` gets lines just done.

    Raises:
        CatalogError: ``feed`` or ``images`` can't be read at all.
        FacetError: ``facets`` names one that this version has not.
        OSError: the disk refuses.
    """
    weights, columns = _chosen(embedder.layout, facets)
    rows = count_lines(feed)
    failures: list[tuple[int, str]] = []
    partial = out.with_name(f".{out.name}.partial")
    pictures = _open_pictures(images)

    def prepare(line: str) -> np.ndarray:
        with decode_picture(pictures(_main_picture(line))) as picture:
            return embedder.prepare(picture)

    try:
        with partial.open("wb") as file, ThreadPoolExecutor(os.cpu_count()) as pool:
            np.lib.format.write_array_header_1_0(
                file, {"descr": "<f4", "fortran_order": False, "shape": (rows, len(columns))}
            )
            for numbers, prepared in _ahead(pool, prepare, _lines(feed)):
                block = np.zeros((len(numbers), len(columns)), np.float32)
                canvases, good = [], []
                for at, (number, future) in enumerate(zip(numbers, prepared, strict=True)):
                    try:
                        canvases.append(future.result())
                        good.append(at)
                    except (CatalogError, OSError) as error:
                        failures.append((number + 1, str(error)))
                if good:
                    vectors = embedder.embed(np.stack(canvases))
                    block[good] = embedder.layout.weigh_both(vectors, weights)[:, columns]
                file.write(block.astype("<f4").tobytes())
                progress(len(numbers))
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    names = tuple(facets) if facets else embedder.layout.names
    return EmbeddedFeed(rows, len(columns), names, tuple(failures))


def count_lines(feed: Path) -> int:
    """How many rows ``embed_feed`` will write: lines that are not blank.

    Raises:
        CatalogError: there is no such file, or nothing in it.
    """
    rows = sum(1 for _ in _lines(feed))
    if not rows:
        raise CatalogError(f"expected a file of JSON lines at {feed}; it is empty")
    return rows


def _chosen(
    layout: FacetLayout, facets: Sequence[str] | None
) -> tuple[dict[str, float], np.ndarray]:
    """The weights that leave only ``facets`` turned up, and the columns those facets have."""
    unknown = sorted(set(facets or ()) - set(layout.names))
    if unknown:
        raise FacetError(f"unknown facets {unknown}; this version has {list(layout.names)}")
    chosen = [name for name in layout.names if not facets or name in facets]
    weights = {name: layout.default_weights[name] * (name in chosen) for name in layout.names}
    slices = layout.slices
    return weights, np.concatenate([np.r_[slices[name]] for name in chosen])


def _lines(feed: Path) -> Iterator[str]:
    try:
        with feed.open(encoding="utf-8") as file:
            yield from (line for line in file if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"expected a file of JSON lines at {feed}: {error}") from error


def _main_picture(line: str) -> str:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise RowError(f"expected one JSON object, got {line[:60].strip()!r} ({error})") from error
    fields = row if isinstance(row, dict) else {}
    images = fields.get("image") or fields.get("images") or ()
    first = images if isinstance(images, str) else next(iter(images), None)
    if not isinstance(first, str):
        raise RowError("expected a field `image` (or `images`) that names a picture; got none")
    return first


def _open_pictures(images: Path) -> Callable[[str], bytes]:
    """A function from a picture's name to its bytes; RowError for a name that is not there."""
    if images.is_dir():
        folder = images.resolve()

        def from_folder(name: str) -> bytes:
            path = (folder / name).resolve()
            if not path.is_relative_to(folder) or not path.is_file():
                raise RowError(f"no picture {name!r} in {images}")
            return path.read_bytes()

        return from_folder
    try:
        archive = zipfile.ZipFile(images)
    except (OSError, zipfile.BadZipFile) as error:
        raise CatalogError(f"expected a zip file or a folder at {images}: {error}") from error

    names = set(archive.namelist())

    def from_archive(name: str) -> bytes:
        for candidate in (name, f"images/{name}", name.removeprefix("images/")):
            if candidate in names:
                break
        else:
            raise RowError(f"no picture {name!r} in {images}")
        try:
            return archive.read(candidate)
        except (zipfile.BadZipFile, ValueError) as error:
            raise RowError(f"picture {name!r} in {images} can't be read: {error}") from error

    return from_archive


def _ahead(
    pool: ThreadPoolExecutor, prepare: Callable[[str], np.ndarray], lines: Iterator[str]
) -> Iterator[tuple[list[int], list[Future[np.ndarray]]]]:
    """Chunks of (row numbers, pictures being prepared); the next chunk is under way already."""
    numbered = enumerate(lines)
    waiting: tuple[list[int], list[Future[np.ndarray]]] | None = None
    while chunk := list(islice(numbered, CHUNK)):
        coming = [n for n, _ in chunk], [pool.submit(prepare, line) for _, line in chunk]
        if waiting:
            yield waiting
        waiting = coming
    if waiting:
        yield waiting
