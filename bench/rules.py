"""decide + evolve of an accepted bid, all guards, one core; and the whole host without a broker."""

from bench.lots import START_MS, bid, bidding_ids, records, schedule
from bench.measure import RUNS, Cost, median, say, timed
from infra.topics import BATCH_RECORDS_MAX
from processors.freeze import freeze, thaw
from processors.host import CommandRecord, PartitionHost
from trading.dispatch import BIDDING
from trading.outcome import By

PARTITIONS = 4
LOG_ID = "bench"


def host() -> PartitionHost:
    """A fresh host of partition 0."""
    return PartitionHost(BIDDING, LOG_ID, "bidding.commands", 0, PARTITIONS)


def decide_and_evolve(count: int) -> Cost:
    """`count` rising bids in one bidding, straight through the rules."""
    bidding_id = bidding_ids(0, PARTITIONS, 1)[0]
    opening = schedule(bidding_id, 0)
    state = None
    for event in BIDDING.decide(
        state, opening.body, By("officer-1", "desk_officer"), START_MS
    ).events:
        state = BIDDING.evolve(state, bidding_id, event)
    for at_ms in (START_MS + 30_000, START_MS + 60_000):
        assert state is not None
        while (due_ms := BIDDING.due_ms(state)) is not None and due_ms <= at_ms:
            for event in BIDDING.fire(state, at_ms):
                state = BIDDING.evolve(state, bidding_id, event)
    asked = [bid(bidding_id, number, number) for number in range(count)]
    bids = [(command.body, By(command.actor, command.acting_role)) for command in asked]

    def work() -> None:
        held, at_ms = state, START_MS + 61_000
        decide, evolve = BIDDING.decide, BIDDING.evolve
        for body, by in bids:
            outcome = decide(held, body, by, at_ms)
            assert outcome.rejection is None, outcome.rejection
            for event in outcome.events:
                held = evolve(held, bidding_id, event)

    return timed(count, work)


def decide_records(asked: list[CommandRecord]) -> tuple[Cost, list[bytes]]:
    """Records through a host: codec, ids, chain, input, decisions."""
    decider = host()
    values: list[bytes] = []

    def work() -> None:
        rest = 0
        while rest < len(asked):
            batch = decider.decide(asked[rest : rest + BATCH_RECORDS_MAX])
            decider.appended(len(values))
            values.extend(batch.values)
            rest += batch.taken

    return timed(len(asked), work), values


def fold_values(values: list[bytes]) -> tuple[Cost, PartitionHost]:
    """Restore a host from its decisions."""
    reader = host()

    def work() -> None:
        for offset, value in enumerate(values):
            reader.fold(offset, value)

    return timed(len(values), work), reader


def main(count: int = 200_000) -> None:
    """Print the three figures, and a snapshot's."""
    asked = list(records(bidding_ids(0, PARTITIONS, 20), count))
    rules, deciding, folding, frozen, thawed = [], [], [], [], []
    data = b""
    for _ in range(RUNS):
        rules.append(decide_and_evolve(count))
        cost, values = decide_records(asked)
        deciding.append(cost)
        cost, reader = fold_values(values)
        folding.append(cost)
        frozen.append(timed(count, lambda: freeze(reader)))  # noqa: B023
        data = freeze(reader)
        thawed.append(timed(count, lambda: thaw(host(), data)))  # noqa: B023
    for name, costs in (
        ("decide+evolve", rules),
        ("host decides", deciding),
        ("host restores", folding),
        ("snapshot written", frozen),
        ("snapshot read", thawed),
    ):
        cpu_us = median([cost.cpu_us for cost in costs])
        say(name, per_unit_cpu_us=round(cpu_us, 2), per_second=round(1e6 / cpu_us))
    say("snapshot", bytes_per_id=round(len(data) / count, 1))


if __name__ == "__main__":
    main()
