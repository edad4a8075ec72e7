"""The loaded catalogue at work: threads, batchers and the queue, behind a few awaitable calls."""

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
from server.live_index import LiveIndex
from server.search.exact import Answer, ExactIndex, Question
from server.settings import Settings

logger = logging.getLogger("samevibe.server")

Result = TypeVar("Result")


class Engine:
    """Decoding and reading in a few threads, embedding in one, ranking in another: while some
    requests are folded on one core, the network has the others."""

    def __init__(self, search: CatalogueSearch, settings: Settings) -> None:
        self.live = LiveIndex(search, settings.refresh_seconds)
        self.settings = settings
        self.ready = False
        self._embedder = ThreadPoolExecutor(1, thread_name_prefix="embed")
        self._ranker = ThreadPoolExecutor(1, thread_name_prefix="rank")
        self._threads = ThreadPoolExecutor(settings.decode_threads, thread_name_prefix="decode")
        self._pool = BoundedPool(self._threads, settings.queue)

    @property
    def search(self) -> CatalogueSearch:
        """What a new request is answered from: take it once and keep it for the whole answer."""
        return self.live.state.search

    @asynccontextmanager
    async def running(self, when_ready: Callable[[], None]) -> AsyncIterator[None]:
        """Warm up, then call `when_ready`; answer until the block ends."""
        size = {"batch": self.settings.batch, "capacity": self.settings.queue}
        self._embedding: MicroBatcher[np.ndarray, np.ndarray] = MicroBatcher(
            self._embed, self._embedder, **size
        )
        self._wording: MicroBatcher[str, np.ndarray] = MicroBatcher(
            self._embed_words, self._embedder, **size
        )
        self._ranking: MicroBatcher[tuple[ExactIndex, Question], Answer] = MicroBatcher(
            _answers, self._ranker, **size
        )
        tasks = [
            asyncio.create_task(self._embedding.run()),
            asyncio.create_task(self._wording.run()),
            asyncio.create_task(self._ranking.run()),
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
            for pool in (self._embedder, self._ranker, self._threads):
                pool.shutdown(cancel_futures=True)
            self.search.catalogue.close()

    def require_ready(self) -> None:
        if not self.ready:
            raise Unavailable("the server is still warming up: try again in a moment")
        self.live.require_sound()

    async def decode(self, data: bytes) -> np.ndarray:
        """A picture's bytes as canvases of the embedder, one for each of its framings. Raises
        `PictureError` or `Busy`."""
        return await self._pool.call(self._canvases, data)

    async def embed(self, canvases: np.ndarray) -> np.ndarray:
        """The vectors of a picture's canvases, float32 (framings, dim). Raises `Busy`."""
        return await self._embedding.submit(canvases)

    async def embed_words(self, text: str) -> np.ndarray:
        """The vector of a text, float32 (1, dim). Raises `Busy`; `VersionError` where the version
        understands no words."""
        return (await self._wording.submit(text))[None]

    async def rank(self, search: CatalogueSearch, question: Question) -> Answer:
        """The exact rankings of a question to `search`. Raises `Busy` or `CursorError`."""
        return await self._ranking.submit((search.index, question))

    async def in_thread(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Run what would hold up the event loop. Raises `Busy`."""
        return await self._pool.call(function, *arguments)

    def _canvases(self, data: bytes) -> np.ndarray:
        embedder = self.search.embedder
        return embedder.prepare_query(decode_picture(data, at_least=2 * embedder.canvas))

    def _embed(self, asked: Sequence[np.ndarray]) -> list[np.ndarray]:
        vectors = self.search.embedder.embed(np.concatenate(asked))
        return np.split(vectors, np.cumsum([len(canvases) for canvases in asked])[:-1])

    def _embed_words(self, texts: Sequence[str]) -> list[np.ndarray]:
        # One by one, so that a text's vector has the same bits whoever else asks: a cursor is
        # only good for the very same question.
        return [self.search.embedder.embed_texts([text])[0] for text in texts]

    def _warm(self) -> None:
        if self.search.embedder.has_text:
            self._embed_words(["word"])
        self.search.index.warm()

    async def _warm_up(self, when_ready: Callable[[], None]) -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(self._embedder, self._warm)
        except Exception:
            logger.exception("warming up failed: this server will not become ready")
            return
        self.ready = True
        when_ready()
        await self.live.run()


def _answers(asked: Sequence[tuple[ExactIndex, Question]]) -> list[Answer]:
    """While an index is being replaced, a step may hold questions to both: each gets its own."""
    answers: dict[int, Answer] = {}
    for index in {index for index, _ in asked}:
        mine = [place for place, (its, _) in enumerate(asked) if its is index]
        answers.update(zip(mine, index.answer([asked[at][1] for at in mine]), strict=True))
    return [answers[place] for place in range(len(asked))]
