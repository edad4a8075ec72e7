"""The index on disk: written whole or not at all, opened in place, checked byte for byte.

    index/
      CURRENT              the name of the live version
      <version>/           vectors.npy     float32 (pictures, dim), unweighted unit facets
                           items.npy       int32 (pictures,), the item of each picture
                           pictures.npy    uint8 (pictures, 32), the picture's SHA-256
                           rows.npy        int64 (items,), the catalogue's row of each item
                           start.npy       int64 (clusters,), items that stand for the catalogue
                           products.jsonl  the products, a line an item
                           names.json      the values of the columns
                           offsets.npy, codes.npy, prices.npy, keys.npy, key_items.npy
                                           see `server.search.products.Products`
                           manifest.json   versions, counts, and the SHA-256 of each file
      unfinished/          a version being written
      embedded-<model>     vectors already made by a run that was stopped

A version is written into a folder with another name, brought to the disk, renamed into place,
and only then named by CURRENT. The last sound version before the live one is kept to fall back
upon. A version's files never change, so they are memory-mapped: opening reads almost nothing,
and `StoredIndex.check` reads every byte when there is time.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Int32, Int64, UInt8

from catalog.files import replace_text
from catalog.product import CatalogError
from server.search.files import array_stream, checksum, folder_to_disk, write_stream, write_text
from server.search.products import Products

FORMAT = 2
_SEARCHED = ("vectors", "items", "pictures", "rows", "start")
_SHOWN = ("offsets", "codes", "prices", "keys", "key_items")


class StoredIndexError(CatalogError):
    """An index that can't be used or written; the message says why and what to do."""


class DamagedIndexError(StoredIndexError):
    """A version whose files are not what was once written: another one may serve instead."""


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was made of. `catalogue_revision` tells whether the catalogue moved on;
    `left_out` pictures were missing or damaged in the store."""

    version: str
    model_version: str
    preprocessing: str
    catalogue_revision: int
    products: int
    pictures: int
    left_out: int
    dim: int
    checksums: Mapping[str, str]
    format: int = FORMAT


@dataclasses.dataclass(frozen=True, slots=True)
class StoredIndex:
    """An index as it lies on disk; the arrays are memory-mapped and read only."""

    folder: Path
    manifest: Manifest
    vectors: Float32[np.ndarray, "pictures dim"]
    items: Int32[np.ndarray, " pictures"]
    pictures: UInt8[np.ndarray, "pictures 32"]
    rows: Int64[np.ndarray, " items"]
    start: Int64[np.ndarray, " clusters"]
    products: Products

    def check(self, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Read every byte and compare checksums; whether it came to the end before `stopped()`.

        Raises `DamagedIndexError` for the first file that is not as it was written.
        """
        for name, expected in self.manifest.checksums.items():
            try:
                found = checksum(self.folder / name, stopped)
            except OSError as error:
                raise _damaged(self.folder, error) from error
            if found is None:
                return False
            if found != expected:
                raise _damaged(self.folder, ValueError(f"{name} does not match its checksum"))
        return True


class NewVersion:
    """A version being written. `scratch` is a file for what is only needed meanwhile."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unfinished = folder / "unfinished"
        self._checksums: dict[str, str] = {}
        shutil.rmtree(self._unfinished, ignore_errors=True)
        self._unfinished.mkdir(parents=True)
        self.scratch = self._unfinished / "scratch"

    def array(
        self, name: str, shape: tuple[int, ...], dtype: type, blocks: Iterable[np.ndarray]
    ) -> None:
        """Write an array of the module's table that comes in blocks of its first axis."""
        self.file(f"{name}.npy", array_stream(shape, dtype, blocks))

    def file(self, name: str, chunks: Iterable[bytes | memoryview]) -> None:
        """Write a file of the module's table. Raises `OSError`."""
        self._checksums[name] = write_stream(self._unfinished / name, chunks)

    def publish(self, keep: str | None = None, **made_of: str | int) -> Path:
        """Make it the live version and return its folder; of the others, only `keep` remains.

        `made_of` are the manifest's fields. Equal contents get an equal version. Raises `OSError`.
        """
        self.scratch.unlink(missing_ok=True)
        text = json.dumps([FORMAT, made_of, self._checksums], sort_keys=True)
        version = hashlib.sha256(text.encode()).hexdigest()[:12]
        manifest = {"version": version, **made_of, "checksums": self._checksums, "format": FORMAT}
        write_text(self._unfinished / "manifest.json", json.dumps(manifest, indent=1) + "\n")
        folder_to_disk(self._unfinished)
        final = self._folder / version
        if not _is_sound(final):
            shutil.rmtree(final, ignore_errors=True)
            self._unfinished.rename(final)
            folder_to_disk(self._folder)
        replace_text(self._folder / "CURRENT", version + "\n")
        folder_to_disk(self._folder)
        for other in versions(self._folder):
            if other not in (version, keep):
                shutil.rmtree(self._folder / other, ignore_errors=True)
        return final


