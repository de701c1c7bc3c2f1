"""The shell around `Connection` and `Hub`: sockets, tasks and time. Only here is `websockets` used.

Rule 1: `websockets` does the handshake, the frames and the closing; what goes out in numbers goes
past it, as frames made once (outlet.py).
Rule 2: one text message is handled at once and wholly; only calls are tasks. They are started in
the order of asking.
Rule 3: a connection leaves the hub in the same step in which it begins to close, so that nothing is
written behind a close frame.
"""

import asyncio
import contextlib
import logging
import secrets
import socket
from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import Any, Final

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import OPEN, Event
from websockets.typing import Subprotocol

from gateway.forwarded import client_address, group_of
from gateway.push import close_codes as codes
from gateway.push.admission import Turn as Admitted
from gateway.push.close_codes import CloseCode
from gateway.push.connection import Connection
from gateway.push.frames import PING, frame_of
from gateway.push.gateway import Gateway
from gateway.push.limits import Bucket
from gateway.push.offered import JSON, PROTOBUF
from gateway.push.outlet import Outlet
from gateway.push.turn import State, Turn
from infra.clock import monotonic_ms

PATH: Final = "/connection/websocket"
HEALTH: Final = "/healthz"
BACKLOG: Final = 2_048
SEND_BUFFER_BYTES: Final = 64 * 1024
USER_TIMEOUT_MS: Final = 10_000
CLOSE_SECONDS_MAX: Final = 2
EARLY_FRAMES_MAX: Final = 16
GUEST_BYTES: Final = 1_024  # read of a guest between two looks at what he owes
INVALID_TEXT: Final = 1007

_TEXT: Final = Opcode.TEXT
_CONTINUED: Final = Opcode.CONT
_NO_REQUEST: Final = Request("", {})  # type: ignore[arg-type]  # stands for one that was answered
_log: Final = logging.getLogger("gateway.push")


