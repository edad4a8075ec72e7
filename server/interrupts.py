"""Ctrl-C is obeyed wherever it finds the program."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

STATUS = 130  # of a process that was interrupted, as shells have it
_AGAIN = 0.05  # seconds


@contextmanager
def ends_the_process() -> Iterator[None]:
    """While nothing is written, Ctrl-C ends the process then and there.

    Raised as an exception it would wait for the compiler of the network (up to 9 s), and abort the
    process where it is raised in that very wait (bpo-45274: the thread counts as ended then).
    Only the main thread may set this; in another one it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def comes_again() -> Iterator[None]:
    """An interrupt that is raised where nothing can be raised is raised anew a moment later.

    Python drops what is raised in finalizers and in callbacks of the garbage collector, and JAX has
    one of these.
    """
    before = sys.unraisablehook

    def hook(unraisable: Any) -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            again = threading.Timer(_AGAIN, _thread.interrupt_main)
            again.daemon = True
            again.start()
        else:
            before(unraisable)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


def _end(*_: object) -> None:
    print("samevibe: stopped", file=sys.stderr, flush=True)
    os._exit(STATUS)
