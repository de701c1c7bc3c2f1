"""The real parts of the application: feed, command path, sign-in, read model."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway import visibility
from gateway.authorize import Subject
from gateway.channels import Channel
from gateway.command_path import CommandPath
from gateway.feed.families import RULES
from gateway.feed.feed import Feed
from gateway.feed.publication import Publication
from gateway.http.auth import Auth, AuthSettings
from gateway.http.cookies import instance_of
from gateway.http.ports import Parts
from gateway.origins import allowed_origins
from gateway.pending_act import pending_act
from gateway.queries.reader import Reader
from gateway.sign_out_log import SignOutLog
from gateway.signing_in import open_signing_in
from gateway.trail_log import open_trail_log
from infra.db.place import read_model_url
from infra.identity.migrations import identity_url, open_identity
from infra.identity.people import People
from infra.identity.read_marks import ReadMarks
from infra.identity.reminders import Reminders
from infra.running import running_profile
from infra.topics import BIDDING
from producers.command_publisher import CommandPublisher


@dataclass(frozen=True, slots=True)
class Settings:
    """What the role is started with."""

    bootstrap: str
    data: Path
    port: int
    push_url: str
    log_id: str | None = None
    public_url: str | None = None
    metrics_port: int | None = None
    stream_origins: tuple[str, ...] = ()
    proxies: frozenset[str] = frozenset()


class Shown:
    """The feed, as this side of the gateway asks it."""

    def __init__(self, feed: Feed) -> None:
        """`feed` has started."""
        self._feed = feed

    def state(self, channel: Channel) -> Mapping[str, Any] | None:
        """Return the snapshot of a channel."""
        return self._feed.state(channel)

    def market(self) -> Sequence[Mapping[str, Any]]:
        """Return what is live, as the public sees it."""
        found = self._feed.state(Channel("market")) or {}
        rows: Sequence[Mapping[str, Any]] = found.get("rows", ())
        return rows

    def may_see(self, subject: Subject, channel: Channel) -> bool:
        """Whether he may follow it."""
        return visibility.may_subscribe(subject, channel, self._feed)

    def privilege(self, subject: Subject, channel: Channel) -> str | None:
        """Return the role by the right of which alone he reads it."""
        return self._feed.privilege(subject, channel)

    def shown_phase(self, session_id: str) -> str | None:
        """Return the phase of a session as the public has it."""
        stage = self._feed.shows.find(session_id)
        return None if stage is None else stage.shown_phase

    def tells_positions(self, partition: int, bidding_id: str) -> bool:
        """Return whether a place on the log of biddings may be told of one."""
        return self._feed.tells_positions(BIDDING, partition, bidding_id)

    def log_time_ms(self) -> int:
        """Return the time that counts."""
        return self._feed.log_time_ms()

    async def pending_act(self, bidding_id: str) -> Mapping[str, Any] | None:
        """Return the act that waits for a second person."""
        return await pending_act(self._feed, bidding_id)

    def health(self) -> Mapping[str, Any]:
        """Return how the feed is."""
        return self._feed.health()


@asynccontextmanager
async def wired(settings: Settings) -> AsyncIterator[tuple[Parts, asyncio.Task[None]]]:
    """Start all parts; also gives the task of the feed, which ends only in failure."""
    async with AsyncExitStack() as stack:
        feed = Feed(
            settings.bootstrap, _nobody, log_id=settings.log_id,
            snapshots=settings.data / "snapshots",
        )  # fmt: skip
        stack.push_async_callback(feed.close)
        await feed.start()
        publishers, partitions = {}, 0
        for family in RULES:
            publisher = CommandPublisher(settings.bootstrap, family, settings.log_id)
            partitions = (await publisher.start()).partitions
            stack.push_async_callback(publisher.close)
            publishers[family] = publisher
        profile = running_profile(settings.data)
        sign_outs = SignOutLog(settings.bootstrap, partitions)
        stack.push_async_callback(sign_outs.close)
        door = await asyncio.to_thread(
            open_signing_in, settings.data, feed, profile, tell=sign_outs.tell
        )
        stack.callback(door.close)
        origins = allowed_origins(settings.port, settings.public_url)
        is_tls = (settings.public_url or "").startswith("https:")
        instance = instance_of(feed.log_id)
        auth = Auth(door, AuthSettings(settings.push_url, origins, is_tls, instance))
        identity = await asyncio.to_thread(open_identity, identity_url(settings.data))
        stack.callback(identity.dispose)
        reader = Reader(read_model_url(settings.data))
        stack.callback(reader.close)
        trail = await stack.enter_async_context(open_trail_log(settings.bootstrap, feed.log_id))
        following = asyncio.create_task(feed.run())
        stack.push_async_callback(_ended, following)
        commands = CommandPath(feed, publishers, profile)
        yield (
            Parts(
                settings.push_url, Shown(feed), commands, reader, ReadMarks(identity),
                Reminders(identity), People(identity), trail, auth.subject_of,
                auth.guard, auth.router, settings.stream_origins, instance,
            ),
            following,
        )  # fmt: skip


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _nobody(_publication: Publication) -> None:
    """Nobody is told here: this side is asked."""
