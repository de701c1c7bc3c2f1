"""Worlds of the other families: sessions with their parts beside showcase cards, and accounts.

What is asked is drawn from a list; most of it is refused, and all of it is answered. Here a family
has several kinds of aggregates in one partition, and several parts in one aggregate.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from roadshow.dispatch import ROADSHOW, Show
from roadshow.interest import commands as interest
from roadshow.plan import AgendaItem, Increment, LiveOffer, Plan
from roadshow.question import commands as question
from roadshow.scoring import commands as scoring
from roadshow.session import commands as session
from roadshow.showcase import commands as showcase
from tests.simulation.world import START_MS, THRESHOLD_MS, Setting, World, roots
from tests.support.cards import EVALUATION, NOMINATION, SCREENING
from trading.calendar import DAY_MS
from trading.dispatch import MEMBERSHIP
from trading.membership import commands as account
from trading.values import Fen

SESSIONS, CARDS = roots("session", 2), roots("card", 2)
ACCOUNTS = roots("a", 5)
ITEMS = ("i1", "i2", "i3")
GUESTS = tuple(f"a-guest{number}" for number in range(1, 5))
EXPERTS = tuple(f"a-expert{number}" for number in range(1, 6))
WORKING_DAYS_MS = tuple(START_MS + day * DAY_MS for day in range(1, 15))

Asked = tuple[str, str, object]

NEXT: Mapping[str, Callable[..., object]] = {
    "pitching": session.StartQa,
    "qa": session.StartComments,
    "commenting": session.CallInterest,
    "interest_call": session.CompleteItem,
}
CALLED: Mapping[str, Callable[..., object]] = {
    "on_deck": session.StartPitch,
    "queued": session.CallOnDeck,
    "deferred": session.CallOnDeck,
}


def plan() -> Plan:
    return Plan(
        title="Marine results", field="marine", starts_at_ms=START_MS + 4_000, place="hall 2",
        hosts=("a-host",), working_days_ms=WORKING_DAYS_MS, profile="test", notice_wd=0,
        notice_bidding_wd=0, pitch_ms=6_000, more_time_ms=2_000, qa_ms=4_000, comments_ms=4_000,
        interest_call_ms=3_000, bidding_request_ms=5_000, shift_min_ms=1_000, scored=True,
        stall_threshold_ms=THRESHOLD_MS, question_gap_ms=200,
    )  # fmt: skip


def item(item_id: str) -> AgendaItem:
    offer = LiveOffer(
        lot=item_id,
        start_price_fen=Fen(1_000_000),
        increments=(Increment(from_fen=Fen(0), increment_fen=Fen(100_000)),),
        lobby_ms=1_000,
        reserve_deadline_ms=500,
    )
    return AgendaItem(
        item_id=item_id,
        card_id=f"card-{item_id}",
        title=f"Project {item_id}",
        presenter=f"a-presenter-{item_id}",
        holder_org="o-university",
        broker="a-broker",
        parties=("a-professor",),
        offer=offer if item_id == "i1" else None,
    )


class ShowWorld(World):
    """Two sessions and two cards in one partition of `roadshow.*`."""

    setting = Setting(ROADSHOW, "roadshow.commands")
    roots = (*SESSIONS, *CARDS)

    def begin(self) -> None:
        for root in SESSIONS:
            unlawful = replace(plan(), profile="standard", notice_wd=3, notice_bidding_wd=5)
            self.ask(root, "a-desk", "desk_officer", session.PlanSession(plan=unlawful))
            self.ask(root, "a-desk", "desk_officer", session.PlanSession(plan=plan()))
            for item_id in ITEMS:
                add = session.AddAgendaItem(item=item(item_id))
                self.ask(root, "a-desk", "desk_officer", add)
            for expert in EXPERTS:
                invite = session.InviteExpert(expert=expert, specialty="industry")
                self.ask(root, "a-desk", "desk_officer", invite)
            terms = scoring.ScoringTerms(window_ms=3_000, correction_window_ms=9_000)
            self.ask(root, "a-desk", "desk_officer", scoring.PlanScoring(terms=terms))
            wait = interest.InterestTerms(stale_ms=9_000, close_ms=15_000)
            self.ask(root, "a-desk", "desk_officer", interest.SetInterestTerms(terms=wait))
            self.ask(root, "a-desk", "desk_officer", session.PublishSession())
            for guest in GUESTS:
                self.ask(root, guest, "investor", session.RegisterAttendee())
            drill = session.RunRehearsal(sound=True, slides=True, network=True, bid_drill=True)
            self.ask(root, "a-stage", "stage_controller", drill)
            self.ask(root, "a-host", "host", session.GoLive())
            for guest in GUESTS:
                self.ask(root, guest, "investor", session.CheckIn())
        for root in CARDS:
            self.ask(root, "a-broker", "broker", NOMINATION)

    def people(self) -> None:
        fate, root = self.chance.random(), self.chance.choice(SESSIONS)
        if fate < 0.10:
            self.ask_again()
        elif fate < 0.14:
            self.ask(self.chance.choice(self.roots), *self._of_a_card())
        elif fate < 0.24:
            self.ask(self.chance.choice(CARDS), *self._of_a_card())
        elif fate < 0.44:
            self.ask(root, *self._next_step(root))
        else:
            ask = self.chance.choice(
                (self._of_the_stage, self._of_the_hall, self._of_the_hall, self._of_a_score,
                 self._of_a_score, self._of_an_interest)
            )  # fmt: skip
            self.ask(root, *ask())

    def reused(self) -> tuple[str, object]:
        return "investor", question.UpvoteQuestion(question_id="never-asked")

    def _of_the_stage(self) -> Asked:
        item_id = self.chance.choice(ITEMS)
        told: tuple[object, ...] = (
            session.PauseSession(reason="sound" if self._ids % 3 else "host"),
            session.ResumeSession(),
            session.GrantMoreTime(item_id=item_id),
            session.CompleteItem(item_id=item_id),
            session.SkipItem(item_id=item_id, reason="late"),
            session.DeferItem(item_id=item_id, reason="late"),
            scoring.RevealScores(item_id=item_id),
            scoring.RevealScores(),
        )
        return "a-host", "host", self.chance.choice(told)

    def _next_step(self, root: str) -> Asked:
        """What a host who sees the stage does next, perhaps on what does not count."""
        show = self._show(root)
        if show is None or show.session.phase == "paused":
            return "a-host", "host", session.ResumeSession()
        items = list(show.session.items.values())
        for one in (*(each for each in items if each.phase in NEXT), *items):
            step = NEXT.get(one.phase) or CALLED.get(one.phase)
            if step is not None:
                return "a-host", "host", step(item_id=one.item_id)
        return "a-host", "host", session.EndSession()

    def _show(self, root: str) -> Show | None:
        host = self.owners[0].host
        state = None if host is None else host.standing.holdings.get(root).state
        return None if state is None else cast("Show | None", state.show)

    def _of_the_hall(self) -> Asked:
        guest, number = self.chance.choice(GUESTS), self.chance.randint(1, 6)
        item_id = self.chance.choice(ITEMS)
        kinds = ("buy", "invest", "license", "steal")
        register = interest.RegisterInterest(item_id=item_id, kind=self.chance.choice(kinds))
        told: tuple[object, ...] = (
            register, register, register,
            question.AskQuestion(item_id=item_id, text="How deep?"),
            question.UpvoteQuestion(question_id=f"q{number}"),
        )  # fmt: skip
        return guest, "investor", self.chance.choice(told)

    def _of_a_score(self) -> Asked:
        item_id, expert = self.chance.choice(ITEMS), self.chance.choice(EXPERTS)
        tenths = tuple(self.chance.randint(0, 1_000) for _ in range(5))
        if self.chance.random() < 0.7:
            return expert, "expert", scoring.GiveScore(item_id=item_id, tenths=tenths)
        if self.chance.random() < 0.3:
            conflict = session.DeclareConflict(item_id=item_id, relation="other")
            return expert, "expert", conflict
        struck = scoring.CorrectScore(item_id=item_id, expert=expert, tenths=(), reason="recused")
        actor, role = self.chance.choice(
            (("a-desk", "desk_officer"), ("a-review", "desk_reviewer"))
        )
        return actor, role, struck

    def _of_an_interest(self) -> Asked:
        known = self._interest_ids()
        interest_id = self.chance.choice(known) if known else "i-none"
        told: tuple[object, ...] = (
            interest.AcknowledgeInterest(interest_id=interest_id),
            interest.LogContact(interest_id=interest_id, note="called"),
            interest.StartMatching(interest_id=interest_id),
            interest.ConvertInterest(
                interest_id=interest_id, into="negotiation", reference_id="n-1"
            ),
            interest.CloseInterest(interest_id=interest_id, reason="double"),
        )
        return "a-desk", "desk_officer", self.chance.choice(told)

    def _interest_ids(self) -> list[str]:
        shows = [show for root in SESSIONS if (show := self._show(root)) is not None]
        return [interest_id for show in shows for interest_id in show.interests.interests]

    def _of_a_card(self) -> Asked:
        told: tuple[Asked, ...] = (
            ("a-desk", "desk_officer", SCREENING),
            ("a-desk", "desk_officer", EVALUATION),
            ("a-review", "desk_reviewer", showcase.PublishCard(validity_ms=4_000, grace_ms=4_000)),
            ("a-broker", "broker", showcase.RevalidateCard(evidence="call of today")),
            ("a-desk", "desk_officer", showcase.SelectCard(session_id=SESSIONS[0])),
            ("a-broker", "broker", NOMINATION),
        )
        return self.chance.choice(told)


class AccountWorld(World):
    """Five accounts in one partition of `trading.*`: time does nothing to them."""

    setting = Setting(MEMBERSHIP, "trading.commands")
    roots = ACCOUNTS

    def begin(self) -> None:
        for root in ACCOUNTS:
            role = self.chance.choice(("investor", "investor", "admin", "desk_officer"))
            self.ask(root, "operator", "operator", account.GrantRole(role=role, reason="first"))

    def people(self) -> None:
        if self.chance.random() < 0.12:
            self.ask_again()
        else:
            self.ask(self.chance.choice(ACCOUNTS), *self._act())

    def reused(self) -> tuple[str, object]:
        return "admin", account.RevokeSessions(reason="never asked")

    def _act(self) -> Asked:
        chance = self.chance
        role = chance.choice(("investor", "seller", "admin", "auditor", "host", "king"))
        bidding_id = f"s1.i{chance.randint(1, 3)}.1"
        sellers = chance.choice((("o-seller",), ("o-other", ACCOUNTS[1]), ()))
        parties = account.Parties(sellers=sellers, experts=("a-expert",))
        named: dict[str, Any] = {
            "kind": chance.choice(("employee", "close_relative", "friend")),
            "party": chance.choice(("o-seller", "a-expert", "o-far")),
        }
        told: tuple[Asked, ...] = (
            ("a-chief", "admin", account.GrantRole(role=role, reason="asked for")),
            (ACCOUNTS[0], "admin", account.GrantRole(role=role, reason="asked for")),
            ("a-chief", "admin", account.RevokeRole(role=role, reason="left")),
            (chance.choice(ACCOUNTS), "investor", account.DeclareRelation(**named)),
            ("a-review", "desk_reviewer", account.EndRelation(reason="over", **named)),
            ("a-desk", "desk_officer", account.AssignNumber(
                bidding_id=bidding_id, number=str(chance.randint(101, 109)), parties=parties)),
            ("a-desk", "desk_officer", account.WithdrawNumber(bidding_id=bidding_id, reason="no")),
            (chance.choice(ACCOUNTS), "investor", account.RevokeSessions(reason="lost phone")),
            ("a-chief", "admin", account.BanAccount(reason="abuse")),
            ("a-chief", "admin", account.LiftBan(reason="heard")),
        )  # fmt: skip
        return chance.choice(told)
