"""What goes beside the rooms: notices by audience, the market and heat.

Rule 1: a channel's notices have offsets only where one partition feeds it: those written to its own
audience. What reaches a user as one of a bidding's bidders goes without, by its id.
"""

from typing import Any, Final

import msgspec

from gateway.channels import Channel
from gateway.feed.notices import Notices
from gateway.feed.people import People
from gateway.feed.publication import Publication, Sink

_HEAT: Final = ("item_id", "score", "rank", "change")


class _Insight(msgspec.Struct, frozen=True):
    session_id: str
    at_ms: int
    ranking: list[dict[str, Any]]


_insight: Final = msgspec.json.Decoder(_Insight)


class Board:
    """Notices, heat and the rows of the market."""

    def __init__(self, sink: Sink, people: People) -> None:
        """`people` says who bears which number."""
        self._sink = sink
        self._people = people
        self._notices = Notices()
        self._heat: dict[str, dict[str, Any]] = {}
        self._heated: set[str] = set()
        self._versions = 0

    # notices

    def take_notice(self, offset: int, value: bytes | None) -> None:
        """Take a record of the notices topic."""
        taken = self._notices.take(value)
        if taken is None:
            return
        audience, seen = taken
        kind, _, rest = audience.partition(":")
        if kind in ("seller", "desk", "user"):
            self._sink(Publication(audience, seen, offset=offset + 1))
            return
        for account_id in self._bearers(kind, rest):
            self._keyed(f"user:{account_id}", seen["notice_id"], seen)

    def _bearers(self, kind: str, rest: str) -> list[str]:
        if kind == "bidders":
            return self._people.bearers_in(rest)
        if kind == "bidder":
            bidding_id, _, number = rest.rpartition(".")
            found = self._people.account_of(bidding_id, number)
            return [] if found is None else [found]
        return []

    def _as_bidder(self, account_id: str) -> list[str]:
        numbers = self._people.numbers_of(account_id)
        of_all = [f"bidders:{bidding_id}" for bidding_id in numbers]
        return of_all + [f"bidder:{bidding_id}.{number}" for bidding_id, number in numbers.items()]

    def notices_of(self, channel: Channel) -> dict[str, Any]:
        """Return the last notices of a channel's people."""
        also = self._as_bidder(channel.id) if channel.kind == "user" else []
        return {"notices": self._notices.of(str(channel), *also), "unread_count": None}

    # heat

    def take_insight(self, _offset: int, value: bytes | None) -> None:
        """Take a ranking of a session's items."""
        try:
            told = _insight.decode(value or b"")
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return
        ranking = [{name: row.get(name) for name in _HEAT} for row in told.ranking]
        data = {"key": "heat", "ranking": ranking, "at_ms": told.at_ms}
        self._heat[told.session_id] = data
        self._heated.add(told.session_id)
        self._keyed(f"roadshow:{told.session_id}", "heat", data)

    def heat_of(self, session_id: str) -> int | None:
        """Return how hot a session is: its items' heat together; None where nothing is known."""
        data = self._heat.get(session_id)
        if data is None:
            return None
        scores = (row["score"] for row in data["ranking"])
        return sum(score for score in scores if isinstance(score, int))

    def take_heated(self) -> set[str]:
        """Return whose ranking is new, and forget it."""
        heated, self._heated = self._heated, set()
        return heated

    # the market

    def tick(self, rows: list[dict[str, Any]]) -> None:
        """Tell the rows of the market that have changed within the last second."""
        for row in rows:
            self._keyed("market", row["key"], row)

    def latest(self, channel: Channel) -> dict[str, dict[str, Any]]:
        """Return the newest conflated values of a channel, by key."""
        if channel.kind == "user":
            found = self._notices.of(*self._as_bidder(channel.id))
            return {one["notice_id"]: {**one, "key": one["notice_id"]} for one in found}
        if channel.kind in ("roadshow", "roadshow.staff"):
            heat = self._heat.get(channel.id)
            return {} if heat is None else {"heat": heat}
        return {}

    def _keyed(self, name: str, key: str, data: dict[str, Any]) -> None:
        self._versions += 1
        self._sink(Publication(name, {**data, "key": key}, key=key, version=self._versions))
