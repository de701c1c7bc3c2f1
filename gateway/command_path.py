"""The one way of a person's command to the log, for RPC and HTTP alike (push.md, part 4).

Rule 1: who may is asked at each command, with the roles that the log gives at that moment.
Rule 2: what is refused here never reaches the log; what the log refuses is an outcome like another.
Rule 3: the commands of one account stand in the log in the order in which they came.
Rule 4: terms that are not for here, or below the floors of the law, go no further (profiles.py).
Rule 5: where the broker's answer is lost the same bytes are sent again: that always ends in one
command and one answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from gateway import decoding
from gateway.actions import ACTIONS, Action
from gateway.authorize import Denial, Subject, acting_role, authorize, with_roles
from gateway.feed.feed import Feed
from gateway.feed.folded import Answer
from gateway.profiles import check_terms
from gateway.rates import Rates
from gateway.refusals import Refusal
from gateway.whereabouts import Whereabouts
from infra.codec import Command, encode_command
from infra.kafka.admin import NoBroker
from infra.kafka.appender import Ack, AckUnknown
from infra.running import STANDARD
from infra.topics import COMMAND_BYTES_MAX, Family
from producers.command_publisher import CommandPublisher, TooLarge

__all__ = ["CommandPath", "Refusal"]

WAIT_MS_MAX: Final = 3_000
BID_VALID_MS: Final = 5_000
AGAIN_SECONDS: Final = 0.2
UNCONFIRMED_SECONDS_MAX: Final = 20.0

_HOLDER: Final = "priority_holder"


class CommandPath:
    """Takes commands from subjects; one per gateway process."""

    def __init__(
        self,
        feed: Feed,
        publishers: Mapping[Family, CommandPublisher],
        profile: str = STANDARD,
    ) -> None:
        """`publishers` are connected; the caller closes them. `profile` is what runs here."""
        self._feed = feed
        self._profile = profile
        self._publishers = publishers
        self._rates = Rates()
        self._turns: dict[str, asyncio.Lock] = {}
        self._whereabouts = Whereabouts(feed)
        feed.answers.on_answer = self._heard

    def _heard(self, answer: Answer) -> None:
        """The log tells of a command: by whatever process it came, its account's rate knows it."""
        asked, entries = answer.decision.command, answer.decision.entries
        if asked.actor is None or asked.id is None or not entries:
            return
        bearer = self._feed.account_of(entries[0].aggregate, asked.actor)
        self._rates.heard(bearer or asked.actor, asked.id)

    async def submit(
        self, subject: Subject, method: str, body: Mapping[str, Any], wait_ms: int = 0
    ) -> dict[str, Any]:
        """Put a command on the log and return where it stands; raises `Refusal`.

        The outcome is in the reply where it came within `wait_ms` (at most three seconds).
        """
        action = ACTIONS.get(method)
        if action is None:
            raise Refusal("UNKNOWN_ACTION", 404, {"action": method[:64]})
        root = decoding.root_of(action, body)
        subject = self._now(subject)
        account_id = self._may(subject, action, root)
        if not self._rates.take(account_id, str(body.get("command_id"))):
            raise Refusal("RATE", 429, temporary=True)
        asked = decoding.command_of(action, body)
        check_terms(asked.body, self._profile)
        wait_ms = min(max(wait_ms, asked.wait_ms), WAIT_MS_MAX)
        actor, role = self._actor(subject, action, root, account_id)
        command = Command(
            asked.command_id, asked.body.type, actor, role, root, root, asked.body,
            issued_at_ms=asked.issued_at_ms,
            valid_until_ms=self._feed.log_time_ms() + BID_VALID_MS if action.is_bid else None,
        )  # fmt: skip
        value = encode_command(command)
        decoding.check_readable(action, command, body)
        async with self._turn(account_id):
            ack = await self._append(action.family, root, value)
        self._feed.hear_stamp(ack.timestamp_ms)
        outcome = await self._outcome(action.family, ack, root, actor, wait_ms)
        told = self._feed.tells_positions(action.family, ack.partition, root)
        return {
            "command_id": command.command_id,
            "received_at_ms": ack.timestamp_ms,
            "partition": ack.partition,
            "offset": ack.offset if told else None,
            "outcome": outcome,
        }

    async def status(self, subject: Subject, command_id: str, root: str) -> dict[str, Any]:
        """Return {"state": "decided"|"checking"|"not_seen", "outcome"}; raises `Refusal`.

        Only whose command it was is answered; to anybody else it is one that nobody gave.
        """
        subject = self._now(subject)
        _allow(authorize(subject, "command.status"))
        account_id = subject.account_id
        assert account_id is not None, "who is signed in is somebody"
        decoding.check_id(command_id)
        decoding.check_root(root)
        number = self._feed.numbers_of(account_id).get(root)
        actors = [account_id] if number is None else [number, account_id]
        state, answer, actor = await self._whereabouts.ask(account_id, actors, command_id, root)
        outcome = None if answer is None else self._feed.outcome(answer, root, actor)
        return {"state": state, "outcome": outcome}

    # who

    def _now(self, subject: Subject) -> Subject:
        """The same person with what the log says of him now."""
        account_id = subject.account_id
        if account_id is None:
            return subject
        if self._feed.is_banned(account_id):
            raise Refusal("BANNED", 403)
        if subject.issued_at_ms <= self._feed.revoked_before_ms(account_id):
            raise Refusal("SESSION_REVOKED", 401)
        if subject.session_id is not None and self._feed.has_signed_out(subject.session_id):
            raise Refusal("SESSION_REVOKED", 401)
        return with_roles(subject, self._feed.roles_of(account_id) or frozenset())

    def _may(self, subject: Subject, action: Action, root: str) -> str:
        subject = self._with_rank(subject, action, root)
        _allow(authorize(subject, action.method, about=_about(action, root)))
        assert subject.account_id is not None, "who is signed in is somebody"
        return subject.account_id

    def _with_rank(self, subject: Subject, action: Action, root: str) -> Subject:
        """Who bears a number with a priority rank is a holder in that bidding."""
        if action.actor != "number" or subject.account_id is None:
            return subject
        number = self._feed.numbers_of(subject.account_id).get(root)
        if number is None or not self._feed.is_ranked(root, number):
            return subject
        return with_roles(subject, subject.roles | {_HOLDER})

    def _actor(
        self, subject: Subject, action: Action, root: str, account_id: str
    ) -> tuple[str, str]:
        ranked = self._with_rank(subject, action, root)
        role = acting_role(ranked, action.method, about=_about(action, root))
        assert role is not None, "it was authorized"
        if action.actor == "account" or role == "supervisor":
            return account_id, role
        number = self._feed.numbers_of(account_id).get(root)
        if number is None:  # what he may not see is for him as if it were not there
            seen = self._feed.may_see(subject, f"bidding.public:{root}")
            raise Refusal("NOT_ELIGIBLE", 403) if seen else Refusal("UNKNOWN_BIDDING", 404)
        return number, role

    # the log

    def _turn(self, account_id: str) -> asyncio.Lock:
        turn = self._turns.get(account_id)
        if turn is None:
            if len(self._turns) > Rates.ACCOUNTS_MAX:
                free = [one for one, lock in self._turns.items() if not lock.locked()]
                for one in free:
                    del self._turns[one]
            turn = self._turns[account_id] = asyncio.Lock()
        return turn

    async def _append(self, family: Family, root: str, value: bytes) -> Ack:
        publisher = self._publishers[family]
        try:
            async with asyncio.timeout(UNCONFIRMED_SECONDS_MAX):
                return await _until_known(lambda: publisher.send_raw(root, value))
        except TooLarge as error:
            raise Refusal("TOO_LARGE", 413, {"bytes_max": COMMAND_BYTES_MAX}) from error
        except (TimeoutError, NoBroker) as error:
            raise Refusal("UNCONFIRMED", 503, temporary=True) from error

    async def _outcome(
        self, family: Family, ack: Ack, root: str, actor: str, wait_ms: int
    ) -> dict[str, Any] | None:
        if wait_ms <= 0:
            return None
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_ms / 1_000):
                answer = await self._feed.answers.wait(family, ack.partition, ack.offset)
                first = await self._first(answer)
                found = self._feed.outcome(first, root, actor)
                return {**found, "outcome": answer.decision.outcome}
        return None

    async def _first(self, answer: Answer) -> Answer:
        """The answer that a repeat repeats; the repeat itself where that is long ago."""
        of = answer.decision.of
        if answer.decision.outcome != "repeated" or of is None:
            return answer
        found = self._feed.answers.at(answer.family, answer.partition, of)
        return found or await self._whereabouts.older(answer, of) or answer


def _about(action: Action, root: str) -> str | None:
    return root if action.root_field == "account_id" else None


def _allow(denial: Denial | None) -> None:
    if denial is None:
        return
    status = {"NOT_SIGNED_IN": 401, "UNKNOWN_ACTION": 404}.get(denial.code, 403)
    raise Refusal(denial.code, status, dict(denial.params))


async def _until_known(send: Callable[[], Awaitable[Ack]]) -> Ack:
    while True:
        try:
            return await send()
        except AckUnknown:
            await asyncio.sleep(AGAIN_SECONDS)
