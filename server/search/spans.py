"""Threads that share the rows of a catalogue between them, span by span."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

_MOST = 4096  # groups of rows that a thread takes at a time


def cores() -> int:
    """How many threads work at the same time, 16 at most."""
    return min(len(os.sched_getaffinity(0)), 16)


class Spans:
    """Work on all groups of rows, by `threads` threads (as many as there are `cores`)."""

    def __init__(self, groups: int, threads: int | None = None) -> None:
        self._groups = groups
        self.threads = threads or cores()
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="search")

    def each(self, work: Callable[[int, int, int], Any], least: int = 512) -> list[Any]:
        """`work(first, last, thread)` for every span of groups, once; what it returned, in any
        order. Each thread takes the next span when it is done with its last; `least` are enough
        groups for a span, and twice as many for waking a thread."""
        threads = max(1, min(self.threads, self._groups // (2 * least)))
        span = min(max(self._groups // (8 * threads) // 64 * 64, least), _MOST)
        if threads == 1:
            span = self._groups
        spans = itertools.count()
        results: list[Any] = []

        def loop(thread: int) -> None:
            while (first := next(spans) * span) < self._groups:
                results.append(work(first, min(first + span, self._groups), thread))

        self.run(loop, range(threads))
        return results

    def run(self, work: Callable[[int], None], numbers: Iterable[int]) -> None:
        """`work(number)` for each, at the same time, the first on the caller's thread."""
        first, *others = numbers
        waiting = [self._pool.submit(work, number) for number in others]
        work(first)
        for each in waiting:
            each.result()
