"""From a catalogue and a model version to an index: every live picture embedded once.

Vectors are reused by picture hash: from the index before it (of the same model version and
preprocessing) and from what a stopped run had already embedded, so a run killed at any moment is
carried on by the next, and a catalogue that changed a little costs a little.
"""

from __future__ import annotations

import dataclasses
import fcntl
import hashlib
import io
import os
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from tqdm import tqdm

from catalog.decoding import PictureError, decode_picture
from catalog.pictures import PictureStore
from catalog.store import Catalog
from model.embedder import Embedder
from server.search.clusters import representative_items
from server.search.folder import StoredIndex, StoredIndexError, read_current, write_index

INDEX_FOLDER = "index"
_BATCH = 64
_SHARD = 16  # batches kept in one file of a run in progress

Progress = Callable[[int, int], None]


def build_index(home: Path, embedder: Embedder, progress: Progress | None = None) -> Path:
    """Embed what is not embedded yet and write a new index; the folder of the live version.

    `progress(done, total)` counts pictures; without it a bar is drawn. Where nothing changed
    since the live index, nothing is written. A picture that is missing or damaged in the store is
    left out (importing again brings it back). Raises `StoredIndexError` for a catalogue without
    pictures, a second run at the same time, or a disk that refuses; `CatalogError` for no catalogue.
    """
    folder = Path(home) / INDEX_FOLDER
    with Catalog(home) as catalogue, _only_run(folder):
        revision = catalogue.revision()
        before = _usable(folder, embedder)
        if before is not None and before.manifest.catalogue_revision == revision:
            return folder / before.manifest.version
        rows, shown = [], []
        for product in catalogue.products():
            rows.append(product.row)
            shown.append(product.pictures)
        wanted = list(dict.fromkeys(picture for pictures in shown for picture in pictures))
        unfinished = folder / f"embedded-{_name(embedder)}"
        known = _Known(embedder.layout.dim)
        if before is not None:
            known.add(before.pictures, before.vectors)
        known.add_shards(unfinished)
        with _shown(progress, len(wanted)) as show:
            _embed_missing(wanted, known, catalogue.pictures, embedder, unfinished, show)
    places = [[at for at in map(known.place, pictures) if at is not None] for pictures in shown]
    kept = [number for number, found in enumerate(places) if found]
    if not kept:
        raise StoredIndexError(
            f"expected a catalogue with pictures in {home}, found none: "
            "run `samevibe import` with a feed that has pictures first"
        )
    gathered = np.concatenate([places[number] for number in kept])
    counts = [len(places[number]) for number in kept]
    vectors = known.vectors()[gathered]
    mains = embedder.layout.weigh_both(vectors[np.cumsum([0, *counts[:-1]])])
    written = write_index(
        folder,
        {
            "vectors": vectors,
            "items": np.repeat(np.arange(len(kept), dtype=np.int32), counts),
            "rows": np.array([rows[number] for number in kept], np.int64),
            "pictures": known.hashes()[gathered],
            "start": representative_items(mains),
        },
        model_version=embedder.version,
        preprocessing=embedder.preprocessing_hash,
        catalogue_revision=revision,
    )
    shutil.rmtree(unfinished, ignore_errors=True)
    return written


class _Known:
    """The vectors at hand, by picture hash."""

    def __init__(self, dim: int) -> None:
        self._hashes: list[np.ndarray] = [np.empty((0, 32), np.uint8)]
        self._vectors: list[np.ndarray] = [np.empty((0, dim), np.float32)]
        self._place: dict[bytes, int] = {}
        self._rows = 0

    def place(self, picture: str) -> int | None:
        return self._place.get(bytes.fromhex(picture))

    def add(self, hashes: np.ndarray, vectors: np.ndarray) -> None:
        """Take in `hashes` (n, 32) uint8 and `vectors` (n, dim) float32."""
        for at, picture in enumerate(hashes):
            self._place.setdefault(picture.tobytes(), self._rows + at)
        self._hashes.append(hashes)
        self._vectors.append(vectors)
        self._rows += len(hashes)

    def add_shards(self, folder: Path) -> None:
        """Take in what a stopped run left; a damaged file is dropped and embedded again."""
        for path in sorted(folder.glob("*.npz")):
            data = path.read_bytes()
            try:
                if hashlib.sha256(data).hexdigest()[:16] != path.stem:
                    raise ValueError("the name is not the checksum")
                with np.load(io.BytesIO(data), allow_pickle=False) as shard:
                    self.add(shard["hashes"], shard["vectors"])
            except (OSError, ValueError, KeyError):
                path.unlink()

    def hashes(self) -> np.ndarray:
        return np.concatenate(self._hashes)

    def vectors(self) -> np.ndarray:
        return np.concatenate(self._vectors)


