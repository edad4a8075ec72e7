"""A disk that refuses to be written to, as libraries tell of it and as a person is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.product import CatalogError

_FULL = "No space left on device"


@contextmanager
def refusals(what: str, folder: Path, after: str) -> Iterator[None]:
    """While ``what`` is written to a folder: Orbax and ArrayRecord raise nearly anything for a disk
    that refuses. Raises `CatalogError` instead, with what a run ``after`` making room does."""
    try:
        yield
    except (OSError, ValueError, RuntimeError) as error:
        text = " ".join(str(error).split())
        reason = _FULL if _FULL in text else text[:200]
        raise CatalogError(
            f"can't write {what} in {folder} ({reason}): see that the disk has room, then run it "
            f"again; {after}"
        ) from error
