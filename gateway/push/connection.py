"""One client's end of the protocol, without a socket.

The shell (server.py) gives each text message to `receive_frame` and does what the `Turn` says: it
writes `replies` as one frame, starts `calls` in their order and gives each one's reply to
`answer_call`, and closes where `close` is set. It asks `due` about once a second, sends a ping
where `wants_ping` says so, and calls `closed` when the socket is gone, however it went.

Rule 1: the first command is connect; what comes before it is a bad request.
Rule 2: commands are carried out in order; only what waits (calls, held subscribes) answers later.
Rule 3: rights are asked at each command. A token that ran out opens nothing any more; the socket
closes when the time of grace is over (3005). It is closed so too where it is refreshed with a token
that ran out, or with another person's: an error there ends a public client for good, while after
3005 it fetches a token and comes back.
Rule 4: a subscribe from a position that we have not reached is held, then refused as temporary.
Rule 5: what a guest asks is charged to his address (guests.py); an awaited pong is not.
"""

from collections.abc import Mapping
from typing import Any, Final

from gateway.authorize import Subject
from gateway.push import close_codes as codes
from gateway.push import offered, protocol
from gateway.push.channel import Subscriber
from gateway.push.close_codes import CloseCode, Error
from gateway.push.frames import frame_of
from gateway.push.hub import Ahead, Answer, Hub, Unrecoverable, Wish
from gateway.push.limits import Bucket, Limits
from gateway.push.looking import Looking
from gateway.push.people import People, close_for
from gateway.push.ports import Access, Admitted, Fault
from gateway.push.presence import Member
from gateway.push.protocol import Command, Malformed, StreamPosition
from gateway.push.turn import Call, Held, State, Turn

VERSION: Final = "shuoguo"


