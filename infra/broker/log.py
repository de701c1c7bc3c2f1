"""The log in memory: topics, partitions and what idempotent producers sent last.

`append` gives an offset at once; the batch is served and acknowledged only when `durable` has
passed it. Everything here can be loaded again from disk, and is, after a failed commit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from infra.broker.commits import Committer
from infra.broker.errors import Error
from infra.broker.records import NO_PRODUCER, BatchHeader, mark, read_batch
from infra.broker.storage import Storage, create_batches, drop_batches, insert_batch

RECENT_BATCHES_MAX = 5
MESSAGE_BYTES_DEFAULT = 1_048_588
_SEQUENCE_MASK = 0x7FFFFFFF


@dataclass(frozen=True, slots=True)
class Appended:
    """Where a batch stands; `append_ms` is -1 where the client's time was kept."""

    base_offset: int
    append_ms: int


@dataclass(slots=True)
class ProducerState:
    """A producer on a partition: its newest epoch and last batches (first, last, offset, ms)."""

    epoch: int
    recent: list[tuple[int, int, int, int]] = field(default_factory=list)

    def judge(self, header: BatchHeader) -> Appended | Error | None:
        """None: it is the next one. Appended: it is here already. Otherwise: refused."""
        if header.producer_epoch < self.epoch:
            return Error.INVALID_PRODUCER_EPOCH
        if header.producer_epoch > self.epoch or not self.recent:
            return None if header.base_sequence == 0 else Error.OUT_OF_ORDER_SEQUENCE_NUMBER
        for first, last, offset, append_ms in self.recent:
            if (first, last) == (header.base_sequence, header.last_sequence):
                return Appended(offset, append_ms)
        expected = (self.recent[-1][1] + 1) & _SEQUENCE_MASK
        return None if header.base_sequence == expected else Error.OUT_OF_ORDER_SEQUENCE_NUMBER

    def record(self, header: BatchHeader, appended: Appended) -> None:
        """Remember the batch as this producer's newest."""
        if header.producer_epoch > self.epoch:
            self.epoch, self.recent = header.producer_epoch, []
        place = (appended.base_offset, appended.append_ms)
        self.recent.append((header.base_sequence, header.last_sequence, *place))
        del self.recent[:-RECENT_BATCHES_MAX]


@dataclass(slots=True, eq=False)
class Partition:
    """One partition: `next_offset` is where the log ends, `durable` how far it may be served."""

    uid: int
    topic: str
    number: int
    next_offset: int = 0
    durable: int = 0
    top_ms: int = -1
    producers: dict[int, ProducerState] = field(default_factory=dict)
    readers: set[Callable[[], None]] = field(default_factory=set)

    def advance(self, durable: int) -> None:
        """Everything below `durable` is on disk: serve it, wake who waits."""
        self.durable = max(self.durable, durable)
        self.wake()

    def wake(self) -> None:
        """Let every waiting reader look again."""
        for look_soon in list(self.readers):
            look_soon()


@dataclass(slots=True)
class Topic:
    """A topic: its configs as given and its partitions in order."""

    name: str
    configs: dict[str, str]
    partitions: list[Partition] = field(default_factory=list)

    @property
    def append_time(self) -> bool:
        """Whether the broker stamps the records."""
        return self.configs.get("message.timestamp.type") == "LogAppendTime"

    @property
    def message_bytes_max(self) -> int:
        """The largest batch taken."""
        return int(self.configs.get("max.message.bytes", MESSAGE_BYTES_DEFAULT))


class StampClock:
    """Append time: starts at the later of wall clock and last stamp, goes on monotonically."""

    def __init__(self, wall_ms: int, monotonic: Callable[[], int], last_stamp_ms: int) -> None:
        self._monotonic = monotonic
        self._start_ms = max(wall_ms, last_stamp_ms) - monotonic()

    def now_ms(self) -> int:
        """The stamp for a batch that is appended now."""
        return self._start_ms + self._monotonic()


