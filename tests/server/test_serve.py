"""What the server listens with."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from server.serve import _listener
from server.settings import Settings, SettingsError
from tests.server.real_server import PROJECT, Shop


def test_the_listener_is_tcp_by_name_so_that_small_answers_are_not_held_back():
    # asyncio sets TCP_NODELAY on accepted connections only where the protocol is named.
    with _listener(Settings(port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_host_that_is_not_ours_is_refused():
    with pytest.raises(SettingsError, match=r"192\.0\.2\.1"):
        _listener(Settings(host="192.0.2.1", port=0))


def test_what_a_server_began_with_is_not_searched_for_garbage_again(shop: Shop):
    code = f"""
import gc, os, signal
from pathlib import Path
from server.serve import serve
from server.settings import Settings

def ready(address):
    print(gc.get_freeze_count(), len(gc.get_objects()))
    os.kill(os.getpid(), signal.SIGTERM)

serve(Path({str(shop.home)!r}), Settings(model=Path({str(shop.model)!r}), port=0), announce=ready)
"""
    started = [sys.executable, "-c", code]
    done = subprocess.run(started, cwd=PROJECT, capture_output=True, text=True, check=False)
    frozen, others = map(int, done.stdout.split())
    assert frozen > 10 * others