class Connection:
    """See the module's rules."""

    __slots__ = (
        "_access", "_address", "_bucket", "_calls", "_expires_at_ms", "_greet_until_ms", "_held",
        "_hub", "_limits", "_looking", "_people", "_ping_at_ms", "_pong_until_ms", "_subscriber",
        "channels", "client_id", "roles", "state", "subject",
    )  # fmt: skip

    def __init__(
        self,
        client_id: str,
        hub: Hub,
        access: Access,
        people: People,
        subscriber: Subscriber,
        limits: Limits,
        now_ms: int,
        address: str = "",
    ) -> None:
        """`subscriber` is where its bytes go. All times are of one monotonic clock."""
        self._address = address
        self.client_id = client_id
        self.state = State.NEW
        self.subject: Subject | None = None
        self.roles: frozenset[str] = frozenset()
        self.channels: set[str] = set()
        self._hub = hub
        self._access = access
        self._looking = Looking(hub, access, address)
        self._people = people
        self._subscriber = subscriber
        self._limits = limits
        self._bucket = Bucket(limits.commands_per_second, limits.commands_burst)
        self._calls = 0
        self._held: dict[str, Held] = {}
        self._greet_until_ms = now_ms + limits.greeting_ms
        self._expires_at_ms = 0
        self._ping_at_ms = 0
        self._pong_until_ms: int | None = None

    @property
    def is_account(self) -> bool:
        """Whether it is a signed-in person's."""
        return self.subject is not None and self.subject.account_id is not None

    @property
    def is_guest(self) -> bool:
        """Whether it is one of the public; not who has not said yet who he is."""
        return self.subject is not None and self.subject.account_id is None

    # what comes in

    def receive_frame(self, frame: bytes, now_ms: int) -> Turn:
        """Carry out the commands of one text message."""
        turn = Turn()
        if self.state is State.CLOSED:
            return turn
        if not self._bucket.take(protocol.count_of(frame), now_ms):
            turn.close = codes.TOO_MANY_REQUESTS
            return turn
        try:
            commands = protocol.decode_frame(frame)
        except Malformed:
            turn.close = codes.BAD_REQUEST
            return turn
        work = len(commands) - (self._pong_until_ms is not None and commands[0].is_ping)
        for command in commands:
            self._command(command, turn, now_ms)
            if turn.close is not None:
                break
        if self.is_guest:
            self._people.guests.owe(self._address, work, len(frame), now_ms)
        return turn

    def _command(self, command: Command, turn: Turn, now_ms: int) -> None:
        if command.is_ping:
            self._pong_until_ms = None
        elif command.send is not None:
            turn.replies.append(offered.answer_to_send())
        elif command.id <= 0:
            turn.close = codes.BAD_REQUEST
        elif self.state is State.NEW:
            self._connect(command, turn, now_ms)
        elif self.state is State.REFUSED:
            turn.replies.append(protocol.error(command.id, codes.UNAUTHORIZED))
        elif command.connect is not None:
            turn.close = codes.BAD_REQUEST
        elif command.refresh is not None:
            self._refresh(command.id, command.refresh.token, turn, now_ms)
        else:
            self._ask(command, turn, now_ms)

    # who it is

    def _connect(self, command: Command, turn: Turn, now_ms: int) -> None:
        if command.connect is None:
            turn.close = codes.BAD_REQUEST
            return
        admitted = self._access.authenticate(command.connect.token)
        if not isinstance(admitted, Admitted):
            self.state = State.REFUSED
            self._refuse(command.id, admitted, turn)
            return
        turn.close = self._people.come(admitted.subject.account_id, self, self._address)
        if turn.close is not None:
            return
        self.state = State.OPEN
        self._admit(admitted, now_ms)
        self._ping_at_ms = now_ms + self._limits.ping_ms
        turn.replies.append(
            protocol.result(
                command.id,
                "connect",
                {
                    "client": self.client_id,
                    "version": VERSION,
                    "expires": True,
                    "ttl": _seconds(admitted.lives_ms),
                    "ping": self._limits.ping_ms // 1_000,
                    "pong": True,
                    "data": {"server_time_ms": self._hub.rooms.log_time_ms()},
                },
            )
        )

    def _refresh(self, command_id: int, token: str, turn: Turn, now_ms: int) -> None:
        admitted = self._access.authenticate(token)
        if not isinstance(admitted, Admitted):
            turn.close = close_for(admitted)
            return
        assert self.subject is not None, "an open connection is somebody's"
        if _who(admitted.subject) != _who(self.subject):
            turn.close = codes.EXPIRED  # another person begins anew, with what is his
            return
        self._admit(admitted, now_ms)
        turn.replies.append(
            protocol.result(
                command_id,
                "refresh",
                {
                    "client": self.client_id,
                    "version": VERSION,
                    "expires": True,
                    "ttl": _seconds(admitted.lives_ms),
                },
            )
        )

    def _admit(self, admitted: Admitted, now_ms: int) -> None:
        self.subject = admitted.subject
        self.roles = self._access.roles(admitted.subject)
        self._expires_at_ms = now_ms + admitted.lives_ms

    @staticmethod
    def _refuse(command_id: int, fault: Fault, turn: Turn) -> None:
        if fault is Fault.EXPIRED:
            turn.replies.append(protocol.error(command_id, codes.TOKEN_EXPIRED))
        else:
            turn.close = close_for(fault)

    # what it asks

    def _ask(self, command: Command, turn: Turn, now_ms: int) -> None:
        assert self.subject is not None, "an open connection is somebody's"
        reply: bytes | Error | None
        if command.subscribe is not None:
            reply = self._subscribe(command.id, command.subscribe, now_ms)
        elif command.unsubscribe is not None:
            reply = self._unsubscribe(command.id, command.unsubscribe.channel)
        elif command.rpc is not None:
            reply = self._call(command, self.subject, turn, now_ms)
        elif command.publish is not None:
            reply = offered.PUBLISHING
        elif command.presence_stats is not None:
            name = command.presence_stats.channel
            reply = self._looking.presence_stats(command.id, self.subject, name)
        elif command.presence is not None:
            name = command.presence.channel
            reply = self._looking.presence(command.id, self.subject, name)
        elif command.history is not None:
            about = (command.id, self.subject, command.history)
            reply = self._looking.history(*about, self.channels)
        else:
            reply = offered.UNKNOWN
        if isinstance(reply, Error):
            reply = protocol.error(command.id, reply)
        if reply is not None:
            turn.replies.append(reply)

    def _call(self, command: Command, subject: Subject, turn: Turn, now_ms: int) -> Error | None:
        assert command.rpc is not None, "asked for by _ask"
        if now_ms >= self._expires_at_ms:
            return codes.TOKEN_EXPIRED
        if command.rpc is protocol.TOO_LONG:
            return codes.TOO_LONG
        if self._calls >= self._limits.calls_max:
            return codes.BUSY
        self._calls += 1
        turn.calls.append(Call(command.id, subject, command.rpc.method, command.rpc.data))
        return None

    def answer_call(self, call: Call, answer: Mapping[str, Any] | Error) -> bytes | None:
        """Return the frame that answers a call; None where nobody waits any more."""
        self._calls -= 1
        if self.state is State.CLOSED:
            return None
        if isinstance(answer, Error):
            return frame_of([protocol.error(call.command_id, answer)])
        return frame_of([protocol.result(call.command_id, "rpc", {"data": answer})])

    # subscriptions

    def _subscribe(
        self, command_id: int, asked: protocol.Subscribe, now_ms: int
    ) -> bytes | Error | None:
        assert self.subject is not None, "an open connection is somebody's"
        name = asked.channel
        if name in self.channels or name in self._held:
            return codes.ALREADY_SUBSCRIBED
        limits = self._limits
        channels_max = limits.guest_channels_max if self.is_guest else limits.channels_max
        if len(self.channels) + len(self._held) >= channels_max:
            return codes.LIMIT_EXCEEDED
        if now_ms >= self._expires_at_ms:
            return codes.TOKEN_EXPIRED
        unoffered = offered.refused_wish(asked)
        if unoffered is not None:
            return unoffered
        allowed = self._access.may_subscribe(self.subject, name)
        refusal = None if allowed else codes.PERMISSION_DENIED
        refusal = self._looking.noted(self.subject, "subscribe", name, refusal)
        if refusal is not None:
            return refusal
        since = StreamPosition(asked.offset, asked.epoch) if asked.recover else None
        wish = Wish(since, bool(asked.flag & protocol.REJECT_UNRECOVERED))
        answer = self._try(name, wish, now_ms)
        if isinstance(answer, Ahead):
            self._hold(command_id, name, wish, now_ms)
            return None
        return self._reply_to_subscribe(command_id, answer)

    def _try(self, name: str, wish: Wish, now_ms: int) -> Answer:
        assert self.subject is not None, "an open connection is somebody's"
        member = Member(
            self.client_id,
            self.subject.account_id,
            self._access.attendee(self.subject, name),
            self._access.counts_as(self.subject, name),
        )
        answer = self._hub.subscribe(name, self._subscriber, member, wish, now_ms)
        if isinstance(answer, protocol.Subscribed):
            self.channels.add(name)
        return answer

    @staticmethod
    def _reply_to_subscribe(command_id: int, answer: Answer) -> bytes:
        if isinstance(answer, protocol.Subscribed):
            return protocol.subscribed(command_id, answer)
        if isinstance(answer, Unrecoverable):
            return protocol.error(command_id, codes.UNRECOVERABLE)
        return protocol.error(command_id, codes.AHEAD)

    def _hold(self, command_id: int, name: str, wish: Wish, now_ms: int) -> None:
        def heard(at_ms: int) -> None:
            self._try_held(name, at_ms)

        end = self._hub.wait_for(name, heard)
        self._held[name] = Held(command_id, wish, now_ms + self._limits.hold_ms, end)

    def _try_held(self, name: str, now_ms: int) -> None:
        held = self._held[name]
        answer = self._try(name, held.wish, now_ms)
        if isinstance(answer, Ahead) and now_ms < held.until_ms:
            return
        self._let_go(name)
        self._subscriber.write_more(frame_of([self._reply_to_subscribe(held.command_id, answer)]))

    def _let_go(self, name: str) -> None:
        self._held.pop(name).end()

    def _unsubscribe(self, command_id: int, name: str) -> bytes:
        if name in self._held:
            self._let_go(name)
        self._leave(name)
        return protocol.result(command_id, "unsubscribe", {})

    def _leave(self, name: str) -> None:
        if name in self.channels:
            self.channels.discard(name)
            self._hub.unsubscribe(name, self._subscriber, self.client_id)

    def take_away(self) -> list[bytes]:
        """End the subscriptions that are not allowed any more; returns the pushes that say so."""
        assert self.subject is not None, "an open connection is somebody's"
        lost = [
            name for name in self.channels if not self._access.may_subscribe(self.subject, name)
        ]
        for name in lost:
            self._leave(name)
        return [protocol.unsubscribed(name, codes.UNSUBSCRIBED) for name in lost]

    # time

    def due(self, now_ms: int) -> CloseCode | None:
        """Return why the connection must close by now, if it must; answer what waited too long."""
        if self.state is not State.OPEN:
            return codes.STALE if now_ms >= self._greet_until_ms else None
        if now_ms >= self._expires_at_ms + self._limits.expiry_grace_ms:
            return codes.EXPIRED
        if self._pong_until_ms is not None and now_ms >= self._pong_until_ms:
            return codes.NO_PONG
        for name in tuple(self._held):  # a position may move on without a publication here
            self._try_held(name, now_ms)
        return None

    def unread(self, now_ms: int) -> None:
        """What he says is not read just now: his pong may be in it."""
        if self._pong_until_ms is not None:
            self._pong_until_ms = now_ms + self._limits.pong_ms

    def wants_ping(self, now_ms: int) -> bool:
        """Whether a ping is to be sent now; a pong is wanted from then on."""
        if self.state is not State.OPEN or now_ms < self._ping_at_ms:
            return False
        self._ping_at_ms = now_ms + self._limits.ping_ms
        if self._pong_until_ms is None:
            self._pong_until_ms = now_ms + self._limits.pong_ms
        return True

    def closed(self) -> None:
        """Leave everything; may be called twice."""
        if self.state is State.CLOSED:
            return
        self.state = State.CLOSED
        for name in tuple(self._held):
            self._let_go(name)
        for name in tuple(self.channels):
            self._leave(name)
        if self.subject is not None:
            self._people.go(self.subject.account_id, self, self._address)


def _who(subject: Subject) -> tuple[str | None, str | None]:
    return subject.account_id, subject.screen_of


def _seconds(lives_ms: int) -> int:
    return max(1, lives_ms // 1_000)
