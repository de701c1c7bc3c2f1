"""What the feed shows of each channel: state, newest values, position. No I/O, no wait.

Rule 1: everything here is answered from what has been folded, at once: what is asked one after the
other without a wait agrees.
"""

import hashlib
from typing import Any, Final

from gateway import channels
from gateway.channels import Channel
from gateway.feed.board import Board
from gateway.feed.crowd import Crowd
from gateway.feed.rooms import Room
from gateway.feed.standing import Standing
from gateway.visibility import STAFF, Asking, may_subscribe, privilege
from infra.topics import BIDDING, ROADSHOW, Family

SHOWS: Final = ("roadshow", "roadshow.staff")


class Screens(Standing):
    """The part of the feed that answers for channels."""

    board: Board
    crowd: Crowd

    # what the reading side knows

    @property
    def degraded(self) -> bool:
        """Whether the log does not progress as it should."""
        raise NotImplementedError

    def log_time_ms(self) -> int:
        """Return the broker's time as well as we know it."""
        raise NotImplementedError

    def _log_name(self) -> str:
        raise NotImplementedError

    def _head(self, family: Family, partition: int) -> int:
        """One past the last decision that counts."""
        raise NotImplementedError

    def _since(self, family: Family, partition: int) -> int:
        """The offset after which every decision has been told."""
        raise NotImplementedError

    def _notices_at(self, name: str) -> tuple[int, int]:
        """Where an audience's partition has been read to, and since when."""
        raise NotImplementedError

    # channels

    @property
    def epoch(self) -> str:
        """First 8 hex digits of SHA-256 of the log's id: another log, another epoch."""
        return hashlib.sha256(self._log_name().encode()).hexdigest()[:8]

    def state(self, channel: Channel | str) -> dict[str, Any] | None:
        """Return what a fresh subscriber is given, None where there is nothing of that name."""
        found = _parsed(channel)
        if found is None:
            return None
        if found.kind == "market":
            return {"rows": self._market_rows()}
        if found.kind in channels.NOTICE_KINDS:
            return self.board.notices_of(found)
        if found.kind in SHOWS:
            stage = self.shows.find(found.id)
            return None if stage is None else stage.state(staff=found.kind == "roadshow.staff")
        room = self.biddings.find(found.id)
        return None if room is None else _room_state(room, found)

    def latest(self, channel: Channel | str) -> dict[str, dict[str, Any]]:
        """Return the newest conflated values of a channel, by key."""
        found = _parsed(channel)
        if found is None:
            return {}
        clock = self.clock(found)
        kept = {} if clock is None else {"clock": clock}
        stage = self.shows.find(found.id) if found.kind in SHOWS else None
        if stage is not None and (stage.shown is not None or found.kind == "roadshow.staff"):
            kept |= stage.counts()
        present = self.crowd.latest(found)
        if present is not None:
            kept["presence"] = present
        return kept | self.board.latest(found)

    def elsewhere(self, channel: str, gateway_id: str) -> int:
        """Return how many people the other gateways have in a room."""
        return self.crowd.elsewhere(channel, gateway_id)

    def _is_secret(self, bidding_id: str) -> bool:
        room = self.biddings.find(bidding_id)
        return room is not None and room.keeps_secrets

    def clock(self, channel: Channel | str) -> dict[str, Any] | None:
        """Return what a room's clock says now; None where there is none."""
        found, at_ms = _parsed(channel), self.log_time_ms()
        if found is None:
            return None
        if found.kind in SHOWS:
            stage = self.shows.find(found.id)
            staff = found.kind == "roadshow.staff"
            return (
                None if stage is None else stage.clock(at_ms, degraded=self.degraded, staff=staff)
            )
        room = self.biddings.find(found.id)
        if room is not None and found.kind == "bidding":
            return room.inside.clock(at_ms, degraded=self.degraded)
        if room is not None and found.kind == "bidding.public":
            return room.outside.clock(at_ms - room.delay_ms, degraded=self.degraded)
        return None

    def position(self, channel: Channel | str) -> int:
        """Return the offset of the newest publication of a channel (0: none yet).

        Where offsets have gaps it is that of the newest record that could have been one.
        """
        found = _parsed(channel)
        if found is None or not self.recoverable(found):
            return 0
        if found.kind in channels.NOTICE_KINDS:
            return self._notices_at(str(found))[0]
        if found.kind in SHOWS:
            stage = self.shows.find(found.id)
            if stage is None or found.kind == "roadshow":
                return 0 if stage is None else stage.outside.public_seq
            return self._head(ROADSHOW, stage.partition)
        room = self.biddings.find(found.id)
        if room is None:
            return 0
        if found.kind in channels.ROOMS:
            face = room.inside if found.kind == "bidding" else room.outside
            return face.known.public_seq
        return self._head(BIDDING, room.partition)

    def complete_since(self, channel: Channel | str) -> int:
        """Return the offset after which every publication of the channel went to the sink."""
        found = _parsed(channel)
        if found is None:
            return 0
        if found.kind in channels.NOTICE_KINDS:
            return self._notices_at(str(found))[1]
        if found.kind in SHOWS:
            stage = self.shows.find(found.id)
            if stage is None or found.kind == "roadshow":
                return 0 if stage is None else stage.since
            return self._since(ROADSHOW, stage.partition)
        room = self.biddings.find(found.id)
        if room is None or found.kind in channels.ROOMS:
            return 0 if room is None else room.since
        hidden_until = self.biddings.positions.hidden_until(room.partition, room.bidding_id)
        return max(self._since(BIDDING, room.partition), hidden_until + 1)

    def recoverable(self, channel: Channel | str) -> bool:
        """Whether a channel's publications have offsets."""
        found = _parsed(channel)
        if found is None or found.kind == "market":
            return False
        if found.kind not in ("bidder", *channels.ASIDE):
            return True
        room = self.biddings.find(found.id)
        return room is None or room.tells_offsets

    def may_see(self, asking: Asking, channel: Channel | str) -> bool:
        """Return whether he may follow a channel, and ask for its state.

        What the log does not know, or not for him yet, is answered like what is not his.
        """
        found = _parsed(channel)
        return (
            found is not None
            and self._is_there(found, is_staff=bool(asking.roles.intersection(STAFF)))
            and may_subscribe(asking, found, self)
        )

    def _is_there(self, channel: Channel, *, is_staff: bool) -> bool:
        """Whether there is what a channel is about: an invented room is none, for nobody."""
        if channel.kind in SHOWS:
            stage = self.shows.find(channel.id)
            return stage is not None and (is_staff or stage.shown is not None)
        if channel.kind == "desk":
            return channel.id in channels.QUEUES
        if channel.kind in ("market", "user", "seller"):
            return True  # of these each has his own alone
        room = self.biddings.find(channel.id)
        if channel.kind != "bidding.public" or is_staff:
            return room is not None or bool(self.seller_of(channel.id))
        stage = self.shows.session_of(channel.id)
        named = stage is not None and stage.shown is not None and stage.session_id != channel.id
        return named or (room is not None and room.outside.bidding is not None)

    def privilege(self, asking: Asking, channel: Channel | str) -> str | None:
        """Return the role by the right of which alone he reads it, None where that is none's."""
        found = _parsed(channel)
        return None if found is None else privilege(asking, found, self)

    def _market_rows(self) -> list[dict[str, Any]]:
        rows = [one.market_row() for one in self.shows.all()]
        rows += [one.market_row() for one in self.biddings.all()]
        return self._listed(rows)

    def _changed_rows(self) -> list[dict[str, Any]]:
        moved = self.crowd.take_moved()
        stages = self.shows.take_changed() | self.board.take_heated() | moved
        rows = [
            one.market_row()
            for one in map(self.biddings.find, self.biddings.take_changed() | moved)
            if one is not None
        ]
        rows += [one.market_row() for one in map(self.shows.find, stages) if one is not None]
        return self._listed(rows)

    def _listed(self, rows: list[dict[str, Any] | None]) -> list[dict[str, Any]]:
        return [
            {
                **row,
                "heat": self.board.heat_of(row["root"]),
                "present": self.crowd.people_of(row["root"]),
            }
            for row in rows
            if row is not None and self.access_of(row["root"]) != "invited"
        ]


def _parsed(channel: Channel | str) -> Channel | None:
    return channels.parse(channel) if isinstance(channel, str) else channel


def _room_state(room: Room, channel: Channel) -> dict[str, Any] | None:
    if channel.kind == "bidding":
        return room.inside.state()
    if channel.kind == "bidding.public":
        return room.outside.state()
    if channel.kind == "bidder":
        return room.bidder_state(channel.number)
    return room.aside_state(channel.kind)
