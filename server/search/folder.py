"""The index on disk: written whole or not at all, and checked byte for byte when it is read.

    index/
      CURRENT              the name of the live version
      <version>/           vectors.npy    float32 (pictures, dim), unweighted unit facets
                           items.npy      int32 (pictures,), the item of each picture
                           rows.npy       int64 (items,), the catalogue's row of each item
                           pictures.npy   uint8 (pictures, 32), the picture's SHA-256
                           start.npy      int64 (clusters,), items that stand for the catalogue
                           manifest.json  versions, counts, and the SHA-256 of each file
      embedded-<model>/    vectors already made by a run that was stopped

A version is written into a folder with another name, brought to the disk, renamed into place,
and only then named by CURRENT. The version before the live one is kept to fall back upon.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from jaxtyping import Float32, Int32, Int64, UInt8

from catalog.product import CatalogError

FORMAT = 1
_ARRAYS = ("vectors", "items", "rows", "pictures", "start")


class StoredIndexError(CatalogError):
    """An index that can't be used or written; the message says why and what to do."""


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was made of. `catalogue_revision` tells whether the catalogue moved on."""

    version: str
    model_version: str
    preprocessing: str
    catalogue_revision: int
    products: int
    pictures: int
    dim: int
    checksums: Mapping[str, str]
    format: int = FORMAT


@dataclasses.dataclass(frozen=True, slots=True)
class StoredIndex:
    """An index as it lies on disk, in memory."""

    manifest: Manifest
    vectors: Float32[np.ndarray, "pictures dim"]
    items: Int32[np.ndarray, " pictures"]
    rows: Int64[np.ndarray, " items"]
    pictures: UInt8[np.ndarray, "pictures 32"]
    start: Int64[np.ndarray, " clusters"]


def write_index(
    folder: Path,
    arrays: Mapping[str, np.ndarray],
    *,
    model_version: str,
    preprocessing: str,
    catalogue_revision: int,
) -> Path:
    """Write the arrays of the module's table as a new version, make it the live one, return it.

    Equal contents get an equal version. Raises `StoredIndexError` when the disk refuses; the version
    that was live before is then still live.
    """
    unfinished = folder / "unfinished"
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        checksums = {}
        for name in _ARRAYS:
            path = unfinished / f"{name}.npy"
            with path.open("wb") as file:
                np.save(file, arrays[name], allow_pickle=False)
                _to_disk(file)
            checksums[path.name] = _sha256(path)
        made_of = [FORMAT, model_version, preprocessing, catalogue_revision, checksums]
        version = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:12]
        manifest = Manifest(
            version=version,
            model_version=model_version,
            preprocessing=preprocessing,
            catalogue_revision=catalogue_revision,
            products=len(arrays["rows"]),
            pictures=len(arrays["vectors"]),
            dim=arrays["vectors"].shape[1],
            checksums=checksums,
        )
        _write_text(
            unfinished / "manifest.json", json.dumps(dataclasses.asdict(manifest), indent=1) + "\n"
        )
        _folder_to_disk(unfinished)
        final = folder / version
        if not _is_whole(final):
            shutil.rmtree(final, ignore_errors=True)
            unfinished.rename(final)
        before = current_version(folder)
        _write_text(folder / "CURRENT.unfinished", version + "\n")
        (folder / "CURRENT.unfinished").replace(folder / "CURRENT")
        _folder_to_disk(folder)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise StoredIndexError(
            f"the index could not be written to {folder}: {error.strerror or error}; "
            "the index before it is unchanged: make room and run it again"
        ) from error
    shutil.rmtree(unfinished, ignore_errors=True)
    _remove_others(folder, keep={version, before})
    return final


def current_version(folder: Path) -> str | None:
    """The name of the live version, or `None` where nothing was ever indexed."""
    try:
        return (folder / "CURRENT").read_text().strip() or None
    except FileNotFoundError:
        return None


def read_current(folder: Path) -> tuple[StoredIndex, str | None]:
    """The live index, or the one before it where the live one is damaged.

    The second value is `None`, or one line that says what was damaged and which version serves.
    Raises `StoredIndexError` where no whole version is left.
    """
    current = current_version(folder)
    if current is None:
        raise StoredIndexError(f"there is no index in {folder}: run `samevibe index` first")
    try:
        return read_version(folder / current), None
    except StoredIndexError as fault:
        others = sorted(folder.glob("*/manifest.json"), key=lambda path: -path.stat().st_mtime)
        for other in (path.parent for path in others if path.parent.name != "unfinished"):
            if other.name == current:
                continue
            try:
                stored = read_version(other)
            except StoredIndexError:
                continue
            return stored, f"{fault}; meanwhile the version before it, {other.name}, is used"
        raise


def read_version(folder: Path) -> StoredIndex:
    """Read one version and check every byte. Raises `StoredIndexError` in one line."""
    try:
        text = (folder / "manifest.json").read_bytes()
        fields = json.loads(text)
        if fields["format"] != FORMAT:
            raise StoredIndexError(
                f"index {folder.name} has format {fields['format']}, this program reads {FORMAT}: "
                "update samevibe, or run `samevibe index`"
            )
        manifest = Manifest(**fields)
        arrays = {name: _checked(folder / f"{name}.npy", manifest) for name in _ARRAYS}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoredIndexError(
            f"index {folder.name} is damaged ({type(error).__name__}: {error}): "
            "run `samevibe index` to make it again"
        ) from error
    return StoredIndex(manifest=manifest, **arrays)


def _is_whole(folder: Path) -> bool:
    try:
        read_version(folder)
    except StoredIndexError:
        return False
    return True


def _checked(path: Path, manifest: Manifest) -> np.ndarray:
    if _sha256(path) != manifest.checksums[path.name]:
        raise ValueError(f"{path.name} does not match its checksum")
    return np.load(path, allow_pickle=False)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_text(path: Path, text: str) -> None:
    with path.open("w") as file:
        file.write(text)
        _to_disk(file)


def _to_disk(file: IO[Any]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _folder_to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_others(folder: Path, keep: set[str | None]) -> None:
    for manifest in folder.glob("*/manifest.json"):
        if manifest.parent.name not in keep:
            shutil.rmtree(manifest.parent, ignore_errors=True)
