"""The comparator in Faust: an agent with a table that decides bids by the same rules as ours.

Rule 1: the table holds each bidding's state and writes it to its changelog. What is decided, and
what is left out, bench.comparator says.
Rule 2: "as it comes" is Faust's own defaults; `--tuned` adds a linger of 20 ms.

    python -m bench.faust_agent --bootstrap H:P --topic-in T --topic-out T --count N [--tuned]

It prints CPU and wall time, counted from the first command (after `--warm W` of them) to the last,
as one JSON line.
"""

import argparse
import os
import sys
import tempfile
import time
from typing import Any, Final

import faust
import msgspec

from bench.comparator import Meter, answer, asked, decided, finish, hot

LINGER_SECONDS: Final = 0.02


class HotCodec(faust.Codec):
    """What moves with each bid, as JSON for the table's changelog."""

    def _loads(self, s: bytes) -> Any:
        return msgspec.json.decode(s)

    def _dumps(self, s: Any) -> bytes:
        return hot(s)


class FactsCodec(faust.Codec):
    """What rarely changes (terms, who may bid), in a table of its own, written when it changes."""

    def _loads(self, s: bytes) -> Any:
        return msgspec.json.decode(s)

    def _dumps(self, s: Any) -> bytes:
        return msgspec.json.encode(s)


faust.serializers.codecs.register("bidding-hot", HotCodec())
faust.serializers.codecs.register("bidding-facts", FactsCodec())


def make_app(options: argparse.Namespace, meter: Meter) -> faust.App:
    """Wire the agent, its table and its topics."""
    tuned: dict[str, Any] = {"producer_linger": LINGER_SECONDS} if options.tuned else {}
    app = faust.App(
        f"{options.topic_out}-{os.getpid()}-{time.monotonic_ns()}",
        broker=";".join(f"kafka://{each}" for each in options.bootstrap.split(",")),
        datadir=tempfile.mkdtemp(prefix="bench-faust-"),
        store="memory://",
        topic_partitions=options.partitions,
        topic_replication_factor=options.replication,
        topic_disable_leader=True,
        web_enabled=False,
        broker_session_timeout=6,
        broker_heartbeat_interval=2,
        key_serializer="raw",
        value_serializer="raw",
        **tuned,
    )
    incoming = app.topic(options.topic_in, key_type=bytes, value_type=bytes)
    outgoing = app.topic(options.topic_out, key_type=bytes, value_type=bytes)
    states: Any = app.Table("states", partitions=options.partitions, key_type=bytes)
    states.value_serializer = "bidding-hot"
    facts: Any = app.Table("facts", partitions=options.partitions, key_type=bytes)
    facts.value_serializer = "bidding-facts"

    @app.agent(incoming)
    async def decide(stream: faust.StreamT[bytes]) -> None:
        await outgoing.declare()
        async for event in stream.events():
            command = asked(event.value)
            if command is None or meter.seen >= meter.count:
                continue
            meter.on_command()
            at_ms = round(event.message.timestamp * 1000)
            before = states.get(event.key)
            state, outcome = decided(before, command, at_ms)
            if state is not None and state is not before:
                states[event.key] = state
                if before is None or before.facts is not state.facts:
                    facts[event.key] = state.facts
            if outcome.events:
                meter.accepted += 1
            await outgoing.send(key=event.key, value=answer(command, outcome))
            if meter.seen == meter.count:
                finish(meter)

    return app


def main() -> None:
    """Run the worker until `--count` commands are decided."""
    parser = argparse.ArgumentParser(prog="bench.faust_agent")
    for name in ("--bootstrap", "--topic-in", "--topic-out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument(
        "--warm", type=int, default=0, help="of these, how many come first unmeasured"
    )
    parser.add_argument("--partitions", type=int, default=4, help="as many as TOPIC_IN has")
    parser.add_argument("--replication", type=int, default=1)
    parser.add_argument("--tuned", action="store_true", help="linger 20 ms")
    options = parser.parse_args()
    how = "linger 20 ms" if options.tuned else "as it comes"
    app = make_app(options, Meter(f"faust agent with a table, {how}", options.count, options.warm))
    sys.argv = [sys.argv[0], "worker", "--loglevel", "warn", "--without-web"]
    app.main()


if __name__ == "__main__":
    main()
