"""The micro-batcher: who is taken along, who is dropped, who fails alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.batching import BoundedPool, MicroBatcher
from server.errors import Busy


class Device:
    """A device that is held busy until `free` is set, doubles numbers, and chokes on 13."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.begun = threading.Event()
        self.steps: list[list[int]] = []

    def double(self, items: Sequence[int]) -> list[int]:
        self.begun.set()
        self.free.wait(10)
        self.steps.append(list(items))
        if 13 in items:
            raise ArithmeticError("13")
        return [2 * item for item in items]


def run(scenario, *, batch: int = 8, capacity: int = 8):
    async def main():
        device = Device()
        with ThreadPoolExecutor(1) as executor:
            batcher = MicroBatcher(device.double, executor, batch=batch, capacity=capacity)
            worker = asyncio.create_task(batcher.run())
            try:
                await scenario(batcher, device)
            finally:
                device.free.set()
                worker.cancel()

    asyncio.run(main())


async def occupy(batcher: MicroBatcher, device: Device) -> asyncio.Task:
    """Hold the device with a first item, so that all after it wait together."""
    first = asyncio.create_task(batcher.submit(0))
    while not device.begun.is_set():
        await asyncio.sleep(0.001)
    return first


def test_what_waits_is_taken_in_one_step_of_at_most_a_batch():
    async def scenario(batcher, device):
        first = await occupy(batcher, device)
        others = [asyncio.create_task(batcher.submit(n)) for n in range(1, 6)]
        await asyncio.sleep(0)
        device.free.set()
        assert await asyncio.gather(first, *others) == [0, 2, 4, 6, 8, 10]
        assert device.steps == [[0], [1, 2, 3, 4], [5]]

    run(scenario, batch=4)


def test_a_full_queue_is_busy_and_takes_again_later():
    async def scenario(batcher, device):
        first = await occupy(batcher, device)
        waiting = [asyncio.create_task(batcher.submit(n)) for n in (1, 2)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await batcher.submit(3)
        device.free.set()
        await asyncio.gather(first, *waiting)
        assert await batcher.submit(4) == 8

    run(scenario, capacity=2)


def test_whoever_went_away_is_dropped_before_the_step():
    async def scenario(batcher, device):
        first = await occupy(batcher, device)
        leaves = asyncio.create_task(batcher.submit(1))
        stays = asyncio.create_task(batcher.submit(2))
        await asyncio.sleep(0)
        leaves.cancel()
        await asyncio.sleep(0)
        device.free.set()
        assert await asyncio.gather(first, stays) == [0, 4]
        assert device.steps == [[0], [2]]

    run(scenario)


def test_a_poisonous_item_fails_alone():
    async def scenario(batcher, device):
        first = await occupy(batcher, device)
        others = [asyncio.create_task(batcher.submit(n)) for n in (1, 13, 2)]
        await asyncio.sleep(0)
        device.free.set()
        answers = await asyncio.gather(first, *others, return_exceptions=True)
        assert [answers[0], answers[1], answers[3]] == [0, 2, 4]
        assert isinstance(answers[2], ArithmeticError)
        assert await batcher.submit(5) == 10

    run(scenario)


def test_a_thread_keeps_its_place_until_it_is_done_even_when_its_client_left():
    async def main():
        free, begun = threading.Event(), threading.Event()

        def work() -> str:
            begun.set()
            free.wait(10)
            return "done"

        with ThreadPoolExecutor(1) as executor:
            pool = BoundedPool(executor, 1)
            leaves = asyncio.create_task(pool.call(work))
            while not begun.is_set():
                await asyncio.sleep(0.001)
            leaves.cancel()
            await asyncio.sleep(0.01)
            with pytest.raises(Busy):
                await pool.call(work)
            free.set()
            for _ in range(1000):
                await asyncio.sleep(0.001)
                try:
                    assert await pool.call(work) == "done"
                    return
                except Busy:
                    continue
            pytest.fail("the place was never free again")

    asyncio.run(main())


def test_a_pool_has_as_many_places_after_a_call_as_before():
    async def main():
        free = threading.Event()
        with ThreadPoolExecutor(2) as executor:
            pool = BoundedPool(executor, 2)
            for _ in range(3):
                free.clear()
                calls = [asyncio.create_task(pool.call(free.wait, 10)) for _ in range(3)]
                (refused,), _ = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
                free.set()
                results = await asyncio.gather(*calls, return_exceptions=True)
                assert isinstance(refused.exception(), Busy)
                assert results.count(True) == 2

    asyncio.run(main())
