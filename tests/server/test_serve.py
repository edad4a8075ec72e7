"""What the server listens with."""

from __future__ import annotations

import socket

import pytest

from server.serve import _listener
from server.settings import Settings, SettingsError


def test_the_listener_is_tcp_by_name_so_that_small_answers_are_not_held_back():
    # asyncio sets TCP_NODELAY on accepted connections only where the protocol is named.
    with _listener(Settings(port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_host_that_is_not_ours_is_refused():
    with pytest.raises(SettingsError, match=r"192\.0\.2\.1"):
        _listener(Settings(host="192.0.2.1", port=0))