class PushSocket(ServerConnection):
    """One socket: `websockets` below, `Connection` above."""

    gateway: Gateway  # set by the class that `serve_push` makes

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Called by `websockets`."""
        super().__init__(*arguments, **options)
        self.session: Connection | None = None
        self.outlet: Outlet | None = None
        self.peer = self.address = ""
        self.over: asyncio.Future[None] = self.loop.create_future()
        self._unread = b""
        self._paid: asyncio.TimerHandle | None = None
        self._early: list[Event] = []
        self._parts: list[bytes] = []
        self._controls: Bucket | None = None

    # from websockets

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A socket was accepted."""
        super().connection_made(transport)
        self.gateway.open_count += 1
        peer = transport.get_extra_info("peername")
        self.peer = str(peer[0]) if peer else ""
        if self.peer not in self.gateway.proxies:  # else who asks stands in the request
            self.address = group_of(self.peer)
        self._is_silent()

    def _is_silent(self) -> None:
        """It has not said who it is: the one that has been so for longest may have to go."""
        gone = self.gateway.admission.strangers.add(self, self.address)
        if isinstance(gone, PushSocket):
            gone.end(codes.TOO_MANY_REQUESTS)

    def come_from(self, forwarded: list[str]) -> None:
        """The request is there: it says whose address this is, where a proxy stands between."""
        proxies = self.gateway.proxies
        self.address = group_of(client_address(self.peer, forwarded, proxies))
        self._is_silent()

    def data_received(self, data: bytes) -> None:
        """Bytes; where `websockets` answers them by closing, that is our end too (rule 3)."""
        if self._paid is not None:
            self._unread += data  # what was under way when reading was paused
        else:
            self._read(data)
        if self.session is not None and self.protocol.state is not OPEN:
            self.leave()

    def _read(self, data: bytes) -> None:
        """Take bytes: a guest's a little at a time, and no more while his share is used up."""
        while data and self.session is not None and not self.session.is_account:
            wait_ms = self._owed_ms(self.session)
            if wait_ms and not self.transport.is_closing():
                self._unread = data
                self.transport.pause_reading()
                self._wait(wait_ms)
                return
            part, data = data[:GUEST_BYTES], data[GUEST_BYTES:]
            super().data_received(part)
        if data:
            super().data_received(data)

    def _owed_ms(self, session: Connection) -> int:
        """Return for how long a guest is left unread; who says who he is is read at once."""
        if not session.is_guest:
            return 0
        return self.gateway.people.guests.wait_ms(self.address, monotonic_ms())

    def _wait(self, wait_ms: int) -> None:
        self._paid = self.loop.call_later(wait_ms / 1_000, self._read_on)
        self.gateway.people.guests.waiting_count += 1

    def _wait_no_more(self) -> None:
        if self._paid is not None:
            self._paid.cancel()
            self._paid = None
            self.gateway.people.guests.waiting_count -= 1

    def _read_on(self) -> None:
        self._wait_no_more()
        wait_ms = 0 if self.session is None else self._owed_ms(self.session)
        if wait_ms and not self.transport.is_closing():
            self._wait(wait_ms)  # it is still somebody else's turn
            return
        data, self._unread = self._unread, b""
        if not self.transport.is_closing():
            self.transport.resume_reading()
            self.data_received(data)

    def process_event(self, event: Event) -> None:
        """The request, or one frame."""
        if self.request is None:
            super().process_event(event)
        elif self.session is None:
            self._early.append(event)
            if len(self._early) > EARLY_FRAMES_MAX:
                self.transport.abort()
        elif self.session.state is not State.CLOSED:
            assert isinstance(event, Frame), "after the request there are frames"
            self._frame(event, self.session)

    def pause_writing(self) -> None:
        """Something stays unsent."""
        super().pause_writing()
        if self.outlet is not None:
            self.gateway.paused.add(self)
            self.outlet.pause(monotonic_ms())

    def resume_writing(self) -> None:
        """All has gone."""
        super().resume_writing()
        self.gateway.paused.discard(self)
        if self.outlet is not None:
            self.outlet.resume()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        self.gateway.open_count -= 1
        self._wait_no_more()
        self.leave()
        super().connection_lost(exc)

    # the life of a socket

    async def run(self) -> None:
        """Serve until it is over; the handshake is done."""
        limits, gateway = self.gateway.limits, self.gateway
        descriptor = self.transport.get_extra_info("socket").fileno()
        self.outlet = Outlet(self.transport, descriptor, limits.unsent_bytes_max, self.evict)
        self._controls = Bucket(limits.control_frames_per_second, limits.control_frames_burst)
        client_id, now_ms = secrets.token_hex(16), monotonic_ms()
        self.session = gateway.connection(client_id, self.outlet, now_ms, self.address)
        gateway.sockets.add(self)
        self.request, self.response = _NO_REQUEST, None  # headers are no longer of use
        early, self._early = self._early, []
        if (
            self.subprotocol == PROTOBUF
        ):  # chosen so that it hears why: else it comes again for ever
            self.end(codes.NOT_PROTOBUF)
        for event in early:
            self.process_event(event)
        await self.over

    def leave(self) -> None:
        """Leave hub and gateway; may be called twice."""
        gateway = self.gateway
        gateway.admission.strangers.remove(self)
        if self.outlet is not None:
            self.outlet.shut()
        if self.session is not None:
            self.session.closed()
        gateway.sockets.discard(self)
        gateway.paused.discard(self)
        if not self.over.done():
            self.over.set_result(None)

    def end(self, why: CloseCode) -> None:
        """Close with a code; where that cannot be sent, at once."""
        can_be_told = self.outlet is not None and not self.outlet.paused
        self.gateway.closed(why)
        self.leave()
        if not can_be_told or self.protocol.state is not OPEN:
            self.transport.abort()
            return
        self.protocol.send_close(why.code, why.reason)
        self.send_data()

    def evict(self) -> None:
        """End one who does not read."""
        self.gateway.counts.evicted += 1
        self.gateway.closed(codes.SLOW)
        self.leave()
        self.transport.abort()

    # what comes in

    def _frame(self, frame: Frame, session: Connection) -> None:
        if frame.opcode is _TEXT and frame.fin:
            self._message(bytes(frame.data), session)
        elif frame.opcode is _TEXT or frame.opcode is _CONTINUED:
            self._fragment(frame, session)
        elif frame.opcode is Opcode.CLOSE:
            self.leave()
        elif frame.opcode is Opcode.BINARY:
            self.end(codes.BAD_REQUEST)
        elif self._controls is not None and not self._controls.take(1, monotonic_ms()):
            self.end(codes.TOO_MANY_REQUESTS)
        elif session.is_guest:
            self.gateway.people.guests.owe(self.address, 1, 0, monotonic_ms())

    def _fragment(self, frame: Frame, session: Connection) -> None:
        self._parts.append(bytes(frame.data))
        if len(self._parts) > self.gateway.limits.fragments_max:
            self.end(codes.BAD_REQUEST)
        elif frame.fin:
            parts, self._parts = self._parts, []
            self._message(b"".join(parts), session)

    def _message(self, message: bytes, session: Connection) -> None:
        try:
            message.decode()
        except UnicodeDecodeError:
            self.leave()
            self.protocol.fail(INVALID_TEXT, "invalid UTF-8")
            self.send_data()
            return
        was = session.state
        self.carry_out(session.receive_frame(message, monotonic_ms()), session)
        if was is State.NEW and session.state is State.OPEN:
            self.gateway.admission.strangers.remove(self)
            if session.is_account:
                self.protocol.max_message_size = self.gateway.limits.account_frame_bytes_max
            self.gateway.counts.connected += 1

    def carry_out(self, turn: Turn, session: Connection) -> None:
        """Do what a turn says."""
        assert self.outlet is not None, "there is one as long as there is a session"
        if turn.replies:
            self.outlet.write_more(frame_of(turn.replies))
        for call in turn.calls:
            self.gateway.call(session, self.outlet, call)
        if turn.close is not None:
            self.end(turn.close)

    # time

    def look(self, now_ms: int) -> None:
        """Once a second: what is due, and the ping."""
        session, outlet = self.session, self.outlet
        if session is None or outlet is None:
            return
        if self._paid is not None:
            session.unread(now_ms)
        why = session.due(now_ms)
        if why is not None:
            self.end(why)
        elif session.wants_ping(now_ms):
            outlet.write_more(PING)

    def is_stalled(self, now_ms: int) -> bool:
        """Whether it does not read."""
        progress_ms = self.gateway.limits.progress_ms
        return self.outlet is not None and self.outlet.is_stalled(now_ms, progress_ms)


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a bound socket whose options every accepted one inherits."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    listening.setblocking(False)  # noqa: FBT003  # its only parameter
    return listening


