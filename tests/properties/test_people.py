"""Accounts, scores and interests for all inputs, each beside a naive oracle."""

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from roadshow.interest import commands as interest
from roadshow.interest import decide as interest_part
from roadshow.interest.evolve import evolve as evolve_interests
from roadshow.interest.state import COUNT_SHOWN_MIN, RUNNING, Interests, shown_count
from roadshow.scoring.commands import DEFAULT_CRITERIA
from roadshow.scoring.mean import ranking, score_hundredths, trimmed_mean_hundredths
from tests.support.people import DESK, LIVE_AT_MS, PartPlay, investor, stage
from trading.calendar import DAY_MS
from trading.dispatch import MEMBERSHIP
from trading.membership import commands as cmd
from trading.membership.duties import ROLES, TRADE, conflict
from trading.membership.state import Membership
from trading.outcome import By
from trading.roles import OVERSIGHT

TRIALS = settings(max_examples=150, deadline=None, derandomize=True)
ACCOUNT_ID = "a-1"
PARTIES = ("o-seller", "a-expert", "o-far")

acts = st.one_of(
    st.builds(cmd.GrantRole, role=st.sampled_from(ROLES), reason=st.just("x")),
    st.builds(cmd.GrantRole, role=st.sampled_from(("investor", "admin")), reason=st.just("x")),
    st.builds(cmd.RevokeRole, role=st.sampled_from(ROLES), reason=st.just("x")),
    st.builds(cmd.DeclareRelation, kind=st.just("employee"), party=st.sampled_from(PARTIES)),
    st.builds(
        cmd.EndRelation,
        kind=st.just("employee"),
        party=st.sampled_from(PARTIES),
        reason=st.just("x"),
    ),
    st.builds(
        cmd.AssignNumber,
        bidding_id=st.sampled_from(("b1", "b2")),
        number=st.sampled_from(("101", "102")),
        parties=st.builds(
            cmd.Parties,
            sellers=st.just(("o-seller",)),
            experts=st.sampled_from(((), ("a-expert",))),
        ),
    ),
    st.builds(cmd.WithdrawNumber, bidding_id=st.sampled_from(("b1", "b2")), reason=st.just("x")),
    st.builds(cmd.RevokeSessions, reason=st.just("x")),
    st.builds(cmd.BanAccount, reason=st.just("x")),
    st.builds(cmd.LiftBan, reason=st.just("x")),
)
people = st.sampled_from(
    (
        By("a-chief", "admin"),
        By("a-desk", "desk_officer"),
        By("a-review", "desk_reviewer"),
        By("operator", "operator"),
        By(ACCOUNT_ID, "admin"),
        By(ACCOUNT_ID, "investor"),
    )
)


@TRIALS
@given(st.lists(st.tuples(people, acts), max_size=40))
def test_role_changes_fold_to_what_a_naive_reader_holds(story: list[tuple[By, Any]]) -> None:
    now: Membership | None = None
    events: list[Any] = []
    roles: list[str] = []
    for at_ms, (by, command) in enumerate(story, 1):
        outcome = MEMBERSHIP.decide(now, command, by, at_ms)
        assert (outcome.rejection is None) == bool(outcome.events)
        if outcome.rejection is None and isinstance(command, cmd.GrantRole):
            assert by.actor != ACCOUNT_ID or now is None
            roles.append(command.role)
        if outcome.rejection is None and isinstance(command, cmd.RevokeRole):
            roles.remove(command.role)
        for event in outcome.events:
            now = MEMBERSHIP.evolve(now, ACCOUNT_ID, event)
            events.append(event)
    held = now or Membership(ACCOUNT_ID)
    assert list(held.roles) == roles
    assert not (set(roles) & set(OVERSIGHT) and set(roles) & set(TRADE))  # SD-7
    again: Membership | None = None
    for event in events:
        again = MEMBERSHIP.evolve(again, ACCOUNT_ID, event)
    assert again == now
    check_conflicts(held, events)


def check_conflicts(held: Membership, events: list[Any]) -> None:
    """I-10: no number against SD-5 that the desk has not been told of."""
    told = {event.bidding_id for event in events if event.type == "conflict_found"}
    for number in held.numbers:
        if conflict(held, number.org_id, number.parties) is not None:
            assert number.bidding_id in told


