"""A folder with ``products.jsonl`` and ``images.zip`` (or ``images/``): the form we write too."""

from __future__ import annotations

from pathlib import Path

from catalog.feeds.feed import Feed, OpenedFeed, source_from
from catalog.feeds.fields import FeedOptions
from catalog.feeds.jsonl import count_lines, jsonl_rows
from catalog.feeds.picture_files import picture_reader
from catalog.product import CatalogError

ROWS_NAME = "products.jsonl"


def open_folder(folder: Path, source: str | None, options: FeedOptions) -> Feed:
    """The feed that lies in ``folder``. Raises `CatalogError` where none does."""
    path = folder / ROWS_NAME
    if not path.is_file():
        raise CatalogError(
            f"expected {ROWS_NAME} (with images.zip or images/) in the folder {folder}; "
            "if the feed is another file in it, name that file"
        )
    return OpenedFeed(
        source=source or source_from(folder.resolve().name),
        read_rows=lambda: jsonl_rows(path, options),
        read_picture=picture_reader(folder),
        count_rows=lambda: count_lines(path),
    )
