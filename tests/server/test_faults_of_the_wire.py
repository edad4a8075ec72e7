"""Faults that only a raw connection, a crowd or a signal brings about, on a real server."""

from __future__ import annotations

import socket
import threading
import time

import httpx
import pytest
from PIL import Image

from tests.server.real_server import Running, Shop, draw, encode, start

PICTURE = encode(draw(3))


def talk(served: Running, *pieces: bytes, timeout: float = 10) -> bytes:
    """Send bytes as they are and read until the server closes or has answered."""
    with socket.create_connection(("127.0.0.1", served.port), timeout) as connection:
        answer = b""
        for piece in pieces:
            connection.sendall(piece)
        while chunk := connection.recv(65536):
            answer += chunk
            if b"}" in chunk or b"Invalid HTTP" in chunk:
                break
    return answer


HEAD = b"POST /v1/search HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n"


def test_2_a_body_announced_too_long_is_refused_unread(served: Running, still_good):
    answer = talk(served, HEAD + b"Content-Length: 3000001\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"body_too_large"' in answer


def test_3_a_body_without_length_is_refused_when_it_has_become_too_long(served, still_good):
    chunk = b"80000\r\n" + b"\xff" * 0x80000 + b"\r\n"
    answer = talk(served, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 6)
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_4_a_client_that_hangs_up_in_its_body_is_no_fault(served: Running, still_good):
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", served.port)) as connection:
            connection.sendall(HEAD + b"Content-Length: 5000\r\n\r\n" + b"x" * 100)


def test_5_a_body_that_trickles_is_closed(shop: Shop):
    with start(shop, "--body-seconds", "0.5") as served:
        with socket.create_connection(("127.0.0.1", served.port), 10) as connection:
            connection.sendall(HEAD + b"Content-Length: 5000\r\n\r\n" + b"x")
            answer = b""
            while chunk := connection.recv(65536):  # until the server closes
                answer += chunk
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert served.search(shop.picture()).status_code == 200


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
    ids=["address", "header", "nonsense"],
)
def test_14_a_head_too_long_or_wrong_is_refused_by_the_http_layer(served, still_good, head):
    assert talk(served, head).startswith(b"HTTP/1.1 4")


def test_52_what_the_queue_cannot_hold_gets_429(shop: Shop):
    with start(shop, "--queue", "2", "--decode-threads", "1") as served:
        answers: list[httpx.Response] = []
        big = encode(draw(3, 1500))

        def ask() -> None:
            answers.append(httpx.post(f"{served.address}/v1/search", content=big, timeout=30))

        threads = [threading.Thread(target=ask) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {answer.status_code for answer in answers} == {200, 429}
        for answer in answers:
            if answer.status_code == 429:
                assert answer.headers["retry-after"] == "1"
                assert answer.json()["error"]["code"] == "busy"
        assert served.search(shop.picture()).status_code == 200


def test_61_sigterm_lets_what_is_in_flight_finish(shop: Shop):
    with start(shop) as served:
        with socket.create_connection(("127.0.0.1", served.port), 10) as connection:
            length = b"Content-Length: %d\r\n\r\n" % len(PICTURE)
            connection.sendall(HEAD + length + PICTURE[:-1])
            time.sleep(0.3)  # the server has begun to read
            served.process.terminate()
            time.sleep(0.3)
            connection.sendall(PICTURE[-1:])
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert served.process.wait(20) in (0, -15)
    assert "Traceback" not in served.log


def test_64_nothing_is_compiled_after_the_server_is_ready(shop: Shop):
    with start(shop, environment={"JAX_LOG_COMPILES": "1"}) as served:
        assert served.client.get("/health/ready").json()["status"] == "ready"
        while "Compiling" not in served.log:  # its lines come through a thread
            time.sleep(0.05)
        time.sleep(0.3)
        before = served.log.count("Compiling")
        scene = encode(Image.effect_noise((96, 96), 80))  # it asks by its middle, too
        asked = [*(shop.picture(number) for number in range(12)), *[scene] * 24]
        threads = [threading.Thread(target=served.search, args=[picture]) for picture in asked]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert served.ask(products=["demo:1"], limit=3).status_code == 200
        time.sleep(0.3)
        assert served.log.count("Compiling") == before


def test_69_other_origins_are_let_in_only_when_set(shop: Shop, served: Running):
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    assert (
        "access-control-allow-origin" not in served.client.get("/v1/about", headers=asked).headers
    )
    assert served.client.options("/v1/search", headers=asked).status_code == 405
    with start(shop, "--origins", "https://shop.example") as open_one:
        preflight = open_one.client.options("/v1/search", headers=asked)
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == "https://shop.example"
        stranger = {**asked, "Origin": "https://other.example"}
        refused = open_one.client.options("/v1/search", headers=stranger)
        assert "access-control-allow-origin" not in refused.headers
