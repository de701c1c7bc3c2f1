"""What goes over the wire to pages and queries: slow ones, silent ones, heads of two meanings."""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack

from gateway.http.middleware import PlainHead
from tests.support.eventually import eventually
from tests.support.http_app import HttpStage
from tests.support.http_wire import wire

GET = b"GET /api/time HTTP/1.1"
HOST = b"Host: 127.0.0.1"
LOGIN = b"POST /api/login HTTP/1.1"


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


async def test_half_a_head_and_half_a_body_are_ended_in_time(stage: HttpStage) -> None:
    async with wire(stage.app, head_seconds=0.2, body_seconds=0.2) as served:
        sent = [
            await served.raw(b"GET / HTTP/1.1\r\nHost: a"),
            await served.say(LOGIN, HOST, b"Content-Length: 100", body=b"{"),
            await served.say(LOGIN, HOST, b"Transfer-Encoding: chunked", body=b"5\r\n{"),
        ]
        assert [status_of(answer) for answer in sent] == [408, 408, 408]
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        async with asyncio.timeout(5):
            assert status_of(await reader.read()) == 408, "said nothing at all"
        writer.close()


async def test_the_next_request_of_a_connection_has_its_own_time(stage: HttpStage) -> None:
    async with wire(stage.app, head_seconds=0.3) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        for _ in range(3):
            writer.write(GET + b"\r\n" + HOST + b"\r\n\r\n")
            async with asyncio.timeout(5):
                head = await reader.readuntil(b"\r\n\r\n")
                assert status_of(head) == 200
                await reader.readuntil(b"}")
            await asyncio.sleep(0)
        writer.write(b"GET / HT")
        async with asyncio.timeout(5):
            assert status_of(await reader.read()) == 408
        writer.close()


async def test_idle_connections_make_room_for_the_next_visitor(stage: HttpStage) -> None:
    async with wire(stage.app, connections_max=40) as served:
        with ExitStack() as crowd:
            for _ in range(60):
                crowd.enter_context(socket.create_connection(("127.0.0.1", served.port)))
            await eventually(lambda: served.protocol.strangers.replaced_count >= 40)
            assert status_of(await served.get(b"/api/time")) == 200
            assert len(served.protocol.strangers) <= 20


HEADS = (
    (GET, HOST, b"Origin: http://a", b"Origin: http://b"),
    (GET, HOST, b"Host: evil"),
    (GET, HOST, b"Content-Type: a/b", b"Content-Type: c/d"),
    (GET, HOST, b"X-CSRF-Token: a", b"X-CSRF-Token: a"),
    (LOGIN, HOST, b"Content-Length: 5", b"Transfer-Encoding: chunked"),
    (LOGIN, HOST, b"Content-Length: 5", b"Content-Length: 6"),
    (LOGIN, HOST, b"Transfer-Encoding: gzip"),
    (GET,),
    (b"GET http://evil/api/time HTTP/1.1", HOST),
    (b"GET evil HTTP/1.1", HOST),
    (GET, HOST, b"X: " + b"x" * 70_000),
    (b"GET /" + b"x" * 70_000 + b" HTTP/1.1", HOST),
    (GET, HOST, *(b"X-%d: 1" % number for number in range(200))),
)
TARGETS = (b"/static", b"/static/", b"/shows/s1/", b"//evil", b"/api/time/", b"/%2f%2fevil/")


async def test_a_head_of_two_meanings_is_refused_and_the_connection_ended(
    stage: HttpStage,
) -> None:
    async with wire(stage.app) as served:
        for lines in HEADS:
            assert status_of(await served.say(*lines)) in (400, 501), lines


async def test_no_request_leads_to_where_its_host_says(stage: HttpStage) -> None:
    async with wire(PlainHead(stage.app, hosts=["ours.example"])) as served:
        for target in TARGETS:
            answer = await served.say(
                b"GET " + target + b" HTTP/1.1", b"Host: evil", b"Connection: close"
            )
            assert b"location:" not in answer.lower(), target
            assert b"evil" not in answer, target


async def test_head_is_get_without_its_body(stage: HttpStage) -> None:
    async with wire(stage.app) as served:
        for target in (b"/", b"/api/time", b"/static/push/client.js", b"/nope"):
            got, head = [await served.get(target, method=each) for each in (b"GET", b"HEAD")]
            assert status_of(head) == status_of(got), target
            assert names_of(head) == names_of(got), target
            assert head.partition(b"\r\n\r\n")[2] == b"", target


def names_of(answer: bytes) -> set[bytes]:
    lines = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    return {line.split(b":")[0] for line in lines}