async def serve_push(
    gateway: Gateway, listening: socket.socket, origins: Collection[str]
) -> Server:
    """Listen; the caller closes the server (`drain` first)."""

    async def handler(connection: ServerConnection) -> None:
        assert isinstance(connection, PushSocket), "made by create_connection"
        with contextlib.suppress(ConnectionClosed):
            await connection.run()

    async def process_request(connection: ServerConnection, request: Request) -> Response | None:
        assert isinstance(connection, PushSocket), "made by create_connection"
        connection.come_from(request.headers.get_all("X-Forwarded-For"))
        return await _admit(gateway, connection, request, origins)

    made = type("BoundPushSocket", (PushSocket,), {"gateway": gateway})
    logging.getLogger("websockets.server").setLevel(logging.CRITICAL)
    return await serve(
        handler,
        sock=listening,
        backlog=BACKLOG,
        process_request=process_request,
        subprotocols=[Subprotocol(JSON), Subprotocol(PROTOBUF)],
        select_subprotocol=_spoken,
        compression=None,
        server_header=None,
        open_timeout=gateway.limits.handshake_ms / 1_000,
        ping_interval=None,
        close_timeout=CLOSE_SECONDS_MAX,
        max_size=gateway.limits.frame_bytes_max,
        write_limit=0,
        create_connection=made,
    )


def _spoken(_connection: ServerConnection, offers: Sequence[Subprotocol]) -> Subprotocol | None:
    """Choose what a client offers; one that offers nothing speaks JSON."""
    return next((one for one in offers if one in (JSON, PROTOBUF)), None)


async def _admit(
    gateway: Gateway, connection: PushSocket, request: Request, origins: Collection[str]
) -> Response | None:
    path = request.path.partition("?")[0]
    if path == HEALTH:
        status = HTTPStatus.OK if gateway.is_healthy() else HTTPStatus.SERVICE_UNAVAILABLE
        return connection.respond(status, f"{status.phrase}\n")
    if path != PATH:
        return connection.respond(HTTPStatus.NOT_FOUND, "nothing here\n")
    if request.headers.get("Origin") not in origins:  # none at all is refused too (T01)
        return connection.respond(HTTPStatus.FORBIDDEN, "not from this page\n")
    turn = gateway.admission.arrive(connection.address, gateway.open_count, monotonic_ms())
    if not isinstance(turn, Admitted):
        return connection.respond(turn, f"{turn.phrase}\n")
    if turn.wait_ms:
        await asyncio.sleep(turn.wait_ms / 1_000)
    return None