def naive_mean(totals: list[int]) -> int | None:
    if len(totals) < 3:
        return None
    kept = list(totals)
    if len(kept) >= 5:
        kept.remove(max(kept))
        kept.remove(min(kept))
    mean = Fraction(sum(kept), len(kept)) / 1_000
    return int(mean + Fraction(1, 2))  # half up


@TRIALS
@given(st.lists(st.integers(0, 10_000_000), max_size=12))
def test_the_trimmed_mean_is_what_fractions_say(totals: list[int]) -> None:
    assert trimmed_mean_hundredths(totals) == naive_mean(totals)


tenths = st.tuples(*[st.sampled_from((0, 1, 500, 999, 1_000))] * 5)
scored = st.dictionaries(st.sampled_from([f"a-{n}" for n in range(6)]), tenths, max_size=6)


@TRIALS
@given(scored)
def test_an_item_scores_between_nothing_and_a_hundred_whatever_the_order(
    given_scores: dict[str, tuple[int, ...]],
) -> None:
    score = score_hundredths(DEFAULT_CRITERIA, given_scores)
    backwards = dict(reversed(given_scores.items()))
    assert score == score_hundredths(DEFAULT_CRITERIA, backwards)
    assert (score is None) == (len(given_scores) < 3)
    assert score is None or 0 <= score <= 10_000


@TRIALS
@given(st.lists(scored, max_size=6))
def test_the_ranking_is_by_score_and_counts_the_better(
    items: list[dict[str, tuple[int, ...]]],
) -> None:
    told = [(f"i{index}", each) for index, each in enumerate(items)]
    ranked = ranking(DEFAULT_CRITERIA, told)
    assert sorted(one.item_id for one in ranked) == [item_id for item_id, _ in told]
    scores = [one.score_hundredths for one in ranked if one.score_hundredths is not None]
    assert scores == sorted(scores, reverse=True)
    placed = [one.rank for one in ranked if one.rank is not None]
    for one in ranked:
        better = sum(rank < one.rank for rank in placed) if one.rank is not None else 0
        assert one.rank is None or one.rank == better + 1
    assert [one.rank is None for one in ranked] == sorted(one.rank is None for one in ranked)


moves = st.tuples(
    st.integers(1, 4),
    st.sampled_from(("i1", "i2")),
    st.sampled_from(("buy", "invest")),
    st.sampled_from(("register", "register", "decline", "acknowledge", "contact", "wait")),
)


@TRIALS
@given(st.lists(moves, max_size=40))
def test_interests_are_one_per_person_item_and_kind_and_counted_by_people(
    story: list[tuple[int, str, str, str]],
) -> None:
    play = PartPlay(interest_part, evolve_interests, Interests(), stage())
    seen: dict[str, set[int]] = {"i1": set(), "i2": set()}
    at_ms = LIVE_AT_MS
    for number, item_id, kind, act in story:
        at_ms += DAY_MS
        play.tick(at_ms)
        if act == "register":
            want = interest.RegisterInterest(item_id=item_id, kind=kind)
            if play.code(investor(number), want, at_ms) == "ok":
                seen[item_id].add(number)
        elif act != "wait" and play.state.interests:
            one = list(play.state.interests.values())[number % len(play.state.interests)]
            step = {
                "decline": interest.DeclineInterest(interest_id=one.interest_id, reason="no"),
                "acknowledge": interest.AcknowledgeInterest(interest_id=one.interest_id),
                "contact": interest.LogContact(interest_id=one.interest_id, note="called"),
            }[act]
            by = By(one.account_id, "investor") if act == "decline" else DESK
            play.ask(by, step, at_ms)
        check_interests(play.state, seen, at_ms)


def check_interests(interests: Interests, seen: dict[str, set[int]], at_ms: int) -> None:
    running = [one for one in interests.interests.values() if one.phase in RUNNING]
    keys = [(one.account_id, one.item_id, one.kind) for one in running]
    assert len(keys) == len(set(keys))
    assert interests.due_ms is None or interests.due_ms > at_ms  # what was due has been done
    assert (interests.due_ms is None) == (not running)
    for item_id, numbers in seen.items():
        count = len(numbers)
        assert shown_count(interests, item_id) == (count if count >= COUNT_SHOWN_MIN else None)
