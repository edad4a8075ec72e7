"""Requests meet here before the device: whoever waits is taken along in the next step."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Generic, TypeVar

from server.errors import Busy

logger = logging.getLogger("samevibe.server")

Item = TypeVar("Item")
Result = TypeVar("Result")


class MicroBatcher(Generic[Item, Result]):
    """Runs `step` on up to `batch` waiting items at once, in `executor`.

    No item waits for others to come: a step takes what is there when the device is free. At most
    `capacity` items wait; the next gets `Busy`. An item whose request was cancelled (its client
    went away) is dropped before the step. When a step of several fails, each is tried alone, so
    that a poisonous one fails by itself.
    """

    def __init__(
        self,
        step: Callable[[Sequence[Item]], Sequence[Result]],
        executor: Executor,
        *,
        batch: int,
        capacity: int,
    ) -> None:
        self._step = step
        self._executor = executor
        self._batch = batch
        self._waiting: asyncio.Queue[tuple[Item, asyncio.Future[Result]]] = asyncio.Queue(capacity)

    async def submit(self, item: Item) -> Result:
        """The result for one item. Raises `Busy`, or whatever the step raised for this item."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        try:
            self._waiting.put_nowait((item, future))
        except asyncio.QueueFull:
            raise Busy from None
        return await future

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._step_once()

    async def _step_once(self) -> None:
        # A call of its own: between two steps nothing of the last one is held on to.
        waiting = [await self._waiting.get()]
        while len(waiting) < self._batch and not self._waiting.empty():
            waiting.append(self._waiting.get_nowait())
        live = [(item, future) for item, future in waiting if not future.done()]
        if live:
            await self._answer(live)

    async def _answer(self, live: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        loop = asyncio.get_running_loop()
        items = [item for item, _ in live]
        try:
            results = await loop.run_in_executor(self._executor, self._step, items)
        except Exception as error:
            if len(live) > 1:
                logger.warning("a step of %d failed (%r): each is tried alone", len(live), error)
                for pair in live:
                    if not pair[1].done():
                        await self._answer([pair])
            elif not live[0][1].done():
                live[0][1].set_exception(error)
            return
        for (_, future), result in zip(live, results, strict=True):
            if not future.done():
                future.set_result(result)


class BoundedPool:
    """Threads for decoding and reading, with at most `capacity` calls waiting or running."""

    def __init__(self, executor: Executor, capacity: int) -> None:
        self._executor = executor
        self._free = capacity

    async def call(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Run `function` in a thread. Raises `Busy` where all places are taken."""
        if self._free <= 0:
            raise Busy
        self._free -= 1
        # The place is free again when the thread is, not when its client lost patience.
        work = self._executor.submit(function, *arguments)
        loop = asyncio.get_running_loop()
        work.add_done_callback(lambda _: loop.call_soon_threadsafe(self._release))
        return await asyncio.wrap_future(work)

    def _release(self) -> None:
        self._free += 1