@contextlib.contextmanager
def new_version(folder: Path) -> Iterator[NewVersion]:
    """A version to be written in the block, which calls `publish` at its end.

    Raises `StoredIndexError` when the disk refuses; the version that was live is then still live.
    """
    try:
        yield NewVersion(folder)
    except OSError as error:
        raise StoredIndexError(
            f"the index in {folder} could not be written: {error}; "
            "the index before it is unchanged: make room and run it again"
        ) from error
    finally:
        shutil.rmtree(folder / "unfinished", ignore_errors=True)


def current_version(folder: Path) -> str | None:
    """The name of the live version, or `None` where nothing was ever indexed."""
    try:
        return (folder / "CURRENT").read_text().strip() or None
    except FileNotFoundError:
        return None


def versions(folder: Path) -> list[str]:
    """The live version first, then the others, the newest first; damaged ones too.

    Raises `StoredIndexError` where nothing was ever indexed.
    """
    current = current_version(folder)
    if current is None:
        raise StoredIndexError(f"there is no index in {folder}: run `samevibe index` first")
    others = sorted(folder.glob("*/manifest.json"), key=lambda path: -path.stat().st_mtime)
    names = [path.parent.name for path in others]
    return [current, *(name for name in names if name not in (current, "unfinished"))]


def read_current(folder: Path) -> tuple[StoredIndex, str | None]:
    """The live index, every byte checked, or the newest sound one where it is damaged.

    The second value is `None`, or one line that says what was damaged and which version serves.
    Raises `StoredIndexError` where no sound version is left.
    """
    live, *others = versions(folder)
    try:
        return read_version(folder / live), None
    except StoredIndexError as fault:
        for other in others:
            with contextlib.suppress(StoredIndexError):
                return read_version(folder / other), instead(fault, other)
        raise


def instead(fault: StoredIndexError | str, version: str) -> str:
    """What to tell the operator when an older version stands in."""
    return f"{fault}; meanwhile the version before it, {version}, is used"


def read_version(folder: Path) -> StoredIndex:
    """Open one version and check every byte. Raises `StoredIndexError` in one line."""
    stored = open_version(folder)
    stored.check()
    return stored


def open_version(folder: Path) -> StoredIndex:
    """Map one version into memory. Sizes are checked, bytes are not: that is `StoredIndex.check`.

    Raises `StoredIndexError` in one line.
    """
    try:
        fields = json.loads((folder / "manifest.json").read_bytes())
        if fields["format"] != FORMAT:
            raise StoredIndexError(
                f"index {folder.name} has format {fields['format']}, this program reads {FORMAT}: "
                "update samevibe, or run `samevibe index`"
            )
        manifest = Manifest(**fields)
        searched, shown = (
            {name: _mapped(folder / f"{name}.npy") for name in names}
            for names in (_SEARCHED, _SHOWN)
        )
        products = Products(
            records=np.asarray(np.memmap(folder / "products.jsonl", np.uint8, "r")),
            names=json.loads((folder / "names.json").read_bytes()),
            **shown,
        )
        found = len(searched["rows"]), *searched["vectors"].shape, len(products.records)
        expected = manifest.products, manifest.pictures, manifest.dim, int(products.offsets[-1])
        if found != expected:
            raise ValueError(f"expected {expected} products, pictures, dim and bytes, got {found}")
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise _damaged(folder, error) from error
    return StoredIndex(folder=folder, manifest=manifest, products=products, **searched)


def _mapped(path: Path) -> np.ndarray:
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _damaged(folder: Path, error: Exception) -> DamagedIndexError:
    return DamagedIndexError(
        f"index {folder.name} is damaged ({type(error).__name__}: {error}): "
        "run `samevibe index` to make it again"
    )


def _is_sound(folder: Path) -> bool:
    try:
        read_version(folder)
    except StoredIndexError:
        return False
    return True
