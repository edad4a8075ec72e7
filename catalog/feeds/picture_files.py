"""Pictures that come with a feed, in ``images.zip`` or as files under the feed's folder."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from catalog.feeds.remote import download_picture, is_url
from catalog.product import CatalogError

MAX_FILE = 64 << 20  # bytes; no picture of up to 50 megapixels that is worth its size is larger


def picture_reader(folder: Path) -> Callable[[str], bytes]:
    """Reads the pictures of a feed in ``folder``: its own files, and URLs from where they are."""
    files = PictureFiles(folder)
    return lambda image: download_picture(image) if is_url(image) else files.read(image)


class PictureFiles:
    """The picture files of a feed's folder: its ``images.zip``, its ``images/``, or itself.

    A name can't leave the folder, neither by ``..`` nor through a link.
    Raises `CatalogError` where ``images.zip`` is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._zip: zipfile.ZipFile | None = None
        archive = folder / "images.zip"
        if archive.is_file():
            try:
                self._zip = zipfile.ZipFile(archive)
            except (OSError, zipfile.BadZipFile) as error:
                raise CatalogError(f"can't read {archive}: {error}; copy it again") from error

    def read(self, image: str) -> bytes:
        """A picture file's bytes; safe from many threads. Raises `CatalogError`."""
        name = PurePosixPath(image.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or not name.parts or ":" in name.parts[0]:
            raise CatalogError(f"the picture {image[:80]!r} is not inside the feed's folder")
        if self._zip is not None:
            return self._from_zip(self._zip, str(name))
        return self._from_folder(name)

    def _from_zip(self, archive: zipfile.ZipFile, name: str) -> bytes:
        for candidate in (name, f"images/{name}", name.removeprefix("images/")):
            try:
                entry = archive.getinfo(candidate)
            except KeyError:
                continue
            _check_size(entry.file_size, name)
            try:
                return archive.read(entry)
            except Exception as error:  # zipfile raises many kinds on a damaged entry
                raise CatalogError(f"can't read {name!r} in images.zip: {error}") from error
        raise CatalogError(f"there is no picture {name[:80]!r} in images.zip")

    def _from_folder(self, name: PurePosixPath) -> bytes:
        for candidate in (self._folder / "images" / name, self._folder / name):
            try:
                path = candidate.resolve()
                found = path.stat()
                if not path.is_relative_to(self._folder):
                    raise CatalogError(f"the picture {str(name)!r} is not inside the feed's folder")
                if not stat.S_ISREG(found.st_mode):
                    continue
                _check_size(found.st_size, str(name))
                return path.read_bytes()
            except FileNotFoundError:
                continue
            except (OSError, ValueError) as error:
                raise CatalogError(f"can't read the picture {str(name)[:80]!r}: {error}") from error
        raise CatalogError(f"there is no picture {str(name)[:80]!r} in the feed's folder")


def _check_size(size: int, name: str) -> None:
    if size > MAX_FILE:
        raise CatalogError(f"the picture {name[:80]!r} has {size:,} bytes; at most {MAX_FILE:,}")