class Log:
    """All topics of a data folder."""

    def __init__(
        self, storage: Storage, now_ms: Callable[[], int], monotonic: Callable[[], int]
    ) -> None:
        self.storage = storage
        self.topics: dict[str, Topic] = {}
        self.committer = Committer(storage, self._reload)
        self._next_uid = 1
        self.on_reload: list[Callable[[], None]] = []
        self._load()
        stamped = [p.top_ms for t in self.topics.values() if t.append_time for p in t.partitions]
        self._clock = StampClock(now_ms(), monotonic, max(stamped, default=-1))

    def partition(self, topic: str, number: int) -> Partition | None:
        """The partition, if it exists."""
        found = self.topics.get(topic)
        if found is None or not 0 <= number < len(found.partitions):
            return None
        return found.partitions[number]

    def append(self, topic: Topic, partition: Partition, batch: bytes) -> Appended | Error:
        """Give the batch its place. It is durable when the committer says so."""
        found = read_batch(batch, topic.message_bytes_max)
        if isinstance(found, Error):
            return found
        batch, header = found
        state = partition.producers.get(header.producer_id) or ProducerState(header.producer_epoch)
        if header.producer_id != NO_PRODUCER:
            verdict = state.judge(header)
            if verdict is not None:
                return verdict
        stamp_ms = self._clock.now_ms() if topic.append_time else None
        appended = Appended(partition.next_offset, -1 if stamp_ms is None else stamp_ms)
        self._keep(partition, header, appended, mark(batch, header, appended.base_offset, stamp_ms))
        if header.producer_id != NO_PRODUCER:
            state.record(header, appended)
            self._keep_producer(partition, header.producer_id, state)
        return appended

    def create_topic(self, name: str, partitions: int, configs: Mapping[str, str]) -> None:
        """A new topic; the caller has checked that there is none."""
        self.topics[name] = Topic(name, dict(configs))
        self.committer.add([("INSERT INTO topic VALUES (?, ?)", (name, json.dumps(dict(configs))))])
        self.add_partitions(self.topics[name], partitions)

    def add_partitions(self, topic: Topic, count: int) -> None:
        """Grow the topic to `count` partitions."""
        for number in range(len(topic.partitions), count):
            uid, self._next_uid = self._next_uid, self._next_uid + 1
            topic.partitions.append(Partition(uid, topic.name, number))
            row = ("INSERT INTO partition VALUES (?, ?, ?)", (uid, topic.name, number))
            self.committer.add([row, create_batches(uid)])

    def delete_topic(self, topic: Topic) -> None:
        """Forget the topic and all it holds."""
        del self.topics[topic.name]
        for partition in topic.partitions:
            self.committer.add(
                [
                    drop_batches(partition.uid),
                    ("DELETE FROM partition WHERE uid = ?", (partition.uid,)),
                    ("DELETE FROM producer WHERE partition = ?", (partition.uid,)),
                ]
            )
            partition.wake()
        self.committer.add(
            [
                ("DELETE FROM topic WHERE name = ?", (topic.name,)),
                ("DELETE FROM committed WHERE topic = ?", (topic.name,)),
            ]
        )

    def _keep(
        self, partition: Partition, header: BatchHeader, appended: Appended, kept: bytes
    ) -> None:
        partition.next_offset = end = appended.base_offset + header.count
        stamp_ms = header.largest_ms if appended.append_ms < 0 else appended.append_ms
        partition.top_ms = max(partition.top_ms, stamp_ms)
        row = (appended.base_offset, end - 1, partition.top_ms, kept)
        self.committer.add([(insert_batch(partition.uid), row)])
        self.committer.tell(lambda failure: None if failure else partition.advance(end))

    def _keep_producer(self, partition: Partition, producer_id: int, state: ProducerState) -> None:
        partition.producers[producer_id] = state
        row = (partition.uid, producer_id, state.epoch, json.dumps(state.recent))
        statement = ("INSERT OR REPLACE INTO producer VALUES (?, ?, ?, ?)", row)
        self.committer.add_latest((partition.uid, producer_id), statement)

    def _reload(self) -> None:
        old = [p for topic in self.topics.values() for p in topic.partitions]
        self._load()
        for partition in old:
            partition.wake()
        for reload in self.on_reload:
            reload()

    def _load(self) -> None:
        rows = self.storage.rows
        self.topics = {
            n: Topic(n, json.loads(c)) for n, c in rows("SELECT name, configs FROM topic")
        }
        by_uid: dict[int, Partition] = {}
        for uid, name, number in rows("SELECT uid, topic, number FROM partition ORDER BY number"):
            end, top_ms = self.storage.tail(uid)
            by_uid[uid] = Partition(uid, name, number, end, end, top_ms)
            self.topics[name].partitions.append(by_uid[uid])
        for uid, producer, epoch, recent in rows("SELECT * FROM producer"):
            if uid in by_uid:
                batches = [tuple(batch) for batch in json.loads(recent)]
                by_uid[uid].producers[producer] = ProducerState(epoch, batches)
        used = rows("SELECT seq FROM sqlite_sequence WHERE name = 'partition'")
        self._next_uid = int(used[0][0]) + 1 if used else 1
