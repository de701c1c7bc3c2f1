"""What the host of the log asks of each family of rules, bound to that family."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from trading.bidding import older, suspension, timers
from trading.bidding.commands import COMMANDS
from trading.bidding.decide import Rule, decide
from trading.bidding.events import EVENTS, PUBLIC
from trading.bidding.evolve import evolve
from trading.bidding.rejections import Code
from trading.bidding.state import Bidding, is_open
from trading.membership import commands as membership_commands
from trading.membership import events as membership_events
from trading.membership.decide import decide as decide_membership
from trading.membership.evolve import evolve as evolve_membership
from trading.membership.rejections import Code as MembershipCode
from trading.membership.state import Membership
from trading.outcome import By, Messages, Outcome, Rules


class BiddingRules:
    """`trading.outcome.Rules` for `bidding.*`: one aggregate, a bidding."""

    version = 4
    state: type = Bidding
    messages = Messages(
        commands={command.type: command for command in COMMANDS},
        events={event.type: event for event in EVENTS},
        public=PUBLIC,
        codes=tuple(code.value for code in Code),
    )

    def __init__(self, versions: Mapping[int, Rules[Bidding]] | None = None) -> None:
        """`versions`: the older ones."""
        self.older: Mapping[int, Rules[Any]] = versions or {}

    def decide(self, state: Bidding | None, command: object, by: By, at_ms: int) -> Outcome:
        """Answer a command."""
        return decide(state, command, by, at_ms)

    def evolve(self, state: Bidding | None, aggregate_id: str, event: object) -> Bidding:
        """Return the bidding as it is once the event has happened."""
        return evolve(state, aggregate_id, event)

    def is_open(self, state: Bidding) -> bool:
        """Whether people may act in it now."""
        return is_open(state)

    def due_ms(self, state: Bidding) -> int | None:
        """When its earliest timer is due."""
        return timers.due_ms(state)

    def phase_change(self, state: Bidding, at_ms: int) -> tuple[object, ...]:
        """A phase change that any record after its time carries out, if one is due."""
        return timers.phase_change(state, at_ms)

    def fire(self, state: Bidding, at_ms: int) -> tuple[object, ...]:
        """What the earliest due timer does."""
        return timers.fire(state, at_ms)

    def threshold_ms(self, state: Bidding) -> int:
        """The silence beyond which it is suspended."""
        return state.facts.terms.stall_threshold_ms

    def period_ends_at_ms(self, state: Bidding) -> int | None:
        """The end of the period people act in now, where a timer ends it."""
        return state.ends_at_ms if is_open(state) else None

    def suspend(
        self, state: Bidding, reason: str, at_ms: int, remaining_ms: int
    ) -> tuple[object, ...]:
        """Suspend for a fault of the platform; what is not open cannot be."""
        if not is_open(state):
            return ()
        return (suspension.suspended(state, reason, at_ms, remaining_ms),)

    def judged(self, state: Bidding) -> Mapping[str, int | str]:
        """The phase, and the price, leader and end where there are any."""
        told = {
            "phase": state.phase,
            "price_fen": state.price_fen,
            "leader": state.leader,
            "ends_at_ms": state.ends_at_ms,
        }
        return {name: value for name, value in told.items() if value is not None}


class ThirdBiddingRules(BiddingRules):
    """Version 3: no floors, the cut to the ceiling came last, a notice ran from either act."""

    version = 3
    table: Mapping[type, Rule] = older.RULES_3

    def decide(self, state: Bidding | None, command: object, by: By, at_ms: int) -> Outcome:
        """Answer a command as it was answered then."""
        return decide(state, command, by, at_ms, self.table, older.no_bounds)


class SecondBiddingRules(ThirdBiddingRules):
    """Version 2: no lots at the ceiling, no limit rested, a draw was told without its inputs."""

    version = 2
    messages = replace(
        BiddingRules.messages,
        commands={one.type: one for one in COMMANDS if one not in older.UNKNOWN_TO_2},
    )

    def decide(self, state: Bidding | None, command: object, by: By, at_ms: int) -> Outcome:
        """Answer a command as it was answered then."""
        return older.told_before_3(command, super().decide(state, command, by, at_ms))

    def phase_change(self, state: Bidding, at_ms: int) -> tuple[object, ...]:
        """A phase change as it was carried out then."""
        return older.set_off_before_3(super().phase_change(state, at_ms))

    def fire(self, state: Bidding, at_ms: int) -> tuple[object, ...]:
        """What a timer did then."""
        return older.set_off_before_3(super().fire(state, at_ms))


class FirstBiddingRules(SecondBiddingRules):
    """Version 1: nor was a reason asked for, and a suspended bidding could only be resumed."""

    version = 1
    messages = replace(
        BiddingRules.messages,
        commands={one.type: one for one in COMMANDS if one not in older.UNKNOWN_TO_1},
    )
    table = older.RULES_1


class MembershipRules:
    """`trading.outcome.Rules` for `trading.*`: one aggregate so far, an account.

    Time does nothing to it: it is never open, and no timer of it is ever due.
    """

    version = 1
    older: Mapping[int, Rules[Any]] = {}
    state: type = Membership
    messages = Messages(
        commands={command.type: command for command in membership_commands.COMMANDS},
        events={event.type: event for event in membership_events.EVENTS},
        public=membership_events.PUBLIC,
        codes=tuple(code.value for code in MembershipCode),
    )

    def decide(self, state: Membership | None, command: object, by: By, at_ms: int) -> Outcome:
        """Answer a command."""
        return decide_membership(state, command, by, at_ms)

    def evolve(self, state: Membership | None, aggregate_id: str, event: object) -> Membership:
        """Return the account as it is once the event has happened."""
        return evolve_membership(state, aggregate_id, event)

    def is_open(self, state: Membership) -> bool:  # noqa: ARG002
        """Never: nobody waits for a clock here."""
        return False

    def due_ms(self, state: Membership) -> int | None:  # noqa: ARG002
        """Never."""
        return None

    def phase_change(self, state: Membership, at_ms: int) -> tuple[object, ...]:  # noqa: ARG002
        """None is ever due."""
        return ()

    def fire(self, state: Membership, at_ms: int) -> tuple[object, ...]:  # noqa: ARG002
        """No timer is ever due."""
        return ()

    def threshold_ms(self, state: Membership) -> int:  # noqa: ARG002
        """What is never open is never silent."""
        return 0

    def period_ends_at_ms(self, state: Membership) -> int | None:  # noqa: ARG002
        """There is no period."""
        return None

    def suspend(
        self,
        state: Membership,  # noqa: ARG002
        reason: str,  # noqa: ARG002
        at_ms: int,  # noqa: ARG002
        remaining_ms: int,  # noqa: ARG002
    ) -> tuple[object, ...]:
        """What is never open cannot be suspended."""
        return ()

    def judged(self, state: Membership) -> Mapping[str, int | str]:
        """Whether it is banned."""
        return {"phase": state.phase}


BIDDING: Final[Rules[Bidding]] = BiddingRules(
    {1: FirstBiddingRules(), 2: SecondBiddingRules(), 3: ThirdBiddingRules()}
)
MEMBERSHIP: Final[Rules[Membership]] = MembershipRules()
