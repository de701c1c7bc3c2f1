"""The embedded broker: records produced and consumed a second, and what one row a commit costs.

One row at a time is measured layer by layer, each side in turn: forcing to disk as many bytes as
the log's storage writes for it (the floor), the storage itself, an answer over a socket without a
client library, and what a user of aiokafka sees. Beside them forcing the bare 200 bytes.
"""

import asyncio
import os
import socket
import struct
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from aiokafka.record.default_records import DefaultRecordBatchBuilder

from bench.measure import RUNS, median, percentile, say
from bench.stack import log_of
from infra.broker.kafka_python import producer
from infra.broker.log import Appended, Log
from infra.broker.storage import Storage
from infra.clock import monotonic_ms, now_ms
from infra.kafka.appender import Appender
from infra.kafka.reader import Record, open_reader
from infra.topics import BIDDING

VALUE = b"x" * 200
CHUNK = 1_000
ROWS, ROWS_A_TURN = 600, 20
WAL_HEADER_BYTES = 32
OWN_PRODUCER = 1_000_000  # an id that no client of the run is given


async def _produce(bootstrap: str, partition: int, count: int) -> None:
    appender = Appender(bootstrap, BIDDING.decisions)
    keys: list[bytes | None] = [None] * CHUNK
    for _ in range(count // CHUNK):
        await appender.append_batch(partition, keys, [VALUE] * CHUNK)
    await appender.close()


async def _consume(bootstrap: str, count: int) -> None:
    reader = await open_reader(bootstrap, BIDDING.decisions, dict.fromkeys(range(4), 0), Record)
    seen = 0
    while seen < count:
        seen += sum(len(rows) for rows in (await reader.read(timeout_ms=1_000)).values())
    await reader.close()


def _batch(sequence: int) -> bytes:
    """One record as an idempotent producer sends it."""
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=0, is_transactional=0, batch_size=1_000,
        producer_id=OWN_PRODUCER, producer_epoch=0, base_sequence=sequence,
    )  # fmt: skip
    builder.append(0, timestamp=0, key=None, value=VALUE, headers=[])
    return bytes(builder.build())


def _forced(folder: Path, size: int) -> Callable[[], None]:
    """Append `size` bytes and force them to disk."""
    content = b"x" * size
    handle = os.open(folder / f"forced-{size}", os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def turn() -> None:
        os.write(handle, content)
        os.fdatasync(handle)

    return turn


def _stored(log: Log) -> Callable[[], None]:
    """Append one record to the log itself and commit it."""
    topic, partition = log.topics["t"], log.topics["t"].partitions[0]

    def turn() -> None:
        found = log.append(topic, partition, _batch(partition.next_offset))
        assert isinstance(found, Appended)
        log.committer.flush()

    return turn


def _asked(bootstrap: str) -> Callable[[], None]:
    """Send one Produce request over a socket and read the answer."""
    host, _, port = bootstrap.rpartition(":")
    peer = socket.create_connection((host, int(port)))
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made = producer.ProduceRequest
    sequence = 0

    def turn() -> None:
        nonlocal sequence
        data = made.TopicProduceData
        part = data.PartitionProduceData(index=1, records=_batch(sequence))
        sent = made(
            acks=-1, timeout_ms=1_000, version=7,
            topic_data=[data(name=BIDDING.decisions, partition_data=[part])],
        )  # fmt: skip
        sent.with_header(correlation_id=sequence, client_id="bench")
        peer.sendall(sent.encode(header=True, framed=True))
        (size,) = struct.unpack(">i", peer.recv(4, socket.MSG_WAITALL))
        assert len(peer.recv(size, socket.MSG_WAITALL)) == size
        sequence += 1

    return turn


def _storage_bytes(folder: Path, log: Log) -> int:
    """What one commit of one row adds to the storage's write-ahead log."""
    wal = folder / "log.sqlite-wal"
    turn, before = _stored(log), wal.stat().st_size
    turn()
    assert wal.stat().st_size > before > WAL_HEADER_BYTES
    return wal.stat().st_size - before


async def one_row(bootstrap: str, folder: Path) -> dict[str, float]:
    """The median milliseconds of each side, and what the storage writes for a row."""
    log = Log(Storage(folder / "bare"), now_ms, monotonic_ms)
    log.create_topic("t", 1, {"message.timestamp.type": "LogAppendTime"})
    log.committer.flush()
    size = _storage_bytes(folder / "bare", log)
    sides = {
        "fdatasync_200_bytes": _forced(folder, len(VALUE)),
        "fdatasync_same_bytes": _forced(folder, size),
        "storage": _stored(log),
        "socket": _asked(bootstrap),
    }
    appender = Appender(bootstrap, BIDDING.decisions)
    await appender.start()
    took: dict[str, list[float]] = {name: [] for name in (*sides, "aiokafka")}
    for _ in range(ROWS // ROWS_A_TURN):
        for name, turn in sides.items():
            for _ in range(ROWS_A_TURN):
                start = time.perf_counter()
                turn()
                took[name].append(time.perf_counter() - start)
        for _ in range(ROWS_A_TURN):
            start = time.perf_counter()
            await appender.append_batch(0, [None], [VALUE])
            took["aiokafka"].append(time.perf_counter() - start)
    await appender.close()
    log.storage.close()
    found = {f"{name}_p50_ms": percentile(values, 0.5) * 1e3 for name, values in took.items()}
    floor = found["fdatasync_same_bytes_p50_ms"]
    return {
        **found,
        "storage_bytes": size,
        "storage_of_floor": floor / found["storage_p50_ms"],
        "socket_of_floor": floor / found["socket_p50_ms"],
        "aiokafka_of_floor": floor / found["aiokafka_p50_ms"],
    }


async def one_run(count: int) -> dict[str, float]:
    """Everything once, on a fresh log."""
    with tempfile.TemporaryDirectory(prefix="shuoguo-bench-") as name:
        async with log_of(Path(name)) as (bootstrap, folder, _):
            start = time.perf_counter()
            await asyncio.gather(*(_produce(bootstrap, at, count // 4) for at in range(4)))
            produced = time.perf_counter()
            await _consume(bootstrap, count)
            consumed = time.perf_counter()
            rows = await one_row(bootstrap, folder)
    return {
        "produced_per_s": count / (produced - start),
        "consumed_per_s": count / (consumed - produced),
        **rows,
    }


def main(count: int = 200_000) -> None:
    """Print medians over the runs."""
    runs = [asyncio.run(one_run(count)) for _ in range(RUNS)]
    figures = {name: median([run[name] for run in runs]) for name in runs[0]}
    say("broker", **{name: round(value, 2) for name, value in figures.items()})


if __name__ == "__main__":
    main()
