"""The tables of ``catalog.sqlite``, and opening it.

One row a product, its pictures and other lists as JSON: a product is read and compared as one
row. ``row`` is never given twice (AUTOINCREMENT) and never changes. A product that its feed no
longer has is marked ``vanished`` and keeps its row, so that it comes back as itself.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from catalog.product import CatalogError

FORMAT = 1  # PRAGMA user_version

TABLES = """
CREATE TABLE products (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    images TEXT NOT NULL,
    description TEXT,
    link TEXT,
    category TEXT,
    price TEXT,
    currency TEXT,
    sale_price TEXT,
    sale_currency TEXT,
    brand TEXT,
    color TEXT,
    gender TEXT,
    age_group TEXT,
    group_id TEXT,
    availability TEXT,
    split TEXT,
    attributes TEXT NOT NULL,
    reference_price REAL,
    pictures TEXT NOT NULL,
    vanished INTEGER NOT NULL DEFAULT 0,
    UNIQUE (source, id)
);
CREATE INDEX live_categories ON products (category) WHERE NOT vanished;
CREATE INDEX live_brands ON products (brand) WHERE NOT vanished;
CREATE INDEX live_prices ON products (reference_price) WHERE NOT vanished;
-- SHA-256 of the bytes a feed gave -> the picture stored for them: known bytes aren't decoded again
CREATE TABLE known_pictures (origin BLOB PRIMARY KEY, picture TEXT NOT NULL) WITHOUT ROWID;
-- URL -> the picture stored for it: what was downloaded once isn't downloaded again
CREATE TABLE downloads (url TEXT PRIMARY KEY, picture TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE revision (number INTEGER NOT NULL);
INSERT INTO revision VALUES (0);
"""


def connect(path: Path) -> sqlite3.Connection:
    """A connection to an existing catalogue file, usable from one thread at a time.

    Commits survive ``kill -9``. ``synchronous=NORMAL`` in WAL means that a loss of power may undo
    the last few commits but never damages the file.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=60)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA temp_store = MEMORY")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def prepare(path: Path, *, create: bool) -> None:
    """Make the tables where there are none; refuse a file that this program can't read.

    Raises `CatalogError`.
    """
    if not path.exists() and not create:
        raise CatalogError(
            f"there is no catalogue in {path.parent} (no {path.name}); "
            f"make one: samevibe import FEED --home {path.parent}"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(connect(path)) as connection:
            _make_or_check(connection, path)
    except (OSError, sqlite3.Error) as error:
        raise CatalogError(
            f"can't read the catalogue {path}: {error}; restore it, or move it away and import anew"
        ) from error


def _make_or_check(connection: sqlite3.Connection, path: Path) -> None:
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found > FORMAT:
        raise CatalogError(
            f"{path} has format {found}, this program reads up to {FORMAT}: update samevibe"
        )
    if found == FORMAT:
        return
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found == 0:  # still: another process may have made them meanwhile
        for statement in TABLES.split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute("COMMIT")
