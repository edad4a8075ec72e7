"""From a feed into the catalogue.

Rows go in batches, each one transaction, and a picture is in the store before the row that names
it is committed. So whenever the process is killed, the catalogue is the one after the last whole
batch. To resume is to import again: rows that are there already compare equal, and pictures
whose bytes (or URL) are known are not decoded (or downloaded) again. The same feed twice changes
nothing, the catalogue's revision included.

A product is marked as vanished only when the feed was read to its end and had at least one good
row: a feed that is suddenly empty or breaks off is taken for a fault of the feed.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from catalog.feeds.feed import Feed, FeedRow
from catalog.feeds.remote import is_url
from catalog.files import held_alone
from catalog.import_report import ImportReport
from catalog.product import CatalogError, Product, RowError
from catalog.store import Catalog

BATCH_ROWS = 256
LOCK_NAME = "import.lock"

Progress = Callable[[ImportReport], None]


class ImportStoppedError(CatalogError):
    """The import couldn't go on; ``report`` says how far it came. All of that is kept."""

    def __init__(self, message: str, report: ImportReport) -> None:
        super().__init__(message)
        self.report = report


@dataclass(frozen=True, slots=True)
class _Fetched:
    """What became of one of a product's images."""

    image: str
    picture: str | None  # its hash in the store
    origin: bytes | None  # SHA-256 of the feed's bytes; None where they weren't needed
    decoded: bool
    problem: str | None


def import_feed(
    catalogue: Catalog,
    feed: Feed,
    *,
    batch_rows: int = BATCH_ROWS,
    workers: int | None = None,
    refresh_pictures: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring the catalogue's products of ``feed.source`` to what the feed says.

    ``workers`` threads fetch and decode pictures; ``refresh_pictures`` downloads pictures again
    whose URL is known; ``progress`` is called with the running report after each batch.
    Raises `ImportStoppedError` where the feed breaks off or the disk fails, `CatalogError` where
    another import into the same home is running.
    """
    started = time.monotonic()
    report = ImportReport(source=feed.source)
    seen: dict[str, int] = {}  # id -> row number
    another = CatalogError(f"another import into {catalogue.home} is running; wait for its end")
    with (
        held_alone(catalogue.home / LOCK_NAME, otherwise=another),
        ThreadPoolExecutor(workers or _workers()) as pool,
    ):
        catalogue.pictures.forget_unfinished()
        try:
            batches = _fetched_batches(catalogue, feed, pool, batch_rows, refresh_pictures, seen)
            for batch in batches:
                _store(catalogue, feed.source, batch, report)
                report.seconds = time.monotonic() - started
                if progress is not None:
                    progress(report)
            _finish(catalogue, feed, report, seen)
        except (CatalogError, OSError, sqlite3.Error) as error:
            report.seconds = time.monotonic() - started
            raise ImportStoppedError(_stopped_because(error), report) from error
        finally:  # whatever ended it, Ctrl-C too: no more pictures are fetched
            pool.shutdown(cancel_futures=True)
    report.seconds = time.monotonic() - started
    return report


_Row = tuple[FeedRow, list[_Fetched]]


def _fetched_batches(
    catalogue: Catalog,
    feed: Feed,
    pool: ThreadPoolExecutor,
    batch_rows: int,
    refresh: bool,
    seen: dict[str, int],
) -> Iterator[list[_Row]]:
    """Batches of rows with their pictures; the next one is being fetched while one is stored."""
    pending: deque[list[tuple[FeedRow, Future[list[_Fetched]] | None]]] = deque()
    rows = (_first_of_its_id(row, seen) for row in feed.rows())
    while True:
        chunk = list(itertools.islice(rows, batch_rows))
        if chunk:
            pending.append(
                [
                    (
                        row,
                        pool.submit(_fetch, catalogue, feed, row.product, refresh)
                        if isinstance(row.product, Product)
                        else None,
                    )
                    for row in chunk
                ]
            )
        if len(pending) > 1 or (pending and not chunk):
            yield [(row, job.result() if job else []) for row, job in pending.popleft()]
        elif not chunk:
            return


def _first_of_its_id(row: FeedRow, seen: dict[str, int]) -> FeedRow:
    product_id = row.product.id if isinstance(row.product, Product) else row.product.product_id
    if product_id is None:
        return row
    if product_id not in seen:
        seen[product_id] = row.number
        return row
    if isinstance(row.product, RowError):
        return row
    earlier = f"the id {product_id[:80]!r} was given before, in row {seen[product_id]}"
    return FeedRow(row.number, RowError(earlier, product_id=product_id))


def _fetch(catalogue: Catalog, feed: Feed, product: Product, refresh: bool) -> list[_Fetched]:
    return [_fetch_image(catalogue, feed, image, refresh) for image in product.images]


def _fetch_image(catalogue: Catalog, feed: Feed, image: str, refresh: bool) -> _Fetched:
    if is_url(image) and not refresh:
        picture = catalogue.downloaded_picture(image)
        if picture is not None:
            return _Fetched(image, picture, None, decoded=False, problem=None)
    try:
        data = feed.picture(image)
        origin = hashlib.sha256(data).digest()
        picture = catalogue.known_picture(origin)
        if picture is not None:
            return _Fetched(image, picture, origin, decoded=False, problem=None)
        picture = catalogue.pictures.add(data)
    except CatalogError as error:
        return _Fetched(image, None, None, decoded=False, problem=f"{image[:80]}: {error}")
    return _Fetched(image, picture, origin, decoded=True, problem=None)


def _store(catalogue: Catalog, source: str, batch: list[_Row], report: ImportReport) -> None:
    """One transaction; the report counts it only once it is committed."""
    counted = report.copy()
    with catalogue.writing() as transaction:
        for row, fetched in batch:
            counted.rows += 1
            problems = [image.problem for image in fetched if image.problem is not None]
            pictures = [image.picture for image in fetched if image.picture is not None]
            if isinstance(row.product, RowError):
                counted.refuse(row.number, str(row.product))
                continue
            for image in fetched:
                if image.decoded and image.picture and image.origin:
                    transaction.remember_origin(image.origin, image.picture)
                    counted.pictures_stored += 1
                if image.origin and image.picture and is_url(image.image):
                    transaction.remember_download(image.image, image.picture)
            counted.pictures += len(pictures)
            if not pictures:
                counted.refuse(row.number, "; ".join(problems))
                continue
            for problem in problems:
                counted.refuse_picture(row.number, problem)
            counted.count(transaction.put(source, row.product, list(dict.fromkeys(pictures))))
    report.take(counted)


def _finish(catalogue: Catalog, feed: Feed, report: ImportReport, seen: dict[str, int]) -> None:
    report.notes += feed.notes()
    if report.accepted == 0:
        standing = dict(catalogue.sources()).get(feed.source, 0)
        report.notes.append(
            "the feed had no good row"
            + (f"; its {standing:,} products stay as they are" if standing else "")
        )
    else:
        with catalogue.writing() as transaction:
            report.vanished = transaction.mark_vanished(feed.source, seen)
    if report.pictures_stored:
        os.sync()  # once, so that what is reported as done survives a loss of power
    catalogue.flush()
    report.complete = True


def _workers() -> int:
    return min(8, 2 * (os.cpu_count() or 1))


def _stopped_because(error: Exception) -> str:
    if isinstance(error, OSError):
        return (
            f"can't store pictures: {error}; the batches before this one are kept: "
            "see that the disk has room, then import again"
        )
    if isinstance(error, sqlite3.Error):
        return f"can't read the catalogue: {error}; the batches before this one are kept"
    return str(error)
