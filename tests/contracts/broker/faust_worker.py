"""A Faust worker with a table, as a process of its own: `python -m … BOOTSTRAP TOPIC NAME DATADIR`.

It counts, per key, what comes in on TOPIC, and answers on TOPIC-counts: key → "COUNT NAME".
Beside that it notes in DATADIR.handed which records the broker handed to Faust, whatever Faust then
makes of them: a line "PARTITION OFFSET" for each.
"""

import sys
from pathlib import Path
from typing import Any

import faust
from faust.transport.drivers.aiokafka import Consumer, Transport

bootstrap, topic_name, worker_name, data_folder = sys.argv[1:5]

app = faust.App(
    topic_name,
    broker=f"kafka://{bootstrap}",
    datadir=data_folder,
    store="memory://",
    topic_partitions=4,
    topic_replication_factor=1,
    topic_disable_leader=True,
    web_enabled=False,
    broker_session_timeout=6,
    broker_heartbeat_interval=2,
    broker_commit_interval=0.5,
    key_serializer="raw",
    value_serializer="raw",
)
handed = Path(f"{data_folder}.handed").open("a", buffering=1)  # noqa: SIM115 - until the kill


class NotingConsumer(Consumer):
    """Faust's own, noting what it is handed."""

    def _to_message(self, tp: Any, record: Any) -> Any:
        if tp.topic == topic_name:
            handed.write(f"{tp.partition} {record.offset}\n")
        return super()._to_message(tp, record)


Transport.Consumer = NotingConsumer
incoming = app.topic(topic_name, key_type=bytes, value_type=bytes, internal=False)
counted = app.topic(f"{topic_name}-counts", key_type=bytes, value_type=bytes)
counts = app.Table("counts", default=int, partitions=4, key_type=str, value_type=int)


@app.agent(incoming)
async def count(stream: faust.StreamT[bytes]) -> None:
    """Count each record and say so."""
    async for event in stream.events():
        key = event.key.decode()
        counts[key] += 1
        await counted.send(key=event.key, value=f"{counts[key]} {worker_name}".encode())


if __name__ == "__main__":
    sys.argv = [sys.argv[0], "worker", "--loglevel", "warn", "--without-web"]
    app.main()
