"""The loaded catalogue at work: threads, batchers and the queue, behind three awaitable calls."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import numpy as np

from catalog.decoding import decode_picture
from server.batching import BoundedPool, MicroBatcher
from server.catalogue_search import CatalogueSearch
from server.errors import Unavailable
from server.settings import Settings

logger = logging.getLogger("samevibe.server")

Result = TypeVar("Result")


class Engine:
    """Decoding and reading in a few threads, all device work in one."""

    def __init__(self, search: CatalogueSearch, settings: Settings) -> None:
        self.search = search
        self.settings = settings
        self.ready = False
        self._device = ThreadPoolExecutor(1, thread_name_prefix="device")
        self._threads = ThreadPoolExecutor(settings.decode_threads, thread_name_prefix="decode")
        self._pool = BoundedPool(self._threads, settings.queue)

    @asynccontextmanager
    async def running(self, when_ready: Callable[[], None]) -> AsyncIterator[None]:
        """Warm up, then call `when_ready`; answer until the block ends."""
        size = {"batch": self.settings.batch, "capacity": self.settings.queue}
        self._embedding: MicroBatcher[np.ndarray, np.ndarray] = MicroBatcher(
            self._embed, self._device, **size
        )
        self._scoring: MicroBatcher[np.ndarray, np.ndarray] = MicroBatcher(
            self._score, self._device, **size
        )
        tasks = [
            asyncio.create_task(self._embedding.run()),
            asyncio.create_task(self._scoring.run()),
            asyncio.create_task(self._warm_up(when_ready)),
        ]
        try:
            yield
        finally:
            self.ready = False
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            self._device.shutdown(cancel_futures=True)
            self._threads.shutdown(cancel_futures=True)
            self.search.catalogue.close()

    def require_ready(self) -> None:
        if not self.ready:
            raise Unavailable("the server is still warming up: try again in a moment")

    async def decode(self, data: bytes) -> np.ndarray:
        """A picture's bytes as the canvas of the embedder. Raises `PictureError` or `Busy`."""
        return await self._pool.call(self._canvas, data)

    async def embed(self, canvas: np.ndarray) -> np.ndarray:
        """The vector of a canvas, float32 (dim,). Raises `Busy`."""
        return await self._embedding.submit(canvas)

    async def scores(self, weighted_query: np.ndarray) -> np.ndarray:
        """The float32 scores of all items. Raises `Busy`."""
        return await self._scoring.submit(weighted_query)

    async def in_thread(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Run what would hold up the event loop. Raises `Busy`."""
        return await self._pool.call(function, *arguments)

    def _canvas(self, data: bytes) -> np.ndarray:
        embedder = self.search.embedder
        return embedder.prepare(decode_picture(data, at_least=2 * embedder.canvas))

    def _embed(self, canvases: Sequence[np.ndarray]) -> list[np.ndarray]:
        return list(self.search.embedder.embed(np.stack(canvases)))

    def _score(self, queries: Sequence[np.ndarray]) -> list[np.ndarray]:
        return list(self.search.index.scores(np.stack(queries)))

    async def _warm_up(self, when_ready: Callable[[], None]) -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(
                self._device, self.search.warm, self.settings.batch
            )
        except Exception:
            logger.exception("warming up failed: this server will not become ready")
            return
        self.ready = True
        when_ready()
