"""What the comparators share: they decide bids by the same rules as ours, and are measured alike.

Rule 1: the decision is `trading.dispatch.BIDDING`'s own, on the same command records. Ticks are
read and do nothing: a timer fires before the next command of its bidding.
Rule 2: what is left out of our deciders' work: the rule that a command's id decides once, the hash
chain, timers on ticks, the stall guard, a decision and its input in one write.
"""

import os
import signal
import time
from dataclasses import dataclass, fields
from typing import Final

import msgspec

from bench.measure import cpu_s
from infra.codec import Command, decode_command
from trading.bidding.state import Bidding
from trading.dispatch import BIDDING
from trading.outcome import By, Outcome

HOT: Final = tuple(each.name for each in fields(Bidding) if each.name != "facts")


@dataclass
class Meter:
    """CPU and wall time from the first command after `warm` to the last of `count`."""

    name: str
    count: int
    warm: int = 0
    seen: int = 0
    accepted: int = 0
    _cpu_s: float = 0.0
    _wall_s: float = 0.0

    def on_command(self) -> None:
        """Start the clock at the first command after the warm ones."""
        if self.seen == self.warm:
            self._cpu_s, self._wall_s = cpu_s(), time.perf_counter()
        self.seen += 1

    def report(self) -> bytes:
        """Return the figures, as one line of JSON."""
        cpu, wall = cpu_s() - self._cpu_s, time.perf_counter() - self._wall_s
        counted = self.count - self.warm
        told = {
            "program": self.name,
            "count": counted,
            "accepted": self.accepted,
            "cpu_seconds": round(cpu, 3),
            "wall_seconds": round(wall, 3),
            "cpu_us_per_decision": round(cpu / counted * 1e6, 1),
            "decisions_per_second": round(counted / wall),
        }
        return msgspec.json.encode(told)


def asked(value: bytes | None) -> Command | None:
    """Return the command of a record; None for a tick, and for what is none."""
    command = decode_command(BIDDING.messages, value)
    return command if isinstance(command, Command) else None


def hot(state: Bidding) -> bytes:
    """Return what moves with each bid, as JSON."""
    return msgspec.json.encode({name: getattr(state, name) for name in HOT})


def decided(state: Bidding | None, command: Command, at_ms: int) -> tuple[Bidding | None, Outcome]:
    """Answer one command: the timers that fell due (our deciders fire them on ticks), then it."""
    while state is not None and (due_ms := BIDDING.due_ms(state)) is not None and due_ms <= at_ms:
        fired = BIDDING.fire(state, at_ms)
        if not fired:
            break
        for event in fired:
            state = BIDDING.evolve(state, command.aggregate, event)
    by = By(command.actor, command.acting_role)
    outcome = BIDDING.decide(state, command.body, by, at_ms)
    for event in outcome.events:
        state = BIDDING.evolve(state, command.aggregate, event)
    return state, outcome


def answer(command: Command, outcome: Outcome) -> bytes:
    """Return the decision record."""
    told = {
        "command_id": command.command_id,
        "events": [{"type": type(event).__name__, "body": event} for event in outcome.events],
        "rejection": outcome.rejection,
    }
    return msgspec.json.encode(told)


def finish(meter: Meter) -> None:
    """Print the figures and ask the worker to stop."""
    os.write(1, meter.report() + b"\n")
    os.kill(os.getpid(), signal.SIGTERM)
