"""The index that answers: checked in the background, and replaced when a new one is live.

A server starts from files it has not read yet. The first thing done once it answers is to read
them all and compare checksums. Where they differ, the version kept before is checked and put in
its place; where that is damaged too, or there is none, searches are refused (503) rather than
answered wrongly, until `samevibe index` has made a new one.

A new version is opened beside the old one, checked, warmed, and only then put in its place in
one assignment. A request keeps the one it began with. The next version is not looked for before
the last request of the old one is done, so there are never more than two in memory.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from server.catalogue_search import CatalogueSearch
from server.errors import Unavailable
from server.indexing import INDEX_FOLDER
from server.search.folder import (
    DamagedIndexError,
    StoredIndexError,
    current_version,
    instead,
    open_version,
)

logger = logging.getLogger("samevibe.server")


@dataclasses.dataclass(frozen=True)
class State:
    """`search` is what new requests are answered from; `notice`, where there is one, a line for
    the operator; `is_checked` whether every byte of the index has been found as it was written.
    `is_damaged`: it has not, and nothing stands in for it."""

    search: CatalogueSearch
    notice: str | None = None
    is_checked: bool = False
    is_damaged: bool = False


class LiveIndex:
    """`state` is replaced as a whole: what is read from one is of one index.

    Looks for a new version every `refresh_seconds`.
    """

    def __init__(self, search: CatalogueSearch, refresh_seconds: float) -> None:
        self.state = State(search, notice=next(iter(search.notices), None))
        self._refresh = refresh_seconds
        self._folder = search.catalogue.home / INDEX_FOLDER
        mark = _mark(self._folder)
        self._seen = mark if mark is not None and mark[0] == search.index_version else None
        self._before: weakref.ref[CatalogueSearch] | None = None
        self._stopping = threading.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live-index")

    def require_sound(self) -> None:
        """Raises `Unavailable` where the index is damaged and nothing stands in for it."""
        if self.state.is_damaged:
            raise Unavailable(self.state.notice or "the index is damaged: run `samevibe index`")

    async def run(self) -> None:
        """Check what was started with, then look for new versions, until cancelled."""
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._thread, self._guarded, self._check)
            while True:
                await asyncio.sleep(self._refresh)
                await loop.run_in_executor(self._thread, self._guarded, self._look)
        finally:
            self._stopping.set()
            self._thread.shutdown(cancel_futures=True)

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception:
            logger.exception("the live index could not be looked after: the one in use stays")

    def _check(self) -> None:
        """Read every byte of the index in use; replace it where it is damaged."""
        search = self.state.search
        try:
            checked = search.stored.check(self._stopping.is_set)
            self.state = dataclasses.replace(self.state, is_checked=checked)
            return
        except DamagedIndexError as error:
            fault = str(error)
        logger.error("%s", fault)
        try:
            sound = CatalogueSearch.sound(
                search.embedder,
                search.catalogue,
                checked=True,
                stopped=self._stopping.is_set,
                other_than={search.index_version},
            )
        except StoredIndexError:
            self.state = State(search, notice=fault, is_damaged=True)
            return
        self._replace(sound, instead(fault, sound.index_version))

    def _look(self) -> None:
        """Where another version has become live, put it in place of the one in use."""
        if self._before is not None and self._before() is not None:
            return  # the last requests of the index before are still under way
        mark = _mark(self._folder)
        if mark is None or mark == self._seen:
            return
        version = mark[0]
        try:
            stored = open_version(self._folder / version)
            if not stored.check(self._stopping.is_set):
                return
            used = self.state.search
            fresh = CatalogueSearch.of(stored, used.embedder, used.catalogue)
        except StoredIndexError as fault:
            if _mark(self._folder) == mark:  # else it was already replaced: the next look finds out
                self._seen = mark
                notice = f"{fault}; version {self.state.search.index_version} stays in use"
                self.state = dataclasses.replace(self.state, notice=notice)
                logger.error("%s", notice)
            return
        self._seen = mark
        self._replace(fresh, None)

    def _replace(self, search: CatalogueSearch, notice: str | None) -> None:
        search.index.warm()
        self._before = weakref.ref(self.state.search)
        self.state = State(search, notice=notice, is_checked=True)
        logger.info("index %s is in use", search.index_version)


def _mark(folder: Path) -> tuple[str, int, int] | None:
    """What changes whenever another version becomes live, or the live one is made again."""
    try:
        version = current_version(folder)
        if version is None:
            return None
        status = (folder / version / "manifest.json").stat()
    except OSError:
        return None
    return version, status.st_ino, status.st_mtime_ns
