"""CSV and TSV, Google's TSV product feed among them: a header row, then a product a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from catalog.feeds.feed import FeedRow
from catalog.feeds.fields import FIELDS, FeedOptions, product_from_fields
from catalog.feeds.jsonl import open_bytes
from catalog.product import CatalogError, Product, RowError

MAX_CELL = 1 << 20  # characters
_SEPARATORS = "\t,;|"


def table_rows(path: Path, options: FeedOptions) -> Iterator[FeedRow]:
    """The rows of a table; row 1 is the header. Empty rows are skipped.

    The header's most frequent separator (tab, comma, semicolon or bar) is the table's. Column
    names match whatever their case, with spaces for underscores and with or without ``g:``.
    Raises `CatalogError` for a header that names no id, and where the file can't be read on.
    """
    csv.field_size_limit(MAX_CELL)
    try:
        with (
            open_bytes(path) as packed,
            # A wrong byte becomes a lone surrogate, which makes its row (only) a refused one.
            io.TextIOWrapper(packed, "utf-8-sig", errors="surrogateescape", newline="") as file,
        ):
            header_line = file.readline(MAX_CELL)
            separator = max(_SEPARATORS, key=header_line.count)
            header = next(csv.reader([header_line], delimiter=separator), [])
            columns = _columns(header, path, options)
            yield from _rows(file, separator, columns, options)
    except (OSError, EOFError) as error:
        raise CatalogError(f"can't read on in {path.name}: {error}") from error


def _rows(
    file: io.TextIOWrapper, separator: str, columns: list[str], options: FeedOptions
) -> Iterator[FeedRow]:
    cells_of_rows = csv.reader(file, delimiter=separator)
    number = 1
    while True:
        number += 1
        try:
            cells = next(cells_of_rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield FeedRow(number, RowError(f"the row can't be read: {error}"))
            continue
        if any(cell.strip() for cell in cells):
            yield FeedRow(number, _product(cells, columns, options))


def _product(cells: list[str], columns: list[str], options: FeedOptions) -> Product | RowError:
    if len(cells) > len(columns):
        return RowError(
            f"the row has {len(cells)} cells, the header {len(columns)}; "
            "put text that contains the separator in double quotes"
        )
    try:
        return product_from_fields(dict(zip(columns, cells, strict=False)), options)
    except RowError as error:
        return error


def _columns(header: list[str], path: Path, options: FeedOptions) -> list[str]:
    """The header's names as `product_from_fields` and the mapping expect them."""
    mapped = set(options.mapping.values())
    names = [cell.strip() for cell in header]
    columns = [name if name in mapped else column_name(name) for name in names]
    missing = sorted(mapped - set(columns))
    if missing:
        raise CatalogError(
            f"{path.name} has no column {', '.join(map(repr, missing))}; "
            f"it has {', '.join(map(repr, names[:40]))}"
        )
    if "id" not in options.mapping and not {"id", "sku"} & set(columns):
        raise CatalogError(
            f'{path.name} has no column "id", but {", ".join(map(repr, names[:40]))}; '
            f"say which is which with a mapping of {', '.join(FIELDS)} to its columns"
        )
    return columns


def column_name(name: str) -> str:
    """``"g:Image Link"`` -> ``"image_link"``."""
    return name.lower().removeprefix("g:").strip().replace(" ", "_")