def _embed_missing(
    wanted: list[str],
    known: _Known,
    store: PictureStore,
    embedder: Embedder,
    unfinished: Path,
    show: Progress,
) -> None:
    missing = [picture for picture in wanted if known.place(picture) is None]
    done = len(wanted) - len(missing)
    show(done, len(wanted))

    def prepared(picture: str) -> np.ndarray | None:
        try:
            return embedder.prepare(decode_picture(store.read(picture)))
        except (KeyError, PictureError):
            return None

    hashes: list[np.ndarray] = []
    vectors: list[np.ndarray] = []
    batches = [missing[start : start + _BATCH] for start in range(0, len(missing), _BATCH)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        # The next batch is decoded while the device embeds this one.
        ahead = [pool.submit(prepared, picture) for picture in batches[0]] if batches else []
        for number, batch in enumerate(batches):
            canvases = [future.result() for future in ahead]
            following = batches[number + 1] if number + 1 < len(batches) else []
            ahead = [pool.submit(prepared, picture) for picture in following]
            good = {
                picture: canvas
                for picture, canvas in zip(batch, canvases, strict=True)
                if canvas is not None
            }
            if good:
                vectors.append(embedder.embed(np.stack(list(good.values()))))
                hashes.append(_digests(list(good)))
            done += len(batch)
            show(done, len(wanted))
            if hashes and (len(hashes) == _SHARD or number + 1 == len(batches)):
                block = np.concatenate(hashes), np.concatenate(vectors)
                _keep_shard(unfinished, *block)
                known.add(*block)
                hashes, vectors = [], []


def _keep_shard(folder: Path, hashes: np.ndarray, vectors: np.ndarray) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, hashes=hashes, vectors=vectors)
    data = buffer.getvalue()
    path = folder / f"{hashlib.sha256(data).hexdigest()[:16]}.npz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".part").write_bytes(data)
        path.with_suffix(".part").rename(path)
    except OSError as error:
        raise StoredIndexError(
            f"vectors could not be kept in {folder}: {error.strerror or error}; "
            "the live index is unchanged: make room and run it again, it will carry on"
        ) from error


def _usable(folder: Path, embedder: Embedder) -> StoredIndex | None:
    """The live index where its vectors are of this model and preprocessing, else nothing."""
    try:
        stored, damaged = read_current(folder)
    except StoredIndexError:
        return None
    if stored.manifest.model_version != embedder.version:
        return None
    if stored.manifest.preprocessing != embedder.preprocessing_hash:
        return None
    if damaged is None:
        return stored
    # The one before the damaged one: its vectors are good, but it must not pass for up to date.
    manifest = dataclasses.replace(stored.manifest, catalogue_revision=-1)
    return dataclasses.replace(stored, manifest=manifest)


def _name(embedder: Embedder) -> str:
    return re.sub(r"[^\w.-]", "_", f"{embedder.version}-{embedder.preprocessing_hash}")


def _digests(pictures: list[str]) -> np.ndarray:
    raw = b"".join(map(bytes.fromhex, pictures))
    return np.frombuffer(raw, np.uint8).reshape(-1, 32)


@contextmanager
def _only_run(folder: Path) -> Iterator[None]:
    """Held while indexing; the system lets go of it even after `kill -9`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "LOCK").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoredIndexError(
                f"{folder} is being indexed by another process: wait for it"
            ) from None
        yield


@contextmanager
def _shown(progress: Progress | None, total: int) -> Iterator[Progress]:
    if progress is not None:
        yield progress
        return
    with tqdm(total=total, unit="picture", desc="embedding", disable=None) as bar:
        yield lambda done, _: bar.update(done - bar.n) and None
