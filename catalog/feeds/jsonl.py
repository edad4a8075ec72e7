"""JSON Lines: one product picture (or product) a line."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import orjson

from catalog.feeds.feed import FeedRow
from catalog.feeds.fields import FeedOptions, product_from_fields
from catalog.product import CatalogError, Product, RowError

MAX_LINE = 4 << 20  # bytes
GZIP_SIGNATURE = b"\x1f\x8b"


def jsonl_rows(path: Path, options: FeedOptions) -> Iterator[FeedRow]:
    """The rows of a JSONL file (gzipped or not), numbered by line; empty lines are skipped.

    Raises `CatalogError` where the file can't be read on.
    """
    try:
        with open_bytes(path) as file:
            number = 0
            while line := file.readline(MAX_LINE):
                number += 1
                if len(line) == MAX_LINE and not line.endswith(b"\n"):
                    while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                        pass
                    yield FeedRow(number, RowError(f"the line is longer than {MAX_LINE:,} bytes"))
                elif line := line.strip().removeprefix(b"\xef\xbb\xbf"):
                    yield FeedRow(number, _row(line, options))
    except (OSError, EOFError) as error:
        raise CatalogError(f"can't read on in {path.name}: {error}") from error


def open_bytes(path: Path) -> BinaryIO:
    """A feed's file for reading, unpacked on the way where it is gzipped."""
    with path.open("rb") as file:
        packed = file.read(2) == GZIP_SIGNATURE
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")


def count_lines(path: Path) -> int | None:
    """Lines of a file, which takes milliseconds; ``None`` where it is gzipped."""
    with path.open("rb") as file:
        if file.read(2) == GZIP_SIGNATURE:
            return None
        file.seek(0)
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _row(line: bytes, options: FeedOptions) -> Product | RowError:
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return RowError(f"the line is no JSON: {error}")
    if not isinstance(fields, dict):
        return RowError(f"expected a JSON object, got {line[:40]!r}")
    try:
        return product_from_fields(fields, options)
    except RowError as error:
        return error
