"""The comparator in Quix Streams: a stateful function that decides bids by the same rules as ours.

Rule 1: what moves with each bid is in the state store (RocksDB, with its changelog topic) and is
read from it for every command; the facts are written when they change, and kept decoded in memory.
Rule 2: everything else is Quix Streams as it comes. What is left out, bench.comparator says.

It runs in an environment of its own: bench.quix. It prints CPU and wall time as one JSON line,
counted from the first command (after `--warm W` of them) to the last.
"""

import argparse
import os
import tempfile
import time
from typing import Any

import msgspec
from quixstreams import Application, State

from bench.comparator import HOT, Meter, answer, asked, decided, finish, hot
from trading.bidding.state import Bidding, Facts


def make_app(options: argparse.Namespace, meter: Meter) -> Application:
    """Wire the function, its state and its topics."""
    app = Application(
        broker_address=options.bootstrap,
        consumer_group=f"{options.topic_out}-{os.getpid()}-{time.monotonic_ns()}",
        auto_offset_reset="earliest",
        state_dir=tempfile.mkdtemp(prefix="bench-quix-"),
        loglevel="WARNING",
    )
    kinds: Any = dict.fromkeys(("value_deserializer", "value_serializer"), "bytes")
    incoming, outgoing = app.topic(options.topic_in, **kinds), app.topic(options.topic_out, **kinds)
    known: dict[bytes, Facts] = {}

    def load(key: bytes, state: State) -> Bidding | None:
        kept = state.get_bytes("hot")
        if kept is None:
            return None
        moved = msgspec.json.decode(kept)
        return Bidding(known[key], *(moved[name] for name in HOT))

    def decide(value: bytes, key: bytes, at_ms: int, _headers: Any, state: State) -> bytes | None:
        command = asked(value)
        if command is None or meter.seen >= meter.count:
            return None
        meter.on_command()
        before = load(key, state)
        after, outcome = decided(before, command, at_ms)
        if after is not None and after is not before:
            state.set_bytes("hot", hot(after))
            if before is None or before.facts is not after.facts:
                state.set_bytes("facts", msgspec.json.encode(after.facts))
                known[key] = after.facts
        if outcome.events:
            meter.accepted += 1
        if meter.seen == meter.count:
            finish(meter)
        return answer(command, outcome)

    commands = app.dataframe(incoming)
    commands = commands.filter(lambda _value, key, *_rest: key is not None, metadata=True)
    decisions = commands.apply(decide, stateful=True, metadata=True)
    decisions.filter(lambda value: value is not None).to_topic(outgoing)
    return app


def main() -> None:
    """Run until `--count` commands are decided."""
    parser = argparse.ArgumentParser(prog="bench.quix_agent")
    for name in ("--bootstrap", "--topic-in", "--topic-out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument(
        "--warm", type=int, default=0, help="of these, how many come first unmeasured"
    )
    options = parser.parse_args()
    meter = Meter("quix streams with state, as it comes", options.count, options.warm)
    make_app(options, meter).run()


if __name__ == "__main__":
    main()
